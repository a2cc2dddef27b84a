"""What an element of a board says of how it is drawn, within bounds, whatever somebody wrote there. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from whiteboard.rough import Curve, Hand, Path, Point

Values = Mapping[str, Any]
Box = tuple[float, float, float, float]
Ink = Literal["stroke", "back", "ground"]
LINEAR: Final = frozenset({"line", "arrow"})
FRAMES: Final = frozenset({"frame", "magicframe"})
_ROUNDED: Final = frozenset({"rectangle", "iframe", "embeddable", "line", "diamond"})
_ROUND_PX: Final = 32.0  # the largest radius of a corner, and the share of a short side that it takes else
_ROUND_SHARE: Final = 0.25
_SMALL, _SMALLER, _LONG, _TINY = 20.0, 15.0, 50.0, 10.0  # sides in pixels by which a hand is steadier
_COORDINATE_MAX: Final = 1e6


@dataclass(slots=True)
class Layer:
    """Curves that are drawn with a pen `width` pixels wide, or filled where it is 0."""

    curves: list[Curve]
    ink: Ink
    width: float = 0
    dash: tuple[float, float] | None = None


@dataclass(slots=True)
class Sketch:
    """How an element is drawn: its layers, the lowest first, and the line of which it consists."""

    layers: list[Layer] = field(default_factory=list)
    line: list[Curve] = field(default_factory=list)


def number(element: Values, name: str, default: float, low: float, high: float) -> float:
    """A property as a number within bounds, whatever somebody wrote there."""
    value = element.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return default
    return min(max(float(value), low), high)


def corner(element: Values) -> Point:
    """An element's own x and y."""
    bound = _COORDINATE_MAX
    return number(element, "x", 0, -bound, bound), number(element, "y", 0, -bound, bound)


def size(element: Values) -> tuple[float, float]:
    """Its width and height, of which neither is below 0."""
    return number(element, "width", 0, 0, _COORDINATE_MAX), number(element, "height", 0, 0, _COORDINATE_MAX)


def pen(element: Values) -> float:
    """How wide it is drawn, in the board's pixels."""
    return number(element, "strokeWidth", 2, 0.1, 50)


def relative(element: Values) -> Path:
    """The points of a line, an arrow or a stroke, as seen from its own x and y."""
    points = element.get("points")
    if not isinstance(points, list):
        return []
    return [(float(point[0]), float(point[1])) for point in points]


def hand(element: Values, *, keeps: bool = False) -> Hand:
    """Who draws this element: with smaller elements, the hand shakes less."""
    roughness = number(element, "roughness", 1, 0, 5)
    width, height = size(element)
    short, long = min(width, height), max(width, height)
    large = short >= _SMALL and long >= _LONG
    round_ = short >= _SMALLER and is_round(element) and element.get("type") in _ROUNDED
    straight = element.get("type") in LINEAR and long >= _LONG
    steadier = roughness
    if not (large or round_ or straight):
        steadier = min(roughness / (3 if long < _TINY else 2), 2.5)
    seed = int(number(element, "seed", 1, 0, 2**53)) or 1
    once = element.get("strokeStyle") in {"dashed", "dotted"}
    return Hand(steadier, seed, once=once, keeps=keeps or roughness < 2)  # noqa: PLR2004 - Excalidraw's artist


def is_round(element: Values) -> bool:
    """Whether its corners are round, or its line is a curve."""
    return isinstance(element.get("roundness"), dict)


def radius(element: Values, side: float) -> float:
    """The radius of a round corner beside the shorter of two sides, or 0."""
    roundness = element.get("roundness")
    if not isinstance(roundness, dict):
        return 0
    match roundness.get("type"):
        case 1 | 2:
            return side * _ROUND_SHARE
        case 3:
            most = number(roundness, "value", _ROUND_PX, 0, _COORDINATE_MAX)
            return min(side * _ROUND_SHARE, most)
        case _:
            return 0


def dash(element: Values) -> tuple[float, float] | None:
    """The lengths of a line's dashes and of the gaps between them."""
    width = pen(element)
    return {"dashed": (8.0, 8 + width), "dotted": (1.5, 6 + width)}.get(str(element.get("strokeStyle")))


def stroke(element: Values, curves: list[Curve]) -> Layer:
    """An outline as the element has it: what is not solid is drawn once, and a bit wider for that."""
    broken = dash(element)
    return Layer(curves, "stroke", pen(element) + (0.5 if broken else 0), broken)


def has_fill(element: Values) -> bool:
    """Whether it has a colour of its own inside."""
    back = element.get("backgroundColor")
    return isinstance(back, str) and back not in {"", "transparent"}
