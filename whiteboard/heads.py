"""The heads of arrows, by the rules of Excalidraw's own renderer. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from whiteboard import rough
from whiteboard.elements import Ink, Layer, Values, hand, pen
from whiteboard.rough import Curve, Hand, Path, Point

_SIZE_PX: Final[Mapping[str, float]] = {
    "arrow": 25,
    "diamond": 12,
    "diamond_outline": 12,
    "crowfoot_many": 20,
    "crowfoot_one": 20,
    "crowfoot_one_or_many": 20,
}
_OTHER_PX: Final = 15.0
_DEGREES: Final[Mapping[str, float]] = {"bar": 90, "arrow": 20}
_OTHER_DEGREES: Final = 25.0
_ROUND: Final = frozenset({"dot", "circle", "circle_outline"})
_SOLID: Final = frozenset({"triangle", "triangle_outline", "diamond", "diamond_outline"})
_LOOK_BACK: Final = 0.3  # of the last curve before its end: from there to the tip the head points


def heads(element: Values, points: Path, curves: Sequence[Curve]) -> list[Layer]:
    """The layers of both heads of an arrow that is drawn as these curves."""
    layers: list[Layer] = []
    for name, default in (("startArrowhead", None), ("endArrowhead", "arrow")):
        kind: Any = element.get(name, default)
        if isinstance(kind, str) and kind:
            start = name == "startArrowhead"
            layers += _head(element, kind, points if not start else points[::-1], _tip(curves, start=start))
    return layers


def _tip(curves: Sequence[Curve], *, start: bool) -> tuple[Point, Point]:
    """Where the line ends, and a point a bit before that."""
    four = curves[0][:4] if start else curves[-1][-4:]
    at = 1 - _LOOK_BACK
    shares = ((1 - at) ** 3, 3 * at * (1 - at) ** 2, 3 * at**2 * (1 - at), at**3)
    x, y = (sum(share * point[i] for share, point in zip(shares, four, strict=True)) for i in (0, 1))
    return four[0] if start else four[3], (x, y)


def _head(element: Values, kind: str, points: Path, ends: tuple[Point, Point]) -> list[Layer]:
    tip, back = ends
    distance = math.dist(tip, back)
    if distance == 0:
        return []
    along = ((tip[0] - back[0]) / distance, (tip[1] - back[1]) / distance)
    last = math.dist(points[-1], points[-2])
    reach = min(_SIZE_PX.get(kind, _OTHER_PX), last * (0.25 if kind.startswith("diamond") else 0.5))
    base = (tip[0] - along[0] * reach, tip[1] - along[1] * reach)
    artist, ink = hand(element), _ink(kind)
    if kind in _ROUND:
        outline, filling = rough.circle(_calm(artist, 0.5), tip, max(reach + pen(element) - 2, 0))
        return [Layer(filling, ink), Layer(outline, "stroke", _width(element))]
    turn = math.radians(_DEGREES.get(kind, _OTHER_DEGREES))
    if kind in {"crowfoot_many", "crowfoot_one_or_many"}:
        sides = [_turned(tip, base, way) for way in (-turn, turn)]
        layers = [_lines(element, artist, [(side, base) for side in sides])]
        if kind == "crowfoot_one_or_many":
            layers.append(_across(element, artist, tip, base, turn))
        return layers
    if kind == "crowfoot_one":
        return [_across(element, artist, tip, base, turn)]
    one, other = (_turned(base, tip, way) for way in (-turn, turn))
    if kind not in _SOLID:
        return [_lines(element, artist, [(one, tip), (other, tip)])]
    corners = [tip, one, other]
    if kind.startswith("diamond"):
        before = points[-2]
        way = math.atan2(tip[1] - before[1], tip[0] - before[0])
        corners = [tip, one, (tip[0] - 2 * reach * math.cos(way), tip[1] - 2 * reach * math.sin(way)), other]
    calm = _calm(artist, 1)
    outline = rough.polyline(calm, [*corners, tip])
    area = rough.polygon(calm, corners)
    curve = [area[0]]
    for start, end in pairwise(area):
        curve += [start, end, end]
    return [Layer([curve], ink), Layer(outline, "stroke", _width(element))]


def _across(element: Values, artist: Hand, tip: Point, base: Point, turn: float) -> Layer:
    return _lines(element, artist, [tuple(_turned(base, tip, way) for way in (-turn, turn))])


def _lines(element: Values, artist: Hand, lines: Sequence[Sequence[Point]]) -> Layer:
    """Each is drawn by the same hand from its beginning."""
    calm = _calm(artist, 1)
    curves = [curve for start, end in lines for curve in rough.line(calm.again(), start, end)]
    width = pen(element)
    broken = (1.5, 4 + width) if element.get("strokeStyle") == "dotted" else None
    return Layer(curves, "stroke", _width(element), broken)


def _calm(artist: Hand, most: float) -> Hand:
    return replace(artist, roughness=min(most, artist.roughness))


def _width(element: Values) -> float:
    return pen(element) + (0.5 if element.get("strokeStyle") in {"dashed", "dotted"} else 0)


def _ink(kind: str) -> Ink:
    return "ground" if kind.endswith("_outline") else "stroke"


def _turned(point: Point, middle: Point, turn: float) -> Point:
    cos, sin = math.cos(turn), math.sin(turn)
    x, y = point[0] - middle[0], point[1] - middle[1]
    return middle[0] + x * cos - y * sin, middle[1] + x * sin + y * cos
