"""Draws a board as a picture: what both sides had before them, for the agreement and whoever has no editor.

Whatever somebody wrote into an element, this draws or leaves out; it never fails and never takes more than a
picture of `PICTURE_PX_MAX` needs.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Final

from PIL import Image, ImageColor, ImageDraw, ImageFont

from whiteboard import limits, shapes
from whiteboard.shapes import Path, Values

MEDIA_TYPE: Final = "image/png"
_PAPER: Final = (255, 255, 255, 255)
_INK: Final = (30, 30, 30, 255)
_MARGIN: Final = 24.0  # of the board's pixels around what is drawn
_FINE: Final = 2  # drawn so many times larger and made small again: edges are smooth then
_SHAKEN: Final = 1.25  # how much wider two shaking lines over each other are than one straight line
_TEXT_PX_MAX: Final = 600  # the largest letters, in pixels; and how wide a line of text may become
_LINE_PX_MAX: Final = 16_000
_TURNED_PX_MAX: Final = (
    60_000_000  # of text that is turned, each on a picture of its own; what is more stays upright
)
_ALIGNED: Final = {"center": (0.5, "ms"), "right": (1.0, "rs")}
_EMPTY: Final = (0.0, 0.0, 320.0, 180.0)
_FONTS: Final = FilePath(__file__).with_name("fonts")
_HAND, _PLAIN, _CODE = "Excalifont.ttf", "Nunito.ttf", "CascadiaCode-Regular.woff2"
# Excalidraw's numbers of its typefaces: hand-drawn, normal, code.
_FAMILIES: Final = {1: _HAND, 2: _PLAIN, 3: _CODE, 5: _HAND, 6: _PLAIN, 7: _PLAIN, 8: _CODE, 9: _PLAIN}

Colour = tuple[int, int, int, int]
Box = tuple[float, float, float, float]


def draw(elements: Sequence[Values], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Elements, the lowest of the pile first, as PNG; `pictures` are what they show, by `fileId`."""
    area = _around(elements)
    longest = max(area[2] - area[0], area[3] - area[1])
    scale = min(limits.PICTURE_SCALE_MAX, limits.PICTURE_PX_MAX / longest) * _FINE
    size = (max(1, round((area[2] - area[0]) * scale)), max(1, round((area[3] - area[1]) * scale)))
    pen = _Pen(Image.new("RGB", size, _PAPER[:3]), area, scale)
    arrows = {element.get("id") for element in elements if element.get("type") == "arrow"}
    for element in elements:
        pen.put(element, clears=element.get("containerId") in arrows and element.get("type") == "text")
    small = pen.image.reduce(_FINE)
    out = BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def _around(elements: Sequence[Values]) -> Box:
    boxes = []
    for element in elements:
        left, top, right, bottom = shapes.box(element)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        boxes += shapes.turned(element, corners)
    if not boxes:
        return _EMPTY
    xs, ys = [x for x, _ in boxes], [y for _, y in boxes]
    return min(xs) - _MARGIN, min(ys) - _MARGIN, max(xs) + _MARGIN, max(ys) + _MARGIN


class _Pen:
    """A picture, and how the board's coordinates lie on it."""

    def __init__(self, image: Image.Image, area: Box, scale: float) -> None:
        self.image = image
        self.area = area
        self.scale = scale
        self.on = ImageDraw.Draw(image, "RGBA")  # what is faint is blended with what lies below
        self.spare_px = _TURNED_PX_MAX

    def put(self, element: Values, *, clears: bool) -> None:
        """Draws one element; `clears` is a label that lies on an arrow."""
        if element.get("type") == "text":
            self._text(element, clears=clears)
        else:
            self._shape(element)

    def _shape(self, element: Values) -> None:
        made = shapes.shape(element)
        colour = _colour(element, "strokeColor", _INK)
        width = shapes.number(element, "strokeWidth", 2, 0.5, 50)
        if made.area and (fill := _colour(element, "backgroundColor", None)):
            self._fill(element, made.area, fill, width)
        if colour is None:
            return
        for path in made.solid:
            self._polygon(path, colour)
        if element.get("type") == "freedraw":
            self._stroke(element, made.lines[0], colour)
            return
        wider = _SHAKEN if shapes.number(element, "roughness", 1, 0, 2) > 0 else 1
        for path in made.lines:
            for piece in _broken(element, path, width):
                self._line(piece, colour, width * wider)
        if element.get("type") in {"frame", "magicframe"}:
            self._name(element)

    def _fill(self, element: Values, area: Path, colour: Colour, width: float) -> None:
        style = element.get("fillStyle")
        if style not in {"hachure", "cross-hatch", "zigzag"}:
            self._polygon(area, colour)
            return
        for across in (False, True) if style == "cross-hatch" else (False,):
            for path in shapes.hatched(area, width * 4, across=across):
                self._line(path, colour, max(width / 2, 1))

    def _text(self, element: Values, *, clears: bool) -> None:
        text, colour = element.get("text"), _colour(element, "strokeColor", _INK)
        if not isinstance(text, str) or colour is None:
            return
        left, top, right, bottom = shapes.box(element)
        if clears:
            self.on.rectangle([self._at((left, top)), self._at((right, bottom))], fill=_PAPER)
        turn = shapes.number(element, "angle", 0, -1e3, 1e3)
        width, height = (
            min(round(side * self.scale) + 2, 2 * limits.PICTURE_PX_MAX)
            for side in (right - left, bottom - top)
        )
        if turn == 0 or width * height > self.spare_px:
            self._write(self.on, element, text, colour, self._at((left, top)))
            return
        self.spare_px -= width * height
        layer = Image.new("RGBA", (width, height), (*colour[:3], 0))
        self._write(ImageDraw.Draw(layer), element, text, colour, (0, 0))
        turned = layer.rotate(-math.degrees(turn), resample=Image.Resampling.BICUBIC, expand=True)
        x, y = self._at(((left + right) / 2, (top + bottom) / 2))
        self.image.paste(turned, (round(x - turned.width / 2), round(y - turned.height / 2)), turned)

    def _write(
        self, on: ImageDraw.ImageDraw, element: Values, text: str, colour: Colour, at: tuple[float, float]
    ) -> None:
        size = shapes.number(element, "fontSize", 20, 1, 2_000)
        font = _font(element.get("fontFamily"), min(max(round(size * self.scale), 4), _TEXT_PX_MAX))
        width = shapes.number(element, "width", 0, 0, 1e6) * self.scale
        share, anchor = _ALIGNED.get(str(element.get("textAlign")), (0, "ls"))
        ascent, descent = font.getmetrics()
        step = size * shapes.number(element, "lineHeight", 1.25, 0.5, 5) * self.scale
        for place, line in enumerate(text.split("\n")):
            base = at[1] + place * step + (step - ascent - descent) / 2 + ascent
            if -step < base < self.image.height + step:
                shown = line[: int(_LINE_PX_MAX / font.size)].replace("\t", "    ")
                on.text((at[0] + width * share, base), shown, font=font, fill=colour, anchor=anchor)

    def _name(self, element: Values) -> None:
        name = element.get("name")
        left, top, _, _ = shapes.box(element)
        label = name if isinstance(name, str) and name else "Frame"
        font = _font(6, min(max(round(14 * self.scale), 4), _TEXT_PX_MAX))
        self.on.text(self._at((left, top - 4)), label[:100], font=font, fill=(110, 110, 110), anchor="ls")

    def _stroke(self, element: Values, path: Path, colour: Colour) -> None:
        """A pen's stroke, as wide at each point as it was pressed there."""
        points = [self._at(point) for point in path]
        widths = [max(1.0, width * self.scale) for width in shapes.pen_widths(element, path)]
        for (start, end), (one, other) in zip(pairwise(points), pairwise(widths), strict=True):
            self.on.line([start, end], fill=colour, width=max(1, round((one + other) / 2)))
        for (x, y), width in zip(points, widths, strict=True):
            self.on.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=colour)

    def _polygon(self, path: Path, colour: Colour) -> None:
        if len(path) > 2:  # noqa: PLR2004 - less has no area
            self.on.polygon([self._at(point) for point in path], fill=colour)

    def _line(self, path: Path, colour: Colour, width: float) -> None:
        points = [self._at(point) for point in path]
        pen = max(1, round(width * self.scale))
        if len(points) > 1:
            self.on.line(points, fill=colour, width=pen, joint="curve")
        for x, y in {points[0], points[-1]}:  # round ends; a stroke of one point is a dot
            self.on.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], fill=colour)

    def _at(self, point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] - self.area[0]) * self.scale, (point[1] - self.area[1]) * self.scale


def _broken(element: Values, path: Path, width: float) -> Sequence[Path]:
    if len(path) < 2:  # noqa: PLR2004 - a dot
        return [path] if path else []
    match element.get("strokeStyle"):
        case "dashed":
            return list(shapes.dashed(path, 8, 8 + width))
        case "dotted":
            return list(shapes.dashed(path, 1.5, 6 + width))
        case _:
            return [path]


def _colour(element: Values, name: str, default: Colour | None) -> Colour | None:
    """A colour as people and Excalidraw write it; None for what is not to be seen."""
    value = element.get(name)
    if value == "transparent":
        return None
    try:
        found = ImageColor.getcolor(str(value), "RGBA") if value else default
    except ValueError:
        return default
    if not isinstance(found, tuple):
        return default
    red, green, blue, alpha = found
    return red, green, blue, round(alpha * shapes.number(element, "opacity", 100, 0, 100) / 100)


@lru_cache(maxsize=64)
def _face(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / name), size)


def _font(family: object, size: int) -> ImageFont.FreeTypeFont:
    return _face(_FAMILIES.get(family, _HAND) if isinstance(family, int) else _HAND, size)
