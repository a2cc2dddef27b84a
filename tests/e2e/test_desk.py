"""The desk in a browser: the list of live rooms looks again by itself, and nobody loses their place by it."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
PATHS = ("/deals/", "/deals/?view=ours&stage=offer", "/reports/", "/reports/seller/rooms/")


def open_room(server: LiveServer, title: str) -> str:
    """Ada lists something and Ben opens a room about it; the room's id."""
    calls = {}
    for person in ("seller", "buyer"):
        signed_in = httpx.post(f"{server.url}/demo/sign-in", json={"person": person}).json()
        calls[person] = {"Authorization": f"Bearer {signed_in['token']}"}
    wanted = {"title": title, "description": "", "price": {"minor": 12_000, "currency": "EUR"}}
    api = f"{server.url}/api/v1"
    listing = httpx.post(f"{api}/listings", json=wanted, headers=calls["seller"]).json()["id"]
    room: str = httpx.post(f"{api}/rooms", json={"listing": listing}, headers=calls["buyer"]).json()["id"]
    return room


def test_live_rooms_come_by_themselves_and_move_nothing_that_one_looks_at(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    first = [open_room(server, f"Valve {number}") for number in range(8)]
    page = person("moderator", height=500)
    page.goto(f"{server.url}/moderation/")
    oldest = page.locator(f"#observe-{first[0]}")
    oldest.focus()
    assert page.evaluate("window.scrollY") > 0
    before = oldest.bounding_box()
    asked_at = page.locator("#live-said time").get_attribute("datetime")
    newest = open_room(server, "Valve 9")
    expect(page.locator(f"#live-{newest}")).to_have_count(1)
    assert page.locator("#live-said time").get_attribute("datetime") != asked_at
    expect(oldest).to_be_focused()
    assert before is not None
    now = oldest.bounding_box()
    assert now is not None
    assert abs(now["y"] - before["y"]) <= 1
    # Times are the reader's own again, not the server's.
    expect(page.locator(".live-room time", has_text="UTC")).to_have_count(0)
    assert violations(page) == []


def test_who_is_signed_out_meanwhile_is_asked_to_sign_in(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    page = person("moderator")
    page.goto(f"{server.url}/moderation/")
    page.context.clear_cookies()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_pages_of_the_desk_are_accessible_and_fit(
    server: LiveServer, person: Callable[..., Page], width: int
) -> None:
    room = open_room(server, "A title that is long enough to be broken somewhere, on a phone at least")
    for key in ("seller", "buyer", "moderator"):
        page = person(key, width=width)
        for path in (*PATHS, f"/deals/{room}/"):
            if key == "buyer" and "seller" in path:
                continue
            page.goto(f"{server.url}{path}")
            assert violations(page) == [], (key, path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (key, path)
