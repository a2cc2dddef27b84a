"""A buyer asks two sellers at once, in three browsers: compares, accepts one, and the other reads no more."""

import re
from collections.abc import Callable
from datetime import UTC, timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from negotiation_hub.kernel import clock
from tests.e2e import axe
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
TITLE = "Six booster pumps"


def second_seller(server: LiveServer) -> None:
    """Cleo, who has only herself, puts something up."""
    answer = httpx.post(
        f"{server.url}/api/v1/listings",
        headers={"Authorization": f"Bearer {server.sign_in('stranger')}"},
        json={"title": "Used pumps", "description": "", "price": {"minor": 9_000, "currency": "EUR"}},
        timeout=30,
    )
    answer.raise_for_status()


def write(server: LiveServer, ben: Page) -> None:
    """From the deals to the summary."""
    ben.goto(f"{server.url}/deals/")
    ben.get_by_role("link", name="Ask several sellers").click()
    ben.get_by_role("link", name="Ask several sellers").click()
    ben.get_by_label("Title").fill(TITLE)
    ben.get_by_label(re.compile("^What you need")).fill("For a **new** station.")
    for place, (what, much, unit) in enumerate((("Booster pump", "6", "pcs"), ("Start-up", "2", "Day"))):
        ben.get_by_label(re.compile("^What( |$)(?!you)")).nth(place).fill(what)
        ben.get_by_label(re.compile("^How much")).nth(place).fill(much)
        ben.get_by_label(re.compile("^Unit")).nth(place).fill(unit)
    until = (clock.now() + timedelta(days=5)).astimezone(UTC).date().isoformat()
    ben.get_by_label(re.compile("^Answers until")).fill(until)
    assert axe.violations(ben) == []
    ben.get_by_role("button", name="Save, and choose sellers").click()
    for name in ("Cleo Haddad", "Norte Bombas"):
        ben.get_by_role("button", name=f"Ask {name}").click()
        expect(ben.get_by_role("button", name=re.compile(f"^Take off.*{name}"))).to_be_visible()
    assert axe.violations(ben) == []
    ben.get_by_role("link", name="Read it before it is sent").click()
    expect(ben.get_by_text("2 rooms are opened")).to_be_visible()
    assert axe.violations(ben) == []


def answer(server: LiveServer, page: Page, *prices: str) -> None:
    """A seller finds the room among their deals, reads what is asked for, and puts a price to each line."""
    page.goto(f"{server.url}/deals/")
    page.get_by_role("link", name=re.compile("^Open.*" + TITLE)).click()
    asked = page.get_by_role("region", name=TITLE)
    expect(asked.get_by_role("row")).to_have_count(2)
    expect(asked.locator("strong", has_text="new")).to_be_visible()
    expect(page.get_by_text("Nothing has been said yet")).to_have_count(0)
    page.get_by_role("button", name="Make an offer", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    for place, price in enumerate(prices):
        dialog.get_by_label("Price per unit").nth(place).fill(price)
    dialog.get_by_role("button", name="Add a term").click()
    dialog.get_by_label("Term", exact=True).fill("Delivery")
    dialog.get_by_label("Value").fill("2026-05-01")
    dialog.get_by_role("button", name="Put it on the table").click()
    expect(dialog).to_have_count(0)


@pytest.mark.covers("room:entry.request", "room:entry.compare", "room:entry.closing")
def test_a_buyer_compares_two_sellers_and_accepting_one_closes_the_other(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    second_seller(server)
    ben, ada, cleo = person("buyer"), person("seller"), person("stranger", width=390, height=844)
    write(server, ben)
    ben.get_by_role("button", name="Send the request").click()
    table = ben.get_by_role("region", name="Offers side by side")
    expect(table.get_by_role("link", name=re.compile("^Open"))).to_have_count(2)

    answer(server, ada, "90.00", "400.00")
    answer(server, cleo, "85.00", "450.00")
    # Without a touch: the page looks again by itself.
    expect(table.get_by_text("lowest")).to_have_count(3)
    expect(table.get_by_role("row", name=re.compile("^To pay"))).to_contain_text("1,340.00")
    assert axe.violations(ben) == []
    for page in (ada, cleo):
        assert axe.violations(page) == []
    comparison = ben.url

    table.get_by_role("link", name=re.compile("^Answer.*Norte Bombas")).click()
    expect(ben.get_by_role("link", name="Compare the offers")).to_have_attribute(
        "href", re.compile(r"/requests/")
    )
    ben.get_by_role("button", name="Accept…", exact=True).first.click()
    expect(ben.get_by_role("dialog")).to_contain_text("The other rooms of your request are closed")
    ben.get_by_role("dialog").get_by_role("button", name=re.compile("^Accept v1 for")).click()
    expect(ada.get_by_text("Agreed on v1").first).to_be_visible()
    expect(
        cleo.get_by_text("The buyer’s request is closed, and this negotiation with it.").first
    ).to_be_visible()
    assert "Norte" not in cleo.content()

    ben.set_viewport_size({"width": 360, "height": 740})
    ben.emulate_media(color_scheme="dark")
    ben.goto(comparison)
    expect(ben.get_by_text("Awarded")).to_be_visible()
    assert ben.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe.violations(ben) == []
