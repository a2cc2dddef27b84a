"""Elements of a board as outlines: points in the board's own coordinates, turned as the element is. Pure.

The shapes are Excalidraw's; what its people draw by hand with a shaking line is drawn straight here.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

Point = tuple[float, float]
Path = list[Point]
Values = Mapping[str, Any]

_ROUND_PX: Final = 32.0  # the largest radius of a corner, and the share of a short side that it takes else
_ROUND_SHARE: Final = 0.25
_CURVE_STEPS: Final = 12  # straight pieces for one piece of a curve
_ELLIPSE_STEPS: Final = 72
_HEAD_ANGLE: Final = math.radians(20)
_HEAD_PX: Final = {"arrow": 30.0, "bar": 15.0}
# The pen of perfect-freehand, as Excalidraw holds it.
_PEN_SIZE: Final = 4.25
_PEN_THINNING: Final = 0.6
_PEN_INERTIA: Final = 0.275
_HATCH_ANGLE: Final = math.radians(-41)
_HATCHES_MAX: Final = 400  # in one area, whatever its size: more is grey
_DASHES_MAX: Final = 2_000  # in one line


@dataclass(slots=True)
class Shape:
    """How an element is drawn: `area` is filled, `lines` are drawn, `solid` is filled as the line is."""

    area: Path | None = None
    lines: list[Path] = field(default_factory=list)
    solid: list[Path] = field(default_factory=list)


def number(element: Values, name: str, default: float, low: float, high: float) -> float:
    """A property as a number within bounds, whatever somebody wrote there."""
    value = element.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return default
    return min(max(float(value), low), high)


def box(element: Values) -> tuple[float, float, float, float]:
    """Left, top, right and bottom before it is turned."""
    x, y = number(element, "x", 0, -1e6, 1e6), number(element, "y", 0, -1e6, 1e6)
    width, height = number(element, "width", 0, -1e6, 1e6), number(element, "height", 0, -1e6, 1e6)
    if points := relative(element):
        xs, ys = [px for px, _ in points], [py for _, py in points]
        return x + min(xs), y + min(ys), x + max(xs), y + max(ys)
    return min(x, x + width), min(y, y + height), max(x, x + width), max(y, y + height)


def relative(element: Values) -> Path:
    """The points of a line, an arrow or a stroke, as seen from its own x and y."""
    points = element.get("points")
    if not isinstance(points, list):
        return []
    return [(float(point[0]), float(point[1])) for point in points]


def turned(element: Values, path: Iterable[Point]) -> Path:
    """The path as the element's angle has it, around its middle."""
    angle = number(element, "angle", 0, -1e3, 1e3)
    if angle == 0:
        return list(path)
    left, top, right, bottom = box(element)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    return [
        (
            middle_x + (x - middle_x) * cos - (y - middle_y) * sin,
            middle_y + (x - middle_x) * sin + (y - middle_y) * cos,
        )
        for x, y in path
    ]


def shape(element: Values) -> Shape:
    """The outlines of an element; what nobody here knows is shown by its box."""
    match element.get("type"):
        case "ellipse":
            return _closed(element, _ellipse(element))
        case "diamond":
            return _closed(element, _diamond(element))
        case "line" | "arrow":
            return _open(element)
        case "freedraw":
            return Shape(lines=[turned(element, _absolute(element))])
        case _:
            return _closed(element, _rectangle(element))


def _closed(element: Values, path: Path) -> Shape:
    outline = turned(element, path)
    return Shape(area=outline, lines=[[*outline, outline[0]]])


def _open(element: Values) -> Shape:
    points = _absolute(element)
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return Shape()
    curved = element.get("roundness") is not None and not element.get("elbowed")
    path = turned(element, _through(points) if curved else points)
    made = Shape(lines=[path])
    if element.get("type") == "line" and path[0] == path[-1]:
        made.area = path[:-1]
    for name, end in (("startArrowhead", path[::-1]), ("endArrowhead", path)):
        if (kind := element.get(name)) is not None:
            _head(made, str(kind), end, number(element, "strokeWidth", 2, 0.5, 50))
    return made


def _absolute(element: Values) -> Path:
    x, y = number(element, "x", 0, -1e6, 1e6), number(element, "y", 0, -1e6, 1e6)
    return [(x + px, y + py) for px, py in relative(element)]


def _rectangle(element: Values) -> Path:
    left, top, right, bottom = box(element)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return _rounded(corners, _radius(element, min(right - left, bottom - top)))


def _diamond(element: Values) -> Path:
    left, top, right, bottom = box(element)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    corners = [(middle_x, top), (right, middle_y), (middle_x, bottom), (left, middle_y)]
    edge = math.hypot(right - left, bottom - top) / 2
    return _rounded(corners, edge * _ROUND_SHARE if _is_round(element) else 0, tight=True)


def _ellipse(element: Values) -> Path:
    left, top, right, bottom = box(element)
    steps = (2 * math.pi * step / _ELLIPSE_STEPS for step in range(_ELLIPSE_STEPS))
    return [
        (
            (left + right) / 2 + (right - left) / 2 * math.cos(turn),
            (top + bottom) / 2 + (bottom - top) / 2 * math.sin(turn),
        )
        for turn in steps
    ]


def _radius(element: Values, short: float) -> float:
    return min(_ROUND_PX, short * _ROUND_SHARE) if _is_round(element) else 0


def _is_round(element: Values) -> bool:
    return isinstance(element.get("roundness"), dict)


def _rounded(corners: Sequence[Point], radius: float, *, tight: bool = False) -> Path:
    if radius <= 0:
        return list(corners)
    path: Path = []
    for place, corner in enumerate(corners):
        before, after = corners[place - 1], corners[(place + 1) % len(corners)]
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        path += [
            _bend(start, corner, end, step / _CURVE_STEPS, tight=tight) for step in range(_CURVE_STEPS + 1)
        ]
    return path


def _towards(start: Point, end: Point, distance: float) -> Point:
    length = math.dist(start, end)
    share = min(distance / length, 0.5) if length else 0
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _bend(start: Point, corner: Point, end: Point, at: float, *, tight: bool) -> Point:
    """A Bézier curve around a corner: of the second degree, or `tight`er of the third."""
    power = 3 if tight else 2
    first, last = (1 - at) ** power, at**power
    x, y = (first * start[i] + (1 - first - last) * corner[i] + last * end[i] for i in (0, 1))
    return x, y


def _through(points: Path) -> Path:
    """A smooth curve through all points (Catmull-Rom)."""
    if len(points) < 3:  # noqa: PLR2004 - two points are a straight line
        return points
    path = [points[0]]
    padded = [points[0], *points, points[-1]]
    for place in range(len(points) - 1):
        four = padded[place : place + 4]
        path += [_spline(four, step / _CURVE_STEPS) for step in range(1, _CURVE_STEPS + 1)]
    return path


def _spline(four: Sequence[Point], at: float) -> Point:
    def one(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (
            2 * b + (c - a) * at + (2 * a - 5 * b + 4 * c - d) * at**2 + (3 * b - a - 3 * c + d) * at**3
        )

    x, y = (one(*(point[i] for point in four)) for i in (0, 1))
    return x, y


def _head(made: Shape, kind: str, path: Path, pen: float) -> None:
    """Puts an arrow's head at the end of a path."""
    tip = path[-1]
    length = sum(math.dist(a, b) for a, b in pairwise(path))
    size = min(_HEAD_PX.get(kind, 15.0), length / 2)
    back = next((point for point in reversed(path) if math.dist(point, tip) >= size), path[0])
    turn = math.atan2(back[1] - tip[1], back[0] - tip[0])
    if kind in {"dot", "circle", "circle_outline"}:
        radius = size / 2 + pen / 2
        middle = (tip[0] + math.cos(turn) * radius, tip[1] + math.sin(turn) * radius)
        ring = [
            (
                middle[0] + radius * math.cos(step * math.pi / 12),
                middle[1] + radius * math.sin(step * math.pi / 12),
            )
            for step in range(24)
        ]
        if kind == "circle_outline":
            made.lines.append([*ring, ring[0]])
        else:
            made.solid.append(ring)
        return
    spread = math.pi / 2 if kind == "bar" else _HEAD_ANGLE if kind == "arrow" else math.radians(25)
    reach = size / 2 if kind == "bar" else size
    left, right = (
        (tip[0] + reach * math.cos(turn + way), tip[1] + reach * math.sin(turn + way))
        for way in (spread, -spread)
    )
    if kind in {"triangle", "diamond"}:
        made.solid.append([tip, left, right])
    elif kind.endswith("_outline"):
        made.lines.append([tip, left, right, tip])
    else:
        made.lines.append([left, tip, right])


def pen_widths(element: Values, path: Path) -> list[float]:
    """How wide a stroke is at each of its points: thicker where the pen went slowly or was pressed."""
    size = number(element, "strokeWidth", 2, 0.5, 50) * _PEN_SIZE
    given = element.get("pressures")
    if element.get("simulatePressure") or not isinstance(given, list) or len(given) < len(path):
        pressures = _simulated(path, size)
    else:
        pressures = [float(pressure) for pressure in given]
    thick = (0.5 - _PEN_THINNING * (0.5 - min(max(pressure, 0), 1)) for pressure in pressures)
    return [2 * size * math.sin(share * math.pi / 2) for share in thick]


def _simulated(path: Path, size: float) -> list[float]:
    pressure, made = 0.25, list[float]()
    for place, point in enumerate(path):
        speed = min(1.0, math.dist(path[max(place - 1, 0)], point) / size)
        pressure = min(1.0, pressure + (1 - speed - pressure) * speed * _PEN_INERTIA)
        made.append(pressure)
    # It takes a while to get going: the beginning is as thick as what follows it.
    return [made[min(place + 8, len(made) - 1)] if place < 8 else p for place, p in enumerate(made)]  # noqa: PLR2004


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


def hatched(area: Path, gap: float, *, across: bool) -> Iterator[Path]:
    """Parallel lines that fill an area; `across` is the second direction of a cross-hatch."""
    angle = _HATCH_ANGLE + (math.pi / 2 if across else 0)
    cos, sin = math.cos(-angle), math.sin(-angle)
    flat = [(x * cos - y * sin, x * sin + y * cos) for x, y in area]
    low, high = min(y for _, y in flat), max(y for _, y in flat)
    gap = max(gap, (high - low) / _HATCHES_MAX)
    level = low + gap / 2
    while level < high:
        crossings = sorted(_crossings(flat, level))
        for start, end in zip(crossings[::2], crossings[1::2], strict=False):
            yield [(x * cos + level * sin, -x * sin + level * cos) for x in (start, end)]
        level += gap


def _crossings(path: Path, level: float) -> Iterator[float]:
    for (x1, y1), (x2, y2) in zip(path, [*path[1:], path[0]], strict=True):
        if (y1 <= level) != (y2 <= level):
            yield x1 + (level - y1) * (x2 - x1) / (y2 - y1)
