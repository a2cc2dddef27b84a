"""One visit by a browser that has a folder of its own, and what its canvas was given to draw."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import BrowserContext, Error, Page, expect, sync_playwright

from tests.boardlate.judge import Broken, Visit
from tests.e2e.conftest import CHROMIUM_FLAGS, DESK
from tests.live.server import LiveServer

WAIT_MS: Final = 60_000
DRAWN_WITHIN_MS: Final = 60_000
# The editor keeps each element as a picture and puts all that are in the window on one canvas, anew each
# time: so many as are put there in one go are drawn. Two frames later they have been painted.
COUNTS: Final = """
window.late = { clicked: 0, most: 0, shown: 0 };
addEventListener("click", ({ timeStamp }) => { window.late.clicked = timeStamp; }, true);
const canvas = CanvasRenderingContext2D.prototype;
const { drawImage, setTransform } = canvas;
let count = 0;
const isScene = (context) => context.canvas.classList?.contains("static");
canvas.setTransform = function (...all) {
  if (isScene(this)) count = 0;
  return setTransform.apply(this, all);
};
canvas.drawImage = function (...all) {
  const done = drawImage.apply(this, all);
  if (!isScene(this)) return done;
  count += 1;
  window.late.most = Math.max(window.late.most, count);
  if (count === window.lateWanted && !window.late.shown) {
    window.late.shown = -1;
    requestAnimationFrame(() => requestAnimationFrame((now) => { window.late.shown = performance.now(); }));
  }
  return done;
};
"""


@contextmanager
def browser(chromium: Path, server: LiveServer, person: str) -> Iterator[BrowserContext]:
    """A browser that was never here, signed in; what it caches is on a disk, as it is for people."""
    with TemporaryDirectory(prefix="hub-boardlate-") as folder, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=chromium, args=CHROMIUM_FLAGS, viewport=DESK
        )
        try:
            context.request.post(f"{server.url}/demo/sign-in", data={"person": person})
            yield context
        finally:
            context.close()


def visited(context: BrowserContext, urls: tuple[str, str], elements: int) -> Visit:
    """Opens the boards of two rooms, one after the other. Raises Broken."""
    first, later = (_opened(context.new_page(), url, elements) for url in urls)
    return Visit(first, later)


def _opened(page: Page, url: str, elements: int) -> float:
    """From the click to the frame that shows all of it, in milliseconds."""
    page.add_init_script(f"window.lateWanted = {elements};{COUNTS}")
    page.goto(url)
    expect(page.locator(".bar .standing")).to_be_visible(timeout=WAIT_MS)
    page.wait_for_load_state("networkidle")  # the room has been open for a while
    page.locator(".lanes").get_by_role("button", name="Board").click()
    try:
        page.wait_for_function("() => window.late.shown > 0", timeout=DRAWN_WITHIN_MS)
    except Error:
        raise Broken(f"{page.evaluate('window.late.most')} of {elements} elements were drawn") from None
    took: float = page.evaluate("window.late.shown - window.late.clicked")
    page.close()
    return took
