"""A part of a parcel is disputed, answered and settled: at a desk, and on phones without scripts."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.e2e.test_one_deal import place_and_pay
from tests.e2e.test_parcels import PHONE, agree, without_scripts
from tests.e2e.test_returns import send
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
SUM = "4,000.00 EUR"


def shot(page: Page, name: str) -> None:
    """Keeps screenshots where HUB_SHOTS says so."""
    if folder := os.environ.get("HUB_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"disputes-{name}.png"), full_page=True)


def fine(page: Page, name: str) -> None:
    """Nothing hinders anybody, nothing sticks out, and there is a picture of it."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe.violations(page) == []
    shot(page, name)


def a_parcel(server: LiveServer, ben: Page, ada: Page) -> str:
    """Ten lots are paid for, and six have come. The address of the order."""
    agree(server, ben, ada)
    place_and_pay(ben)
    address = ben.url
    ada.goto(address)
    send(ada, "6", "Correos", "")
    ada.get_by_role("button", name="Mark as delivered").click()
    expect(ada.get_by_text("Delivered").first).to_be_visible()
    return address


def settle(ben: Page, ada: Page, look: Callable[[Page, str], None]) -> None:
    """Ben disputes two of the six and keeps four; Ada says no, then gives back a sum, and Ben takes it."""
    mine = ben.locator("section[aria-labelledby=disputes]")
    hers = ada.locator("section[aria-labelledby=disputes]")
    mine.get_by_text("Dispute goods").click()
    mine.get_by_label(re.compile("Centrifugal")).fill("7")
    mine.get_by_label("What is wrong?").select_option("damaged")
    mine.get_by_label("In your words").fill("Two flanges are cracked.")
    mine.get_by_role("button", name="Dispute it").click()
    expect(mine.get_by_role("alert")).to_contain_text("at most what has come")
    expect(mine.get_by_label("In your words")).to_have_value("Two flanges are cracked.")
    look(ben, "refused")
    mine.get_by_label(re.compile("Centrifugal")).fill("2")
    mine.get_by_role("button", name="Dispute it").click()
    expect(mine.get_by_text("Disputed by the buyer")).to_be_visible()
    ben.get_by_text("A part has come").click()
    ben.locator("section[aria-labelledby=next]").get_by_label(re.compile("Centrifugal")).fill("4")
    ben.get_by_role("button", name="Confirm this part").click()
    expect(ben.get_by_role("heading", name="Received so far")).to_be_visible()
    look(ben, "disputed")

    ada.reload()
    expect(hers.get_by_text("“Two flanges are cracked.”")).to_be_visible()
    hers.get_by_label("Nothing: it is as agreed").check()
    hers.get_by_role("button", name="Propose it").click()
    expect(hers.get_by_role("alert")).to_contain_text("Please say why")
    look(ada, "to-propose")
    hers.get_by_label("A word about it").fill("They left us whole.")
    hers.get_by_role("button", name="Propose it").click()
    expect(hers.get_by_text("“They left us whole.”").first).to_be_visible()

    ben.reload()
    look(ben, "to-answer")
    mine.get_by_text("Do not take it").click()
    mine.get_by_label("Why not?").fill("The pictures show it.")
    mine.get_by_role("button", name="Decline the proposal").click()
    expect(mine.get_by_text("“The pictures show it.”")).to_be_visible()

    ada.reload()
    hers.get_by_label("Give back a sum").check()
    hers.get_by_label("Sum that goes back").fill("4000")
    hers.get_by_role("button", name="Propose it").click()
    expect(hers.get_by_text(f"{SUM} go back to the buyer").first).to_be_visible()
    look(ada, "proposed")

    ben.reload()
    mine.get_by_role("button", name="Take it", exact=True).click()
    expect(mine.get_by_text(f"{SUM} were given back.")).to_be_visible()
    look(ben, "settled")


def verified(server: LiveServer) -> None:
    """Everything is as the books say."""
    found = server.run("verify")
    assert found.stdout.strip().endswith(": 0 problems"), found.stdout


def test_a_part_of_a_parcel_is_disputed_and_settled_at_a_desk(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller")
    a_parcel(server, ben, ada)
    ben.reload()
    settle(ben, ada, lambda page, name: fine(page, f"{name}-desk"))
    ada.get_by_role("link", name="To the room").click()
    expect(ada.get_by_text(re.compile("The buyer disputes this: 2 ×")).first).to_be_visible()
    expect(ada.get_by_text(re.compile("Two flanges are cracked")).first).to_be_visible()
    expect(ada.get_by_text(re.compile(r"No longer disputed: 2 × .*4,000.00")).first).to_be_visible()
    fine(ada, "room-desk")
    verified(server)


def test_a_part_of_a_parcel_is_disputed_and_settled_on_phones_without_scripts(
    server: LiveServer, browser: Browser, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller")
    address = a_parcel(server, ben, ada)
    phones = [without_scripts(server, browser, key) for key in ("buyer", "seller")]
    for phone in phones:
        phone.goto(address)

    # axe is a script: the same page is looked at in a window that runs them.
    watching = person("buyer", **PHONE)
    selling = person("seller", **PHONE)

    def look(page: Page, name: str) -> None:
        shot(page, f"{name}-phone")
        other = watching if page is phones[0] else selling
        other.goto(address)
        fine(other, f"{name}-phone-scripts")

    settle(phones[0], phones[1], look)
    for phone in phones:
        phone.context.close()
    verified(server)
