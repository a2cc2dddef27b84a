"""What an uploaded file is: told by its bytes, never by its name or by what a browser says.

A name only decides between readings of the same bytes (a CSV is a text, too); it must not claim another
kind.
"""

import re
import struct
import unicodedata
import zipfile
from codecs import getincrementaldecoder
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO, Final

import orjson


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file with the endings that names of it may have, the usual one first."""

    word: str
    media_type: str
    endings: tuple[str, ...]


PDF: Final = Kind("pdf", "application/pdf", (".pdf",))
ZIP: Final = Kind("zip", "application/zip", (".zip",))
PNG: Final = Kind("png", "image/png", (".png",))
JPEG: Final = Kind("jpeg", "image/jpeg", (".jpg", ".jpeg"))
WEBP: Final = Kind("webp", "image/webp", (".webp",))
PARQUET: Final = Kind("parquet", "application/vnd.apache.parquet", (".parquet",))
JSON: Final = Kind("json", "application/json", (".json", ".geojson"))
CSV: Final = Kind("csv", "text/csv; charset=utf-8", (".csv", ".tsv"))
TEXT: Final = Kind("text", "text/plain; charset=utf-8", (".txt", ".md"))
KINDS: Final = (PDF, ZIP, PNG, JPEG, WEBP, PARQUET, JSON, CSV, TEXT)

MARKUP: Final = re.compile(r"\s*<(?:!|\?|[a-z])", re.IGNORECASE)  # HTML, SVG, XML: run by browsers that guess
HEAD_BYTES: Final = 1024 * 1024  # of a large file, by which its kind is told
WHOLE_BYTES_MAX: Final = 10 * 1024 * 1024  # up to it a file is read whole, and JSON and text are proved
_ZIP_LIST_BYTES_MAX: Final = 8 * 1024 * 1024  # of a ZIP's list of contents: 80,000 files
_ZIP_END: Final = struct.Struct("<4s4H2LH")  # the record at a ZIP's end, and its mark
_ZIP_MARK: Final = b"PK\x05\x06"
_ZIP_TAIL_BYTES: Final = _ZIP_END.size + 65_535  # where it is, with the longest comment behind it
_GOES_ON, _STARTS = 0x80, 0xC0  # bytes from the one to before the other go on with a character
_LAYOUT: Final = frozenset("\t\n\r\f")


def content_kind(data: bytes, name: str) -> Kind | None:
    """The kind of a file; None for an empty one, a kind not listed here, and a name that claims another kind.

    A name without an ending claims nothing. Reads at most the text, or a ZIP's list of contents.
    """
    ending = ending_of(name)
    found = _binary(data) or _text(data, ending)
    return found if found is not None and (not ending or ending in found.endings) else None


def content_kind_of(source: BinaryIO, size: int, name: str) -> Kind | None:
    """The same for a file that may be large; `source` can be sought, and is left anywhere.

    Of one above `WHOLE_BYTES_MAX` the beginning and the end are read: 512 MiB of text would take a quarter of
    a minute to be looked through, and of JSON some gigabytes. What its middle holds is for whoever opens it;
    a browser keeps it as a file and never guesses (`kernel/transfer.py`).
    """
    source.seek(0)
    if size <= WHOLE_BYTES_MAX:
        return content_kind(source.read(WHOLE_BYTES_MAX + 1), name)
    ending, head = ending_of(name), source.read(HEAD_BYTES)
    source.seek(-_ZIP_TAIL_BYTES, 2)
    tail = source.read()
    if head.startswith(b"PK\x03\x04"):
        found = ZIP if _is_large_zip(tail, size) else None
    elif head.startswith(b"PAR1"):
        found = PARQUET if tail.endswith(b"PAR1") else None
    else:
        found = _binary(head) or _large_text(head, tail, ending)
    return found if found is not None and (not ending or ending in found.endings) else None


def _is_large_zip(tail: bytes, size: int) -> bool:
    """By the record at its end (APPNOTE 4.3.16): a list of contents of a size that can be read, before it."""
    place = tail.rfind(_ZIP_MARK)
    if place < 0 or len(tail) - place < _ZIP_END.size:
        return False
    *_, list_bytes, list_start, comment = _ZIP_END.unpack_from(tail, place)
    end = size - len(tail) + place
    return bool(
        list_bytes <= min(_ZIP_LIST_BYTES_MAX, end)
        and list_start + list_bytes <= end
        and place + _ZIP_END.size + comment <= len(tail)
    )


def _large_text(head: bytes, tail: bytes, ending: str) -> Kind | None:
    # Both may be cut in the midst of a character, of at most four bytes.
    start = next((at for at, byte in enumerate(tail[:4]) if not _GOES_ON <= byte < _STARTS), 0)
    try:
        text = getincrementaldecoder("utf-8-sig")().decode(head)
        last = tail[start:].decode()
    except UnicodeDecodeError:
        return None
    if not text.strip() or MARKUP.match(text) or not (is_plain(text) and is_plain(last)):
        return None
    if ending in JSON.endings:
        return JSON if text.lstrip()[:1] + last.rstrip()[-1:] in {"{}", "[]"} else None
    return CSV if ending in CSV.endings else TEXT


def ending_of(name: str) -> str:
    """The ending of a file's name in lower case, with its point; empty when there is none."""
    return PurePosixPath(name.replace("\\", "/").strip()).suffix.lower()


def _binary(data: bytes) -> Kind | None:
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"PAR1") and data.endswith(b"PAR1") and len(data) > len(b"PAR1PAR1"):
        return PARQUET
    # A self-extracting program is a ZIP from its end on, so the beginning must be one's as well.
    if data.startswith(b"PK\x03\x04") and _is_zip(data):
        return ZIP
    return None


def _is_zip(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return True


def _text(data: bytes, ending: str) -> Kind | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if not text.strip() or MARKUP.match(text) or not is_plain(text):
        return None
    if ending in JSON.endings:
        return JSON if _is_json(text) else None
    return CSV if ending in CSV.endings else TEXT


def is_plain(text: str) -> bool:
    """Whether a text has no control characters but those of its layout."""
    # Each character that occurs is looked at once: a file of 10 MiB has a few hundred.
    return all(char in _LAYOUT or unicodedata.category(char) != "Cc" for char in set(text))


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
