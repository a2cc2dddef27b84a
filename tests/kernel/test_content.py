import zipfile
from io import BytesIO

import pytest

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
