"""The proof that the server draws what the editor exports: python -m tests.boardpicture.

Each scene of HUB_REALDATA/boards is exported by the editor itself in Chromium, at `LONGEST_PX` on its longer
side, and drawn by the server; `judge` compares them. Then each element in turn is taken from what the server
is given: every one that is to be seen must be missed. 0: all scenes agree, and no loss passes. 3: there is no
Chromium, or no scenes. PLANT=blank and PLANT=removed must fail it.
"""

import base64
import math
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageColor

from tests import services
from tests.boardpicture import judge
from tests.boardpicture.editor import Bounds, Editor, editor, read
from tests.boardpicture.judge import Figures
from tests.prove import NOT_RUN
from whiteboard import picture

PLANTS: Final = ("blank", "removed")
LONGEST_PX: Final = 800

Values = dict[str, Any]


class Scene:
    """A scene in the editor, and what the server makes of it."""

    def __init__(self, path: Path, browser: Editor) -> None:
        scene = read(path)
        self.name = path.stem
        self.browser = browser
        self.elements = browser.open(scene)
        self.paper: str = scene.get("appState", {}).get("viewBackgroundColor") or "#ffffff"
        self.pictures = {name: _bytes(data) for name, data in browser.pictures().items()}
        self.frame = browser.around()
        self.exported = self.theirs()

    def theirs(self, without: str | None = None) -> Image.Image:
        """The editor's picture, of the whole scene's area."""
        return self.browser.picture(LONGEST_PX, picture.MARGIN, frame=self.frame, without=without)

    def place(self, id: str) -> judge.Box:
        """Where an element lies on the pictures, with what its lines reach out of it."""
        left, top, right, bottom = self.frame
        scale = LONGEST_PX / (max(right - left, bottom - top) + 2 * picture.MARGIN)
        box = self.browser.box(id)
        x, y = left - picture.MARGIN, top - picture.MARGIN
        start, above = (math.floor((box[0] - x) * scale), math.floor((box[1] - y) * scale))
        end, below = (math.ceil((box[2] - x) * scale), math.ceil((box[3] - y) * scale))
        more = judge.TOLERANCE_PX
        return start - more, above - more, end + more, below + more

    def ours(self, elements: Sequence[Values]) -> Image.Image:
        """The server's picture of some of the elements, of the whole scene's area."""
        held = [_holder(self.frame), *elements]
        return picture.painted(held, self.pictures, paper=self.paper, longest=LONGEST_PX)

    def judged(self, plant: str = "") -> tuple[Figures, int, Sequence[str]]:
        """The figures, how many elements are visible, and those of them whose loss would not be noticed."""
        ours = self._shown(plant)
        unframed = self.browser.picture(LONGEST_PX, picture.MARGIN)
        figures = judge.compare(unframed, self._whole(plant), self._colour())
        missing, unnoticed, worst, many = [], [], 1.0, 0
        for element in self.elements:
            without = self.theirs(element["id"])
            mask = judge.seen(self.exported, without, self.place(element["id"]))
            if mask is None:
                continue
            many += 1
            shown = judge.shown(self.exported, without, ours, mask)
            worst = min(worst, shown)
            if shown < judge.SHOWN_MIN:
                missing.append(_called(element))
            lost = self.ours([one for one in self.elements if one is not element])
            if lost.size == ours.size and judge.shown(self.exported, without, lost, mask) >= judge.SHOWN_MIN:
                unnoticed.append(_called(element))
        return replace(figures, missing=missing, worst=worst), many, unnoticed

    def _shown(self, plant: str) -> Image.Image:
        if plant == "blank":
            return Image.new("RGB", self.exported.size, self._colour())
        return self.ours(self.elements[:-1] if plant == "removed" else self.elements)

    def _whole(self, plant: str) -> Image.Image:
        """As a visitor is given it: with the area that the server itself chose, and by way of its file."""
        if plant:
            return self._shown(plant)
        data = picture.draw(self.elements, self.pictures, paper=self.paper, longest=LONGEST_PX)
        return Image.open(BytesIO(data)).convert("RGB")

    def _colour(self) -> judge.Colour:
        red, green, blue = ImageColor.getrgb(self.paper)[:3]
        return red, green, blue


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the proof holds."""
    parser = ArgumentParser(prog="python -m tests.boardpicture")
    parser.add_argument("--only", default="", help="scenes whose names have this in them")
    parser.add_argument("--keep", type=Path, help="a folder for both pictures of each scene")
    asked = parser.parse_args(arguments)
    plant = os.environ.get("PLANT", "")
    if plant and plant not in PLANTS:
        parser.error(f"PLANT is one of {', '.join(PLANTS)}")
    paths = [path for path in scenes() if asked.only in path.name]
    if not paths:
        sys.stderr.write("boardpicture: not run: there are no scenes in HUB_REALDATA/boards\n")
        return NOT_RUN
    try:
        with editor() as browser:
            results = list(judged(paths, browser, plant, asked.keep))
    except services.Missing as error:
        sys.stderr.write(f"boardpicture: not run: {error}\n")
        return NOT_RUN
    tell(summary(results))
    return 0 if all(figures.holds and not unnoticed for figures, _, unnoticed in results) else 1


def scenes() -> list[Path]:
    """The files of collected scenes, in the order of their names."""
    return sorted((Path(os.environ.get("HUB_REALDATA", "")) / "boards").glob("*.excalidraw"))


def judged(
    paths: Sequence[Path], browser: Editor, plant: str, keep: Path | None
) -> Iterator[tuple[Figures, int, Sequence[str]]]:
    """What each scene gives, which is told as it comes."""
    for path in paths:
        began = time.monotonic()
        scene = Scene(path, browser)
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            scene.exported.save(keep / f"{scene.name}.browser.png")
            scene.ours(scene.elements).save(keep / f"{scene.name}.server.png")
        result = scene.judged(plant)
        tell(f"{scene.name}: {line(*result)}; {time.monotonic() - began:.0f} s")
        yield result


def line(figures: Figures, many: int, unnoticed: Sequence[str]) -> str:
    """One scene's figures."""
    lost = f", missing: {', '.join(figures.missing)}" if figures.missing else ""
    passed = f", loss unnoticed: {', '.join(unnoticed)}" if unnoticed else ""
    return (
        f"ink found {figures.found:.1%}, ink meant {figures.meant:.1%}, colour off {figures.colour:.1%}, "
        f"{many} elements, the worst at {figures.worst:.2f}{lost}{passed}"
    )


def summary(results: Sequence[tuple[Figures, int, Sequence[str]]]) -> str:
    """The worst of all scenes, in one line."""
    figures = [one for one, _, _ in results]
    elements = sum(many for _, many, _ in results)
    return (
        f"{len(results)} scenes: ink found {min(one.found for one in figures):.1%} and meant "
        f"{min(one.meant for one in figures):.1%} of {judge.COVERED_MIN:.0%}, colour off "
        f"{max(one.colour for one in figures):.1%} of {judge.COLOUR_MAX:.0%}; "
        f"{elements} elements: {sum(len(one.missing) for one in figures)} missing, the worst at "
        f"{min(one.worst for one in figures):.2f} of {judge.SHOWN_MIN:g}, the loss of "
        f"{sum(len(unnoticed) for _, _, unnoticed in results)} unnoticed"
    )


def _holder(frame: Bounds) -> Values:
    left, top, right, bottom = frame
    place = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return {"type": "rectangle", "strokeColor": "transparent", "backgroundColor": "transparent", **place}


def _called(element: Values) -> str:
    return f"{element['type']} {element['id']}"


def _bytes(data: str) -> bytes:
    return base64.b64decode(data.partition(",")[2])


def tell(text: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
