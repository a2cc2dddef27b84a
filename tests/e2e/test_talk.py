"""What one writes stands at once, survives, and is sent once; and a talk of any length is scrolled."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.e2e.test_one_deal import say
from tests.e2e.test_preferences import lane
from tests.live.client import open_room
from tests.live.server import LiveServer, live_server
from tests.live.test_supervision import opened

pytestmark = pytest.mark.e2e

GONE = 1001  # what a browser sees when a server goes away
LONG = 100_000
MOST_NODES = 2_500  # of the whole page: what one looks at and a little more, however long the talk is
NEAR_PX = 3  # rows are laid out in fractions of a pixel
FILL = """
import sys, django
django.setup()
from uuid import UUID
from bench.history import extend
from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User
ben = User.objects.get(name="Ben Ortega").pk
extend(UUID(sys.argv[1]), int(sys.argv[2]), by=ben, now=clock.now())
"""
# The numbers of the entries that are drawn, and where.
DRAWN = """() => [...document.querySelectorAll('.log [data-row^="event "]')].map(
  (row) => [Number(row.dataset.row.slice(6)), row.getBoundingClientRect().top])"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
LONG_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((all) => window.longTasks.push(...all.getEntries().map((one) => one.duration)))
    .observe({ type: "longtask" });
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Without background work, which would read in all that was said for the search."""
    with live_server(tmp_path_factory.mktemp("talk"), worker=False) as running:
        yield running


@dataclass
class Line:
    """A browser's connection, which is cut and mended, or on which answers get lost."""

    up: bool = True
    deaf: bool = False
    held: list[Callable[[], None]] = field(default_factory=list)
    open: list[tuple[WebSocketRoute, WebSocketRoute]] = field(default_factory=list)

    def route(self, page: WebSocketRoute) -> None:
        """The page connects."""
        if not self.up:
            page.close(code=GONE)
            return
        server = page.connect_to_server()
        self.open.append((page, server))
        page.on_message(server.send)
        server.on_message(lambda text: self._come(page, text))

    def _come(self, page: WebSocketRoute, text: str | bytes) -> None:
        if self.deaf:
            self.held.append(lambda: page.send(text))
        else:
            page.send(text)

    def hear(self) -> None:
        """What was held back comes now."""
        self.deaf = False
        while self.held:
            self.held.pop(0)()

    def cut(self) -> None:
        """The connection is gone, and what was held back with it."""
        self.up, self.deaf = False, False
        self.held.clear()
        while self.open:
            page, server = self.open.pop()
            server.close()
            page.close(code=GONE)

    def mend(self) -> None:
        """There is one again."""
        self.up = True


@dataclass
class Talk:
    """Ben, whose line may be cut, and Ada at one table."""

    ben: Page
    ada: Page
    line: Line
    table: str

    def rows(self, page: Page, text: str) -> Locator:
        """The entries that say just this."""
        return page.locator(".log .message", has=page.get_by_text(text, exact=True))


@pytest.fixture
def talk(server: LiveServer, person: Callable[..., Page]) -> Talk:
    """A fresh room."""
    table: str = open_room(server, server.sign_in("seller"), server.sign_in("buyer"))["id"]
    ben, ada, line = person("buyer"), person("seller"), Line()
    ben.route_web_socket(re.compile("/ws/"), line.route)
    for page in (ben, ada):
        page.goto(f"{server.url}/rooms/{table}/")
        expect(page.locator(".log")).to_contain_text("joined as")
    return Talk(ben, ada, line, table)


def apart(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs what is asynchronous beside the browser's own loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work())).result()


@pytest.mark.covers("room:messages.optimistic", "room:messages.offline", "room:messages.markdown")
def test_a_message_stands_at_once_and_is_sent_once_whatever_happens_to_its_answer(talk: Talk) -> None:
    ben, ada, line = talk.ben, talk.ada, talk.line
    line.deaf = True
    say(ben, "Could you hold the price?")
    mine = talk.rows(ben, "Could you hold the price?")
    expect(mine).to_have_attribute("data-status", "pending")
    expect(mine).to_contain_text("Sending…")
    expect(talk.rows(ada, "Could you hold the price?")).to_have_count(1)
    expect(mine).to_contain_text("Sending…")  # Ben's browser knows nothing of it yet
    line.cut()  # and its answer is lost
    expect(ben.get_by_text("No connection. You can go on writing")).to_be_visible()
    expect(mine).to_contain_text("Waits for the connection")
    say(ben, "And **deliver** in June?")
    ben.reload()
    expect(talk.rows(ben, "And **deliver** in June?")).to_contain_text("Waits for the connection")
    line.mend()
    for page in (ben, ada):
        expect(page.locator(".log strong", has_text="deliver")).to_have_count(1)
        expect(page.locator("[data-status=pending]")).to_have_count(0)
        expect(talk.rows(page, "Could you hold the price?")).to_have_count(1)
    say(ada, "Gladly.")
    expect(talk.rows(ben, "Gladly.")).to_have_count(1)
    said = [text.strip() for text in ben.locator(".log .message .prose-text").all_inner_texts()]
    assert said == ["Could you hold the price?", "And deliver in June?", "Gladly."]


@pytest.mark.covers("room:messages.optimistic")
def test_a_message_that_failed_says_so_and_can_be_sent_again(server: LiveServer, talk: Talk) -> None:
    ben, ada, line = talk.ben, talk.ada, talk.line
    token = server.sign_in("moderator")

    async def order(what: str) -> None:
        async with opened(server, token, {"table": talk.table}) as chair:
            if what == "mute":
                await chair.command("moderation.step_in", talk.table, reason="a complaint")
            me = next(
                one["id"]
                for frame in chair.frames
                if frame["t"] == "snapshot"
                for one in frame["state"]["participants"]
                if one["side"] == "buyer"
            )
            done = await chair.command(f"moderation.{what}", talk.table, participant=me, reason="hm")
            assert done["t"] == "ack", done

    line.cut()
    say(ben, "Am I heard?")
    apart(lambda: order("mute"))
    line.mend()
    mine = talk.rows(ben, "Am I heard?")
    expect(mine.get_by_role("alert")).to_contain_text("Not sent: A moderator has muted you")
    expect(talk.rows(ada, "Am I heard?")).to_have_count(0)
    ben.reload()
    expect(mine.get_by_role("alert")).to_contain_text("Not sent")  # it waits for its author
    apart(lambda: order("unmute"))
    expect(ben.locator("#composer")).to_be_visible()
    mine.get_by_role("button", name="Send again").click()
    expect(talk.rows(ada, "Am I heard?")).to_have_count(1)
    expect(mine).to_have_count(1)
    expect(ben.get_by_role("button", name="Send again")).to_have_count(0)


@pytest.mark.covers("room:messages.draft")
def test_a_draft_survives_a_reload_and_each_talk_has_its_own(talk: Talk) -> None:
    ben = talk.ben
    box = ben.locator("#composer")
    box.fill("Not yet finis")
    lane(ben, "Our side")
    box.fill("Our own")
    ben.reload()
    expect(box).to_have_value("Not yet finis")
    lane(ben, "Our side")
    expect(box).to_have_value("Our own")
    lane(ben, "The table")
    box.press("End")
    box.press_sequentially("hed")
    box.press("Enter")
    expect(talk.rows(talk.ada, "Not yet finished")).to_have_count(1)
    expect(talk.ada.get_by_text("Our own")).to_have_count(0)
    ben.reload()
    expect(talk.rows(ben, "Not yet finished")).to_have_count(1)
    expect(box).to_have_value("")


@dataclass
class Reader:
    """Somebody who scrolls, and looks at each step whether all is in its place."""

    page: Page

    def drawn(self) -> dict[int, float]:
        """The numbers of the entries that are drawn, by where they are."""
        rows = {int(number): float(top) for number, top in self.page.evaluate(DRAWN)}
        numbers = list(rows)
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), numbers  # none lost or twice
        assert self.page.evaluate("document.querySelectorAll('*').length") < MOST_NODES
        return rows

    def moves(self, before: dict[int, float], after: dict[int, float]) -> list[float]:
        """How far what is below the log's upper edge has moved.

        What lies above it is measured when it comes near, which moves nothing that is in sight.
        """
        edge = self.page.locator(".log").evaluate("(log) => log.getBoundingClientRect().top")
        both = [(top, after[number]) for number, top in before.items() if number in after]
        return [now - top for top, now in both if min(now, top) >= edge]

    def step(self, move: Callable[[], None], most_px: float) -> dict[int, float]:
        """Moves, and sees all that was and is still drawn move alike, by no more than asked for."""
        before = self.drawn()
        move()
        self.page.evaluate(FRAMES)
        after = self.drawn()
        moves = self.moves(before, after)
        if moves:
            assert max(moves) - min(moves) <= NEAR_PX, moves
            assert max(map(abs, moves)) <= most_px + NEAR_PX, moves
        return after

    def settle(self) -> dict[int, float]:
        """What comes meanwhile moves nothing."""
        before = self.drawn()
        self.page.wait_for_function("() => !document.querySelector('.older')")
        self.page.evaluate(FRAMES)
        after = self.drawn()
        kept = self.moves(before, after)
        assert kept
        assert max(map(abs, kept)) <= NEAR_PX, kept
        return after


@pytest.mark.covers("room:screen.scrolls")
def test_a_hundred_thousand_messages_are_scrolled_through(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    table = open_room(server, server.sign_in("seller"), server.sign_in("buyer"))["id"]
    fill = [sys.executable, "-c", FILL, table, str(LONG)]
    environment = {**server.environment, "DJANGO_SETTINGS_MODULE": "negotiation_hub.settings"}
    subprocess.run(fill, env=environment, check=True, capture_output=True)
    page = person("seller")
    page.goto(f"{server.url}/rooms/{table}/")
    newest = page.locator(f".log [data-row='event {LONG}']")
    expect(newest).to_be_in_viewport()
    page.evaluate(LONG_TASKS)
    reader, log = Reader(page), page.locator(".log")
    log.hover()
    first, heights = LONG, set()
    for turn in range(60):
        rows = reader.step(lambda: page.mouse.wheel(0, -1500), 1500)
        assert min(rows) <= first
        first = min(rows)
        if turn % 10 == 9:
            reader.settle()
            heights.add(page.evaluate("document.querySelector('.log').scrollHeight"))
    assert first < LONG - 2_000  # beyond all that is held at once
    assert max(heights) < 100_000  # and no more than that was laid out
    log.focus()
    for key in ("PageUp", "PageUp", "PageDown"):
        reader.step(lambda key=key: page.keyboard.press(key), 860)  # type: ignore[misc]

    # Down again, then to the very first, and by one click to the newest.
    log.hover()
    for _ in range(10):
        reader.step(lambda: page.mouse.wheel(0, 1500), 1500)
    reader.settle()
    page.evaluate("location.hash = '#m5'")
    expect(page.locator(".log [data-row='event 5']")).to_be_in_viewport()
    expect(page.locator(".log [data-row='event 1']")).to_be_attached()
    for _ in range(5):
        reader.step(lambda: page.mouse.wheel(0, 1500), 1500)
    page.get_by_role("button", name="Back to the newest").click()
    expect(newest).to_be_in_viewport()
    reader.drawn()
    slow = sorted(page.evaluate("window.longTasks"))
    sys.stdout.write(f"long tasks: {len(slow)}, the longest {slow[-1] if slow else 0:.0f} ms\n")
