"""What somebody uploads: a picture, drawn anew, or a document as it is, with a name that is safe to give.

`examine` does the work; `negotiation_hub/kernel/apart.py` does it in a process of its own, with bounds.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from negotiation_hub.kernel import limits, pictures
from negotiation_hub.kernel.content import ending_of
from negotiation_hub.kernel.documents import document_kind
from negotiation_hub.kernel.refusals import Refusal, gettext_noop
from negotiation_hub.kernel.text import shown_only

NAME_CHARS_MAX: Final = 120
_NOT_IN_NAMES: Final = re.compile(r'[<>:"/\\|?*]')  # what some system cannot store, or reads as a place
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


class UploadTooLarge(Refusal):
    """More bytes than one file may have."""

    code = "file.too_large"
    message = gettext_noop("This file is too large: at most 10 MiB.")
    status = 413


class UploadTooHard(Refusal):
    """Reading it took more time or memory than any honest file does."""

    code = "file.too_hard"
    message = gettext_noop("This file could not be read in time. Please save it anew, or smaller.")
    status = 422


@dataclass(frozen=True, slots=True)
class Examined:
    """An upload that may be kept. Of a picture `data` is WebP, and there is a small one beside it."""

    name: str
    media_type: str
    data: bytes
    thumbnail: bytes | None = None
    width: int | None = None
    height: int | None = None


def examine(data: bytes, name: str) -> Examined:
    """Tells an upload by its bytes, never by its name.

    Raises UploadTooLarge, and what `pictures.prepare` and `documents.document_kind` raise.
    """
    if len(data) > limits.FILE_BYTES_MAX:
        raise UploadTooLarge
    if data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        drawn = pictures.prepare(data)
        return Examined(
            name=_named(_stem(name), pictures.ENDING),
            media_type=pictures.MEDIA_TYPE,
            data=drawn.full.data,
            thumbnail=drawn.thumbnail.data,
            width=drawn.full.width,
            height=drawn.full.height,
        )
    kind = document_kind(data, name)
    # What claims to be something else keeps its name, with the ending of what it is behind it.
    ending = ending_of(_clean(name))
    known = ending if ending in kind.endings else kind.endings[0]
    stem = _stem(name) if ending in {"", known} else _clean(name)
    return Examined(name=_named(stem, known), media_type=kind.media_type, data=data)


def _clean(name: str) -> str:
    """The last part of a path, on one line, with nothing in it that is not seen."""
    last = shown_only(PurePosixPath(name.replace("\\", "/")).name)
    seen = "".join(char for char in last if unicodedata.category(char) not in {"Cf", "Co", "Cn"})
    return _NOT_IN_NAMES.sub("_", seen).strip(" .")


def _stem(name: str) -> str:
    clean = _clean(name)
    ending = ending_of(clean)
    return clean[: len(clean) - len(ending)] if ending else clean


def _named(stem: str, ending: str) -> str:
    return (stem.strip(" .")[: NAME_CHARS_MAX - len(ending)] or "file") + ending
