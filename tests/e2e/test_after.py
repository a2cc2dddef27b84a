"""After a negotiation: looking back through it, taking it away, and having it checked by anybody."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from websockets.sync.client import ClientConnection, connect

from tests.e2e import axe
from tests.e2e.conftest import WAIT_MS
from tests.e2e.test_messages import act, row, say
from tests.e2e.test_one_deal import make_offer
from tests.live.server import LiveServer
from tests.whiteboard.board import element

pytestmark = pytest.mark.e2e
BACK = "Back to now"


@pytest.fixture(scope="module")
def room(server: LiveServer, browser: Browser) -> str:
    """A room in which something was said, removed, offered and declined; its address."""
    pages = []
    for key in ("buyer", "seller"):
        context = browser.new_context(viewport={"width": 1440, "height": 860}, locale="en-GB")
        context.set_default_timeout(WAIT_MS)
        context.request.post(f"{server.url}/demo/sign-in", data={"person": key})
        pages.append(context.new_page())
    ben, ada = pages
    ben.goto(f"{server.url}/listings/")
    ben.get_by_role("link", name=re.compile("Centrifugal pumps")).click()
    ben.get_by_role("button", name="Negotiate").click()
    ben.wait_for_url(re.compile("/rooms/"))
    ada.goto(ben.url)
    say(ben, "My card is 4242.")
    say(ben, "We need 500 by March.")
    make_offer(ada, "Make an offer", "59000.00", "15 January")
    expect(ben.get_by_text("Your turn").first).to_be_visible()
    say(ben, "Too much for us.")
    expect(row(ada, "Too much for us.")).to_be_visible()
    say(ada, "wrong window")
    act(ada, "wrong window", "Remove")
    ada.get_by_role("dialog").get_by_role("button", name="Remove it").click()
    expect(row(ben, "This message was removed")).to_be_visible()
    make_offer(ben, "Counter", "57000.00", "15 January")
    draw(server, ben.url)
    say(ada, "See the board.")
    expect(row(ben, "We need 500")).to_be_visible()
    address: str = ben.url
    expect(row(ben, "See the board.")).to_be_visible()
    for page in pages:
        page.context.close()
    return address


def draw(server: LiveServer, address: str) -> None:
    """Puts a box on the room's board, as another client of the protocol."""
    id = address.rstrip("/").rpartition("/")[2]
    token = server.sign_in("buyer")
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{server.url}/api/v1/rooms/{id}", headers=headers, timeout=30).json()
    board = answer["streams"]["board"]
    with connect(server.socket_url, additional_headers=headers) as socket:
        socket.send(json.dumps({"t": "hello", "protocol": 1, "streams": {board: {"after": 0, "hash": None}}}))
        drawn = {"t": "board.draw", "id": str(uuid4()), "stream": board, "elements": [element()]}
        command(socket, drawn)


def command(socket: ClientConnection, frame: dict[str, Any]) -> None:
    """Sends a command and waits until it is acknowledged."""
    socket.send(json.dumps(frame))
    while (answer := json.loads(socket.recv(WAIT_MS / 1000))).get("id") != frame["id"]:
        pass
    assert answer["t"] == "ack", answer


@pytest.mark.covers("room:after.scrubber")
def test_a_slider_shows_the_room_at_any_event_and_nothing_can_be_done_there(
    room: str, person: Callable[..., Page]
) -> None:
    ben = person("buyer")
    ben.goto(room)
    ben.get_by_role("button", name="History").click()
    expect(ben.get_by_text("You look at event")).to_be_visible()
    bar = ben.get_by_role("slider", name="Event")
    expect(bar).to_be_focused()
    total = int(bar.get_attribute("max") or 0)
    expect(bar).to_have_value(str(total))
    ben.keyboard.press("[")  # the offer before this one
    ben.keyboard.press("[")
    expect(ben.locator(".standing-total")).to_contain_text("59,000")
    ben.keyboard.press("ArrowLeft")
    expect(
        ben.get_by_text("There is no offer on the table").or_(ben.locator(".standing .muted"))
    ).to_be_visible()
    expect(ben.locator(".log")).to_contain_text("We need 500")
    expect(ben.locator(".log")).not_to_contain_text("Too much")
    expect(ben.get_by_role("button", name="Make an offer")).to_have_count(0)
    expect(ben.get_by_role("textbox")).to_have_count(0)
    ben.get_by_role("button", name="Next offer").click()
    ben.get_by_role("button", name="Next offer").click()
    expect(ben.locator(".redline del").first).to_be_visible()  # against the one before
    expect(ben.get_by_role("button", name="Accept")).to_have_count(0)
    bar.focus()
    ben.keyboard.press("Home")
    expect(bar).to_have_value("1")
    expect(bar).to_have_attribute("aria-valuetext", re.compile(rf"^Event 1 of {total}, .*: .*"))
    ben.get_by_role("button", name="Play").click()
    expect(bar).not_to_have_value("1")
    ben.get_by_role("button", name="Pause").click()
    ben.get_by_role("button", name=BACK).click()
    expect(ben.get_by_role("textbox", name=re.compile("Write to the table"))).to_be_visible()
    expect(ben.get_by_role("button", name="History")).to_be_focused()


@pytest.mark.covers("room:after.scrubber")
def test_what_was_removed_is_not_there_at_any_event(room: str, person: Callable[..., Page]) -> None:
    ben = person("buyer")
    ben.goto(room)
    expect(row(ben, "We need 500")).to_be_visible()
    ben.keyboard.press("h")
    bar = ben.get_by_role("slider", name="Event")
    for _ in range(int(bar.get_attribute("max") or 0)):
        expect(ben.locator(".past")).to_be_visible()
        assert "wrong window" not in ben.locator(".log").inner_text()
        ben.keyboard.press("ArrowLeft")
    expect(bar).to_have_value("1")
    ben.keyboard.press("Escape")
    expect(ben.locator(".past")).to_have_count(0)


@pytest.mark.covers("room:after.scrubber")
def test_of_a_long_room_the_server_tells_how_it_was(
    server: LiveServer, room: str, person: Callable[..., Page]
) -> None:
    id = room.rstrip("/").rpartition("/")[2]
    headers = {"Authorization": f"Bearer {server.sign_in('seller')}"}
    with connect(server.socket_url, additional_headers=headers) as socket:
        socket.send(json.dumps({"t": "hello", "protocol": 1, "streams": {id: {"after": 0, "hash": None}}}))
        for number in range(39):  # beyond a snapshot, below what is too fast
            said = {"t": "message.send", "id": str(uuid4()), "stream": id, "text": f"line {number}"}
            command(socket, said)
    ben = person("buyer")
    asked: list[str] = []
    ben.on("request", lambda request: asked.append(request.url))
    ben.goto(room)
    expect(ben.locator(".log .row", has_text="line").first).to_be_visible()
    ben.keyboard.press("h")
    bar = ben.get_by_role("slider", name="Event")
    expect(bar).to_be_focused()
    ben.keyboard.press("Home")
    expect(ben.locator(".past")).to_contain_text("The room was opened")
    expect(ben.locator(".log .row", has_text="line")).to_have_count(0)
    ben.get_by_role("button", name="Next offer").click()
    expect(ben.locator(".standing-total")).to_contain_text("59,000")
    assert any(f"/rooms/{id}/at/1" in url for url in asked)
    bar.press("End")
    expect(ben.locator(".log")).to_contain_text("line 38")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.covers("room:after.scrubber")
def test_a_finger_looks_back_on_a_phone(room: str, person: Callable[..., Page], theme: str) -> None:
    ada = person("seller", width=390, height=844)
    ada.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    ada.goto(room)
    ada.get_by_role("button", name="Terms").click()
    ada.get_by_role("button", name="History").click()
    expect(ada.get_by_role("button", name=BACK)).to_be_visible()
    ada.get_by_role("button", name="Offer before").click()
    expect(ada.locator(".past")).to_contain_text("You look at event")
    assert ada.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe.violations(ada) == []
    ada.get_by_role("button", name="Board").click()
    expect(ada.get_by_text("Nothing was on the board.")).to_be_visible()
    ada.get_by_role("slider", name="Event").press("End")
    expect(ada.get_by_role("img", name=re.compile("The board as it was"))).to_be_visible()
    assert axe.violations(ada) == []
    ada.get_by_role("button", name=BACK).click()
    expect(ada.locator(".past")).to_have_count(0)


@pytest.mark.covers("room:after.transcript", "room:after.verify")
@pytest.mark.parametrize("size", [(1440, 860), (360, 780)])
def test_what_one_takes_away_is_checked_by_anybody(
    room: str,
    server: LiveServer,
    browser: Browser,
    person: Callable[..., Page],
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    ben = person("buyer", width=size[0], height=size[1])
    ben.goto(room)
    if size[0] < 768:
        ben.get_by_role("button", name="Terms").click()
    files = {}
    for kind, name in (("json", "Transcript, signed (JSON)"), ("pdf", "Transcript as PDF")):
        with ben.expect_download() as coming:
            ben.get_by_role("link", name=name).click()
        files[kind] = tmp_path / f"transcript.{kind}"
        coming.value.save_as(files[kind])
    changed = tmp_path / "changed.json"
    changed.write_bytes(files["json"].read_bytes().replace(b"We need 500", b"We need 900"))
    # Somebody without an account, and without JavaScript.
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, java_script_enabled=False)
    anybody = context.new_page()
    anybody.goto(f"{server.url}/listings/")
    anybody.get_by_role("link", name="Check a transcript").click()
    for file, verdict in (
        (files["json"], "This transcript is genuine"),
        (files["pdf"], "This transcript is genuine"),
        (changed, "This transcript is not as it was made"),
    ):
        anybody.get_by_label("Transcript, as JSON or as PDF").set_input_files(file)
        anybody.get_by_role("button", name="Check it").click()
        expect(anybody.get_by_role("heading", name=verdict)).to_be_visible()
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_breaks_no_rule_of_accessibility(
    room: str, server: LiveServer, person: Callable[..., Page], tmp_path: Path, theme: str
) -> None:
    page = person("buyer", width=360, height=780)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    answer = page.request.get(
        f"{server.url}/api/v1/rooms/{room.rstrip('/').rpartition('/')[2]}/transcript.json"
    )
    file = tmp_path / "t.json"
    for content in (answer.body(), answer.body()[:-9]):
        file.write_bytes(content)
        page.goto(f"{server.url}/verify/")
        page.get_by_label("Transcript, as JSON or as PDF").set_input_files(file)
        page.get_by_role("button", name="Check it").click()
        expect(page.locator("#verdict")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert axe.violations(page) == []
