"""Uploaded pictures: read with suspicion, drawn anew, so that nothing of the file but its pixels remains."""

import threading
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.refusals import Malformed, Refusal, gettext_noop

MEDIA_TYPE: Final = (
    "image/webp"  # one format for photographs and drawings, with transparency, in every browser
)
ENDING: Final = ".webp"
FULL_PX: Final = 2048  # the longer side; sharp on a large screen
THUMBNAIL_PX: Final = 640  # a card on a phone with three device pixels each
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
_QUALITY: Final = 82
_ORIENTATION: Final = 0x0112  # the tag of EXIF in which a camera notes how it was held
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A large picture takes some 400 MB while it is read: one at a time, or a few uploads would take all memory.
_one_at_a_time: Final = threading.Lock()


class PictureUnreadable(Malformed):
    """No picture, a damaged one, or one of a kind that browsers do not show."""

    code = "picture.unreadable"
    message = gettext_noop("This picture cannot be read. JPEG, PNG, GIF and WebP are welcome.")


class PictureTooLarge(Refusal):
    """More bytes or pixels than a picture may have."""

    code = "picture.too_large"
    message = gettext_noop("This picture is too large: at most 10 MiB and 40 megapixels.")
    status = 413


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
    """The first frame, upright and no larger than it is shown."""
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            _refuse_bomb(opened)
            # A JPEG decodes at a fraction of its size where that suffices.
            opened.draft("RGB", (FULL_PX, FULL_PX))
            opened.load()
            turn = _UPRIGHT.get(_orientation(opened))
            picture = _colours(opened)
            # Made small before it is turned: turning needs as much memory again.
            picture.thumbnail((FULL_PX, FULL_PX), Image.Resampling.LANCZOS)
        return picture if turn is None else picture.transpose(turn)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge from error
    except PictureTooLarge:
        raise
    except Exception as error:  # decoders raise whatever a broken file makes them trip over
        raise PictureUnreadable from error


def _refuse_bomb(opened: Image.Image) -> None:
    if opened.width * opened.height > limits.PICTURE_PIXELS_MAX:
        raise PictureTooLarge


def _orientation(opened: Image.Image) -> int:
    try:
        return int(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - what a camera noted may be broken where the picture is not
        return 1


def _colours(opened: Image.Image) -> Image.Image:
    if opened.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off instead of scaling
        return opened.convert("I").point(lambda grey: grey * (1 / 256)).convert("L").convert("RGB")
    mode = "RGBA" if opened.has_transparency_data else "RGB"
    return opened if opened.mode == mode else opened.convert(mode)


def _draw(picture: Image.Image, longest_px: int) -> Drawn:
    copy = picture.copy()
    copy.info.clear()  # Pillow would write what it finds here back into the file
    copy.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    copy.save(buffer, "WEBP", quality=_QUALITY, method=4)
    return Drawn(buffer.getvalue(), copy.width, copy.height)
