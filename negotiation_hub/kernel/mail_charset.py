"""Bytes and headers of mails as text, whatever charset they claim to be in. Nothing here raises."""

import codecs
import contextlib
from email.header import decode_header
from typing import Final

HEADER_CHARS_MAX: Final = 2_000  # of one field that is shown or compared
# Codecs that are no charsets of a text, or take quadratic time.
_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_CONTROLS: Final = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])


def decoded(value: str) -> str:
    """A header's value with its encoded words read, whatever they claim to be."""
    value = value[:HEADER_CHARS_MAX]
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except Exception:  # noqa: BLE001 - broken base64, and worse
        return value
    return "".join(
        piece if isinstance(piece, str) else to_text(piece, charset or "ascii") for piece, charset in pieces
    )


def to_text(data: bytes, charset: str | None) -> str:
    """Bytes as text, in the charset that they claim if there is such a one, else as well as can be.

    Cleaned as by `clean`.
    """
    for name in (charset or "", "utf-8"):
        with contextlib.suppress(Exception):
            codec = codecs.lookup(name.strip().strip("'\""))
            if codec.name == "iso8859-1":
                return clean(data.decode("cp1252", "replace"))  # as everybody reads it since the nineties
            if codec.name.replace("-", "_") not in _NO_CHARSETS:
                return clean(data.decode(codec.name))
    return clean(data.decode("cp1252", "replace"))


def clean(text: str) -> str:
    """The text with plain line ends, and without characters that databases refuse or nobody sees."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
