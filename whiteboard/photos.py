"""Pictures that lie on a board: cut, mirrored and as large as their elements say."""

import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from whiteboard.elements import Values, number, radius

PIXELS_MAX: Final = 40_000_000  # of one picture that is read: larger ones are shown as missing
_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_MISSING: Final = (231, 231, 231, 255)  # Excalidraw's box for a picture that is not there,
_SIGN: Final = (136, 136, 136, 255)  # with a sign in its middle
_SIGN_SHARE, _SIGN_PX_MAX = 0.4, 100.0  # of the shorter side, and at most so many of the board's pixels


def drawn(
    element: Values, pictures: Mapping[str, bytes] | None, size: tuple[int, int], scale: float
) -> Image.Image:
    """An image element in `size` pixels, not turned; `scale` pixels for one of the board's.

    A picture that is missing, damaged or too large is Excalidraw's box for one.
    """
    found = _read(element, pictures or {}, size)
    image = _missing(size, scale) if found is None else _mirrored(element, found)
    if (round_ := radius(element, min(size) / scale) * scale) >= 1:
        corners = Image.new("L", size)
        ImageDraw.Draw(corners).rounded_rectangle([0, 0, size[0] - 1, size[1] - 1], round_, fill=255)
        clear = Image.new("RGBA", size)
        image = Image.composite(image, clear, corners) if image.mode == "RGBA" else image
    opacity = number(element, "opacity", 100, 0, 100) / 100
    if opacity < 1:
        image.putalpha(image.getchannel("A").point(lambda value: round(value * opacity)))
    return image


def _read(element: Values, pictures: Mapping[str, bytes], size: tuple[int, int]) -> Image.Image | None:
    name = element.get("fileId")
    data = pictures.get(name) if isinstance(name, str) else None
    if data is None:
        return None
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=_FORMATS) as image:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if image.width * image.height > PIXELS_MAX:
                return None
            box = _cut(element, image.width, image.height)
            # A JPEG need not be read larger than it is shown.
            share = min(size[0] / max(box[2] - box[0], 1), size[1] / max(box[3] - box[1], 1))
            before = image.size
            if 0 < share < 1:
                image.draft("RGB", (round(image.width * share) or 1, round(image.height * share) or 1))
            less = image.width / before[0]
            shown = image.convert("RGBA")
            cut = (box[0] * less, box[1] * less, box[2] * less, box[3] * less)
            return shown.resize(size, Image.Resampling.BILINEAR, box=_within(cut, shown.size), reducing_gap=2)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _cut(element: Values, width: int, height: int) -> tuple[float, float, float, float]:
    """The part of a picture that is shown, in its own pixels."""
    crop = element.get("crop")
    if not isinstance(crop, dict):
        return 0, 0, width, height
    # The crop is in pixels of the picture that was put there; what is stored may be smaller.
    across = width / number(crop, "naturalWidth", width, 1, 1e6)
    down = height / number(crop, "naturalHeight", height, 1, 1e6)
    left, top = number(crop, "x", 0, 0, 1e6) * across, number(crop, "y", 0, 0, 1e6) * down
    wide, high = number(crop, "width", width, 0, 1e6) * across, number(crop, "height", height, 0, 1e6) * down
    return left, top, left + wide, top + high


def _within(
    box: tuple[float, float, float, float], size: tuple[int, int]
) -> tuple[float, float, float, float]:
    """A box that lies within a picture, and has an area."""
    left, top = min(max(box[0], 0), size[0] - 1), min(max(box[1], 0), size[1] - 1)
    return left, top, min(max(box[2], left + 1), size[0]), min(max(box[3], top + 1), size[1])


def _mirrored(element: Values, image: Image.Image) -> Image.Image:
    scale = element.get("scale")
    if not isinstance(scale, list):
        return image
    for value, way in zip(
        scale, (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM), strict=False
    ):
        if isinstance(value, int | float) and value < 0:
            image = image.transpose(way)
    return image


def _missing(size: tuple[int, int], scale: float) -> Image.Image:
    image = Image.new("RGBA", size, _MISSING)
    side = min(min(size) * _SIGN_SHARE, _SIGN_PX_MAX * scale)
    on = ImageDraw.Draw(image)
    unit, left, top = side / 512, (size[0] - side) / 2, (size[1] - side) / 2

    def at(x: float, y: float) -> tuple[float, float]:
        return left + x * unit, top + y * unit

    # A frame with a sun and two hills, in a square of 512.
    on.rounded_rectangle([at(0, 64), at(512, 448)], 48 * unit, fill=_SIGN)
    on.ellipse([at(56, 120), at(168, 232)], fill=_MISSING)
    hills = [(64, 384), (448, 384), (448, 272), (352, 176), (208, 320), (144, 256), (64, 336)]
    on.polygon([at(x, y) for x, y in hills], fill=_MISSING)
    return image
