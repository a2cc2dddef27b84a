"""Uploads are told by their bytes: pictures are drawn anew, documents kept, and programs refused."""

import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from negotiation_hub.kernel import apart, documents, limits
from negotiation_hub.kernel.content import Kind
from negotiation_hub.kernel.documents import DOCX, ODP, ODS, ODT, PPTX, XLSX
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.uploads import NAME_CHARS_MAX, Examined, examine
from tests.factories.catalog import picture_bytes
from tests.kernel.office import PDF, ooxml, opendocument, packed, types

ROOT = Path(__file__).parents[2]
ANSWERED_WITHIN_S = 5


def code(data: bytes, name: str = "a") -> str:
    """What an upload is refused with."""
    with pytest.raises(Refusal) as refused:
        examine(data, name)
    assert refused.value.message
    return refused.value.code


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a busy machine take its time, where time is not what is tested."""
    monkeypatch.setattr(limits, "EXAMINE_WITHIN_S", 60)


# -- documents ---------------------------------------------------------------------------------------------


@pytest.mark.covers("room:messages.documents")
@pytest.mark.parametrize(
    ("data", "name", "word", "kept_as"),
    [
        (PDF, "terms.pdf", "pdf", "terms.pdf"),
        (PDF, "TERMS.PDF", "pdf", "TERMS.pdf"),
        (PDF, "notes.txt", "pdf", "notes.txt.pdf"),
        (PDF, "invoice.pdf.exe", "pdf", "invoice.pdf.exe.pdf"),
        (PDF, "terms", "pdf", "terms.pdf"),
        (ooxml(DOCX), "a.docx", "docx", "a.docx"),
        (ooxml(XLSX), "a.zip", "xlsx", "a.zip.xlsx"),
        (ooxml(PPTX), "a.pptx", "pptx", "a.pptx"),
        (opendocument(ODT), "a.odt", "odt", "a.odt"),
        (opendocument(ODS), "a.ods", "ods", "a.ods"),
        (opendocument(ODP), "a.odp", "odp", "a.odp"),
        (b"words\n", "run.bat", "text", "run.bat.txt"),
        (b"words\n", "read.md", "text", "read.md"),
        (b"a,b\n1,2\n", "a.csv", "csv", "a.csv"),
        ("precio;5 €\n".encode("cp1252"), "a.csv", "csv", "a.csv"),
        ("precio;5 €\n".encode("utf-16"), "a.csv", "csv", "a.csv"),
    ],
)
def test_a_document_is_told_by_its_bytes_and_named_after_them(
    data: bytes, name: str, word: str, kept_as: str
) -> None:
    found = examine(data, name)
    kind = next(kind for kind in documents.KINDS if kind.word == word)
    assert (found.media_type, found.name, found.data) == (kind.media_type, kept_as, data)


@pytest.mark.covers("room:messages.documents", "room:hostile.files")
@pytest.mark.parametrize(
    ("data", "name", "refusal"),
    [
        (b"", "a.txt", "file.empty"),
        (b"\0\0  \n", "a.txt", "file.empty"),
        (b"<!doctype html><script>alert(1)</script>", "a.png", "file.markup"),
        (b"<html><script>alert(1)</script>", "a.pdf", "file.markup"),
        (b"  <svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "file.markup"),
        ("<?xml version='1.0'?><a/>".encode("utf-16"), "a.txt", "file.markup"),
        (b"MZ\x90\0\3", "terms.pdf", "file.program"),
        (b"\x7fELF\2\1\1\0", "terms.docx", "file.program"),
        (b"\xca\xfe\xba\xbe\0\0", "a.txt", "file.program"),
        (b"#!/bin/sh\nrm -r /\n", "a.txt", "file.program"),
        (b"L\0\0\0\1\x14\2\0\0", "photo.jpg", "file.program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "file.old_office"),
        (packed({"a.txt": b"text"}), "a.docx", "file.kind"),
        (b"Rar!\x1a\7\0", "a.rar", "file.kind"),
        (b"\1\2\3\4", "a.txt", "file.kind"),
        (b"II*\0\10\0\0\0", "scan.tiff", "file.kind"),
        (b"PK\3\4 and nothing more", "a.docx", "file.damaged"),
    ],
)
def test_what_is_not_taken_is_refused_by_name(data: bytes, name: str, refusal: str) -> None:
    assert code(data, name) == refusal


@pytest.mark.covers("room:messages.documents")
@pytest.mark.parametrize(
    "data",
    [
        ooxml(DOCX, **{"word/vbaProject.bin": b"\0"}),
        ooxml(DOCX, "application/vnd.ms-office.vbaProject", **{"word/plain.bin": b"\0"}),
        packed({"[Content_Types].xml": b'"application/vnd.ms-word.document.macroEnabled.main+xml"'}),
        ooxml(XLSX, **{"xl/macrosheets/sheet1.xml": b"<a/>"}),
        ooxml(PPTX, **{"ppt/activeX/activeX1.bin": b"\0"}),
        ooxml(DOCX, **{"word/embeddings/oleObject1.bin": b"\0"}),
        ooxml(DOCX, **{"word/media/setup.exe": b"MZ"}),
        opendocument(ODT, **{"Basic/Standard/Module1.xml": b"<a/>"}),
        opendocument(ODS, **{"Scripts/python/a.py": b"import os"}),
    ],
)
def test_an_office_file_with_macros_or_programs_is_refused(data: bytes) -> None:
    assert code(data, "a.docx") == "file.macros"


def bomb(parts: int, mebibytes: int) -> bytes:
    """An office file that is small, and unpacks to so much."""
    return ooxml(DOCX, **{f"word/{number}.xml": bytes(mebibytes << 20) for number in range(parts)})


def lying(data: bytes) -> bytes:
    """The same with a list of contents that says that its largest part has ten bytes."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        part = max(archive.infolist(), key=lambda one: one.file_size)
    return data.replace(part.file_size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


@pytest.mark.covers("room:hostile.files")
@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (bomb(9, 30), "file.bomb"),
        (packed({f"{n}": b"" for n in range(limits.OFFICE_PARTS_MAX + 1)}), "file.bomb"),
        (packed({"[Content_Types].xml": types() + bytes(2 << 20)}), "file.bomb"),
        (lying(bomb(1, 30)), "file.damaged"),
        (ooxml(DOCX)[:-30], "file.damaged"),
        (packed({"[Content_Types].xml": types() + b"&#x76;"}), "file.damaged"),
    ],
    ids=["large", "many", "types", "lying", "cut", "hidden"],
)
def test_an_office_file_that_unpacks_to_too_much_or_lies_is_refused(data: bytes, refusal: str) -> None:
    assert code(data, "a.docx") == refusal


def test_parts_that_lie_over_each_other_are_a_bomb() -> None:
    data = bytearray(ooxml(DOCX, **{"word/a.xml": bytes(range(256)) * 40, "word/b.xml": bytes(9)}))
    # Both entries of the list say that they are as long, packed, as the whole file is.
    place = 0
    while (place := data.find(b"PK\1\2", place)) != -1:
        data[place + 20 : place + 24] = len(data).to_bytes(4, "little")
        place += 4
    assert code(bytes(data)) == "file.bomb"


@pytest.mark.parametrize("kind", [DOCX, ODT])
def test_a_part_that_is_there_twice_is_refused(kind: Kind) -> None:
    buffer = BytesIO(ooxml(DOCX) if kind is DOCX else opendocument(ODT))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml" if kind is DOCX else "content.xml", "<other/>")
    assert code(buffer.getvalue()) == "file.damaged"


# -- names -------------------------------------------------------------------------------------------------


@pytest.mark.covers("room:hostile.files")
@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ada\\terms.pdf", "terms.pdf"),
        ("terms\r\nSet-Cookie: a=b.pdf", "terms Set-Cookie_ a=b.pdf"),
        ('a"; filename="b.pdf', "a_; filename=_b.pdf"),
        ("gpj.\u202efdp.pdf", "gpj. fdp.pdf"),
        ("ter\u200bms\u00ad.pdf", "terms.pdf"),
        ("<script>alert(1)</script>.pdf", "script_.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("\ud800\x00.pdf", "pdf.pdf"),
        ("señal número 5.pdf", "señal número 5.pdf"),
        ("x" * 500 + ".pdf", "x" * (NAME_CHARS_MAX - 4) + ".pdf"),
    ],
)
def test_a_name_is_made_safe(name: str, kept_as: str) -> None:
    found = examine(PDF, name).name
    assert len(found) <= NAME_CHARS_MAX
    assert found == kept_as


# -- pictures ----------------------------------------------------------------------------------------------


def meta() -> bytes:
    """A photograph with what a camera notes, the place included."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 14.0), 3: "E", 4: (11.0, 34.0, 31.0)})
    return picture_bytes(60, 40, "JPEG", exif=exif, comment=b"secret words")


@pytest.mark.covers("room:messages.pictures")
def test_a_picture_is_drawn_anew_upright_and_without_what_the_camera_noted() -> None:
    assert Image.open(BytesIO(meta())).getexif().get_ifd(0x8825)
    found = examine(meta(), "IMG_1.JPG")
    assert (found.name, found.media_type, found.width, found.height) == ("IMG_1.webp", "image/webp", 40, 60)
    assert found.thumbnail is not None
    for data in (found.data, found.thumbnail):
        with Image.open(BytesIO(data)) as picture:
            assert not picture.getexif()
            assert {"exif", "xmp", "icc_profile"}.isdisjoint(picture.info)
        assert b"ecret" not in data


def test_a_picture_whose_notes_are_broken_is_still_a_picture() -> None:
    data = meta().replace(b"II*\0", b"II*\xff").replace(b"MM\0*", b"MM\xff*")
    assert (examine(data, "a.jpg").width, examine(data, "a.jpg").height) == (60, 40)


def test_sixteen_bits_of_grey_stay_grey() -> None:
    buffer = BytesIO()
    Image.new("I;16", (8, 8), 128 << 8).save(buffer, "PNG")
    with Image.open(BytesIO(examine(buffer.getvalue(), "a.png").data)) as picture:
        red, _, _ = picture.convert("RGB").getpixel((4, 4))  # type: ignore[misc]
    assert 120 < red < 136


# -- in a process of its own -------------------------------------------------------------------------------


def test_what_is_read_apart_is_what_is_read_here(patient: None) -> None:
    for data, name in ((meta(), "a.jpg"), (PDF, "a.pdf"), (picture_bytes(), "é.png")):
        assert apart.examine(data, name) == examine(data, name)
    with pytest.raises(documents.FileProgram):
        apart.examine(b"MZ\0", "a.pdf")


@pytest.mark.covers("room:hostile.files")
def test_what_takes_too_long_is_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EXAMINE_WITHIN_S", 0)
    with pytest.raises(Refusal) as refused:
        apart.examine(PDF, "a.pdf")
    assert refused.value.code == "file.too_hard"
    monkeypatch.undo()
    assert apart.examine(PDF, "a.pdf").data == PDF  # its place is free again


@pytest.mark.covers("room:hostile.files")
def test_what_takes_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch, patient: None) -> None:
    data = picture_bytes(3000, 2000)
    assert apart.examine(data, "a.png").width == 2048
    monkeypatch.setattr(limits, "EXAMINE_MEMORY_BYTES", 1 << 20)
    with pytest.raises(Refusal) as refused:
        apart.examine(data, "a.png")
    assert refused.value.code in {"file.too_hard", "picture.unreadable"}


def test_who_comes_while_others_are_read_waits_and_is_then_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "EXAMINE_WAIT_S", 0)
    for _ in range(limits.EXAMINED_AT_ONCE):
        apart._free.acquire()
    try:
        with pytest.raises(Refusal) as refused:
            apart.examine(PDF, "a.pdf")
    finally:
        for _ in range(limits.EXAMINED_AT_ONCE):
            apart._free.release()
    assert (refused.value.code, refused.value.temporary) == ("busy", True)


def test_the_process_that_reads_knows_no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program, told = tmp_path / "python", tmp_path / "told"
    program.write_text(f"#!/bin/sh\n/usr/bin/env > {told}\n/bin/cat > /dev/null\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setenv("HUB_KEY_RING", "secret")
    with pytest.raises(Refusal) as refused:
        apart.examine(PDF, "a.pdf")
    assert refused.value.code == "file.too_hard"  # whatever it is that says nothing
    names = {line.partition("=")[0] for line in told.read_text().splitlines()}
    assert names <= {"PYTHONPATH", "PYTHONSAFEPATH", "PYTHONWARNINGS", "PWD", "SHLVL", "_", "OLDPWD"}


def answered(data: bytes, name: str, read: Callable[[bytes, str], Examined]) -> Examined | str:
    """What somebody hears of an upload, in time."""
    begun = time.monotonic()
    try:
        said: Examined | str = read(data, name)
    except Refusal as refusal:
        said = refusal.code
    assert time.monotonic() - begun < ANSWERED_WITHIN_S, name
    return said


@pytest.mark.covers("room:hostile.files", "room:messages.pictures")
def test_every_picture_and_document_of_the_collection_is_taken_or_refused_in_words_in_time(
    realdata: Path,
) -> None:
    pictures = all_answered(realdata / "images", apart.examine)
    taken = [one for one in pictures if isinstance(one, Examined)]
    assert len(taken) > len(pictures) * 9 // 10
    assert {one for one in pictures if isinstance(one, str)} <= {"picture.unreadable", "picture.too_large"}
    assert {one.media_type for one in taken} <= {"image/webp", "text/plain; charset=utf-8"}  # its licence
    documents = all_answered(realdata / "documents", examine)
    assert all(isinstance(one, Examined) or one.startswith("file.") for one in documents)


def all_answered(folder: Path, read: Callable[[bytes, str], Examined]) -> list[Examined | str]:
    """Every file of a folder, as many at a time as a server reads."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    with ThreadPoolExecutor(limits.EXAMINED_AT_ONCE) as readers:
        return list(readers.map(lambda path: answered(path.read_bytes(), path.name, read), found))


HUNGRY = """
import resource
from io import BytesIO
from PIL import Image
from negotiation_hub.kernel import apart
buffer = BytesIO()
Image.new("RGBA", (8000, 5000), "red").save(buffer, "WEBP", lossless=True, quality=0, method=0)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    apart.examine(buffer.getvalue(), "a.webp")
except apart.UploadTooHard:  # on a machine that is busy with other things
    pass
print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, apart.limits.EXAMINE_MEMORY_BYTES)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.covers("room:hostile.files")
def test_the_largest_picture_takes_bounded_memory_and_none_of_the_servers() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HUNGRY], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    before, after, bound, apart_kib = map(int, done.stdout.split())
    assert after - before < 64 << 10  # KiB: what went through pipes
    assert apart_kib << 10 <= bound
