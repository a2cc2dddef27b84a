"""Two draw on a board at once, who may not draw is refused whatever they send, nothing leaves the page."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, FilePayload, Page, expect

from tests.e2e.conftest import WAIT_MS
from tests.e2e.test_board import Drawing, Scene, scene
from tests.e2e.test_board_files import drop, menu, picture
from tests.e2e.test_supervision import impose, step_in
from tests.live.client import call
from tests.whiteboard.board import element

__all__ = ["scene"]
pytestmark = pytest.mark.e2e

INK_MAX = 90  # of each channel: a stroke is nearly black, cursors and their names are not

# -- two at once -------------------------------------------------------------------------------------------


def shows_ink(drawing: Drawing, at: tuple[int, int]) -> None:
    """Waits until a stroke is to be seen at a place."""
    for _ in range(WAIT_MS // 100):
        with Image.open(BytesIO(drawing.pixels(at, 12))) as seen:
            image = seen.convert("RGB")
            pixels = (image.getpixel((x, y)) for x in range(image.width) for y in range(image.height))
            if any(isinstance(one, tuple) and max(one) < INK_MAX for one in pixels):
                return
        drawing.page.wait_for_timeout(100)
    raise AssertionError(f"no stroke is to be seen at {at}")


def test_two_people_draw_in_the_same_moment_and_both_strokes_are_everywhere(
    scene: Scene, person: Callable[..., Page]
) -> None:
    hands = {200: Drawing(person("buyer")).open(scene.url), 450: Drawing(person("seller")).open(scene.url)}
    for y, hand in hands.items():
        hand.page.locator('label:has([data-testid="toolbar-freedraw"])').click()
        hand.page.mouse.move(*hand.place((330, y)))
        hand.page.mouse.down()

    def move(start: int, end: int) -> None:
        for x in range(start, end, 10):
            for y, hand in hands.items():
                hand.page.mouse.move(*hand.place((x, y + x % 20)))

    move(340, 500)
    for hand in hands.values():  # while both hold their pens down
        shows_ink(hand, (400, 200))
        shows_ink(hand, (400, 450))
    assert scene.elements() == []
    move(500, 660)
    for hand in hands.values():
        hand.page.mouse.up()
    drawn = scene.wait_for(hands[200].page, 2)
    assert [(one["type"], round(one["width"])) for one in drawn] == [("freedraw", 320)] * 2
    assert min(len(one["points"]) for one in drawn) > 30
    for hand in hands.values():
        for at in ((400, 200), (600, 200), (400, 450), (600, 450)):
            shows_ink(hand, at)


# -- who may not draw --------------------------------------------------------------------------------------

_FORGE = """({board, elements}) => new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/`);
    const id = crypto.randomUUID();
    const say = (frame) => socket.send(JSON.stringify(frame));
    socket.onopen = () => say({t: "hello", protocol: 1, streams: {[board]: {after: 0, hash: null}}});
    socket.onclose = () => reject(new Error("closed"));
    socket.onmessage = ({data}) => {
        const frame = JSON.parse(data);
        if (frame.t === "snapshot") say({t: "board.draw", id, stream: board, elements});
        if (frame.id !== id) return;
        resolve(frame);
        socket.close();
    };
})"""


@dataclass
class Forger:
    """A person's page, from which more is sent than its buttons would."""

    page: Page
    scene: Scene

    def draw(self) -> dict[str, Any]:
        """The answer to `board.draw` on a second socket of the page."""
        board = self.scene.room["streams"]["board"]
        answer: dict[str, Any] = self.page.evaluate(_FORGE, {"board": board, "elements": [element("forged")]})
        return answer

    def post(self, path: str, what: FilePayload, **fields: str) -> tuple[int, str]:
        """The status and the code that the page's session gets for a file."""
        csrf = self.page.locator("[data-csrf]").get_attribute("data-csrf") or ""
        url = f"{self.scene.server.url}/api/v1/rooms/{self.scene.room['id']}/{path}"
        headers = {"X-CSRFToken": csrf, "Referer": self.page.url}
        answer = self.page.request.post(url, headers=headers, multipart={"file": what, **fields})
        return answer.status, answer.json().get("code", "")

    def scene_file(self) -> tuple[int, str]:
        """The same for a file of Excalidraw."""
        data = json.dumps({"type": "excalidraw", "elements": [element("brought")]}).encode()
        what: FilePayload = {"name": "a.excalidraw", "mimeType": "application/json", "buffer": data}
        return self.post("board.excalidraw", what)

    def image(self) -> tuple[int, str]:
        """The same for a picture."""
        return self.post("board/images", picture("crimson"), name="forged")

    def is_refused(self, status: int, code: str) -> None:
        """Whatever is tried, with this code, and nothing is on the board; nor are there tools to try it."""
        expect(self.page.locator(".board-head")).to_contain_text("Look only")
        expect(self.page.locator('.board-editor [data-testid^="toolbar-"]')).to_have_count(0)
        answer = self.draw()
        assert (answer["t"], answer["code"]) == ("refused", code)
        assert self.scene_file() == (status, code)
        assert self.image() == (status, code)
        assert self.scene.elements() == []
        board = call(
            self.scene.server, "GET", f"/rooms/{self.scene.room['id']}/board/evidence", self.scene.token
        )
        assert board.json()["events"] == []


def test_a_moderator_who_observes_or_has_stepped_in_puts_nothing_on_a_board(
    scene: Scene, person: Callable[..., Page]
) -> None:
    page = person("moderator")
    dov = Forger(Drawing(page).open(scene.url).page, scene)
    dov.is_refused(403, "not_permitted")
    page.locator(".board-head").get_by_role("button", name="Close the board").click()
    step_in(page)
    page.locator(".lanes").get_by_role("button", name="Board").click()
    dov.is_refused(403, "not_permitted")


LET_SPEAK = "Let speak: Ben Ortega, buyer"


@pytest.mark.parametrize(
    ("bar", "confirm", "lift", "over", "status", "code"),
    [
        ("Mute: Ben Ortega, buyer", "Mute", LET_SPEAK, "Let speak", 403, "room.muted"),
        ("Lock the board", "Lock the board", "Unlock the board", "Unlock the board", 409, "board.locked"),
        ("Lock the room", "Lock the room", "Unlock the room", "Unlock the room", 409, "room.locked"),
    ],
    ids=["muted", "board locked", "room locked"],
)
def test_who_is_kept_from_drawing_is_refused_whatever_their_session_sends(
    scene: Scene,
    person: Callable[..., Page],
    bar: str,
    confirm: str,
    lift: str,
    over: str,
    status: int,
    code: str,
) -> None:
    dov = person("moderator")
    ben = Forger(Drawing(person("buyer")).open(scene.url).page, scene)
    dov.goto(scene.url)
    step_in(dov)
    impose(dov, bar, confirm)
    ben.is_refused(status, code)
    # The very same is taken as soon as it is over.
    impose(dov, lift, over)
    expect(ben.page.locator('[data-testid="toolbar-rectangle"]')).to_be_attached()
    assert ben.draw()["t"] == "ack"
    assert ben.scene_file() == (201, "")
    assert ben.image() == (200, "")
    assert {one["id"] for one in scene.elements()} == {"forged", "brought"}


# -- what leaves the page ----------------------------------------------------------------------------------

_TELL = """
addEventListener("securitypolicyviolation", (event) =>
    window.told(`${event.effectiveDirective} ${event.blockedURI}`));
"""


@dataclass
class Watch:
    """All that a page does which it should not."""

    ours: str
    errors: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    own: int = 0  # requests, sockets included, that are as they should be

    def begin(self, page: Page) -> "Watch":
        """Looks at a page from its first request on."""
        page.expose_function("told", self._told)
        page.add_init_script(_TELL)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.context.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        return self

    def _told(self, text: str) -> None:
        if text:
            self.violations.append(text)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _asked(self, url: str) -> None:
        if url.startswith((f"{self.ours}/", f"{self.ours.replace('http', 'ws', 1)}/")):
            self.own += 1
        elif not url.startswith(("data:", "blob:")):
            self.foreign.append(url)

    def all_of(self, page: Page) -> list[str]:
        """What was found up to now, and what the page is just about to tell."""
        page.evaluate("() => new Promise((done) => setTimeout(() => told('').then(done), 0))")
        return self.errors + self.violations + self.foreign


def test_whatever_one_does_on_a_board_it_asks_nobody_but_the_server_and_breaks_no_rule(
    scene: Scene, person: Callable[..., Page], tmp_path: Path
) -> None:
    page = person("buyer")
    watch = Watch(scene.server.url).begin(page)
    ben = Drawing(page).open(scene.url)
    ben.drag("freedraw", (330, 200), (460, 260))
    ben.drag("arrow", (330, 300), (460, 360))
    page.locator('label:has([data-testid="toolbar-text"])').click()
    page.mouse.click(*ben.place((520, 260)))
    page.keyboard.type("Flange 80 mm — «¿sí?» 承知")
    page.keyboard.press("Escape")
    drop(ben, picture("crimson"), (620, 420))
    drawn = scene.wait_for(page, 4)
    assert {one["type"] for one in drawn} == {"freedraw", "arrow", "text", "image"}

    # Every dialog and menu that can be reached, by the page or by keys.
    page.locator(".board-editor .App-toolbar__extra-tools-trigger").click()
    page.keyboard.press("Escape")
    page.mouse.click(*ben.place((620, 420)), button="right")
    expect(page.locator(".context-menu")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+E")  # the editor's own way to save, which this page does not have
    expect(page.locator(".ImageExportModal")).to_have_count(0)
    menu(page, "Help")
    expect(page.locator(".HelpDialog")).to_be_visible()
    page.locator(".Modal__background").click(position={"x": 5, "y": 5})
    expect(page.locator(".HelpDialog")).to_have_count(0)
    # Libraries come from another site: neither an eye nor a screen reader finds them.
    expect(page.get_by_role("checkbox", name="Library")).to_have_count(0)
    for item in ("(PNG)", "(SVG)", "file of Excalidraw"):
        with page.expect_download() as saved:
            menu(page, item)
        saved.value.save_as(tmp_path / item)
    drawing = (tmp_path / "(SVG)").read_text()
    for part in ("承知", "@font-face", "white-space: pre"):
        assert part in drawing
    page.locator(".board-head").get_by_role("button", name="Close the board").click()
    expect(page.locator(".board-editor")).to_be_hidden()
    page.reload()
    page.locator(".lanes").get_by_role("button", name="Board").click()
    ben.ready()
    assert watch.all_of(page) == []
    assert watch.own > 10


class _Silent(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of another site, which answers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Silent) as site:
        thread = Thread(target=site.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}/"
        site.shutdown()
        thread.join()


ASK = "(url) => fetch(url, {mode: 'no-cors'}).then(() => 'answered', () => 'stopped')"


@pytest.fixture
def window(browser: Browser, scene: Scene) -> Iterator[Callable[..., tuple[Page, Watch]]]:
    """Ben's board in a window of its own: one of `person` does not forgive what is planted here."""
    contexts: list[BrowserContext] = []

    def open_board(*, bypass_csp: bool = False) -> tuple[Page, Watch]:
        context = browser.new_context(bypass_csp=bypass_csp)
        contexts.append(context)
        context.request.post(f"{scene.server.url}/demo/sign-in", data={"person": "buyer"})
        page = context.new_page()
        watch = Watch(scene.server.url).begin(page)
        Drawing(page).open(scene.url)
        assert watch.all_of(page) == []
        return page, watch

    yield open_board
    for context in contexts:
        context.close()


def test_a_request_to_another_site_is_stopped_by_the_page_s_policy_and_that_is_noticed(
    window: Callable[..., tuple[Page, Watch]], elsewhere: str
) -> None:
    page, watch = window()
    assert page.evaluate(ASK, elsewhere) == "stopped"
    found = watch.all_of(page)
    assert watch.violations == [f"connect-src {elsewhere}"]
    assert any("Content Security Policy" in one for one in found)
    assert watch.foreign == []  # it never came to be


def test_a_request_that_no_policy_stops_is_noticed_on_the_network(
    window: Callable[..., tuple[Page, Watch]], elsewhere: str
) -> None:
    page, watch = window(bypass_csp=True)
    assert page.evaluate(ASK, elsewhere) == "answered"
    assert watch.foreign == [elsewhere]
    with page.expect_event("websocket"):
        page.evaluate("(url) => void new WebSocket(url.replace('http', 'ws'))", elsewhere)
    assert watch.foreign[-1] == elsewhere.replace("http", "ws")
