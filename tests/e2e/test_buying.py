"""Buying at the list price in a browser: from the listing to the provider's page, with and without script."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.e2e.conftest import WAIT_MS
from tests.e2e.test_preferences import STILL
from tests.live.client import call
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e

SIZES = {"desk": (1440, 860), "phone": (390, 844)}


@pytest.fixture
def unscripted(server: LiveServer, browser: Browser) -> Iterator[Page]:
    """Ben's browser, which runs no scripts."""
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.set_default_timeout(WAIT_MS)
    context.request.post(f"{server.url}/demo/sign-in", data={"person": "buyer"})
    yield context.new_page()
    context.close()


def shoot(page: Page, name: str) -> None:
    """Keeps screenshots where HUB_SHOTS says so."""
    if folder := os.environ.get("HUB_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True, animations="disabled")


def to_listing(server: LiveServer, page: Page) -> None:
    """The page of something new that is on offer, so that no other test has bought the last of it."""
    price = {"minor": 12_000, "currency": "EUR"}
    body = {"title": "Centrifugal pump for one test", "description": "As it is.", "price": price}
    made = call(server, "POST", "/listings", server.sign_in("seller"), body)
    page.goto(f"{server.url}/listings/{made.json()['id']}/")


def fill(page: Page) -> None:
    """Name and address of the receiver."""
    page.get_by_label("Who receives it").fill("Ben Ortega")
    page.get_by_label("Street and number").first.fill("Calle Mayor 1")
    page.get_by_label("Postcode").first.fill("46001")
    page.get_by_label("Town").first.fill("Valencia")
    page.get_by_label("Country").first.select_option("ES")


def clean(page: Page, name: str) -> None:
    """No rule of accessibility is broken, and nothing is wider than the screen."""
    page.evaluate(STILL)
    assert axe.violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    shoot(page, name)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_from_the_listing_to_the_payment(
    server: LiveServer, person: Callable[..., Page], size: str, theme: str
) -> None:
    width, height = SIZES[size]
    ben = person("buyer", width=width, height=height)
    ben.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    to_listing(server, ben)
    expect(ben.get_by_role("heading", name="Buy now at list price")).to_be_visible()
    clean(ben, f"{size}-{theme}-listing")
    ben.get_by_label("Quantity").fill("1")
    asked = ben.get_by_label("Street and number").count() > 0  # the first time
    if asked:
        fill(ben)
        ben.get_by_label("Street and number").first.fill("")
    ben.get_by_role("button", name="Buy now: look it over").click()
    if asked:
        expect(ben.get_by_text("Please give street and house number.").first).to_be_visible()
        expect(ben.get_by_label("Street and number").first).to_be_focused()
        clean(ben, f"{size}-{theme}-missing")
        ben.get_by_label("Street and number").first.fill("Calle Mayor 1")
        ben.get_by_role("button", name="Go on: look it over").click()
    expect(ben.get_by_role("heading", name="Is everything right?")).to_be_visible()
    clean(ben, f"{size}-{theme}-summary")
    ben.get_by_role("button", name="Change").click()
    ben.get_by_label("Town").first.fill("Sagunto")
    ben.get_by_role("button", name="Go on: look it over").click()
    expect(ben.get_by_text("Sagunto")).to_be_visible()
    ben.get_by_role("button", name="Place the order with obligation to pay").click()
    expect(ben.get_by_label("Card number")).to_be_visible()
    ben.goto(f"{server.url}/orders/")
    ben.get_by_role("link", name=re.compile("Centrifugal pump for one test")).first.click()
    ben.get_by_role("link", name="Confirmation", exact=True).click()
    expect(ben.get_by_text(re.compile(r"^NH-\d{4}-\w{6}$")).last).to_be_visible()
    clean(ben, f"{size}-{theme}-placed")
    # The next time only the quantity is asked for.
    to_listing(server, ben)
    expect(ben.get_by_label("Street and number")).to_have_count(0)
    expect(ben.get_by_text("Sagunto")).to_be_visible()
    shoot(ben, f"{size}-{theme}-known")


def test_the_same_way_without_script(server: LiveServer, unscripted: Page) -> None:
    ben = unscripted
    to_listing(server, ben)
    if ben.get_by_label("Street and number").count():
        fill(ben)
    ben.get_by_role("button", name="Buy now: look it over").click()
    ben.get_by_role("button", name="Place the order with obligation to pay").click()
    expect(ben.get_by_label("Card number")).to_be_visible()


@pytest.mark.parametrize(("size", "theme"), [("desk", "dark"), ("phone", "light")])
def test_what_is_typed_survives_a_reload_and_is_looked_over(
    server: LiveServer, person: Callable[..., Page], size: str, theme: str
) -> None:
    width, height = SIZES[size]
    ben = person("buyer", width=width, height=height)
    ben.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    to_listing(server, ben)
    ben.get_by_label("Quantity").fill("1")
    ben.get_by_role("button", name="Buy now: look it over").click()
    if ben.get_by_role("button", name="Change").count():
        ben.get_by_role("button", name="Change").click()
    ben.get_by_label("Street and number").first.fill("")
    ben.get_by_role("button", name="Give the rest of it later").click()
    expect(ben.get_by_text("Still missing:")).to_be_visible()
    ben.get_by_role("button", name="Place the order with obligation to pay").click()
    expect(ben.get_by_text("Still missing:").first).to_be_visible()
    clean(ben, f"{size}-{theme}-draft")
    fill(ben)
    ben.get_by_label("Instructions for the delivery").fill("Second floor, ring twice")
    ben.get_by_label("Notes for the seller").fill("Thank you")
    ben.get_by_label("Notes for the seller").blur()
    expect(ben.get_by_text("Saved", exact=True)).to_be_visible()
    ben.reload()
    expect(ben.get_by_label("Instructions for the delivery")).to_have_value("Second floor, ring twice")
    expect(ben.get_by_label("Notes for the seller")).to_have_value("Thank you")
    ben.get_by_role("button", name="Go on: look it over").click()
    expect(ben.get_by_text("Second floor, ring twice")).to_be_visible()
    clean(ben, f"{size}-{theme}-review")
    ben.get_by_role("button", name="Place the order with obligation to pay").click()
    expect(ben.get_by_role("heading", name="The order is placed")).to_be_visible()


@pytest.mark.parametrize(("size", "theme"), [("desk", "light"), ("phone", "dark")])
def test_two_drafts_are_ticked_and_placed_together(
    server: LiveServer, person: Callable[..., Page], size: str, theme: str
) -> None:
    width, height = SIZES[size]
    ben = person("buyer", width=width, height=height)
    ben.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for _ in range(2):
        to_listing(server, ben)
        ben.get_by_role("button", name="Buy now: look it over").click()
        if ben.get_by_role("button", name="Change").count():
            ben.get_by_role("button", name="Change").click()
        ben.get_by_label("Street and number").first.fill("")
        ben.get_by_role("button", name="Give the rest of it later").click()
        ben.get_by_role("button", name="Place the order with obligation to pay").click()
        expect(ben.get_by_text("Still missing:").first).to_be_visible()
    ben.goto(f"{server.url}/orders/")
    clean(ben, f"{size}-{theme}-ticks")
    for tick in ben.get_by_role("checkbox").all()[:2]:
        tick.check()
    ben.get_by_role("button", name="Place the ticked orders together").click()
    fill(ben)
    clean(ben, f"{size}-{theme}-together")
    ben.get_by_role("button", name="Go on: look it over").click()
    clean(ben, f"{size}-{theme}-together-summary")
    ben.get_by_role("button", name="Place the orders with obligation to pay").click()
    expect(ben.get_by_role("heading", name="The orders are placed")).to_be_visible()
    expect(ben.get_by_role("button", name=re.compile("^Authorise"))).to_have_count(2)
    clean(ben, f"{size}-{theme}-together-placed")
