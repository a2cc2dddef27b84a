"""Reading the signed record that is inside a PDF of ours, without reading the PDF.

Whoever uploads a PDF may have made it to harm its reader, so nothing of it is followed: what is attached
stands as a stream of its own, which is looked for by its name, and unpacked up to a bound.
"""

import re
import zlib
from typing import Final

from negotiation_hub.kernel import limits

_FILE: Final = re.compile(rb"/Type\s*/EmbeddedFile\b[^\0]{0,400}?\bstream\r?\n", re.DOTALL)
_BEGINS: Final = b'{"agreements":'
_TRIED_MAX: Final = 20  # attachments that are looked at


def record_in(data: bytes) -> bytes | None:
    """The transcript inside a PDF, None when there is none, or one longer than any that we put there."""
    for number, found in enumerate(_FILE.finditer(data)):
        if number >= _TRIED_MAX:
            return None
        record = _unpacked(data, found)
        if record is not None and record.startswith(_BEGINS):
            return record
    return None


def _unpacked(data: bytes, found: re.Match[bytes]) -> bytes | None:
    if b"/FlateDecode" not in found.group():
        end = data.find(b"endstream", found.end())
        return data[found.end() : end].rstrip(b"\r\n") if end > 0 else None
    unpacking = zlib.decompressobj()
    try:
        record = unpacking.decompress(memoryview(data)[found.end() :], limits.TRANSCRIPT_UPLOAD_BYTES_MAX + 1)
    except zlib.error:
        return None
    whole = unpacking.eof and len(record) <= limits.TRANSCRIPT_UPLOAD_BYTES_MAX
    return record if whole else None
