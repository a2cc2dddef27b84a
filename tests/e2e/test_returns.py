"""Two parcels, one late; a part is kept, a part is sent back: at a desk, and on phones without scripts."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.e2e.conftest import after_a_look
from tests.e2e.test_one_deal import place_and_pay
from tests.e2e.test_parcels import PHONE, agree, day, without_scripts
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


def shot(page: Page, name: str) -> None:
    """Keeps screenshots where HUB_SHOTS says so."""
    if folder := os.environ.get("HUB_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"returns-{name}.png"), full_page=True)


def fine(page: Page, name: str) -> None:
    """Nothing hinders anybody, nothing sticks out, and there is a picture of it."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe.violations(page) == []
    shot(page, name)


def send(ada: Page, quantity: str, carrier: str, expected: str) -> None:
    """A parcel leaves the seller."""
    ada.get_by_label("Carrier", exact=True).first.fill(carrier)
    ada.get_by_label(re.compile("Centrifugal")).first.fill(quantity)
    ada.get_by_label("Expected to arrive on").fill(expected)
    ada.get_by_role("button", name="Send the goods").click()
    expect(ada.get_by_role("heading", name=re.compile(f"^{carrier}"))).to_be_visible()


def two_parcels(server: LiveServer, ben: Page, ada: Page) -> str:
    """Ten lots are paid for: six have come, four are on their way and late. The address of the order."""
    agree(server, ben, ada)
    place_and_pay(ben)
    address = ben.url
    ada.goto(address)
    send(ada, "6", "Correos", day(2))
    ada.get_by_role("button", name="Mark as delivered").click()
    send(ada, "4", "DHL", day(5))
    expect(ada.get_by_text("expected 2 days after what was agreed").first).to_be_visible()
    return address


def send_back(ben: Page, ada: Page, look: Callable[[Page, str], None]) -> None:
    """Ben keeps four of the six and sends two back; Ada takes them, and the money goes back."""
    returns = ben.locator("section[aria-labelledby=returns]")
    ben.get_by_text("A part has come").click()
    ben.locator("section[aria-labelledby=next]").get_by_label(re.compile("Centrifugal")).fill("4")
    ben.get_by_role("button", name="Confirm this part").click()
    expect(ben.get_by_role("heading", name="Received so far")).to_be_visible()

    returns.get_by_text("Ask to send something back").click()
    returns.get_by_label(re.compile("Centrifugal")).fill("7")
    returns.get_by_label("What is the reason?").select_option("damaged")
    returns.get_by_label("What is wrong, in your words").fill("Two flanges are cracked.")
    returns.get_by_role("button", name="Ask for the return").click()
    expect(returns.get_by_role("alert")).to_contain_text("at most what you have received")
    expect(returns.get_by_label("What is wrong, in your words")).to_have_value("Two flanges are cracked.")
    look(ben, "refused")
    returns.get_by_label(re.compile("Centrifugal")).fill("2")
    returns.get_by_role("button", name="Ask for the return").click()
    expect(returns.get_by_text("Asked for by the buyer")).to_be_visible()
    look(ben, "asked")

    ada.reload()
    expect(ada.get_by_text("“Two flanges are cracked.”")).to_be_visible()
    look(ada, "to-answer")
    ada.get_by_role("button", name="Agree: give back 12,000.00 EUR").click()
    expect(ada.get_by_text("12,000.00 EUR are given back when it has arrived.")).to_be_visible()

    ben.reload()
    returns.get_by_label("Carrier", exact=True).fill("SEUR")
    returns.get_by_label("Tracking number").fill("BACK-1")
    look(ben, "to-send")
    ben.get_by_role("button", name="I have sent it back").click()
    expect(returns.get_by_text("BACK-1")).to_be_visible()

    ada.reload()
    look(ada, "to-receive")
    ada.get_by_role("button", name="It is back and can be sold again").click()
    expect(ada.get_by_text("12,000.00 EUR were given back.")).to_be_visible()
    look(ada, "received")


def the_credit_note_opens(ben: Page) -> None:
    """It is among the papers, and is a PDF."""
    after_a_look(ben.get_by_text("Credit note"))
    papers = ben.locator("section[aria-labelledby=papers]")
    link = papers.get_by_role("link", name=re.compile("PDF.*CN-|PDF.*Credit note", re.IGNORECASE)).first
    answer = ben.context.request.get(ben.url.split("/orders/")[0] + str(link.get_attribute("href")))
    assert answer.ok
    assert answer.body().startswith(b"%PDF")


def says_what_invoices_need(server: LiveServer, max_: Page) -> None:
    """Without it no invoice is issued, and no credit note corrects it."""
    max_.goto(f"{server.url}/people/organisations/demo-seller/")
    expect(max_.get_by_role("heading", name="On invoices")).to_be_visible()
    max_.get_by_label("Registration number").fill("BI-1")
    max_.locator("section[aria-labelledby=legal]").get_by_role("button", name="Save").click()
    expect(max_.get_by_text("BI-1")).to_be_visible()


def test_two_of_six_are_sent_back_for_money_at_a_desk(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller")
    says_what_invoices_need(server, person("manager"))
    two_parcels(server, ben, ada)
    ben.reload()
    send_back(ben, ada, lambda page, name: fine(page, f"{name}-desk"))
    the_credit_note_opens(ben)
    fine(ben, "given-back-desk")
    ada.get_by_role("link", name="To the room").click()
    expect(ada.get_by_text(re.compile("The buyer asks to send this back: 2 ×")).first).to_be_visible()
    expect(ada.get_by_text(re.compile("Back with the seller: 2 ×")).first).to_be_visible()
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout


def test_two_of_six_are_sent_back_for_money_on_phones_without_scripts(
    server: LiveServer, browser: Browser, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller")
    address = two_parcels(server, ben, ada)
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

    send_back(phones[0], phones[1], look)
    the_credit_note_opens(phones[0])
    shot(phones[0], "given-back-phone")
    for phone in phones:
        phone.context.close()
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout
