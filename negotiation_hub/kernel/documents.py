"""Uploaded documents: told by their bytes, kept as they are, refused where they hold programs."""

import re
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Final

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.content import CSV, MARKUP, PDF, TEXT, Kind, ending_of, is_plain
from negotiation_hub.kernel.refusals import Malformed, Refusal, gettext_noop

_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
DOCX: Final = Kind("docx", f"{_OOXML}wordprocessingml.document", (".docx",))
XLSX: Final = Kind("xlsx", f"{_OOXML}spreadsheetml.sheet", (".xlsx",))
PPTX: Final = Kind("pptx", f"{_OOXML}presentationml.presentation", (".pptx",))
ODT: Final = Kind("odt", f"{_ODF}text", (".odt",))
ODS: Final = Kind("ods", f"{_ODF}spreadsheet", (".ods",))
ODP: Final = Kind("odp", f"{_ODF}presentation", (".odp",))
KINDS: Final = (PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TEXT, CSV)

# How programs begin: Windows, Linux, macOS (four ways) and Java, WebAssembly, Android, a Windows shortcut.
_PROGRAMS: Final = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\x00asm",
    b"dex\n",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE: .doc, .xls, .msg, .msi, and what is locked
_MAIN_PARTS: Final = {kind.media_type.encode() + b".main+xml": kind for kind in (DOCX, XLSX, PPTX)}
_MACROS: Final = re.compile(rb"macroEnabled|vbaProject|ms-office\.activeX|macrosheet", re.IGNORECASE)
# Of parts of an office file: macros of either family, controls, packed objects, files that are programs.
_ACTIVE_PART: Final = re.compile(
    r"vbaproject|vbadata|(^|/)activex/|(^|/)macrosheets/|oleobject\d*\.bin$|^(basic|scripts)/"
    r"|\.(exe|dll|com|scr|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|jar|lnk|sh|py)$",
    re.IGNORECASE,
)
_CONTENT_TYPES: Final = "[Content_Types].xml"
_SMALL_PART_BYTES: Final = 1_048_576  # of a part that is read whole: its list of types has some kB
_CHUNK_BYTES: Final = 1_048_576


class FileEmpty(Malformed):
    """No bytes."""

    code = "file.empty"
    message = gettext_noop("This file is empty.")


class FileKind(Malformed):
    """Neither a picture nor one of the kinds of documents that are taken."""

    code = "file.kind"
    message = gettext_noop(
        "Files of this kind are not taken. Welcome are pictures (JPEG, PNG, GIF, WebP), PDF, Word, Excel and"
        " PowerPoint (.docx, .xlsx, .pptx), OpenDocument (.odt, .ods, .odp), plain text and CSV."
    )


class FileMarkup(Malformed):
    """HTML, SVG or XML, which browsers may run, whatever its name says."""

    code = "file.markup"
    message = gettext_noop("Web pages, SVG and XML are not taken, as they can hold programs.")


class FileProgram(Malformed):
    """A program, or a script, whatever its name says."""

    code = "file.program"
    message = gettext_noop("This is a program. Programs are not taken, whatever they are named.")


class FileMacros(Malformed):
    """An office file with macros, controls or packed objects."""

    code = "file.macros"
    message = gettext_noop("This file holds macros or packed objects. Please save it without them.")


class FileOldOffice(Malformed):
    """The office format of before 2007, where macros cannot be told, or one under a password."""

    code = "file.old_office"
    message = gettext_noop(
        "This is an old office format, or locked by a password. Please save it as .docx, .xlsx or .pptx."
    )


class FileDamaged(Malformed):
    """An office file that cannot be unpacked."""

    code = "file.damaged"
    message = gettext_noop("This file is damaged and cannot be opened.")


class FileBomb(Refusal):
    """An office file that unpacks to more than any honest one."""

    code = "file.bomb"
    message = gettext_noop("Unpacked this file would be far too large.")
    status = 413


def document_kind(data: bytes, name: str) -> Kind:
    """What a document is. Its name only decides between plain text and CSV.

    Raises FileEmpty, FileProgram, FileMarkup, FileOldOffice, FileMacros, FileDamaged, FileBomb, FileKind.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise FileEmpty
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(_OLD_OFFICE):
        raise FileOldOffice
    # A self-extracting program is a ZIP from its end on, so the beginning must be one's as well.
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    text = _text(data)
    if text is None:
        raise FileProgram if data.startswith(_PROGRAMS) else FileKind
    if text.startswith("#!"):
        raise FileProgram
    if MARKUP.match(text):
        raise FileMarkup
    return CSV if ending_of(name) in CSV.endings else TEXT


def _text(data: bytes) -> str | None:
    """The plain text in one of the encodings in which office programs save it."""
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if is_plain(text) else None
    return None


def _office(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            _refuse_bomb(parts, len(data))
            _refuse_oddities(parts)
            kind = _opendocument(archive, parts) or _ooxml(archive, parts)
            if any(_ACTIVE_PART.search(part.filename) for part in parts):
                raise FileMacros
            _unpack(archive, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileDamaged from error
    except (ValueError, KeyError, OSError) as error:
        raise FileDamaged from error
    return kind


def _refuse_bomb(parts: Sequence[zipfile.ZipInfo], packed_bytes: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > limits.OFFICE_PARTS_MAX or unpacked > limits.OFFICE_BYTES_MAX:
        raise FileBomb
    # Parts that lie over each other pack more than there is room for.
    if sum(part.compress_size for part in parts) > packed_bytes:
        raise FileBomb


def _refuse_oddities(parts: Sequence[zipfile.ZipInfo]) -> None:
    """What makes two programs see two different files in one: a name twice, or parts under a password."""
    names = {part.filename.casefold() for part in parts}
    if len(names) < len(parts) or any(part.flag_bits & 0x1 for part in parts):
        raise FileDamaged


def _opendocument(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> Kind | None:
    if not parts or parts[0].filename != "mimetype":
        return None
    said = _part(archive, parts[0]).strip()
    return next((kind for kind in (ODT, ODS, ODP) if kind.media_type.encode() == said), None)


def _ooxml(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> Kind:
    part = next((one for one in parts if one.filename == _CONTENT_TYPES), None)
    if part is None:
        raise FileKind
    types = _part(archive, part)
    if b"&" in types:
        raise FileDamaged  # no type has one, but it could hide a word from us
    if _MACROS.search(types):
        raise FileMacros
    for said, kind in _MAIN_PARTS.items():
        if said in types:
            return kind
    raise FileKind


def _part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    if part.file_size > _SMALL_PART_BYTES:
        raise FileBomb
    with archive.open(part) as opened:
        return opened.read(_SMALL_PART_BYTES)


def _unpack(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> None:
    """Reads all of it once and keeps nothing: sums are checked, and no part is more than it says."""
    for part in parts:
        with archive.open(part) as opened:
            while opened.read(_CHUNK_BYTES):
                pass
