"""What a side draws for itself over the board: it sees both, the other side never sees it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e import axe
from tests.e2e.test_board import Drawing, Scene, photograph, scene, wait_until_other
from tests.live.client import call

__all__ = ["scene"]
pytestmark = pytest.mark.e2e


def own(scene: Scene, who: str) -> list[dict[str, Any]]:
    """What is on the layer of somebody's side."""
    path = f"/rooms/{scene.room['id']}/board.excalidraw?layer=1"
    found: list[dict[str, Any]] = call(scene.server, "GET", path, scene.server.sign_in(who)).json()[
        "elements"
    ]
    return found


def turn_to(drawing: Drawing, whose: str) -> None:
    """Goes to one's own layer, or to the board of both."""
    drawing.page.get_by_role("group", name="Whose board").get_by_role("button", name=whose).click()
    drawing.ready()


def test_notes_over_the_board_stay_with_ones_own_side(scene: Scene, person: Callable[..., Page]) -> None:
    ben, ada = Drawing(person("buyer")).open(scene.url), Drawing(person("seller")).open(scene.url)
    frames: list[str] = []
    ada.page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame)))
    )
    ada.page.reload()
    ada.page.locator(".lanes").get_by_role("button", name="Board").click()
    ada.ready()
    ada.drag("rectangle", (300, 200), (460, 300))
    scene.wait_for(ada.page, 1)

    turn_to(ben, "Only us")
    photograph("ours", ben.page)
    ben.drag("ellipse", (320, 400), (460, 500))
    for _ in range(100):
        if notes := own(scene, "buyer"):
            break
        ben.page.wait_for_timeout(100)
    assert [one["type"] for one in notes] == ["ellipse"]
    # What the other side draws meanwhile is seen behind it, and cannot be taken hold of.
    at = (660, 420)
    before = ben.pixels(at)
    ada.drag("rectangle", (600, 420), (720, 500))
    wait_until_other(ben, at, before)
    ben.page.locator('label:has([data-testid="toolbar-selection"])').click()
    ben.page.mouse.click(*ben.place((600, 460)))
    ben.page.keyboard.press("Delete")
    ben.drag("arrow", (460, 450), (600, 460))
    for _ in range(100):
        if len(notes := own(scene, "buyer")) == 2:
            break
        ben.page.wait_for_timeout(100)
    assert [one["type"] for one in notes] == ["ellipse", "arrow"]
    assert axe.violations(ben.page) == []
    photograph("ours-drawn", ben.page)

    # Nothing of it is on the board of both, nor ever came to the other side.
    assert [one["type"] for one in scene.elements()] == ["rectangle", "rectangle"]
    assert own(scene, "seller") == []
    turn_to(ben, "Both sides")
    photograph("both", ben.page, ada.page)
    ben.drag("diamond", (520, 200), (600, 280))
    scene.wait_for(ben.page, 3)
    assert frames
    assert not [frame for frame in frames if any(note["id"] in frame for note in notes)]
