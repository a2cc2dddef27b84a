"""The editor in a real browser, on a page of its own, as far as it exports pictures of scenes."""

import base64
import json
import mimetypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from PIL import Image
from playwright.sync_api import Page, Route, sync_playwright

from tests import services
from tests.e2e.conftest import CHROMIUM_FLAGS

PAGE: Final = Path(__file__).with_name("page")
FRONTEND: Final = Path(__file__).parents[2] / "frontend"
FONTS: Final = FRONTEND / "node_modules" / "@excalidraw" / "excalidraw" / "dist" / "prod" / "fonts"
OURS: Final = Path(__file__).parents[2] / "whiteboard" / "fonts"
SITE: Final = "http://board.test/"  # answered here, for no name is looked up
WAIT_MS: Final = 120_000  # a board of megabytes, on a loaded machine

Values = dict[str, Any]
Bounds = tuple[float, float, float, float]


class Editor:
    """One page with Excalidraw's own code; `open` a scene, then ask for its pictures."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, scene: Values) -> list[Values]:
        """The scene's visible elements, the lowest first, as the editor would put them on a board."""
        elements: list[Values] = self.page.evaluate("(scene) => opened(scene)", scene)
        return elements

    def pictures(self) -> dict[str, str]:
        """The scene's pictures by their names, made anew as the upload of one does, as data URLs."""
        made: dict[str, str] = self.page.evaluate("() => pictures()")
        return made

    def box(self, id: str) -> Bounds:
        """Left, top, right and bottom of one element, in the board's pixels."""
        left, top, right, bottom = self.page.evaluate("(id) => boxed(id)", id)
        return left, top, right, bottom

    def around(self) -> Bounds:
        """Left, top, right and bottom of the scene as the editor reckons them, in the board's pixels."""
        left, top, right, bottom = self.page.evaluate("() => around()")
        return left, top, right, bottom

    def picture(
        self, longest: int, margin: float, *, frame: Bounds | None = None, without: str | None = None
    ) -> Image.Image:
        """What it exports: `longest` px on the longer side, `margin` of the board's pixels around.

        `frame` is shown whatever lies there; `without` is an element that is left out.
        """
        asked = {"longest": longest, "margin": margin, "frame": frame, "without": without}
        data: str = self.page.evaluate("(asked) => exported(asked)", asked)
        return Image.open(BytesIO(base64.b64decode(data.partition(",")[2]))).convert("RGB")


@contextmanager
def editor() -> Iterator[Editor]:
    """The editor as this project has it, bundled for the purpose. Raises Missing."""
    chromium = services.find_chromium()
    with TemporaryDirectory(prefix="hub-board-") as folder, sync_playwright() as playwright:
        bundle(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        try:
            page = browser.new_page()
            page.set_default_timeout(WAIT_MS)
            page.route("**/*", lambda route: answer(route, Path(folder)))
            page.goto(f"{SITE}index.html")
            page.wait_for_function("window.ready === true")
            yield Editor(page)
        finally:
            browser.close()


def bundle(folder: Path) -> None:
    """The page and the editor's code, as a browser takes them. Raises Missing."""
    vite = FRONTEND / "node_modules" / ".bin" / "vite"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    if not vite.exists() or shutil.which("node", path=path) is None:
        raise services.Missing("the frontend's packages are missing: make setup brings them")
    command = [str(vite), "build", "--config", str(PAGE / "vite.config.mjs"), "--outDir", str(folder)]
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=FRONTEND, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the page could not be bundled: {done.stderr.strip()}")


def answer(route: Route, folder: Path) -> None:
    """Answers the page from the bundle, with the editor's typefaces, and with nothing else."""
    asked = urlsplit(route.request.url)
    if asked.scheme in {"data", "blob"}:
        route.continue_()
        return
    name = unquote(asked.path).lstrip("/")
    below, path = (FONTS, name.removeprefix("fonts/")) if name.startswith("fonts/") else (folder, name)
    if name.startswith("ours/"):
        below, path = OURS, name.removeprefix("ours/")
    file = (below / path).resolve()
    if not route.request.url.startswith(SITE) or not file.is_relative_to(below) or not file.is_file():
        route.fulfill(status=404)
        return
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    route.fulfill(body=file.read_bytes(), content_type=kind)


def read(path: Path) -> Values:
    """A scene's file. Raises ValueError where it is none."""
    scene: Values = json.loads(path.read_text())
    if scene.get("type") != "excalidraw":
        raise ValueError(f"{path.name} is no scene")
    return scene
