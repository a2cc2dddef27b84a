"""The room's screen: its zones, its one stream, its bar, and that it fits and can be read on any of them."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Request, WebSocket, expect

from tests.e2e import axe
from tests.e2e.conftest import DESK, WAIT_MS
from tests.e2e.test_one_deal import make_offer, say
from tests.e2e.test_preferences import STILL, lane
from tests.live.client import open_room
from tests.live.server import LiveServer, live_server

pytestmark = pytest.mark.e2e

PHONE = (390, 844)
MOST_REQUESTS = 16  # page, styles, scripts, typeface and words
MOST_BYTES = 150_000  # of them all, as they are sent
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Somebody's clock that is wrong by a day.
WRONG_CLOCK = "const real = Date.now; Date.now = () => real() + 86_400_000;"

# A talk of three days, written at once: 50 messages on each.
TALK = """
import sys, django
django.setup()
from datetime import timedelta
from uuid import UUID
from negotiation_hub.kernel import clock, commit, stream
from negotiation_hub.people.models import User
room, now = UUID(sys.argv[1]), clock.now()
ben, ada = (User.objects.get(name=name).pk for name in ("Ben Ortega", "Ada Lindqvist"))
for number in range(150):
    with commit.transact():
        draft = stream.Draft("message.sent", {"text": f"Point {number} of our **list**"})
        at = now - timedelta(days=3 - number // 50, minutes=-(number % 50))
        stream.append(stream.lock(room), [draft], by=(ben, ada)[number % 2], at=at)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Without background work, which would read in all that was said for the search."""
    with live_server(tmp_path_factory.mktemp("screen"), worker=False) as running:
        yield running


@pytest.fixture(scope="module")
def room(server: LiveServer) -> str:
    """Where the room with the long talk is."""
    made: str = open_room(server, server.sign_in("seller"), server.sign_in("buyer"))["id"]
    program = [sys.executable, "-c", TALK, made]
    environment = {**server.environment, "DJANGO_SETTINGS_MODULE": "negotiation_hub.settings"}
    subprocess.run(program, env=environment, check=True, capture_output=True)
    return f"{server.url}/rooms/{made}/"


@pytest.fixture
def both(room: str, person: Callable[..., Page]) -> tuple[Page, Page]:
    """Ben and Ada there."""
    ben, ada = person("buyer"), person("seller")
    for page in (ben, ada):
        page.goto(room)
        expect(page.locator(".log .row").last).to_be_visible()
    return ben, ada


def fits(page: Page) -> bool:
    """Nothing makes one scroll sideways."""
    fitting: bool = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return fitting


def zone(page: Page, selector: str) -> tuple[float, float, float, float]:
    """Where a zone is: left, top, right, bottom."""
    box = page.locator(selector).bounding_box()
    assert box, selector
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


@pytest.mark.covers("room:screen.zones")
def test_a_desk_has_three_zones_side_by_side_and_a_phone_has_tabs(
    room: str, person: Callable[..., Page]
) -> None:
    desk, phone = person("buyer"), person("buyer", width=PHONE[0], height=PHONE[1])
    for page in (desk, phone):
        page.goto(room)
        expect(page.locator(".log .row").last).to_be_visible()
    lanes, talk, terms = (zone(desk, one) for one in (".lanes", ".stream", ".terms-zone"))
    assert lanes[2] <= talk[0] + 1
    assert talk[2] <= terms[0] + 1
    assert all(top < DESK["height"] / 2 < bottom for _, top, _, bottom in (talk, terms))
    assert terms[2] <= DESK["width"]

    tabs = phone.get_by_role("navigation", name="Lanes of this room").get_by_role("button")
    log = phone.get_by_role("log", name="Messages: The table")
    aside = phone.get_by_role("complementary", name="Terms")
    expect(aside).to_be_hidden()
    for tab in tabs.all():
        expect(tab).to_be_in_viewport(ratio=1)
    lane(phone, "Terms")
    expect(aside).to_be_visible()
    expect(log).to_be_hidden()
    lane(phone, "Our side")
    expect(phone.get_by_role("log", name="Messages: Our side")).to_be_visible()
    lane(phone, "The table")
    expect(phone.get_by_role("log", name="Messages: The table")).to_be_visible()
    expect(aside).to_be_hidden()


@pytest.mark.covers("room:screen.stream", "room:messages.markdown")
def test_one_stream_has_days_an_unread_line_cards_and_a_way_to_the_newest(both: tuple[Page, Page]) -> None:
    ben, ada = both
    log = ada.locator(".log")
    expect(log.get_by_text("Point 149 of our list")).to_be_visible()
    expect(log.locator(".row", has_text="Point 149").locator("strong")).to_have_text("list")
    address = ada.url
    ada.goto("about:blank")  # Ada goes, and it goes on without her
    for number in range(12):
        say(ben, f"While you were away: {number}")
    make_offer(ben, "Make an offer", "59000.00", "15 January")
    ada.goto(address)
    line = log.get_by_role("separator").get_by_text("New", exact=True)
    expect(line).to_be_in_viewport()
    shown = [row.inner_text() for row in log.locator(".row").all()]
    at = next(number for number, text in enumerate(shown) if text.strip() == "New")
    assert "While you were away: 0" in shown[at + 1]
    card = ada.get_by_role("article", name="Offer v1")
    jump = ada.get_by_role("button", name=re.compile("newest|new message"))
    if jump.count():
        jump.click()
    expect(card).to_be_in_viewport()
    expect(jump).to_have_count(0)

    # Back through the days, and to the newest again.
    days = log.locator(".divider:not(.divider-unread)")
    seen: set[str] = set()
    joined = log.locator(".system", has_text="Ada Lindqvist joined").first
    for _ in range(300):
        seen |= {day.strip() for day in days.all_inner_texts()}
        if joined.count() and len(seen) == 4:
            break
        log.hover()
        ada.mouse.wheel(0, -700)
        ada.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)))")
    assert len(seen) == 4, seen  # three days ago, the day before yesterday, yesterday, today
    assert {"Today", "Yesterday"} < seen
    expect(joined).to_be_attached()
    say(ben, "Are you there?")
    expect(jump).to_have_text(re.compile("1 new message"))
    jump.click()
    expect(log.get_by_text("Are you there?")).to_be_in_viewport()
    expect(jump).to_have_count(0)


@pytest.mark.covers("room:screen.opens")
def test_a_room_opens_by_one_page_one_socket_and_nothing_asked_for_one_after_the_other(
    room: str, person: Callable[..., Page]
) -> None:
    """How fast it is, `make prove PROOF=lighthouse` measures; this is why. On a phone: its line is slow."""
    page = person("buyer", width=PHONE[0], height=PHONE[1])
    asked: list[Request] = []
    frames: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - playwright marks its handlers

    def opens(socket: WebSocket) -> None:
        frames.append(("socket", socket.url))
        socket.on("framesent", lambda frame: frames.append(("sent", str(frame))))
        socket.on("framereceived", lambda frame: frames.append(("received", str(frame))))

    page.on("websocket", opens)
    answer = page.goto(room)
    assert answer
    expect(page.locator(".log .row").last).to_be_visible()
    before = [one for one in asked if one.resource_type != "image"]
    markup = answer.text()
    assert not [one.url for one in before if one.resource_type in {"xhr", "fetch"}]
    # The page names all that is needed; nothing names more in its turn.
    hidden = [
        one.url for one in before[1:] if one.url.removeprefix(page.url.split("/rooms/")[0]) not in markup
    ]
    assert not hidden
    assert len(before) <= MOST_REQUESTS, [one.url for one in before]
    bodies = [one.response() for one in before]
    assert sum(int(one.headers.get("content-length", 0)) for one in bodies if one) < MOST_BYTES
    # One socket, one question, and the table is the answer.
    first = next(at for at, (_, text) in enumerate(frames) if '"t":"snapshot"' in text)
    assert [what for what, _ in frames[:first]].count("socket") == 1
    assert [text for what, text in frames[:first] if what == "sent" and '"hello"' not in text] == []
    shown = json.loads(frames[first][1])
    assert shown["kind"] == "table"
    assert len(shown["events"]) >= 50  # what fills a screen comes with it


@pytest.mark.covers("room:screen.bar")
def test_the_bar_shows_what_stands_whose_turn_it_is_the_servers_clock_and_who_has_seen_it(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    fresh = open_room(server, server.sign_in("seller"), server.sign_in("buyer"))["id"]
    ben, ada = person("buyer"), person("seller")
    ada.add_init_script(WRONG_CLOCK)
    ben.goto(f"{server.url}/rooms/{fresh}/")
    bar = ben.get_by_role("region", name="What is on the table")
    expect(bar).to_contain_text("No offer on the table")
    make_offer(ben, "Make an offer", "59.00", "15 January")
    for said in ("v1", "59.00", "Waiting for Norte Bombas", "Not seen yet"):
        expect(bar).to_contain_text(said)
    ada.goto(ben.url)
    theirs = ada.get_by_role("region", name="What is on the table")
    for said in ("v1", "59.00", "Your turn"):
        expect(theirs).to_contain_text(said)
    left = [one.get_by_role("timer").inner_text() for one in (bar, theirs)]
    assert all(re.fullmatch(r"1 d 23:5\d:\d\d|2 d 00:00:00", one) for one in left), left
    ada.bring_to_front()
    expect(bar).to_contain_text(re.compile(r"Seen \d"))
    make_offer(ada, "Counter", "61.00", "12 March")
    for said in ("v2", "61.00", "Your turn"):
        expect(bar).to_contain_text(said)
    expect(theirs).to_contain_text("Waiting for Acme Water")


@pytest.mark.covers("room:screen.narrow")
@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(360, 740, 2), (720, 430, 2), (640, 512, 2)],
    ids=["360 px", "200 % of 1440", "200 % of 1280"],
)
def test_everything_is_within_reach(
    server: LiveServer, room: str, browser: Browser, width: int, height: int, scale: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=scale, locale="en-GB"
    )
    context.set_default_timeout(WAIT_MS)
    context.request.post(f"{server.url}/demo/sign-in", data={"person": "seller"})
    page = context.new_page()
    page.goto(room)
    expect(page.locator(".log .row").last).to_be_visible()
    assert fits(page)
    # What one reads has room, and what one writes with is there.
    _, top, _, bottom = zone(page, ".log")
    assert bottom - top >= 96, (top, bottom)
    page.locator("#composer").scroll_into_view_if_needed()
    expect(page.locator("#composer")).to_be_in_viewport(ratio=1)
    expect(page.locator(".log .row").last).to_be_in_viewport()  # with what one answers to in sight
    say(page, f"On {width} px.")
    expect(page.get_by_text(f"On {width} px.", exact=True)).to_be_in_viewport()
    for tab in ("Our side", "The table", "Terms"):
        button = page.get_by_role("button", name=re.compile(f"^{tab}"))
        if button.first.is_visible():
            lane(page, tab)
            assert fits(page), tab
    history = page.get_by_role("button", name="History")
    history.scroll_into_view_if_needed()
    expect(history).to_be_in_viewport()
    lane(page, "The table")
    page.get_by_role("button", name=re.compile("^(Make an offer|Counter|Improve)")).first.click()
    dialog = page.get_by_role("dialog")
    for control in (dialog.get_by_label("Price per unit").first, dialog.get_by_role("button").last):
        control.scroll_into_view_if_needed()
        expect(control).to_be_in_viewport(ratio=1)
    assert fits(page)
    page.keyboard.press("Escape")
    context.close()


@pytest.mark.covers("room:screen.themes", "room:screen.reader")
@pytest.mark.parametrize(("width", "height"), [(DESK["width"], DESK["height"]), PHONE], ids=["desk", "phone"])
def test_it_is_read_in_the_dark_and_in_the_light(
    room: str, person: Callable[..., Page], width: int, height: int
) -> None:
    page = person("seller", width=width, height=height)
    page.goto(room)
    expect(page.locator(".log .row").last).to_be_visible()
    grounds = set()
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        lanes = ["The table", "Our side"] + (["Terms"] if width == PHONE[0] else [])
        for one in lanes:
            lane(page, one)
            page.evaluate(STILL)
            assert not axe.violations(page), (theme, one)
        lane(page, "The table")
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.get_by_role("button", name=re.compile("^(Make an offer|Counter)")).first.click()
        expect(page.get_by_role("dialog").get_by_label("Price per unit").first).to_be_visible()
        page.evaluate(STILL)
        assert not axe.violations(page), (theme, "an offer")
        page.keyboard.press("Escape")
    assert len(grounds) == 2
    reads_as(page)


def reads_as(page: Page) -> None:
    """What a screen reader is given: each part under its role and name."""
    tree: str = page.locator("main").aria_snapshot()
    for part in (
        r'- heading "Pump" \[level=1\]',
        r'- region "What is on the table"',
        r'- navigation "Lanes of this room"',
        r'button "The table.*"',
        r'- region "The table":',
        r'log "Messages: The table"',
        r'textbox "Write to the table',
        r'- button "Send"',
    ):
        assert re.search(part, tree), (part, tree)
    expect(page.locator("#composer")).to_have_accessible_description(re.compile("Enter"))
    unnamed = page.evaluate(
        "[...document.querySelectorAll('main button, main a[href]')].filter(one => one.checkVisibility()"
        " && !one.textContent.trim() && !one.getAttribute('aria-label')).length"
    )
    assert unnamed == 0


def test_a_dialog_that_did_not_come_comes_when_it_is_asked_for_again(
    server: LiveServer, room: str, browser: Browser
) -> None:
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(WAIT_MS)
    context.request.post(f"{server.url}/demo/sign-in", data={"person": "seller"})
    page = context.new_page()
    page.route("**/Dialogs-*.js", lambda route: route.abort())
    page.goto(room)
    leave = page.get_by_role("button", name="End the negotiation…")
    leave.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This part of the page did not come.")
    page.unroute("**/Dialogs-*.js")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    leave.click()
    expect(dialog).to_contain_text("End the negotiation")
    assert not axe.violations(page)
    context.close()
