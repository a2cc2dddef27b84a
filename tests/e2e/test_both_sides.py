"""One person plays both sides in one page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_one_deal import make_offer, place_and_pay
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


@pytest.mark.covers("room:entry.listing")
def test_both_sides_meet_in_the_room_that_one_of_them_opens(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    page = person("stranger")
    page.goto(server.url)
    page.get_by_role("link", name="Play both sides").first.click()
    ben, ada = (page.frame_locator(f'iframe[data-prefix="/as/{side}"]') for side in ("buyer", "seller"))
    ben.get_by_role("button", name="Negotiate").first.click()
    expect(ada.get_by_text("Nothing has been said yet.")).to_be_visible()
    box = ben.get_by_role("textbox", name=re.compile("Write to the table"))
    box.fill("Good morning, Ada.")
    box.press("Enter")
    expect(ada.get_by_text("Good morning, Ada.", exact=True)).to_be_visible()

    make_offer(ben, "Make an offer", "59000.00", "15 January")
    ada.get_by_role("button", name="Accept…", exact=True).first.click()
    ada.get_by_role("dialog").get_by_role("button", name=re.compile("^Accept v1 for")).click()
    place_and_pay(ben)
    expect(ada.get_by_text("Deliver the order").first).to_be_visible()
