"""Draws a board as a picture: what both sides had before them, for the agreement and whoever has no editor.

It is the picture that Excalidraw would export. Whatever somebody wrote into an element, this draws or leaves
out; it never fails and never takes more than a picture of `PICTURE_PX_MAX` needs.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageColor

from whiteboard import freehand, labels, limits, photos, shapes, typefaces
from whiteboard.elements import FRAMES, LINEAR, Box, Values, corner, number, size
from whiteboard.pen import Pen, Place
from whiteboard.typefaces import Colour, Text

MEDIA_TYPE: Final = "image/png"
MARGIN: Final = 24.0  # of the board's pixels around what is drawn
_PAPER: Final = (255, 255, 255, 255)
_INK: Final = (30, 30, 30, 255)
_FINE, _FINER = (
    2,
    4,
)  # drawn so many times larger, a small picture more, and made small again: edges are smooth then
_EMPTY: Final = (0.0, 0.0, 320.0, 180.0)
# How Excalidraw draws a frame, and its name above it.
_FRAME: Final[Values] = {
    "strokeColor": "#bbbbbb",
    "strokeWidth": 2,
    "roughness": 0,
    "roundness": {"type": 3, "value": 8},
}
_NAME_PX, _NAME_LINE, _NAME_ABOVE_PX = 14.0, 1.25, 3.0
_NAME_CHARS_MAX: Final = 200


def draw(
    elements: Sequence[Values],
    pictures: Mapping[str, bytes] | None = None,
    *,
    paper: str | None = None,
    longest: int | None = None,
) -> bytes:
    """Elements, the lowest of the pile first, as PNG.

    `pictures` are those that image elements name by `fileId`, as PNG, JPEG or WebP; a box stands for what is
    missing. `paper` is the colour below all, white where it is none. `longest` is the longer side in pixels,
    which never exceeds `PICTURE_PX_MAX`.
    """
    out = BytesIO()
    painted(elements, pictures, paper=paper, longest=longest).save(out, "PNG", optimize=True)
    return out.getvalue()


def painted(
    elements: Sequence[Values],
    pictures: Mapping[str, bytes] | None = None,
    *,
    paper: str | None = None,
    longest: int | None = None,
) -> Image.Image:
    """The same, not yet as a file."""
    board = _Board(elements, pictures or {})
    area = board.area()
    most = max(area[2] - area[0], area[3] - area[1])
    if longest is None:
        scale = min(limits.PICTURE_SCALE_MAX, limits.PICTURE_PX_MAX / most)
    else:
        scale = min(max(longest, 1), limits.PICTURE_PX_MAX) / most
    width, height = (max(1, round((area[i + 2] - area[i]) * scale)) for i in (0, 1))
    fine = _FINER if max(width, height) * _FINER <= limits.PICTURE_PX_MAX * _FINE else _FINE
    ground = colour({"viewBackgroundColor": paper}, "viewBackgroundColor", _PAPER) or _PAPER
    opaque = ground if ground[3] == 255 else _PAPER  # noqa: PLR2004
    pen = Pen((width * fine, height * fine), opaque, area, scale * fine, fine)
    board.put(pen)
    return pen.image.reduce(fine)


class _Board:
    """The elements of a board by how they hang together: texts in shapes, shapes in frames."""

    def __init__(self, elements: Sequence[Values], pictures: Mapping[str, bytes]) -> None:
        self.elements = elements
        self.pictures = pictures
        self.by_id: dict[Any, Values] = {e["id"]: e for e in elements if isinstance(e.get("id"), str)}
        self.frames = {id: e for id, e in self.by_id.items() if e.get("type") in FRAMES}
        self.label: dict[Any, Values] = {}
        for element in elements:
            if (holder := self._holder(element)) is not None:
                self.label[holder["id"]] = self._placed(element, holder)

    def _holder(self, element: Values) -> Values | None:
        """What a text is bound to."""
        if element.get("type") != "text" or not isinstance(element.get("containerId"), str):
            return None
        holder = self.by_id.get(element["containerId"])
        return None if holder is None or holder.get("type") == "text" else holder

    def _placed(self, text: Values, holder: Values) -> Values:
        """A text on an arrow stands in the arrow's middle, wherever it says that it is."""
        if holder.get("type") not in LINEAR or (middle := labels.middle_of(holder)) is None:
            return text
        width, height = size(text)
        return {**text, "x": middle[0] - width / 2, "y": middle[1] - height / 2}

    def area(self) -> Box:
        """All that is drawn, with a margin; what lies in a frame does not reach out of it."""
        boxes = [
            shapes.around(e) for e in self.elements if self._frame(e) is None and self._holder(e) is None
        ]
        boxes += [shapes.around(e) for e in self.label.values() if self._frame(e) is None]
        boxes += [_name_box(frame, _name(frame)) for frame in self.frames.values()]
        if not boxes:
            return _EMPTY
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts) - MARGIN, min(tops) - MARGIN, max(rights) + MARGIN, max(bottoms) + MARGIN

    def _frame(self, element: Values) -> Values | None:
        name = element.get("frameId")
        return self.frames.get(name) if isinstance(name, str) else None

    def put(self, pen: Pen) -> None:
        """Draws all of it."""
        for element in self.elements:
            if self._holder(element) is not None:
                continue  # together with what holds it
            frame = self._frame(element)
            opacity = 100.0 if frame is None else number(frame, "opacity", 100, 0, 100)
            with ExitStack() as spared:
                if frame is not None and _is_cut(element, frame):
                    spared.enter_context(pen.sparing(_outside(frame, pen.area)))
                label = self.label.get(element.get("id"))
                drawn = element
                with ExitStack() as hole:
                    if label is not None and element.get("type") == "arrow":
                        hole.enter_context(pen.sparing([shapes.own_box(label)]))
                        drawn = labels.moved(element)
                    self._one(pen, _fainter(drawn, opacity))
                if label is not None:
                    self._one(pen, _fainter(label, opacity))

    def _one(self, pen: Pen, element: Values) -> None:
        match element.get("type"):
            case "text":
                if (ink := colour(element, "strokeColor", _INK)) is not None:
                    turn = number(element, "angle", 0, -1e3, 1e3)
                    pen.write(Text(element, pen.scale, pen.fine), shapes.own_box(element), turn, ink)
            case "image":
                self._image(pen, element)
            case "frame" | "magicframe":
                _frame_and_name(pen, element)
            case "freedraw":
                _freedraw(pen, element)
            case _:
                _shape(pen, element)

    def _image(self, pen: Pen, element: Values) -> None:
        left, top, right, bottom = shapes.own_box(element)
        width, height = (max(1, round(side * pen.scale)) for side in (right - left, bottom - top))
        if width * height > pen.spare_px or max(width, height) > 4 * limits.PICTURE_PX_MAX:
            return
        pen.spare_px -= width * height
        image = photos.drawn(element, self.pictures, (width, height), pen.scale)
        pen.turned(image, ((left + right) / 2, (top + bottom) / 2), number(element, "angle", 0, -1e3, 1e3))


def _shape(pen: Pen, element: Values) -> None:
    place = Place.of(element)
    inks = {
        "stroke": colour(element, "strokeColor", _INK),
        "back": colour(element, "backgroundColor", None),
        "ground": _PAPER,
    }
    for layer in shapes.sketch(element).layers:
        if (ink := inks[layer.ink]) is not None:
            pen.layer(layer, place, ink)


def _freedraw(pen: Pen, element: Values) -> None:
    place = Place.of(element)
    fill = colour(element, "backgroundColor", None)
    if fill is not None:
        for layer in shapes.drawn_area(element):
            pen.layer(layer, place, fill)
    ink, discs = colour(element, "strokeColor", _INK), freehand.discs(element)
    if ink is not None and discs:
        pen.discs(discs, place, ink)


def _frame_and_name(pen: Pen, frame: Values) -> None:
    if frame.get("strokeColor") == "transparent":
        return
    faint = {"opacity": frame.get("opacity")}
    shape = {**frame, **_FRAME, "type": "rectangle", "backgroundColor": "transparent", "angle": 0}
    _shape(pen, shape)
    name = _name(frame)
    box = _name_box(frame, name)
    text = {
        "text": name,
        "fontFamily": typefaces.PLAIN,
        "fontSize": _NAME_PX,
        "lineHeight": _NAME_LINE,
        "strokeColor": "#999999",
        **faint,
    }
    pen.write(Text(text, pen.scale, pen.fine), box, 0, colour(text, "strokeColor", _INK) or _INK)


def _name(frame: Values) -> str:
    """A frame's name as it is shown: no wider than the frame."""
    given = frame.get("name")
    other = "AI Frame" if frame.get("type") == "magicframe" else "Frame"
    name = " ".join(given.split())[:_NAME_CHARS_MAX] if isinstance(given, str) and given.strip() else other
    most = size(frame)[0]
    if typefaces.width(typefaces.PLAIN, _NAME_PX, name) <= most:
        return name
    for end in range(len(name) - 1, 0, -1):
        if typefaces.width(typefaces.PLAIN, _NAME_PX, f"{name[:end]}...") <= most:
            return f"{name[:end]}..."
    return name


def _name_box(frame: Values, name: str) -> Box:
    left, top = corner(frame)
    high = _NAME_PX * _NAME_LINE
    wide = min(typefaces.width(typefaces.PLAIN, _NAME_PX, name), max(size(frame)[0], 1))
    return left, top - _NAME_ABOVE_PX - high, left + wide, top - _NAME_ABOVE_PX


def _is_cut(element: Values, frame: Values) -> bool:
    """Whether a frame shows only a part of this; what lies beside it is shown whole, unless it is grouped."""
    left, top, right, bottom = shapes.around(element)
    inner = shapes.own_box(frame)
    if left >= inner[0] and top >= inner[1] and right <= inner[2] and bottom <= inner[3]:
        return False
    beside = right < inner[0] or bottom < inner[1] or left > inner[2] or top > inner[3]
    return not beside or bool(element.get("groupIds"))


def _outside(frame: Values, area: Box) -> list[Box]:
    """What of an area lies around a frame."""
    left, top, right, bottom = shapes.own_box(frame)
    return [
        (area[0], area[1], area[2], top),
        (area[0], bottom, area[2], area[3]),
        (area[0], top, left, bottom),
        (right, top, area[2], bottom),
    ]


def _fainter(element: Values, opacity: float) -> Values:
    if opacity >= 100:  # noqa: PLR2004 - per cent
        return element
    return {**element, "opacity": number(element, "opacity", 100, 0, 100) * opacity / 100}


def colour(element: Values, name: str, default: Colour | None) -> Colour | None:
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
    return red, green, blue, round(alpha * number(element, "opacity", 100, 0, 100) / 100)
