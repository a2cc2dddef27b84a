"""A picture on which a board is drawn: its coordinates, lines, fillings and letters as pixels."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PIL import Image, ImageDraw

from whiteboard import limits, rough, shapes
from whiteboard.elements import Box, Layer, Values, corner, number
from whiteboard.rough import Path, Point
from whiteboard.typefaces import Colour, Text

# Of pictures apart (for what is turned, faint or cut off), over all elements; what is more is drawn without.
_SPARE_PX: Final = 120_000_000
_OPAQUE: Final = 255
_LINES_MAX: Final = 60_000  # curves of hatchings in one picture; what is more is filled evenly
_WIDE_PX: Final = 3  # from here on the joints and ends of a line are seen


class Pen:
    """A picture of an area, with `scale` pixels for one of the board's; it is `fine` times too large."""

    def __init__(self, size: tuple[int, int], paper: Colour, area: Box, scale: float, fine: int) -> None:
        self.fine = fine
        self.image = Image.new("RGB", size, paper[:3])
        self.area = area
        self.scale = scale
        self.on = ImageDraw.Draw(self.image, "RGBA")  # what is faint is blended with what lies below
        self.spare_px = _SPARE_PX
        self.spare_lines = _LINES_MAX

    def at(self, point: Point) -> Point:
        """A point of the board as one of the picture."""
        return (point[0] - self.area[0]) * self.scale, (point[1] - self.area[1]) * self.scale

    def pixels(self, box: Box) -> tuple[int, int, int, int]:
        """A box of the board as the whole pixels that it touches, within the picture."""
        (left, top), (right, bottom) = self.at(box[:2]), self.at(box[2:])
        width, height = self.image.size
        across = (min(max(math.floor(left), 0), width), min(max(math.ceil(right), 0), width))
        down = (min(max(math.floor(top), 0), height), min(max(math.ceil(bottom), 0), height))
        return across[0], down[0], max(across), max(down)

    @contextmanager
    def sparing(self, boxes: Sequence[Box]) -> Iterator[None]:
        """What is drawn meanwhile leaves these boxes of the board as they were."""
        kept = []
        for box in map(self.pixels, boxes):
            area = (box[2] - box[0]) * (box[3] - box[1])
            if 0 < area <= self.spare_px:
                self.spare_px -= area
                kept.append((self.image.crop(box), box))
        yield
        for before, box in kept:
            self.image.paste(before, box)

    def layer(self, layer: Layer, place: "Place", colour: Colour) -> None:
        """Draws or fills what a layer has."""
        width = layer.width * self.scale
        if layer.ink == "back" and width > 0:
            self.spare_lines -= len(layer.curves)
            if self.spare_lines < 0:
                return
        paths = [[self.at(p) for p in place.put(rough.flat(curve, self.scale))] for curve in layer.curves]
        if layer.width == 0:
            self._paint(paths, colour, 0)
            return
        if layer.dash:
            on, off = (length * self.scale for length in layer.dash)
            paths = [piece for path in paths for piece in shapes.dashed(path, on, off)]
        self._paint(paths, colour, width)

    def discs(self, discs: Sequence[tuple[Point, float]], place: "Place", colour: Colour) -> None:
        """A stroke as wide at each point as the pen was there."""
        points = [self.at(point) for point in place.put(point for point, _ in discs)]
        sizes = [max(radius * self.scale, 0.5) for _, radius in discs]
        self._apart(
            points, max(sizes), colour, lambda on, ink, off: _chain(on, ink, _moved(points, off), sizes)
        )

    def write(self, text: Text, box: Box, turn: float, colour: Colour) -> None:
        """Writes a text into its box, turned around its middle."""
        width, height = (
            min(math.ceil(side * self.scale) + 2 * round(text.size) + 2, 2 * limits.PICTURE_PX_MAX)
            for side in (box[2] - box[0], box[3] - box[1])
        )
        if turn == 0 or width * height > self.spare_px:
            text.write(self.on, self.at(box[:2]), colour, self.image.height)
            return
        self.spare_px -= width * height
        layer = Image.new("RGBA", (width, height), (*colour[:3], 0))
        inner = ((width - (box[2] - box[0]) * self.scale) / 2, (height - (box[3] - box[1]) * self.scale) / 2)
        text.write(ImageDraw.Draw(layer), inner, colour, height)
        self.turned(layer, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), turn)

    def turned(self, layer: Image.Image, middle: Point, turn: float) -> None:
        """Puts a picture around a point of the board, turned by radians."""
        if turn:
            layer = layer.rotate(-math.degrees(turn), resample=Image.Resampling.BICUBIC, expand=True)
        x, y = self.at(middle)
        self.image.paste(layer, (round(x - layer.width / 2), round(y - layer.height / 2)), layer)

    def _paint(self, paths: Sequence[Path], colour: Colour, width: float) -> None:
        """Lines `width` pixels wide, or areas where that is 0."""
        points = [point for path in paths for point in path]
        if not points:
            return
        if width > 0:
            self._apart(
                points,
                width,
                colour,
                lambda on, ink, off: _lines(on, ink, [_moved(p, off) for p in paths], width),
            )
        else:
            self._apart(
                points, 0, colour, lambda on, ink, off: _areas(on, ink, [_moved(p, off) for p in paths])
            )

    def _apart(self, points: Sequence[Point], more: float, colour: Colour, drawn: "Drawn") -> None:
        """Draws at once, or, where that is faint, on a picture apart: nothing is then drawn over itself."""
        if colour[3] == _OPAQUE:
            drawn(self.on, colour, (0, 0))
            return
        width, height = self.image.size
        left = min(max(math.floor(min(x for x, _ in points) - more), 0), width)
        top = min(max(math.floor(min(y for _, y in points) - more), 0), height)
        right = min(math.ceil(max(x for x, _ in points) + more) + 1, width)
        bottom = min(math.ceil(max(y for _, y in points) + more) + 1, height)
        area = max(right - left, 0) * max(bottom - top, 0)
        if area == 0:
            return
        if area > self.spare_px:
            drawn(self.on, colour, (0, 0))
            return
        self.spare_px -= area
        mask = Image.new("L", (right - left, bottom - top))
        drawn(ImageDraw.Draw(mask), colour[3], (left, top))
        self.image.paste(colour[:3], (left, top, right, bottom), mask)


Ink = Colour | int
Drawn = Callable[[ImageDraw.ImageDraw, Ink, Point], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the board an element lies, and how it is turned there."""

    corner: Point
    box: Box
    turn: float

    @classmethod
    def of(cls, element: Values) -> "Place":
        """By what the element says."""
        angle = number(element, "angle", 0, -1e3, 1e3)
        return cls(corner(element), shapes.drawn_box(element) if angle else shapes.own_box(element), angle)

    def put(self, points: Iterable[Point]) -> Path:
        """Points as the element sees them, as points of the board."""
        x, y = self.corner
        return shapes.turned(((x + px, y + py) for px, py in points), self.box, self.turn)


def _moved(path: Path, off: Point) -> Path:
    return path if off == (0, 0) else [(x - off[0], y - off[1]) for x, y in path]


def _lines(on: ImageDraw.ImageDraw, ink: Ink, paths: Sequence[Path], width: float) -> None:
    whole = round(width)
    if whole < _WIDE_PX:  # a pixel that a thin line covers in part is covered, but fainter
        whole = math.ceil(width)
        share = width / whole
        ink = round(ink * share) if isinstance(ink, int) else (*ink[:3], round(ink[3] * share))
    for path in paths:
        if whole < _WIDE_PX:
            on.line(path, fill=ink, width=whole)
            continue
        on.line(path, fill=ink, width=whole, joint="curve")
        for x, y in {path[0], path[-1]}:  # round ends; a stroke of one point is a dot
            on.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=ink)


def _areas(on: ImageDraw.ImageDraw, ink: Ink, paths: Sequence[Path]) -> None:
    for path in paths:
        if len(path) > 2:  # noqa: PLR2004 - less has no area
            on.polygon(path, fill=ink)


def _chain(on: ImageDraw.ImageDraw, ink: Ink, points: Path, sizes: Sequence[float]) -> None:
    for (start, end), (one, other) in zip(pairwise(points), pairwise(sizes), strict=True):
        on.line([start, end], fill=ink, width=max(1, round(one + other)))
    for (x, y), size in zip(points, sizes, strict=True):
        on.ellipse([x - size, y - size, x + size, y + size], fill=ink)
