"""The seller says what they want and sees what offers are worth; the buyer's browser gets nothing of it."""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.e2e import axe
from tests.e2e.test_one_deal import make_offer
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e

# Typed, in minor units, formatted, and as points. Digits count by themselves only: within the random
# ones of hashes they come up by chance.
SECRETS = re.compile(
    r"(?<![0-9A-Za-z])(58437|62437)(?:[0-9]{2})?(?![0-9A-Za-z])|(?<![0-9A-Za-z])4100(?![0-9A-Za-z])"
    r"|58,437|62,437|quixotic|gryphon|reservation|preferences\.set"
)

# Two frames, so that what will move moves; then until it has come to rest.
STILL = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const ends = document.getAnimations().filter(one => one.effect.getTiming().iterations !== Infinity);
  await Promise.allSettled(ends.map(one => one.finished));
}"""


def overheard(page: Page) -> list[str]:
    """Fills up with every frame that this browser gets."""
    got: list[str] = []

    def on_socket(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: got.append(str(payload)))

    page.on("websocket", on_socket)
    return got


def lane(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{name}")).first.click()


def record(ada: Page) -> None:
    """Ada says in her side's lane what they want: price, warranty, and what else there is."""
    lane(ada, "Our side")
    ada.get_by_role("button", name="Say it").click()
    dialog = ada.get_by_role("dialog", name="What we want")
    price = dialog.get_by_role("group", name="Price, net of tax")
    price.get_by_label("Walk away at").fill("62437.11")
    price.get_by_label("Aim for").fill("58437.11")
    dialog.get_by_role("button", name="Keep it").click()
    expect(price).to_contain_text("We sell: aim higher")
    price.get_by_label("Walk away at").fill("58437.11")
    price.get_by_label("Aim for").fill("62437.11")
    price.get_by_label("Weight").fill("60")
    dialog.get_by_role("button", name="another issue").click()
    other = dialog.get_by_role("group", name="Issue")
    other.get_by_label("Issue", exact=True).fill("Warranty months")
    warranty = dialog.get_by_role("group", name="Warranty months")
    warranty.get_by_label("Walk away at").fill("36")
    warranty.get_by_label("Aim for").fill("12")
    warranty.get_by_label("Weight").fill("40")
    expect(warranty).to_contain_text("40%")
    dialog.get_by_label("Our best alternative is worth").fill("41")
    dialog.get_by_label("Notes").fill("Their quixotic plant stands still.")
    assert not axe.violations(ada)
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    expect(ada.get_by_text("Ada Lindqvist recorded what we want")).to_be_visible()
    ada.get_by_role("textbox", name=re.compile("Write to")).fill("a gryphon of a floor: 58437.11")
    ada.keyboard.press("Enter")
    expect(ada.locator(".log").get_by_text("a gryphon of a floor")).to_be_visible()


@pytest.mark.covers(
    "room:private.values",
    "room:private.score",
    "room:private.curve",
    "room:caucus.beside",
    "room:caucus.silent",
)
def test_a_side_sees_what_offers_are_worth_to_it_and_the_other_side_gets_no_byte_of_it(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller")
    heard, own = overheard(ben), overheard(ada)
    ben.goto(f"{server.url}/listings/")
    ben.get_by_role("link", name=re.compile("Centrifugal pumps")).click()
    ben.get_by_role("button", name="Negotiate").click()
    ben.wait_for_url(re.compile("/rooms/"))
    ada.goto(ben.url)
    record(ada)
    make_offer(ben, "Make an offer", "57000.00", "15 January")
    bar = ada.get_by_role("region", name="On the table")
    expect(bar).to_contain_text("For us 0 of 100")
    expect(bar).to_contain_text("beyond where we walk away: Price, net of tax")
    lane(ada, "The table")
    ada.get_by_role("button", name="Counter", exact=True).first.click()
    dialog = ada.get_by_role("dialog")
    expect(dialog).to_contain_text("For us 0 of 100")
    dialog.get_by_label("Price per unit").first.fill("60437.11")
    expect(dialog).to_contain_text("For us 30 of 100")  # half the way of 60 in 100, no warranty yet
    dialog.get_by_role("button", name="Send the counter-offer").click()
    expect(dialog).to_have_count(0)
    expect(bar).to_contain_text("For us 30 of 100")
    expect(bar).to_contain_text("below our best alternative (41)")
    card = ada.get_by_role("article", name="Offer v2")
    card.get_by_text("What each issue earns").click()
    expect(card.get_by_role("row", name=re.compile("Warranty months"))).to_contain_text("not in the offer")
    expect(ben.get_by_text("Your turn").first).to_be_visible()
    expect(ben.get_by_text(re.compile("For us|walk away"))).to_have_count(0)
    chart(ada, ben)
    heard_nothing(ben, heard)
    assert any("quixotic" in one for one in own), "where it is, the search finds it"


def chart(ada: Page, ben: Page) -> None:
    """By price for both, by what it is worth for who has said what they want."""
    expect(ben.get_by_role("img", name=re.compile("57,000.00.*60,437.11"))).to_be_visible()
    expect(ben.get_by_role("button", name="Worth to us")).to_have_count(0)
    ada.get_by_role("button", name="Worth to us").click()
    expect(ada.get_by_role("img", name=re.compile("Newest: buyer 0, seller 30"))).to_be_visible()
    ada.get_by_text("As a table").click()
    expect(ada.get_by_role("row", name=re.compile("^v2 seller"))).to_contain_text("30")
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for theme in themes:
        ada.emulate_media(color_scheme=theme)
        for width, height in ((1440, 860), (360, 740)):
            ada.set_viewport_size({"width": width, "height": height})
            # A colour that is on its way from one theme to the other is neither's.
            ada.evaluate(STILL)
            assert not axe.violations(ada), (theme, width)
            assert ada.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def heard_nothing(ben: Page, heard: list[str]) -> None:
    """All that Ben's browser got, what he asks for himself and a fresh page included."""
    room = ben.url.rstrip("/").rsplit("/", 1)[1]
    paths = [
        f"/api/v1/rooms/{room}{path}" for path in ("", "/events", "/evidence", "/scores", "/board/evidence")
    ]
    paths += [f"/rooms/{room}/", f"/deals/{room}/", "/deals/"]
    heard.extend(ben.request.get(f"{ben.url.split('/rooms/')[0]}{path}").text() for path in paths)
    ben.reload()
    expect(ben.get_by_text("Your turn").first).to_be_visible()
    assert len(heard) > 8
    for one in heard:
        assert not SECRETS.search(one), one[:500]
