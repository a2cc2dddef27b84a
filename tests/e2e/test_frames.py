"""A frame agreement: negotiated in a room, called off at a desk and on a phone without scripts, and paid."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.e2e.conftest import after_a_look
from tests.e2e.test_buying import fill, to_listing
from tests.e2e.test_parcels import without_scripts
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


def clean(page: Page, name: str, *, scripted: bool = True) -> None:
    """No rule of accessibility is broken and nothing wider than the screen. HUB_SHOTS keeps a picture."""
    if scripted:
        assert axe.violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    if folder := os.environ.get("HUB_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"frames-{name}.png"), full_page=True)


def agree(server: LiveServer, ben: Page, ada: Page) -> None:
    """A hundred pumps at 10.00, after ten of them at 9.50; a term that cannot be read is refused first."""
    to_listing(server, ben)
    ben.get_by_role("button", name="Negotiate").click()
    expect(ben.get_by_text("Nothing has been said yet.")).to_be_visible()
    ada.goto(ben.url)
    ada.get_by_role("button", name="Make an offer", exact=True).first.click()
    dialog = ada.get_by_role("dialog")
    dialog.get_by_label("Price per unit").first.fill("10.00")
    dialog.get_by_label("Quantity").first.fill("100")
    for name, value in (("Frame agreement", "for 12 month or so, 1 more"), ("Price tiers", "from 10: 9.50")):
        dialog.get_by_role("button", name="Add a term").click()
        dialog.get_by_label("Term", exact=True).last.fill(name)
        dialog.get_by_label("Value").last.fill(value)
    dialog.get_by_role("button", name="Put it on the table").click()
    expect(dialog.get_by_text(re.compile("Please write its term like this"))).to_be_visible()
    clean(ada, "desk-refused")
    dialog.get_by_label("Value").first.fill("for 12 months")
    dialog.get_by_role("button", name="Put it on the table").click()
    expect(dialog).to_have_count(0)
    ben.get_by_role("button", name="Accept…", exact=True).first.click()
    ben.get_by_role("dialog").get_by_role("button", name=re.compile("^Accept v1 for")).click()
    expect(ada.get_by_text("Agreed on v1").first).to_be_visible()


def pay(page: Page) -> None:
    """On the provider's page."""
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Centrifugal pump for one test"))


def test_a_frame_agreement_is_negotiated_called_off_twice_across_a_tier_and_paid(
    server: LiveServer, browser: Browser, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller")
    agree(server, ben, ada)
    clean(ben, "desk-room")
    ben.get_by_role("link", name="Frame agreement").first.click()
    expect(ben.get_by_role("heading", name="Volume and prices")).to_be_visible()
    frame = ben.url
    clean(ben, "desk-frame")

    form = ben.get_by_role("region", name="Call off", exact=True)
    form.get_by_label("Centrifugal pump for one test").fill("8")
    if ben.get_by_label("Street and number").count():
        fill(ben)
    form.get_by_role("button", name="Call off: look it over").click()
    expect(ben.get_by_role("heading", name="80.00 EUR in all")).to_be_visible()
    clean(ben, "desk-summary")
    ben.get_by_role("button", name="Place the order with obligation to pay").click()
    pay(ben)
    after_a_look(ben.get_by_text(re.compile("authorised in full")))
    ben.get_by_role("link", name=re.compile("called off from frame agreement FA-")).click()
    expect(ben.get_by_text("92 pcs").first).to_be_visible()

    phone = without_scripts(server, browser, "buyer")
    phone.goto(frame)
    phone.get_by_role("textbox", name="Centrifugal pump for one test").fill("5,5")
    phone.get_by_role("button", name="Call off: look it over").click()
    expect(phone.get_by_text("These are pieces: a whole number of them.").first).to_be_visible()
    clean(phone, "phone-wrong", scripted=False)
    phone.get_by_role("textbox", name="Centrifugal pump for one test").fill("5")
    phone.get_by_role("button", name="Go on: look it over").click()
    expect(phone.get_by_role("heading", name="48.50 EUR in all")).to_be_visible()
    clean(phone, "phone-summary", scripted=False)
    phone.get_by_role("button", name="Place the order with obligation to pay").click()
    expect(phone.get_by_label("Card number")).to_be_visible()
    phone.goto(frame)
    expect(phone.get_by_text("87 pcs").first).to_be_visible()
    clean(phone, "phone-frame", scripted=False)

    ada.goto(frame)
    expect(ada.get_by_role("heading", name="Call-offs")).to_be_visible()
    expect(ada.get_by_role("heading", name="Call off", exact=True)).to_have_count(0)
    clean(ada, "desk-seller")
    ada.goto(f"{server.url}/orders/")
    clean(ada, "desk-orders")
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout


def test_the_page_of_a_frame_agreement_fits_a_phone(server: LiveServer, person: Callable[..., Page]) -> None:
    ben = person("buyer", width=390, height=844)
    ben.goto(f"{server.url}/orders/")
    clean(ben, "phone-orders")
    ben.get_by_role("region", name="Frame agreements").get_by_role("link").first.click()
    expect(ben.get_by_role("heading", name="Volume and prices")).to_be_visible()
    clean(ben, "phone-scripted")
