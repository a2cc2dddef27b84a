"""A small drawing board for flat pictures: coordinates of 1200 x 900, drawn at twice that and reduced."""

import math
from collections.abc import Sequence
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

WIDTH: Final = 1200
HEIGHT: Final = 900
_FINER: Final = 2  # drawn larger and reduced: edges come out smooth
Point = tuple[float, float]


class Canvas:
    def __init__(self, top: str, bottom: str) -> None:
        """A background that runs from one colour to the other."""
        ramp = Image.linear_gradient("L").resize((WIDTH * _FINER, HEIGHT * _FINER))
        whole = (WIDTH * _FINER, HEIGHT * _FINER)
        self.image = Image.composite(Image.new("RGB", whole, bottom), Image.new("RGB", whole, top), ramp)
        self.draw = ImageDraw.Draw(self.image)

    def box(self, x: float, y: float, width: float, height: float, fill: str, *, radius: float = 0) -> None:
        """A rectangle, with round corners when a radius is given."""
        corners = self._scaled([(x, y), (x + width, y + height)])
        self.draw.rounded_rectangle(corners, radius * _FINER, fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        """A filled circle around a point."""
        self.oval(x, y, radius, radius, fill)

    def oval(self, x: float, y: float, across: float, down: float, fill: str) -> None:
        """A filled ellipse around a point, by its half axes."""
        self.draw.ellipse(self._scaled([(x - across, y - down), (x + across, y + down)]), fill=fill)

    def ring(self, x: float, y: float, radius: float, width: float, colour: str) -> None:
        """A circle line."""
        self.arc(x, y, radius, 0, 360, width, colour)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, width: float, colour: str
    ) -> None:
        """A part of a circle line, in degrees clockwise from three o'clock."""
        corners = self._scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self.draw.arc(corners, start, end, fill=colour, width=round(width * _FINER))

    def line(self, points: Sequence[Point], width: float, colour: str) -> None:
        """A line through points, with round ends."""
        self.draw.line(self._scaled(points), fill=colour, width=round(width * _FINER), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc(x, y, width / 2, colour)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        """A filled polygon."""
        self.draw.polygon(self._scaled(points), fill=fill)

    def gear(self, x: float, y: float, radius: float, teeth: int, fill: str, hole: str) -> None:
        """A cog wheel."""
        for number in range(teeth):
            turn = 2 * math.pi * number / teeth
            tip = [(turn - 0.13, 1.2), (turn + 0.13, 1.2), (turn + 0.2, 0.9), (turn - 0.2, 0.9)]
            self.shape([(x + radius * r * math.cos(a), y + radius * r * math.sin(a)) for a, r in tip], fill)
        self.disc(x, y, radius, fill)
        self.disc(x, y, radius * 0.4, hole)

    def png(self) -> bytes:
        """The finished picture."""
        buffer = BytesIO()
        self.image.reduce(_FINER).save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        return [(x * _FINER, y * _FINER) for x, y in points]
