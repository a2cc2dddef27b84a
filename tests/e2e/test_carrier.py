"""A parcel that is booked with the demo's carrier, carried on its own page, and seen at the buyer's door."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e import axe
from tests.e2e.test_one_deal import place_and_pay
from tests.e2e.test_parcels import PHONE, agree, without_scripts
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


def shot(page: Page, name: str) -> None:
    """Keeps screenshots where HUB_SHOTS says so."""
    if folder := os.environ.get("HUB_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"carrier-{name}.png"), full_page=True)


def again(page: Page, shown: Locator) -> None:
    """Looks at the page until it is there: what is told comes by a job."""
    for _ in range(20):
        page.reload()
        try:
            expect(shown.first).to_be_visible(timeout=1_000)
        except AssertionError:
            continue
        return
    expect(shown.first).to_be_visible()


def by_mail(server: LiveServer, browser: Browser, ada: Page, address: str) -> None:
    """A carrier gets a mail, and reports by its link on a phone without a script."""
    ada.goto(address)
    ada.get_by_label("Carrier").fill("Transportes Ruiz")
    ada.get_by_label(re.compile("Centrifugal|pump", re.IGNORECASE)).first.fill("6")
    ada.get_by_label("Packed only").check()
    ada.get_by_role("button", name="Send the goods").click()
    ada.get_by_text("Book a carrier by mail").click()
    ada.get_by_label("Carrier").last.fill("Transportes Ruiz")
    ada.get_by_label("Mail address").fill("ada.lindqvist@norte-bombas.example")
    assert axe.violations(ada) == []
    shot(ada, "by-mail-desk")
    ada.get_by_role("button", name="Book by mail").click()
    again(ada, ada.get_by_role("link", name="Label (PDF)"))
    ada.goto(f"{server.url}/-/mail/")
    ada.get_by_role("link", name=re.compile("for you to carry")).first.click()
    (path,) = set(re.findall(r"/orders/courier/[^/\s\"<]+/", ada.content()))
    context = browser.new_context(viewport=PHONE, locale="en-GB", java_script_enabled=False)  # type: ignore[arg-type]
    phone = context.new_page()
    phone.goto(server.url + path)
    shot(phone, "courier-phone")
    phone.get_by_role("button", name="I have picked it up").click()
    phone.get_by_role("button", name="It is delivered").click()
    expect(phone.get_by_text("There is nothing more to report.")).to_be_visible()
    context.close()
    ada.goto(server.url + path)
    assert axe.violations(ada) == []
    shot(ada, "courier-desk")


def test_a_booked_parcel_is_delivered_and_the_buyer_sees_the_door(
    server: LiveServer, browser: Browser, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller")
    agree(server, ben, ada)
    place_and_pay(ben)
    address = ben.url

    # Six lots go with a carrier that is booked by mail.
    by_mail(server, browser, ada, address)

    # The seller packs the rest, and books, on a phone without a script.
    phone = without_scripts(server, browser, "seller")
    phone.goto(address)
    shot(phone, "form-phone")
    phone.get_by_role("button", name="Pack it and book Demo Parcel").click()
    number = phone.get_by_text(re.compile("^DP[0-9]{12}"))
    again(phone, number)
    shot(phone, "booked-phone")
    label = phone.get_by_role("link", name="Label (PDF)").last.get_attribute("href")
    pdf = phone.context.request.get(f"{server.url}{label}").body()
    with pypdfium2.PdfDocument(pdf) as document:
        (bars,) = zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())
    assert re.fullmatch("DP[0-9]{12}", bars.text)
    ada.goto(address)
    expect(ada.get_by_text(bars.text).first).to_be_visible()
    assert axe.violations(ada) == []
    shot(ada, "booked-desk")

    # The carrier's own page, on the phone, too.
    phone.goto(f"{server.url}/demo-parcel/")
    shot(phone, "carrier-home-phone")
    phone.get_by_role("link", name=re.compile(bars.text)).click()
    phone.get_by_role("button", name="Take out for delivery").click()
    phone.get_by_label("Who takes it").fill("Berta at the gate")
    phone.get_by_role("button", name="Deliver", exact=True).click()
    expect(phone.get_by_text("Now: delivered")).to_be_visible()
    shot(phone, "carrier-delivered-phone")
    phone.context.close()
    ada.goto(f"{server.url}/demo-parcel/parcels/{bars.text}/?lang=es")
    assert axe.violations(ada) == []
    shot(ada, "carrier-delivered-desk")

    # The buyer, at the desk and on a phone.
    mine = person("buyer", width=PHONE["width"], height=PHONE["height"])
    mine.goto(address)
    picture = mine.get_by_alt_text("Picture 1 of the delivery")
    again(mine, picture)
    expect(mine.get_by_text("Taken by Berta at the gate")).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 960
    assert mine.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe.violations(mine) == []
    shot(mine, "delivered-phone")
    ben.goto(address)
    assert axe.violations(ben) == []
    shot(ben, "delivered-desk")
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout
