"""What helps while one writes: people, emoji, commands; and how far the other side has read."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import axe
from tests.e2e.test_one_deal import make_offer
from tests.live.client import open_room
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


@pytest.fixture
def both(server: LiveServer, person: Callable[..., Page]) -> tuple[Page, Page]:
    """Ben and Ada in a fresh room."""
    room = open_room(server, server.sign_in("seller"), server.sign_in("buyer"))["id"]
    ben, ada = person("buyer"), person("seller")
    for page in (ben, ada):
        page.goto(f"{server.url}/rooms/{room}/")
        expect(page.locator("#composer")).to_be_visible()
        expect(page.locator(".log")).to_contain_text("joined as")
    expect(ben.locator(".log")).to_contain_text("Ada Lindqvist joined")
    return ben, ada


def said(page: Page, text: str) -> Locator:
    """The row that says this."""
    return page.locator(".log .row", has_text=text).last


@pytest.mark.covers("room:messages.mentions", "room:messages.read")
def test_naming_somebody_is_shown_to_them_and_reading_it_to_whoever_wrote(both: tuple[Page, Page]) -> None:
    ben, ada = both
    box = ben.locator("#composer")
    box.press_sequentially("Hello @lind")
    option = ben.get_by_role("option", name=re.compile("Ada Lindqvist"))
    expect(option).to_have_attribute("aria-selected", "true")
    assert not axe.violations(ben)
    box.press("Enter")
    expect(box).to_have_value("Hello @Ada Lindqvist ")
    box.press_sequentially("can you do June?")
    box.press("Enter")
    named = ada.locator(".message[data-named]")
    expect(named).to_contain_text("Hello @Ada Lindqvist can you do June?")
    expect(named.locator(".mention")).to_have_text("@Ada Lindqvist")
    expect(ben.locator(".message[data-named]")).to_have_count(0)
    expect(said(ben, "can you do June?")).to_contain_text("Read by Ada Lindqvist")
    assert not axe.violations(ada)


@pytest.mark.covers("room:messages.emoji")
def test_emoji_are_typed_by_name_or_picked(both: tuple[Page, Page]) -> None:
    ben, ada = both
    box = ben.locator("#composer")
    box.press_sequentially("Agreed :thumbs")
    expect(ben.get_by_role("option", name="thumbs up")).to_be_visible()
    box.press("Enter")
    ben.get_by_role("button", name="Add an emoji").click()
    picker = ben.get_by_role("dialog", name="Add an emoji")
    picker.get_by_role("searchbox").press_sequentially("handsh")
    expect(picker.get_by_role("button", name="handshake", exact=True)).to_be_visible()
    assert not axe.violations(ben)
    picker.get_by_role("searchbox").press("Enter")
    expect(box).to_have_value("Agreed 👍 🤝")
    expect(box).to_be_focused()
    box.press("Enter")
    expect(said(ada, "Agreed 👍 🤝")).to_be_visible()


@pytest.mark.covers("room:offers.commands")
def test_commands_open_what_they_say_and_do_nothing_by_themselves(both: tuple[Page, Page]) -> None:
    ben, ada = both
    box = ben.locator("#composer")
    box.press_sequentially("/of")
    expect(ben.get_by_role("option", name=re.compile("^offer"))).to_be_visible()
    expect(ben.get_by_role("option", name=re.compile("^accept"))).to_have_count(0)  # nothing stands
    box.press("Enter")
    expect(
        ben.get_by_role("dialog").get_by_role("button", name=re.compile("Put it on the table"))
    ).to_be_visible()
    ben.keyboard.press("Escape")
    expect(box).to_have_value("")
    make_offer(ada, "Make an offer", "110.00", "15 January")
    expect(ben.get_by_text("Your turn").first).to_be_visible()
    box.press_sequentially("/accept")
    box.press("Escape")  # the list goes, the text stays
    expect(box).to_have_value("/accept")
    box.press("Enter")
    expect(ben.get_by_role("dialog").get_by_role("button", name=re.compile("^Accept v1 for"))).to_be_visible()
    ben.keyboard.press("Escape")
    expect(ben.get_by_text("Your turn").first).to_be_visible()
    box.press_sequentially("/accept is what I would like to do")
    box.press("Enter")
    expect(said(ada, "/accept is what I would like to do")).to_be_visible()
