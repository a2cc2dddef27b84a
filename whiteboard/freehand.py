"""A pen's stroke as a chain of discs: thicker where it went slowly or was pressed. Pure.

The rules are those of perfect-freehand 1.2 (MIT), with the numbers that Excalidraw gives it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from whiteboard.elements import Values, pen, relative
from whiteboard.rough import Path, Point

_SIZE: Final = 4.25  # of the pen, for each pixel of a line's width
_THINNING: Final = 0.6
_STREAM: Final = 0.575  # of the way to the next point, that the pen goes
_INERTIA: Final = 0.275
_END_PX: Final = 3.0  # the last part of a stroke that is drawn at once
_BEGINNING: Final = 10  # points by which the pressure at the beginning is guessed
_RADIUS_MIN: Final = 0.01
_PRESSED, _PRESSED_FIRST = 0.5, 0.25  # where nothing is said of it


@dataclass(slots=True)
class _Step:
    point: Point
    pressure: float
    distance: float
    length: float  # of the stroke up to here


def discs(element: Values) -> list[tuple[Point, float]]:
    """Points along a stroke, each with the radius of the pen there, as seen from the element's x and y."""
    points = relative(element)
    size = pen(element) * _SIZE
    given = element.get("pressures")
    simulated = bool(element.get("simulatePressure")) or not isinstance(given, list)
    pressures = [] if simulated else [_pressure(value) for value in given or []]
    if not points:
        return []
    steps = _streamed(points, pressures, size, last=bool(element.get("lastCommittedPoint")))
    return _widths(steps, size, simulated=simulated)


def _pressure(value: object) -> float | None:
    return min(float(value), 1.0) if isinstance(value, int | float) and value >= 0 else None


def _streamed(points: Path, pressures: Sequence[float | None], size: float, *, last: bool) -> list[_Step]:
    """The points as a pen follows them that lags behind."""
    if len(points) == 1:
        points = [points[0], (points[0][0] + 1, points[0][1] + 1)]
        pressures = list(pressures[:1]) * 2
    elif len(points) == 2:  # noqa: PLR2004 - a straight stroke needs points between
        points = [points[0], *(_between(points[0], points[1], step / 4) for step in range(1, 5))]
    first = pressures[0] if pressures else None
    steps = [_Step(points[0], _PRESSED_FIRST if first is None else first, 0, 0)]
    begun, length = False, 0.0
    for place, point in enumerate(points[1:], 1):
        before, end = steps[-1].point, place == len(points) - 1
        at = point if last and end else _between(before, point, _STREAM)
        if at == before:
            continue
        distance = math.dist(at, before)
        length += distance
        if not begun and not end:
            if length < size:  # the shaky beginning is left out
                continue
            begun = True
        pressure = pressures[place] if place < len(pressures) else None
        steps.append(_Step(at, _PRESSED if pressure is None else pressure, distance, length))
    return steps


def _widths(steps: list[_Step], size: float, *, simulated: bool) -> list[tuple[Point, float]]:
    held = steps[0].pressure
    for step in steps[:_BEGINNING]:
        held = (held + (_eased(held, step, size) if simulated else step.pressure)) / 2
    made: list[tuple[Point, float]] = []
    for place, step in enumerate(steps):
        if place < len(steps) - 1 and steps[-1].length - step.length < _END_PX and place > 0:
            continue
        pressure = _eased(held, step, size) if simulated else step.pressure
        share = 0.5 - _THINNING * (0.5 - pressure)
        made.append((step.point, max(_RADIUS_MIN, size * math.sin(share * math.pi / 2))))
        held = pressure
    if len(made) > 1:
        made[0] = (made[0][0], made[1][1])
    return made


def _eased(held: float, step: _Step, size: float) -> float:
    """The pressure at a step, guessed by how fast the pen went."""
    speed = min(1.0, step.distance / size)
    return min(1.0, held + (min(1.0, 1 - speed) - held) * speed * _INERTIA)


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
