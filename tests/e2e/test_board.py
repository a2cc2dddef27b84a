"""Two browsers draw on one board: each sees the other's hand, and what was drawn is there afterwards."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import axe
from tests.e2e.conftest import WAIT_MS
from tests.e2e.test_one_deal import make_offer
from tests.e2e.test_supervision import impose, step_in
from tests.live.client import call, open_room
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


@dataclass
class Drawing:
    """A person's page with the board open."""

    page: Page

    def open(self, url: str, *, lane: str = "Board") -> "Drawing":
        """Goes to the room and opens its board."""
        self.page.goto(url)
        expect(self.page.locator(".bar .standing")).to_be_visible()
        self.page.locator(".lanes").get_by_role("button", name=lane).click()
        return self.ready()

    def ready(self) -> "Drawing":
        """Waits for the editor."""
        expect(self.page.locator(".board-editor .main-menu-trigger")).to_be_visible()
        expect(self.page.locator(".board-editor canvas.interactive")).to_be_visible()
        return self

    def drag(self, tool: str, start: tuple[int, int], end: tuple[int, int], *, lift: bool = True) -> None:
        """Draws with a tool from one point of the board to another."""
        self.page.locator(f'label:has([data-testid="toolbar-{tool}"])').click()
        self.page.mouse.move(*self.place(start))
        self.page.mouse.down()
        self.page.mouse.move(*self.place(end), steps=10)
        if lift:
            self.page.mouse.up()

    def hover(self, at: tuple[int, int]) -> None:
        """Points somewhere."""
        self.page.mouse.move(*self.place(at), steps=3)

    def pixels(self, at: tuple[int, int], size: int = 40) -> bytes:
        """What is to be seen around a point: a picture to be compared."""
        x, y = self.place(at)
        clip = {"x": x - size / 2, "y": y - size / 2, "width": float(size), "height": float(size)}
        return self.page.screenshot(clip=clip)  # type: ignore[arg-type]

    def place(self, point: tuple[int, int]) -> tuple[float, float]:
        """Where a point of the board is in the window."""
        box = self.page.locator(".board-editor canvas.interactive").bounding_box()
        assert box is not None
        return box["x"] + point[0], box["y"] + point[1]


@dataclass
class Scene:
    """A fresh room, and what REST says is on its board."""

    server: LiveServer
    token: str
    room: dict[str, Any]

    @property
    def url(self) -> str:
        """The room's page."""
        return f"{self.server.url}/rooms/{self.room['id']}/"

    def elements(self) -> list[dict[str, Any]]:
        """What is on the board now."""
        scene = call(self.server, "GET", f"/rooms/{self.room['id']}/board.excalidraw", self.token).json()
        found: list[dict[str, Any]] = scene["elements"]
        return found

    def wait_for(self, page: Page, count: int) -> list[dict[str, Any]]:
        """Waits until so many elements are there."""
        for _ in range(WAIT_MS // 100):
            if len(found := self.elements()) == count:
                return found
            page.wait_for_timeout(100)
        raise AssertionError(f"{len(self.elements())} elements, not {count}")


@pytest.fixture
def scene(server: LiveServer) -> Scene:
    """A fresh room."""
    buyer = server.sign_in("buyer")
    return Scene(server, buyer, open_room(server, server.sign_in("seller"), buyer))


def wait_until_other(drawing: Drawing, at: tuple[int, int], before: bytes) -> None:
    """Waits until something else is to be seen there."""
    for _ in range(WAIT_MS // 100):
        if drawing.pixels(at) != before:
            return
        drawing.page.wait_for_timeout(100)
    raise AssertionError("nothing has changed on the screen")


def photograph(name: str, *pages: Page) -> None:
    """Keeps screenshots where HUB_SHOTS says so."""
    if folder := os.environ.get("HUB_SHOTS"):
        for number, page in enumerate(pages):
            page.screenshot(path=Path(folder) / f"board-{name}-{number}.png")


def test_two_people_draw_on_one_board(scene: Scene, person: Callable[..., Page]) -> None:
    ben, ada = Drawing(person("buyer")).open(scene.url), Drawing(person("seller")).open(scene.url)
    expect(ben.page.locator(".board-editor .UserList")).to_be_visible()

    # Each draws a rectangle and sees the other's, before it is finished and afterwards.
    at = (480, 200)
    before = ada.pixels(at)
    ben.drag("rectangle", (400, 200), (560, 300), lift=False)
    wait_until_other(ada, at, before)
    assert scene.elements() == []
    ben.page.mouse.up()
    scene.wait_for(ada.page, 1)
    at = (400, 480)
    before = ben.pixels(at)
    ada.drag("rectangle", (330, 480), (500, 580))
    wait_until_other(ben, at, before)
    both = scene.wait_for(ada.page, 2)
    assert [one["type"] for one in both] == ["rectangle", "rectangle"]

    # Whoever picks something is told whose it is.
    expect(ada.page.locator(".board-author")).to_have_text("Drawn by you")
    ada.page.locator('label:has([data-testid="toolbar-selection"])').click()
    ada.page.mouse.click(*ada.place((400, 250)))
    expect(ada.page.locator(".board-author")).to_have_text("Drawn by Ben Ortega")

    # And the other's cursor.
    nowhere = (700, 600)
    before = ada.pixels(nowhere, 120)
    ben.hover(nowhere)
    wait_until_other(ada, nowhere, before)
    photograph("two", ben.page, ada.page)

    # One's own undo takes back one's own, and nothing of the other's.
    ben.page.locator(".board-editor").get_by_role("button", name="Undo").click()
    (left,) = scene.wait_for(ben.page, 1)
    assert left["id"] == next(one["id"] for one in both if one["y"] == max(e["y"] for e in both))

    # A reload keeps it.
    ada.page.reload()
    ada.page.locator(".lanes").get_by_role("button", name="Board").click()
    ada.ready()
    expect(ada.page.locator(".board-hint")).to_have_count(0)
    assert [one["id"] for one in scene.elements()] == [left["id"]]


def test_the_board_is_part_of_the_agreement(scene: Scene, person: Callable[..., Page]) -> None:
    ben, ada = person("buyer"), Drawing(person("seller")).open(scene.url)
    ada.drag("rectangle", (400, 200), (560, 300))
    scene.wait_for(ada.page, 1)
    ada.page.locator(".lanes").get_by_role("button", name="The table").click()
    make_offer(ada.page, "Make an offer", "59000.00", "15 January")
    ben.goto(scene.url)
    ben.get_by_role("button", name="Accept…", exact=True).first.click()
    ben.get_by_role("dialog").get_by_role("button", name=re.compile("^Accept v1 for")).click()
    picture = ben.get_by_role("img", name="Board, as agreed")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 100
    photograph("agreed", ben)
    assert axe.violations(ben) == []
    ada.page.locator(".lanes").get_by_role("button", name="Board").click()
    expect(ada.page.get_by_text("Version 1 is part of the agreement")).to_be_visible()
    assert "0 problems" in scene.server.run("verify").stdout


def test_a_moderator_only_looks(scene: Scene, person: Callable[..., Page]) -> None:
    ben = Drawing(person("buyer")).open(scene.url)
    ben.drag("rectangle", (400, 200), (560, 300))
    scene.wait_for(ben.page, 1)
    dov = Drawing(person("moderator")).open(scene.url)
    expect(dov.page.get_by_text("Look only")).to_be_visible()
    expect(dov.page.locator('[data-testid="toolbar-rectangle"]')).to_have_count(0)
    assert axe.violations(dov.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_board_is_a_tab(scene: Scene, person: Callable[..., Page], scheme: Any) -> None:
    page = person("seller", width=390, height=780, locale="es-ES")
    page.emulate_media(color_scheme=scheme)
    ada = Drawing(page).open(scene.url, lane="Pizarra")
    assert axe.violations(page) == []
    ada.drag("rectangle", (80, 150), (300, 300))
    (drawn,) = scene.wait_for(page, 1)
    assert drawn["type"] == "rectangle"
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    photograph(f"phone-{scheme}", page)


def test_the_board_can_be_read_by_a_machine_in_all_its_states(
    scene: Scene, person: Callable[..., Page]
) -> None:
    ben = Drawing(person("buyer")).open(scene.url)
    page = ben.page
    assert axe.violations(page) == []
    ben.drag("rectangle", (400, 200), (560, 300))
    assert axe.violations(page) == []  # with the properties of what is selected
    page.locator(".main-menu-trigger").click()
    assert axe.violations(page) == []
    page.get_by_text("Help", exact=True).click()
    expect(page.locator(".HelpDialog")).to_be_visible()
    assert axe.violations(page) == []
    expect(page.locator(".HelpDialog__header")).to_be_hidden()  # it leads to other sites


def test_a_key_opens_and_closes_the_board(scene: Scene, person: Callable[..., Page]) -> None:
    page = person("buyer")
    page.goto(scene.url)
    expect(page.get_by_text("Nothing has been said yet.")).to_be_visible()
    page.keyboard.press("b")
    board = Drawing(page).ready()
    board.drag("rectangle", (400, 200), (560, 300))
    scene.wait_for(page, 1)
    page.locator(".board-head").get_by_role("button", name="Close the board").click()
    expect(page.locator(".board-editor")).to_be_hidden()
    page.keyboard.press("b")
    expect(page.locator(".board-editor")).to_be_visible()


def test_a_moderator_locks_the_board_and_both_sides_only_look_until_it_is_open_again(
    scene: Scene, person: Callable[..., Page]
) -> None:
    ben, dov = Drawing(person("buyer")).open(scene.url), person("moderator")
    dov.goto(scene.url)
    step_in(dov)
    impose(dov, "Lock the board", "Lock the board")
    expect(ben.page.locator(".board-head")).to_contain_text("Look only")
    expect(ben.page.locator(".board-head")).to_contain_text("We look into this")
    expect(ben.page.locator('[data-testid="toolbar-rectangle"]')).to_have_count(0)
    assert axe.violations(ben.page) == []
    photograph("locked", ben.page)
    impose(dov, "Unlock the board", "Unlock the board")
    ben.drag("rectangle", (400, 200), (560, 300))
    assert len(scene.wait_for(ben.page, 1)) == 1
    for page in (ben.page, dov):
        expect(page.get_by_text("locked the board").first).to_be_attached()
