"""Uploaded pictures: read with suspicion, drawn anew, so that nothing of the file but its pixels remains."""

import threading
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from catalog.refusals import PictureTooLarge, PictureUnreadable
from negotiation_hub.kernel import limits

MEDIA_TYPE: Final = (
    "image/webp"  # one format for photographs and drawings, with transparency, in every browser
)
FULL_PX: Final = 2048  # the longer side; sharp on a large screen
THUMBNAIL_PX: Final = 640  # a card on a phone with three device pixels each
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
_QUALITY: Final = 82
# A large picture takes some 200 MB while it is read: one at a time, or a few uploads would take all memory.
_one_at_a_time: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A re-encoded picture with its size in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as it is stored: the large one and the small one."""

    full: Drawn
    thumbnail: Drawn


def prepare(data: bytes) -> Prepared:
    """Reads an upload, turns it upright, drops all metadata and all frames but the first.

    Takes up to a second, so it must not run inside a transaction. Raises PictureUnreadable, PictureTooLarge.
    """
    if len(data) > limits.FILE_BYTES_MAX:
        raise PictureTooLarge
    with _one_at_a_time:
        picture = _read(data)
        return Prepared(full=_draw(picture, FULL_PX), thumbnail=_draw(picture, THUMBNAIL_PX))


def _read(data: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            _refuse_bomb(opened)
            # A JPEG decodes at a fraction of its size where that suffices.
            opened.draft("RGB", (FULL_PX, FULL_PX))
            upright = ImageOps.exif_transpose(opened)
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge from error
    except PictureTooLarge:
        raise
    except Exception as error:  # decoders raise whatever a broken file makes them trip over
        raise PictureUnreadable from error


def _refuse_bomb(opened: Image.Image) -> None:
    if opened.width * opened.height > limits.PICTURE_PIXELS_MAX:
        raise PictureTooLarge


def _draw(picture: Image.Image, longest_px: int) -> Drawn:
    copy = picture.copy()
    copy.info.clear()  # Pillow would write what it finds here back into the file
    copy.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    copy.save(buffer, "WEBP", quality=_QUALITY, method=4)
    return Drawn(buffer.getvalue(), copy.width, copy.height)
