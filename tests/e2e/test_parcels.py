"""Two parcels for one order, one of them late: at a desk, on a phone, and without scripts."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from negotiation_hub.kernel import clock
from tests.e2e import axe
from tests.e2e.conftest import WAIT_MS
from tests.e2e.test_one_deal import place_and_pay
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
PHONE = {"width": 390, "height": 844}


def shot(page: Page, name: str) -> None:
    """Keeps screenshots where HUB_SHOTS says so."""
    if folder := os.environ.get("HUB_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"parcels-{name}.png"), full_page=True)


def day(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


def agree(server: LiveServer, ben: Page, ada: Page) -> None:
    """Ten lots by a day, and what a day more costs."""
    ben.goto(f"{server.url}/listings/")
    ben.get_by_role("link", name=re.compile("Centrifugal pumps")).click()
    ben.get_by_role("button", name="Negotiate").click()
    expect(ben.get_by_text("Nothing has been said yet.")).to_be_visible()
    ada.goto(ben.url)
    ada.get_by_role("button", name="Make an offer", exact=True).first.click()
    dialog = ada.get_by_role("dialog")
    dialog.get_by_label("Price per unit").first.fill("6000.00")
    dialog.get_by_label("Quantity").first.fill("10")
    dialog.get_by_label("Delivery date").fill(day(3))
    dialog.get_by_label("Late delivery penalty").fill("0.5 % per day, at most 5 %")
    assert axe.violations(ada) == []
    dialog.get_by_role("button", name="Put it on the table").click()
    expect(dialog).to_have_count(0)
    ben.get_by_role("button", name="Accept…", exact=True).first.click()
    ben.get_by_role("dialog").get_by_role("button", name=re.compile("^Accept v1 for")).click()
    expect(ada.get_by_text("Agreed on v1").first).to_be_visible()


def without_scripts(server: LiveServer, browser: Browser, key: str) -> Page:
    """A phone whose browser runs no scripts."""
    context = browser.new_context(viewport=PHONE, locale="en-GB", java_script_enabled=False)  # type: ignore[arg-type]
    context.set_default_timeout(WAIT_MS)
    context.request.post(f"{server.url}/demo/sign-in", data={"person": key})
    return context.new_page()


def test_two_parcels_one_of_them_late_are_seen_by_both_sides(
    server: LiveServer, browser: Browser, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller")
    agree(server, ben, ada)
    place_and_pay(ben)
    address = ben.url

    # The first parcel goes without a script: too much is said beside its row, and nothing typed is lost.
    phone = without_scripts(server, browser, "seller")
    phone.goto(address)
    quantity = phone.get_by_label(re.compile("Centrifugal|pump", re.IGNORECASE)).first
    expect(quantity).to_have_value("10")
    phone.get_by_label("Carrier").fill("Correos")
    phone.get_by_label("Tracking number").fill("PQ12345")
    quantity.fill("11")
    phone.get_by_role("button", name="Send the goods").click()
    expect(phone.get_by_role("alert")).to_contain_text("more than what is left")
    expect(phone.get_by_label("Tracking number")).to_have_value("PQ12345")
    shot(phone, "refused-phone")
    quantity.fill("6")
    phone.get_by_role("button", name="Send the goods").click()
    expect(phone.get_by_role("heading", name="Correos a part")).to_be_visible()
    shot(phone, "first-phone")
    phone.context.close()

    # The second one at the desk, packed first, expected two days after what was agreed.
    ada.goto(address)
    expect(ada.get_by_text("4 pcs of 10 pcs are left to send.")).to_be_visible()
    assert axe.violations(ada) == []
    shot(ada, "form-desk")
    ada.get_by_label("Carrier").fill("DHL")
    ada.get_by_label("Expected to arrive on").fill(day(5))
    ada.get_by_label("Packed only").check()
    ada.get_by_role("button", name="Send the goods").click()
    ada.get_by_role("button", name="Hand it over").click()
    expect(ada.get_by_text("expected 2 days after what was agreed").first).to_be_visible()
    assert axe.violations(ada) == []
    shot(ada, "late-desk")

    mine = person("buyer", width=PHONE["width"], height=PHONE["height"])
    mine.goto(f"{server.url}/orders/")
    expect(mine.get_by_text("expected 2 days after what was agreed").first).to_be_visible()
    assert axe.violations(mine) == []
    mine.goto(address)
    expect(mine.get_by_role("heading", name="DHL")).to_be_visible()
    expect(mine.get_by_text("expected 2 days after what was agreed").first).to_be_visible()
    assert mine.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe.violations(mine) == []
    shot(mine, "late-phone")

    ada.get_by_role("link", name="To the room").click()
    expect(ada.get_by_text("Delivery 2 days after what was agreed").first).to_be_visible()
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout
