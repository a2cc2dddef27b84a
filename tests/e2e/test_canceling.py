"""A buyer cancels a paid order by the agreed terms: told what it costs before, without scripts too."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.e2e.conftest import after_a_look
from tests.e2e.test_one_deal import place_and_pay
from tests.e2e.test_parcels import without_scripts
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


def shot(page: Page, name: str) -> None:
    """Keeps screenshots where HUB_SHOTS says so."""
    if folder := os.environ.get("HUB_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"canceling-{name}.png"), full_page=True)


def agree(server: LiveServer, ben: Page, ada: Page) -> None:
    """One lot, and what canceling it costs."""
    ben.goto(f"{server.url}/listings/")
    ben.get_by_role("link", name=re.compile("Centrifugal pumps")).click()
    ben.get_by_role("button", name="Negotiate").click()
    expect(ben.get_by_text("Nothing has been said yet.")).to_be_visible()
    ada.goto(ben.url)
    ada.get_by_role("button", name="Make an offer", exact=True).first.click()
    dialog = ada.get_by_role("dialog")
    dialog.get_by_label("Price per unit").first.fill("60000.00")
    dialog.get_by_label("Quantity").first.fill("1")
    dialog.get_by_role("button", name="Add a term").click()
    dialog.get_by_label("Term", exact=True).fill("Cancellation")
    dialog.get_by_label("Value").fill("20 %")
    dialog.get_by_role("button", name="Put it on the table").click()
    expect(dialog).to_have_count(0)
    ben.get_by_role("button", name="Accept…", exact=True).first.click()
    ben.get_by_role("dialog").get_by_role("button", name=re.compile("^Accept v1 for")).click()
    expect(ada.get_by_text("Agreed on v1").first).to_be_visible()


def test_canceling_costs_what_the_page_said_and_both_sides_see_where_it_went(
    server: LiveServer, browser: Browser, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller")
    agree(server, ben, ada)
    place_and_pay(ben)
    order = ben.url
    expect(ben.get_by_text("Canceling costs you 12,000.00 EUR now, as agreed.")).to_be_visible()
    assert axe.violations(ben) == []
    shot(ben, "desk-before")

    phone = without_scripts(server, browser, "buyer")
    phone.goto(order)
    shot(phone, "phone-before")
    phone.get_by_role("button", name=re.compile(r"Cancel the order for 12,000\.00")).click()
    expect(phone.get_by_text("The order was canceled").first).to_be_visible()
    expect(phone.get_by_text("The seller keeps what the agreed terms of canceling take")).to_be_visible()
    shot(phone, "phone-after")

    expect(ada.get_by_text(re.compile("was canceled")).first).to_be_visible()
    ada.goto(order)
    money = ada.get_by_role("region", name="The money")
    expect(money.get_by_text("Cost of canceling")).to_be_visible()
    after_a_look(money.get_by_text("Released to the seller"))  # the provider answers in its own time
    expect(money.get_by_text("48,000.00").first).to_be_visible()
    assert axe.violations(ada) == []
    shot(ada, "desk-after")
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout
