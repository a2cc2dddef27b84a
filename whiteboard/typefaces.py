"""Excalidraw's typefaces, and lines of text as its renderer sets them."""

import math
import re
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Final

from PIL import ImageDraw, ImageFont

from whiteboard.elements import Values, number

_FOLDER: Final = FilePath(__file__).with_name("fonts")
_HAND: Final = "Excalifont.ttf"
PLAIN: Final = 2  # the number of the typeface in which frames are named
# Excalidraw's numbers of its typefaces. Helvetica is nobody's to give: Arimo is as wide, letter for letter.
_FILES: Final = {
    1: "Virgil-Regular.woff2",
    2: "Arimo.woff2",
    3: "CascadiaCode-Regular.woff2",
    5: _HAND,
    6: "Nunito.ttf",
    7: "LilitaOne.woff2",
    8: "ComicShanns.woff2",
    9: "Arimo.woff2",
}
# How far letters of the size 1 reach above and below their line, as Excalidraw reckons.
_HEIGHTS: Final = {
    2: (1577 / 2048, 471 / 2048),
    3: (1900 / 2048, 480 / 2048),
    6: (1.011, 0.353),
    7: (0.923, 0.220),
    8: (0.750, 0.250),
    9: (1854 / 2048, 434 / 2048),
}
_HAND_HEIGHTS: Final = (0.886, 0.374)
_RULER_PX: Final = 500  # a size at which rounding to pixels is nothing
_SIZE_PX_MIN, _SIZE_PX_MAX = 1.0, 600.0  # the smallest and the largest letters, in pixels
_LINE_PX_MAX: Final = 16_000  # how wide a line of text may become
_STRAYED_PX: Final = 1.0  # a line that is off by more is set word for word
_WORDS: Final = re.compile(r"\s*\S*\s?")
_PARAGRAPHS: Final = re.compile("[\n\r\x1c-\x1e\x85\u2029]")

Colour = tuple[int, int, int, int]
Font = ImageFont.FreeTypeFont


@lru_cache(maxsize=64)
def _face(name: str, size: float) -> Font:
    return ImageFont.truetype(str(_FOLDER / name), size)


def _name(family: object) -> str:
    return _FILES.get(family, _HAND) if isinstance(family, int) else _HAND


def face(family: object, size: float) -> Font:
    """A typeface by Excalidraw's number, the hand-drawn one for any other; `size` in pixels."""
    return _face(_name(family), min(max(size, _SIZE_PX_MIN), _SIZE_PX_MAX))


def width(family: object, size: float, text: str) -> float:
    """How wide a line is, in the unit of `size`, however small."""
    return _face(_name(family), _RULER_PX).getlength(_settable(text)) * size / _RULER_PX


def _settable(line: str) -> str:
    # What begins a new paragraph cannot be set within a line: laying it out fails (UAX #9, class B).
    return _PARAGRAPHS.sub(" ", line)


class Text:
    """The lines of a text element on a picture that has `scale` pixels for one of the board's.

    They stand on whole pixels of the picture, as a browser sets them, of which each is `fine` of ours.
    """

    def __init__(self, element: Values, scale: float, fine: int = 1) -> None:
        self.fine = fine
        text = element.get("text")
        self.lines = (
            text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if isinstance(text, str) else []
        )
        self.family = element.get("fontFamily")
        self.size = number(element, "fontSize", 20, 1, 2_000) * scale
        self.step = self.size * number(element, "lineHeight", 1.25, 0.5, 5)
        self.width = number(element, "width", 0, 0, 1e6) * scale
        self.share = {"center": 0.5, "right": 1.0}.get(str(element.get("textAlign")), 0.0)
        above, below = (
            _HEIGHTS.get(self.family, _HAND_HEIGHTS) if isinstance(self.family, int) else _HAND_HEIGHTS
        )
        self.base = self.size * above + (self.step - self.size * (above + below)) / 2

    def write(self, on: ImageDraw.ImageDraw, at: tuple[float, float], colour: Colour, height: float) -> None:
        """Writes what is in sight of a picture `height` pixels high; `at` is the upper left corner."""
        font = face(self.family, self.size)
        for place, line in enumerate(self.lines):
            base = math.floor((at[1] + place * self.step + self.base) / self.fine + 0.5) * self.fine
            if not -self.step < base < height + self.step or not line.strip():
                continue
            shown = _settable(line[: int(_LINE_PX_MAX / font.size)]).replace("\t", "    ")
            length = width(self.family, self.size, shown)
            self._set(
                on,
                (at[0] + (self.width - length) * self.share if self.share else at[0], base),
                shown,
                font,
                colour,
            )

    def _set(
        self, on: ImageDraw.ImageDraw, at: tuple[float, float], line: str, font: Font, colour: Colour
    ) -> None:
        """One line; word for word where letters on whole pixels would run away from where they belong."""
        strayed = abs(font.getlength(line) - width(self.family, self.size, line)) > _STRAYED_PX
        if not strayed:
            on.text(at, line, font=font, fill=colour, anchor="ls")
            return
        x = at[0]
        for word in _WORDS.findall(line):
            on.text((x, at[1]), word, font=font, fill=colour, anchor="ls")
            x += width(self.family, self.size, word)
