"""Lines as Excalidraw draws them: by a hand that shakes, always in the same way for the same seed. Pure.

The rules, and the order in which chance is asked, are those of roughjs 4.6 (MIT), whose drawings these match.
A curve is a point and then three for each piece, as a Bézier curve of the third degree has them.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

Point = tuple[float, float]
Path = list[Point]
Curve = list[Point]

_OFF_PX: Final = 2.0  # how far a hand of the roughness 1 strays
_BENT: Final = 200.0  # a line of so many pixels is bent by as much as a point of it strays
_STEADY_FROM_PX: Final = 200.0  # longer lines are drawn with a steadier hand,
_STEADY_PX: Final = 500.0  # and from here on with this share of the roughness
_STEADY: Final = 0.4
_SHORT: Final = 10.0  # a line shorter than so many times what the hand strays is strayed from less
_FILL_ROUGHER: Final = 0.8  # a filled curve has so much more roughness than its outline
_ROUND_STEPS: Final = 9
_ROUND_FIT: Final = 0.95  # of a circle's radius; Excalidraw's ellipses keep all of it
_HATCH_DEGREES: Final = -41.0
_HATCH_EARLY: Final = 0.7  # of all rough fillings this share is spaced by rows, the others by their gap
_HATCHES_MAX: Final = 800  # in one area: no picture shows more apart
_MODULUS: Final = 2**31


@dataclass(slots=True)
class Hand:
    """Whoever draws one outline. `once`: does not draw it twice; `keeps`: does not miss its corners."""

    roughness: float
    seed: int
    once: bool = False
    keeps: bool = False
    state: int = 0

    def __post_init__(self) -> None:
        self.state = self.state or self.seed or 1

    def again(self, more_seed: int = 0) -> "Hand":
        """The same hand, at its beginning."""
        return Hand(self.roughness, self.seed + more_seed, self.once, self.keeps)

    def chance(self) -> float:
        """The next number of chance, from 0 up to 1."""
        self.state = 48_271 * self.state & 0xFFFF_FFFF
        return (self.state & _MODULUS - 1) / _MODULUS

    def between(self, low: float, high: float, share: float = 1) -> float:
        """A number of chance, as large as the hand is rough."""
        return self.roughness * share * (self.chance() * (high - low) + low)

    def off(self, most: float, share: float = 1) -> float:
        """How far off the hand is: at most `most` to either side."""
        return self.between(-most, most, share)

    def near(self, point: Point, most: float, share: float = 1) -> Point:
        """A point near another one."""
        x = point[0] + self.off(most, share)
        return x, point[1] + self.off(most, share)


def line(hand: Hand, start: Point, end: Point) -> list[Curve]:
    """A line, drawn twice unless the hand draws `once`."""
    drawn = [_stroke(hand, start, end, half=False)]
    if not hand.once:
        drawn.append(_stroke(hand, start, end, half=True))
    return drawn


def _stroke(hand: Hand, start: Point, end: Point, *, half: bool) -> Curve:
    length = math.dist(start, end)
    if length < _STEADY_FROM_PX:
        share = 1.0
    elif length > _STEADY_PX:
        share = _STEADY
    else:
        share = -0.0016668 * length + 1.233334
    most = _OFF_PX if length >= _OFF_PX * _SHORT else length / _SHORT
    if half:
        most /= 2
    along = 0.2 + hand.chance() * 0.2
    bent_x = hand.off(_OFF_PX * (end[1] - start[1]) / _BENT, share)
    bent_y = hand.off(_OFF_PX * (start[0] - end[0]) / _BENT, share)
    curve = [start if hand.keeps else hand.near(start, most, share)]
    for part in (along, 2 * along):
        at = (
            bent_x + start[0] + (end[0] - start[0]) * part,
            bent_y + start[1] + (end[1] - start[1]) * part,
        )
        curve.append(hand.near(at, most, share))
    curve.append(end if hand.keeps else hand.near(end, most, share))
    return curve


def polyline(hand: Hand, points: Sequence[Point], *, closed: bool = False) -> list[Curve]:
    """Straight lines from point to point."""
    ends = [*points, points[0]] if closed and len(points) > 2 else points  # noqa: PLR2004 - nothing to close
    return [curve for start, end in pairwise(ends) for curve in line(hand, start, end)]


def curved(hand: Hand, points: Sequence[Point]) -> list[Curve]:
    """A curve through points."""
    drawn = [_through_near(hand, points, 1 + hand.roughness * 0.2)]
    if not hand.once:
        drawn.append(_through_near(hand.again(1), points, 1.5 * (1 + hand.roughness * 0.22)))
    return drawn


def _through_near(hand: Hand, points: Sequence[Point], most: float) -> Curve:
    near = [hand.near(points[0], most), hand.near(points[0], most)]
    near += [hand.near(point, most) for point in points[1:]]
    near.append(hand.near(points[-1], most))
    if len(near) == 3:  # noqa: PLR2004 - a single point
        return [near[1], near[1], near[2], near[2]]
    return through(near)


def through(points: Sequence[Point]) -> Curve:
    """The curve through all points but the first and the last, which say where it comes from and goes."""
    curve = [points[1]]
    for before, start, end, after in zip(points, points[1:], points[2:], points[3:], strict=False):
        curve += [
            (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6),
            (end[0] + (start[0] - after[0]) / 6, end[1] + (start[1] - after[1]) / 6),
            end,
        ]
    return curve


@dataclass(slots=True)
class Ellipse:
    """An ellipse's measures, as a hand once chose them."""

    middle: Point
    across: float
    down: float
    step: float

    @classmethod
    def chosen(cls, hand: Hand, middle: Point, width: float, height: float, fit: float = 1) -> "Ellipse":
        """In as many steps as it is large; `fit` is how exactly its radius is met."""
        across, down = abs(width / 2), abs(height / 2)
        size = math.sqrt(math.pi * 2 * math.sqrt((across**2 + down**2) / 2))
        steps = math.ceil(max(_ROUND_STEPS, _ROUND_STEPS / math.sqrt(200) * size))
        across += hand.off(across * (1 - fit))
        return cls(middle, across, down + hand.off(down * (1 - fit)), math.pi * 2 / steps)

    def at(self, angle: float, share: float = 1) -> Point:
        """The point at an angle."""
        return (
            self.middle[0] + share * self.across * math.cos(angle),
            self.middle[1] + share * self.down * math.sin(angle),
        )

    def drawn(self, hand: Hand) -> tuple[list[Curve], Path]:
        """Its curves, and the polygon that a filling takes for it."""
        overlap = self.step * hand.between(0.1, hand.between(0.4, 1))
        if hand.roughness == 0:
            return self._exactly()
        points, core = self._around(hand, 1, overlap)
        curves = [through(points)]
        if not hand.once:
            curves.append(through(self._around(hand, 1.5, 0)[0]))
        return curves, core

    def _exactly(self) -> tuple[list[Curve], Path]:
        step = self.step / 4
        core = [self.at(turn) for turn in _angles(0, math.pi * 2 + 1e-9, step)]
        return [through([self.at(-step), *core, self.at(0), self.at(step)])], core

    def _around(self, hand: Hand, most: float, overlap: float) -> tuple[Path, Path]:
        first = hand.off(0.5) - math.pi / 2
        whole = math.pi * 2

        def near(angle: float, share: float = 1) -> Point:
            return hand.near(self.at(angle, share), most)

        before = near(first - self.step, 0.9)
        core = [near(angle) for angle in _angles(first, whole + first - 0.01, self.step)]
        after = [near(first + whole + overlap / 2), near(first + overlap, 0.98)]
        return [before, *core, *after, near(first + overlap / 2, 0.9)], core


def _angles(start: float, end: float, step: float) -> Iterator[float]:
    while start < end:
        yield start
        start += step


def ellipse(hand: Hand, middle: Point, width: float, height: float) -> tuple[list[Curve], list[Curve], Path]:
    """Outline, filling and the polygon that a hatching takes, as Excalidraw's ellipses are drawn."""
    chosen = Ellipse.chosen(hand, middle, width, height)
    outline, core = chosen.drawn(hand)
    return outline, chosen.drawn(hand)[0], core


def circle(hand: Hand, middle: Point, size: float) -> tuple[list[Curve], list[Curve]]:
    """Outline and filling of a circle, which a hand does not meet exactly."""
    chosen = Ellipse.chosen(hand, middle, size, size, _ROUND_FIT)
    outline = chosen.drawn(hand)[0]
    return outline, chosen.drawn(hand)[0]


def outline(hand: Hand, pieces: Sequence[Curve]) -> list[Curve]:
    """A path of straight lines (two points) and curves (four), drawn one after the other."""
    drawn: list[Curve] = []
    for piece in pieces:
        if len(piece) == 2:  # noqa: PLR2004 - a straight line
            drawn += line(hand, piece[0], piece[1])
        else:
            drawn += _bend(hand, piece)
    return drawn


def _bend(hand: Hand, piece: Curve) -> list[Curve]:
    drawn = []
    for place, most in enumerate((_OFF_PX,) if hand.once else (_OFF_PX, _OFF_PX + 0.3)):
        start = piece[0] if place == 0 or hand.keeps else hand.near(piece[0], _OFF_PX)
        end = piece[3] if hand.keeps else hand.near(piece[3], most)
        drawn.append([start, hand.near(piece[1], most), hand.near(piece[2], most), end])
    return drawn


def filling(hand: Hand) -> Hand:
    """The hand that fills what this one outlined: rougher, and once only; chance goes on."""
    rougher = hand.roughness + _FILL_ROUGHER if hand.roughness else 0.0
    return replace(hand, roughness=rougher, once=True)


def merged(curves: Iterable[Curve]) -> Curve:
    """Several curves as one that does not lift the pen."""
    whole: Curve = []
    for curve in curves:
        whole += curve[1:] if whole else curve
    return whole


def polygon(hand: Hand, points: Sequence[Point]) -> Path:
    """A polygon to fill whose corners are met roughly."""
    return [hand.near(point, _OFF_PX) for point in points]


def flat(curve: Curve, scale: float, coarse: float = 4) -> Path:
    """A curve as straight lines, each about `coarse` pixels long on a picture of that scale."""
    path = [curve[0]]
    for start in range(0, len(curve) - 3, 3):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve[start : start + 4]
        length = math.hypot(x1 - x0, y1 - y0) + math.hypot(x2 - x1, y2 - y1) + math.hypot(x3 - x2, y3 - y2)
        steps = min(max(int(length * scale / coarse), 1), 24)
        for step in range(1, steps):
            at = step / steps
            left = 1 - at
            a, b, c, d = left**3, 3 * left * left * at, 3 * left * at * at, at**3
            path.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
        path.append((x3, y3))
    return path


@dataclass(slots=True)
class Hatching:
    """Lines that fill a polygon. `wider` is by how much they were widened, there being too many."""

    lines: list[Curve]
    wider: float = 1


def hatched(hand: Hand, area: Path, gap: float, style: str) -> Hatching:
    """A polygon filled with parallel lines, `gap` apart: "hachure", "zigzag" or "cross-hatch"."""
    made = Hatching([])
    for degrees in (_HATCH_DEGREES, _HATCH_DEGREES + 90) if style == "cross-hatch" else (_HATCH_DEGREES,):
        pieces, wider = _rows(hand, area, gap, math.radians(degrees + 90))
        if style == "zigzag":
            by = (gap / 2 * math.cos(math.radians(degrees)), gap / 2 * math.sin(math.radians(degrees)))
            pieces = [
                ((a[0] + way * by[0], a[1] - way * by[1]), b) for a, b in pieces for way in (-1, 1) if a != b
            ]
        twice = replace(hand, once=False)
        for start, end in pieces:
            made.lines += line(twice, start, end)
        hand.state = twice.state
        made.wider = max(made.wider, wider)
    return made


def _rows(hand: Hand, area: Path, gap: float, turn: float) -> tuple[list[tuple[Point, Point]], float]:
    step, every = 1.0, gap
    if hand.roughness >= 1 and hand.chance() > _HATCH_EARLY:
        step, every = gap, 1.0
    cos, sin = math.cos(turn), math.sin(turn)
    level = [(x * cos - y * sin, x * sin + y * cos) for x, y in area]
    low, high = min(y for _, y in level), max(y for _, y in level)
    # A row is drawn where a whole number of steps is a whole number of gaps.
    apart = step * (every if every == int(every) else _rows_meet(every))
    wider = max(1.0, (high - low) / apart / _HATCHES_MAX)
    apart *= wider
    rows: list[tuple[Point, Point]] = []
    edges = [(a, b) for a, b in zip(level, [*level[1:], level[0]], strict=True) if a[1] != b[1]]
    crossings: dict[int, list[float]] = {}
    for a, b in edges:
        (x1, y1), (x2, y2) = (a, b) if a[1] < b[1] else (b, a)
        slope = (x2 - x1) / (y2 - y1)
        for row in range(math.ceil((y1 - low) / apart), math.ceil((y2 - low) / apart)):
            crossings.setdefault(row, []).append(x1 + (low + row * apart - y1) * slope)
    for row in sorted(crossings):
        y, xs = low + row * apart, sorted(crossings[row])
        for one, other in zip(xs[::2], xs[1::2], strict=False):
            start, end = ((round(x) * cos + y * sin, -round(x) * sin + y * cos) for x in (one, other))
            rows.append((start, end))
    return rows, wider


def _rows_meet(every: float) -> float:
    """The first whole number that is a multiple of a gap that is none, if there is one soon."""
    return next((n for n in range(1, 100) if abs(n / every - round(n / every)) < 1e-9), 100)  # noqa: PLR2004
