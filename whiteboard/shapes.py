"""Elements of a board as outlines and fillings, by the rules of Excalidraw's own renderer. Pure.

Everything is as seen from the element's own x and y, before it is turned.
"""

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from whiteboard import heads, rough
from whiteboard.elements import (
    LINEAR,
    Box,
    Layer,
    Sketch,
    Values,
    corner,
    hand,
    has_fill,
    is_round,
    number,
    pen,
    radius,
    relative,
    size,
    stroke,
)
from whiteboard.rough import Curve, Hand, Path, Point

_FILLED: Final = frozenset({"rectangle", "diamond", "ellipse", "iframe", "embeddable"})
_ELBOW_PX: Final = 16.0
_LOOP_PX: Final = 8.0  # a line whose ends are no farther apart is closed
_HATCHES: Final = frozenset({"hachure", "cross-hatch", "zigzag"})
_DASHES_MAX: Final = 2_000  # in one line


def own_box(element: Values) -> Box:
    """Left, top, right and bottom before it is turned, by its points where it has some."""
    x, y = corner(element)
    if points := relative(element):
        xs, ys = [px for px, _ in points], [py for _, py in points]
        return x + min(xs), y + min(ys), x + max(xs), y + max(ys)
    width, height = size(element)
    return x, y, x + width, y + height


def drawn_box(element: Values) -> Box:
    """The same, but by the line as it is drawn: around the middle of this an element is turned."""
    if element.get("type") in LINEAR and (path := [p for c in drawn_line(element) for p in rough.flat(c, 1)]):
        x, y = corner(element)
        xs, ys = [px for px, _ in path], [py for _, py in path]
        return x + min(xs), y + min(ys), x + max(xs), y + max(ys)
    return own_box(element)


def around(element: Values) -> Box:
    """What a turned element takes up."""
    box = drawn_box(element)
    angle = number(element, "angle", 0, -1e3, 1e3)
    if angle == 0:
        return box
    kind = element.get("type")
    if kind in LINEAR or kind == "freedraw":
        x, y = corner(element)
        curves = drawn_line(element) if kind in LINEAR else [relative(element)]
        points = [(x + px, y + py) for c in curves for px, py in (rough.flat(c, 1) if kind in LINEAR else c)]
    elif kind == "ellipse":
        left, top, right, bottom = box
        wide, high = (right - left) / 2, (bottom - top) / 2
        cos, sin = math.cos(angle), math.sin(angle)
        over, down = math.hypot(wide * cos, high * sin), math.hypot(high * cos, wide * sin)
        x, y = (left + right) / 2, (top + bottom) / 2
        return x - over, y - down, x + over, y + down
    elif kind == "diamond":
        x, y = corner(element)
        points = [(x + px, y + py) for px, py in _tips(*size(element))]
    else:
        left, top, right, bottom = box
        points = [(left, top), (right, top), (right, bottom), (left, bottom)]
    if not points:  # a line that has no points yet
        return box
    xs, ys = zip(*turned(points, box, angle), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def turned(path: Iterable[Point], box: Box, angle: float) -> Path:
    """A path turned around the middle of a box, clockwise, by radians."""
    if angle == 0:
        return list(path)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    return [(x + (px - x) * cos - (py - y) * sin, y + (px - x) * sin + (py - y) * cos) for px, py in path]


def is_loop(points: Path) -> bool:
    """Whether a line ends where it began."""
    return len(points) > 2 and math.dist(points[0], points[-1]) <= _LOOP_PX  # noqa: PLR2004 - no loop has fewer


def drawn_line(element: Values) -> list[Curve]:
    """A line or an arrow as a hand draws it, without heads; nothing where it has less than two points."""
    return _line_by(hand(element, keeps=_is_elbowed(element)), element)


def _line_by(artist: Hand, element: Values) -> list[Curve]:
    points = relative(element)
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return []
    if _is_elbowed(element):
        return rough.outline(artist, _elbows(points))
    if is_round(element):
        return rough.curved(artist, points)
    filled = element.get("type") == "line" and is_loop(points) and has_fill(element)
    return rough.polyline(artist, points, closed=filled)


def _is_elbowed(element: Values) -> bool:
    return element.get("elbowed") is True and element.get("type") == "arrow"


def sketch(element: Values) -> Sketch:
    """The outlines of an element; what nobody here knows is shown by its box."""
    match element.get("type"):
        case "ellipse":
            return _ellipse(element)
        case "line" | "arrow":
            return _linear(element)
        case "diamond":
            width, height = size(element)
            pieces, corners = _diamond(element, width, height)
            return _closed(element, pieces, corners)
        case _:
            width, height = size(element)
            return _closed(element, *_rectangle(element, width, height))


def _closed(element: Values, pieces: list[Curve], corners: Path) -> Sketch:
    """A shape of pieces where its corners are round, else of its corners alone."""
    artist = hand(element, keeps=bool(pieces))
    outline = rough.outline(artist, pieces) if pieces else rough.polyline(artist, corners, closed=True)
    made = Sketch()
    if has_fill(element) and element.get("type") in _FILLED:
        if _is_hatched(element):
            flat = [p for piece in pieces for p in rough.flat(piece, 1)[:-1]] or corners
            made.layers.append(_hatching(element, artist, flat))
        elif pieces:
            made.layers.append(Layer([rough.merged(rough.outline(rough.filling(artist), pieces))], "back"))
        else:
            made.layers.append(Layer([_straight(rough.polygon(artist, corners))], "back"))
    made.layers.append(stroke(element, outline))
    return made


def drawn_area(element: Values) -> list[Layer]:
    """What a stroke that ends where it began encloses, filled."""
    points = relative(element)
    if not is_loop(points) or not has_fill(element):
        return []
    artist = hand(element)
    return [
        _hatching(element, artist, points) if _is_hatched(element) else Layer([_straight(points)], "back")
    ]


def _straight(path: Path) -> Curve:
    """A polygon as a curve."""
    curve = [path[0]]
    for start, end in pairwise(path):
        curve += [start, end, end]
    return curve


def _is_hatched(element: Values) -> bool:
    return element.get("fillStyle") in _HATCHES


def _hatching(element: Values, artist: Hand, area: Path) -> Layer:
    width = pen(element)
    made = rough.hatched(artist, area, width * 4, str(element.get("fillStyle")))
    return Layer(made.lines, "back", width / 2 * made.wider)


def _ellipse(element: Values) -> Sketch:
    width, height = size(element)
    artist = hand(element)
    outline, filling, core = rough.ellipse(artist, (width / 2, height / 2), width, height)
    made = Sketch()
    if has_fill(element):
        filled = _hatching(element, artist, core) if _is_hatched(element) else Layer(filling, "back")
        made.layers.append(filled)
    made.layers.append(stroke(element, outline))
    return made


def _linear(element: Values) -> Sketch:
    artist = hand(element, keeps=_is_elbowed(element))
    points, curves = relative(element), _line_by(artist, element)
    made = Sketch(line=curves)
    if not curves:
        return made
    if element.get("type") == "line" and is_loop(points) and has_fill(element):
        if _is_hatched(element):
            path = (
                rough.flat(rough.through([points[0], *points, points[-1]]), 1)
                if is_round(element)
                else points
            )
            made.layers.append(_hatching(element, artist, path))
        elif is_round(element):
            made.layers.append(Layer(rough.curved(rough.filling(artist), points), "back"))
        else:
            made.layers.append(Layer([_straight(rough.polygon(artist, points))], "back"))
    made.layers.append(stroke(element, curves))
    if element.get("type") == "arrow":
        made.layers += heads.heads(element, points, curves)
    return made


def _rectangle(element: Values, width: float, height: float) -> tuple[list[Curve], Path]:
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    r = radius(element, min(width, height))
    if r <= 0 or element.get("type") == "image":
        return [], corners
    return [
        [(r, 0), (width - r, 0)],
        _square((width - r, 0), (width, 0), (width, r)),
        [(width, r), (width, height - r)],
        _square((width, height - r), (width, height), (width - r, height)),
        [(width - r, height), (r, height)],
        _square((r, height), (0, height), (0, height - r)),
        [(0, height - r), (0, r)],
        _square((0, r), (0, 0), (r, 0)),
    ], corners


def _square(start: Point, bent: Point, end: Point) -> Curve:
    """A Bézier curve of the second degree as one of the third."""
    one, other = (
        (near[0] + 2 * (bent[0] - near[0]) / 3, near[1] + 2 * (bent[1] - near[1]) / 3)
        for near in (start, end)
    )
    return [start, one, other, end]


def _tips(width: float, height: float) -> Path:
    """A diamond's corners, from the top on; Excalidraw holds its middle on whole pixels."""
    x, y = math.floor(width / 2) + 1, math.floor(height / 2) + 1
    return [(x, 0), (width, y), (x, height), (0, y)]


def _diamond(element: Values, width: float, height: float) -> tuple[list[Curve], Path]:
    (x, top), (right, y), (_, bottom), (left, _) = tips = _tips(width, height)
    if not is_round(element):
        return [], tips
    v, h = radius(element, abs(x - left)), radius(element, abs(y - top))
    return [
        [(x + v, top + h), (right - v, y - h)],
        [(right - v, y - h), (right, y), (right, y), (right - v, y + h)],
        [(right - v, y + h), (x + v, bottom - h)],
        [(x + v, bottom - h), (x, bottom), (x, bottom), (x - v, bottom - h)],
        [(x - v, bottom - h), (left + v, y + h)],
        [(left + v, y + h), (left, y), (left, y), (left + v, y - h)],
        [(left + v, y - h), (x - v, top + h)],
        [(x - v, top + h), (x, top), (x, top), (x + v, top + h)],
    ], tips


def _elbows(points: Path) -> list[Curve]:
    """Straight lines whose corners are round."""
    pieces: list[Curve] = []
    last = points[0]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        r = min(_ELBOW_PX, math.dist(at, after) / 2, math.dist(at, before) / 2)
        start, end = _towards(at, before, r), _towards(at, after, r)
        pieces += [[last, start], _square(start, at, end)]
        last = end
    return [*pieces, [last, points[-1]]]


def _towards(start: Point, end: Point, distance: float) -> Point:
    """Along whichever direction leads further, as elbows have only those."""
    over, down = end[0] - start[0], end[1] - start[1]
    if abs(over) > abs(down):
        return start[0] + math.copysign(distance, over), start[1]
    return start[0], start[1] + math.copysign(distance, down)


def dashed(path: Path, on: float, off: float) -> Iterator[Path]:
    """Cuts a path into dashes of the length `on` with gaps of `off`."""
    longer = max(1.0, sum(map(math.dist, path, path[1:])) / (on + off) / _DASHES_MAX)
    on, off = on * longer, off * longer
    piece, left, drawing = [path[0]], on, True
    for start, end in pairwise(path):
        length, gone = math.dist(start, end), 0.0
        while length - gone > left:
            gone += left
            share = gone / length
            cut = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
            if drawing:
                yield [*piece, cut]
            piece, drawing = [cut], not drawing
            left = on if drawing else off
        left -= length - gone
        piece.append(end)
    if drawing and len(piece) > 1:
        yield piece
