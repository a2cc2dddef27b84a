"""Where on an arrow its text stands. Pure."""

import math
from itertools import pairwise

from whiteboard import rough, shapes
from whiteboard.elements import Values, corner, is_round, number, relative, size
from whiteboard.rough import Path, Point


def middle_of(line: Values) -> Point | None:
    """The middle point of a line, or of its middle piece, on the board; None where it has no line."""
    points = relative(line)
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    half = len(points) // 2
    if len(points) % 2:
        middle = points[half]
    else:
        middle = _halfway([points[half - 1], points[half]])
        if len(points) > 2 and is_round(line):  # noqa: PLR2004 - two points are straight
            curve = rough.through([points[0], *points, points[-1]])
            middle = _halfway(rough.flat(curve[3 * (half - 1) : 3 * half + 1], 1, 1))
    x, y = corner(line)
    angle = number(line, "angle", 0, -1e3, 1e3)
    return shapes.turned([(x + middle[0], y + middle[1])], shapes.drawn_box(line), angle)[0]


def moved(arrow: Values) -> Values:
    """An arrow with a text, where the editor draws it: its points' middle where else its line's middle is."""
    left, top, right, bottom = shapes.drawn_box(arrow)
    width, height = size(arrow)
    x, y = corner(arrow)
    over, down = (right - left - width) / 2, (bottom - top - height) / 2
    return {**arrow, "x": x + over, "y": y + down}


def _halfway(path: Path) -> Point:
    left = sum(math.dist(a, b) for a, b in pairwise(path)) / 2
    for start, end in pairwise(path):
        length = math.dist(start, end)
        if length >= left and length > 0:
            share = left / length
            return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        left -= length
    return path[-1]
