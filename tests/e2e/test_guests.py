"""A seller invites somebody by a link: they come, talk, get an account and accept; another is put out."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.e2e import axe
from tests.e2e.conftest import DESK, WAIT_MS
from tests.e2e.test_one_deal import make_offer, say
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
PHONE: ViewportSize = {"width": 360, "height": 780}


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a browser that nobody has signed in with."""
    contexts: list[BrowserContext] = []

    def fresh(size: ViewportSize = DESK) -> Page:
        context = browser.new_context(viewport=size, locale="en-GB")
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        return context.new_page()

    yield fresh
    for context in contexts:
        context.close()


def accessible(page: Page) -> None:
    """No violation, in light and in dark, nor anything wider than the screen."""
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")  # colours fade
        assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def invite(seller: Page, server: LiveServer, label: str) -> str:
    """Makes a link, and reads its address off the page."""
    seller.goto(f"{server.url}/guests/")
    listing = seller.get_by_label("What you negotiate about")
    named = listing.locator("option", has_text="Centrifugal pumps")
    listing.select_option(value=str(named.get_attribute("value")))
    seller.get_by_label("For whom").fill(label)
    seller.get_by_role("button", name="Make the link").click()
    return str(seller.locator("#fresh-link").text_content())


def come(guest: Page, url: str, name: str) -> None:
    """Opens the link, and goes in."""
    guest.goto(url)
    guest.get_by_label("Your name").fill(name)
    guest.get_by_role("button", name="Enter as a guest").click()
    guest.wait_for_url(re.compile("/rooms/"))
    expect(guest.get_by_role("textbox", name=re.compile("Write to the table"))).to_be_editable()


@pytest.mark.covers("room:entry.link", "room:entry.first_browser", "room:entry.claim")
def test_a_guest_comes_by_a_link_makes_an_account_and_accepts(
    server: LiveServer, person: Callable[..., Page], somebody: Callable[..., Page]
) -> None:
    ada, gus, eve = person("seller"), somebody(PHONE), somebody()
    url = invite(ada, server, "The orchard")
    accessible(ada)
    gus.goto(url)
    accessible(gus)
    come(gus, url, "Gus Guest")
    eve.goto(url)
    expect(eve.get_by_text("in use in another browser")).to_be_visible()
    accessible(eve)
    ada.goto(gus.url)
    say(gus, "Look at https://pumps.example/ please")
    said = ada.locator(".message", has_text="pumps.example")
    expect(said.get_by_text("guest", exact=True)).to_be_visible()
    expect(said.get_by_text("A link from a guest")).to_be_visible()
    make_offer(ada, "Make an offer", "59000.00", "in March")
    expect(gus.get_by_role("link", name="Make an account to accept").first).to_be_visible()
    accessible(gus)
    accessible(ada)
    gus.get_by_role("link", name="Make an account", exact=True).click()
    gus.get_by_label("Your mail address").fill("gus@people.example")
    gus.get_by_label("Password").fill("correct horse battery")
    accessible(gus)
    gus.get_by_role("button", name="Make an account").click()
    gus.wait_for_url(re.compile("/rooms/"))
    expect(ada.get_by_text("Gus Guest has made an account").first).to_be_visible()
    expect(said.get_by_text("guest", exact=True)).to_have_count(0)
    gus.get_by_role("button", name="Accept…", exact=True).first.click()
    gus.get_by_role("dialog").get_by_role("button", name=re.compile("^Accept v1 for")).click()
    expect(ada.get_by_text("Agreed on v1").first).to_be_visible()


@pytest.mark.covers("room:entry.link")
def test_a_revoked_link_ends_the_room_on_the_guests_screen_at_once(
    server: LiveServer, person: Callable[..., Page], somebody: Callable[..., Page]
) -> None:
    ada, sol, gus = person("seller"), person("sales"), somebody()
    url = invite(ada, server, "The vineyard")
    come(gus, url, "Vera")
    sol.goto(gus.url)
    row = ada.get_by_role("row", name=re.compile("The vineyard"))
    ada.goto(f"{server.url}/guests/")
    row.get_by_role("button", name="Revoke").click()
    expect(gus.get_by_role("heading", name="Your link is over")).to_be_visible()
    expect(sol.get_by_text("revoked the link of Vera").first).to_be_visible()
    gus.goto(url)
    expect(gus.get_by_text("This link leads nowhere")).to_be_visible()
