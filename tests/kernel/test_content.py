import zipfile
from io import BytesIO

import pytest

from negotiation_hub.kernel import content
from negotiation_hub.kernel.content import content_kind
from tests.factories.catalog import picture_bytes


def zipped(name: str = "a.txt") -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "text")
    return buffer.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PARQUET = b"PAR1" + bytes(20) + b"PAR1"
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (PDF, "report.pdf", "pdf"),
        (PDF, "REPORT.PDF", "pdf"),
        (PDF, "report", "pdf"),
        (zipped(), "data.zip", "zip"),
        (picture_bytes(), "a.png", "png"),
        (picture_bytes(form="JPEG"), "a.jpeg", "jpeg"),
        (picture_bytes(form="WEBP"), "a.webp", "webp"),
        (PARQUET, "a.parquet", "parquet"),
        (b'{"a": [1, 2]}', "a.json", "json"),
        (b'{"type": "FeatureCollection"}', "a.geojson", "json"),
        (b"a,b\n1,2\n", "a.csv", "csv"),
        ("\ufeffnombre;año\r\nÁgata;1\r\n".encode(), "a.csv", "csv"),
        (b"plain words\n", "a.txt", "text"),
        (b"plain words\n", "LICENCE", "text"),
        (b"< 5 mg/l\n", "a.txt", "text"),
        (b"<5 mg/l\n", "a.csv", "csv"),
        (PDF, "C:\\files\\report.v2.pdf", "pdf"),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, name: str, word: str) -> None:
    kind = content_kind(data, name)
    assert kind is not None
    assert kind.word == word


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.txt"),
        (b" \n", "a.txt"),
        (HTML, "report.pdf"),
        (HTML, "report.html"),
        (HTML, "report.txt"),
        (HTML, "report.csv"),
        (HTML, "report"),
        (b"\xef\xbb\xbf  \n" + HTML, "report.txt"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "a.txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg"),
        (b"\n \x00", "a.txt"),
        (b"MZ\x90\x00", "a.exe"),
        (b"MZ\x90\x00", "a.txt"),
        (b"\x7fELF", "a"),
        (b"caf\xe9", "a.txt"),
        ("wide".encode("utf-16"), "a.csv"),
        (PDF, "a.csv"),
        (PDF, "a.pdf.exe"),
        (b"a,b\n", "a.pdf"),
        (b"a,b\n", "a.exe"),
        (b"#!/bin/sh\n", "a.sh"),
        (zipped(), "a.xlsm"),
        (zipped(), "a.jar"),
        (zipped()[:-10], "a.zip"),
        (b"MZ" + zipped(), "a.zip"),
        (b"PK\x03\x04 and no more", "a.zip"),
        (b"PAR1", "a.parquet"),
        (b"PAR1" + bytes(9), "a.parquet"),
        (b"{", "a.json"),
        (b"[" * 100_000, "a.json"),
        (b"NaN", "a.json"),
        (b"GIF89a", "a.gif"),
        (picture_bytes(), "a.jpg"),
        (b"RIFF\x00\x00\x00\x00AVI ", "a.webp"),
    ],
)
def test_what_is_not_what_it_says_or_not_known_is_nothing(data: bytes, name: str) -> None:
    assert content_kind(data, name) is None


# --- files too large to be read whole ---------------------------------------------------------------


def large(monkeypatch: pytest.MonkeyPatch, data: bytes, name: str) -> str | None:
    """The kind of a file, as if it were too large to be read whole."""
    monkeypatch.setattr(content, "WHOLE_BYTES_MAX", 1_000)
    monkeypatch.setattr(content, "HEAD_BYTES", 1_000)
    found = content.content_kind_of(BytesIO(data), len(data), name)
    return found.word if found else None


def archive_of(files: int = 1) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as archive:
        for number in range(files):
            archive.writestr(f"{number}.bin", bytes(100_000))
    return kept.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7\n" + bytes(90_000), "a.pdf", "pdf"),
        (b"PAR1" + bytes(90_000) + b"PAR1", "a.parquet", "parquet"),
        (b"PAR1" + bytes(90_000), "a.parquet", None),
        (b"head,flow\n" * 9_000, "a.csv", "csv"),
        ("größe €\n".encode() * 9_000, "a.txt", "text"),
        (b"[" + b"1, " * 30_000 + b"1]", "a.json", "json"),
        (b"[" + b"1, " * 30_000, "a.json", None),
        (b"<html>" + b"text " * 30_000, "a.txt", None),
        (b"text " * 30_000 + b"\x00", "a.txt", None),
        (b"\xff\xfe" + b"text " * 30_000, "a.txt", None),
        (archive_of(), "a.zip", "zip"),
        (archive_of()[:-30], "a.zip", None),
        (archive_of(), "a.pdf", None),
        (b"MZ" + archive_of(), "a.zip", None),
    ],
)
def test_a_large_file_is_told_by_its_beginning_and_its_end(
    monkeypatch: pytest.MonkeyPatch, data: bytes, name: str, kind: str | None
) -> None:
    assert large(monkeypatch, data, name) == kind


def test_a_large_archive_with_an_endless_list_of_contents_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_ZIP_LIST_BYTES_MAX", 100)
    assert large(monkeypatch, archive_of(), "a.zip") == "zip"
    assert large(monkeypatch, archive_of(3), "a.zip") is None


def test_little_of_a_large_file_is_read() -> None:
    class Counting(BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            found = super().read(size)
            self.taken += len(found)
            return found

    source = Counting(b"head,flow\n" * 2_000_000)
    assert content.content_kind_of(source, len(source.getvalue()), "a.csv") is content.CSV
    assert source.taken < 2 * content.HEAD_BYTES
