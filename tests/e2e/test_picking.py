"""Goods at two places: a buyer fetches them with a code, and what one place lacks the other one sends. The
seller works at a desk; buyer and places have phones without scripts.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.e2e.conftest import WAIT_MS, after_a_look
from tests.e2e.test_buy_and_download import pay
from tests.e2e.test_buying import fill
from tests.e2e.test_parcels import PHONE, without_scripts
from tests.live.client import call
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


def shot(page: Page, name: str) -> None:
    """Keeps screenshots where HUB_SHOTS says so."""
    if folder := os.environ.get("HUB_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"picking-{name}.png"), full_page=True)


@pytest.fixture
def place(server: LiveServer, browser: Browser) -> Iterator[Page]:
    """Whoever picks at a place: no account, no scripts."""
    context = browser.new_context(viewport=PHONE, locale="en-GB", java_script_enabled=False)  # type: ignore[arg-type]
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def on_offer(server: LiveServer) -> str:
    """The address of a listing of twenty couplings."""
    listing = {"title": "Quick coupling", "description": "Brass.", "kind": "goods", "stock": 20}
    price = {"minor": 1_500, "currency": "EUR"}
    made = call(
        server, "POST", "/listings", server.sign_in("seller"), {**listing, "price": price}, str(uuid4())
    )
    return f"{server.url}/listings/{made.json()['id']}/"


def add_place(ada: Page, name: str, code: str, pieces: int, *, fetched: bool) -> None:
    """The seller adds a place, and says how many couplings lie there."""
    ada.get_by_role("link", name="Add a place").first.click()
    ada.get_by_label("Name").fill(name)
    ada.get_by_label("Mail of whoever picks there").fill(f"{name.lower()}@norte.example")
    ada.get_by_label("Street and number").fill("Calle Sol 1")
    ada.get_by_label("Postcode").fill(code)
    ada.get_by_label("Town").fill(name)
    ada.get_by_label("Country").select_option("ES")
    if fetched:
        ada.get_by_label("Buyers may fetch what they ordered here").check()
        ada.get_by_label("When somebody is there").fill("Monday to Friday, 8 to 14")
    shot(ada, f"form-{name}")
    ada.get_by_role("button", name="Save").click()
    ada.get_by_label("Quick coupling").first.fill(str(pieces))
    assert axe.violations(ada) == []
    shot(ada, f"counts-{name}")
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_label("Quick coupling").first).to_have_value(str(pieces))
    ada.get_by_role("link", name="Places").click()


def buy(ben: Page, listing: str, quantity: int, how: str) -> None:
    """Buys so many, and pays."""
    ben.goto(listing)
    ben.get_by_label("Quantity").fill(str(quantity))
    if ben.get_by_label("Street and number").count():
        fill(ben)
    ben.get_by_label("How you get it").select_option(label=how)
    shot(ben, f"panel-{quantity}")
    ben.get_by_role("button", name="Buy now: look it over").click()
    shot(ben, f"summary-{quantity}")
    ben.get_by_role("button", name="Place the order with obligation to pay").click()
    pay(ben)
    expect(ben.get_by_role("heading", level=1)).to_have_text(re.compile("Quick coupling"))


def open_link(place: Page, ada: Page, server: LiveServer, to: str, count: int = 1) -> None:
    """Opens the link of the newest of so many mails of its kind, as whoever picks there."""
    ada.goto(f"{server.url}/-/mail/")
    mails = ada.get_by_role("row").filter(has_text=to).filter(has_text="To pick")
    after_a_look(mails.nth(count - 1))
    mails.first.get_by_role("link").click()
    (path,) = set(re.findall(r"/orders/picking/[^/\s\"<]+/", ada.content()))
    place.goto(server.url + path)


def test_goods_are_fetched_with_a_code_and_what_is_missing_is_sent_from_elsewhere(
    server: LiveServer, browser: Browser, person: Callable[..., Page], place: Page
) -> None:
    listing = on_offer(server)
    ada = person("seller")
    ada.goto(f"{server.url}/listings/mine/")
    ada.get_by_role("link", name="Places").click()
    add_place(ada, "Valencia", "46001", 4, fetched=True)
    add_place(ada, "Madrid", "28041", 9, fetched=False)
    shot(ada, "places")
    assert axe.violations(ada) == []

    ben = without_scripts(server, browser, "buyer")
    where = "I fetch it: Valencia, Calle Sol 1, 46001 Valencia (Monday to Friday, 8 to 14)"
    buy(ben, listing, 2, where)
    fetched = ben.url
    open_link(place, ada, server, "valencia@norte.example")
    shot(place, "page-to-fetch")
    place.get_by_role("button", name="It lies ready: tell the buyer").click()
    ben.goto(fetched)
    shot(ben, "code")
    code = ben.locator("p", has_text="Your code:").locator("strong").inner_text()
    place.get_by_label("The buyer's code").fill("000000" if code != "000000" else "111111")
    place.get_by_role("button", name="Hand it out").click()
    expect(place.get_by_text("This is not the code of this parcel.")).to_be_visible()
    shot(place, "wrong-code")
    place.get_by_label("The buyer's code").fill(code)
    place.get_by_role("button", name="Hand it out").click()
    expect(place.get_by_text("There is nothing more to report.")).to_be_visible()
    ben.goto(fetched)
    expect(ben.get_by_role("button", name="Confirm the receipt")).to_be_visible()

    buy(ben, listing, 5, "Sent to the address above")
    sent = ben.url
    open_link(place, ada, server, "madrid@norte.example")
    place.get_by_text("Something is missing").click()
    place.get_by_label("Quick coupling").fill("3")
    shot(place, "short")
    place.get_by_role("button", name="Report what is missing").click()
    expect(place.get_by_text("came in a new mail")).to_be_visible()
    open_link(place, ada, server, "madrid@norte.example", count=2)
    place.get_by_label("Carrier").fill("Correos")
    place.get_by_label("Tracking number").fill("PQ1")
    place.get_by_role("button", name="Report it as sent").click()
    expect(place.get_by_text("There is nothing more to report.")).to_be_visible()
    ada.goto(sent)
    expect(ada.get_by_text("Valencia was asked to pick it")).to_be_visible()
    shot(ada, "order-of-seller")
    assert axe.violations(ada) == []
    assert server.run("verify").stdout.strip().endswith(": 0 problems")
