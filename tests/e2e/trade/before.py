"""The story up to the agreement: found, asked about, negotiated."""

import re

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.test_board import Drawing
from tests.e2e.trade.stage import LEVELS, PUMPS, START_UP, Stage, lane, link_in, say, structured, text_of
from tests.live.test_threads import reply

SUBJECT = "Seal material for brackish water"


def advertise(stage: Stage) -> None:
    """1. The storefront is found by search, here and elsewhere; a campaign brings the buyer to a listing."""
    ben, ada = stage.ben, stage.ada
    ben.goto(f"{stage.url}/listings/")
    ben.get_by_label("Words in title or description").fill("stainless pumps")
    ben.get_by_role("button", name="Search").click()
    expect(ben.get_by_role("link", name=re.compile("Centrifugal pumps"))).to_be_visible()
    stage.shoot("1-search", ben=ben)
    ben.get_by_role("link", name="Information", exact=True).click()
    expect(ben.get_by_role("link", name=re.compile("Centrifugal pumps"))).to_have_count(0)
    ben.goto(f"{stage.url}/sellers/demo-seller/")
    for title in (PUMPS, LEVELS, START_UP):
        expect(ben.get_by_role("link", name=title)).to_be_visible()
    assert "Organization" in {block["@type"] for block in structured(ben)}
    stage.shoot("1-storefront", ben=ben)
    engine = httpx.get(f"{stage.url}/sitemaps/listings.xml").text
    assert "centrifugal-pumps-cp-40" in engine

    ada.goto(f"{stage.url}/campaigns/")
    ada.get_by_role("link", name=re.compile("500 stainless steel pumps")).click()
    ada.get_by_role("link", name="Send to 1 confirmed subscriber").click()
    ada.get_by_role("button", name="Send", exact=True).click()
    news = stage.mail("ben.ortega@", "500 stainless steel pumps, ready to negotiate")
    assert link_in(news, "/news/leave/")
    ben.goto(link_in(news, "/c/"))
    expect(ben.get_by_role("heading", name=PUMPS)).to_be_visible()
    expect(ben.get_by_text("8 in stock")).to_be_visible()
    stage.shoot("1-listing", ben=ben)
    assert "Product" in {block["@type"] for block in structured(ben)}
    ada.reload()
    expect(ada.get_by_text("Visits").locator("xpath=following-sibling::dd")).to_have_text("1")
    stage.shoot("1-campaign", ada=ada)


def consult(stage: Stage) -> None:
    """2. A question in a public group; its answer goes out by mail, the mailed reply appears live."""
    ben, ada = stage.ben, stage.ada
    ben.get_by_text("Ask a question").first.click()
    ben.get_by_label("Subject").fill(SUBJECT)
    ben.get_by_label("Your question").fill("Which seals do you fit for **brackish** water?")
    ben.get_by_role("button", name="Ask", exact=True).click()
    expect(ben.get_by_role("heading", name=SUBJECT)).to_be_visible()
    asked = stage.mail("ada.lindqvist@", SUBJECT)
    assert "brackish" in text_of(asked)
    ada.goto(link_in(asked, "/groups/"))
    ada.locator("#reply textarea").fill("SiC on SiC, as in the sheet.")
    ada.get_by_role("button", name="Post", exact=True).click()
    expect(ben.get_by_text("SiC on SiC, as in the sheet.")).to_be_visible()
    answered = stage.mail("ben.ortega@", f"Re: {SUBJECT}")
    stage.site.send(reply(answered, "Good. And the price for all of them?"))
    expect(ada.get_by_text("Good. And the price for all of them?")).to_be_visible()
    expect(ada.get_by_text("wrote:")).to_have_count(0)
    stage.shoot("2-thread", ben=ben, ada=ada)


def negotiate(stage: Stage) -> None:
    """3. In a private room: a board, offers, a manager's approval, a moderator's word, and the acceptance."""
    ben, ada, maxim, dov = stage.ben, stage.ada, stage.max, stage.dov
    ben.get_by_role("button", name="Take this to a private room").click()
    expect(ben.get_by_text("Nothing has been said yet.")).to_be_visible()
    stage.room = ben.url
    ada.goto(stage.room)
    say(ben, "Shall we do it in two lots?")
    expect(ada.get_by_text("Shall we do it in two lots?", exact=True)).to_be_visible()
    _draw(stage)

    offer(ben, "Make an offer", "52000.00", "15 January", extras=(LEVELS, START_UP))
    expect(ada.get_by_text("Your turn").first).to_be_visible()
    offer(ada, "Counter", "53500.00", "12 March")
    expect(ada.get_by_text("waits for a manager").first).to_be_visible()
    assert ben.get_by_text("waits for a manager").count() == 0
    maxim.goto(stage.room)
    lane(maxim, "Our side")
    expect(maxim.get_by_text("a line is below its listing’s floor of")).to_be_visible()
    stage.shoot("3-caucus", max=maxim)
    maxim.get_by_role("button", name="Approve and put on the table").click()
    expect(ben.get_by_text("Your turn").first).to_be_visible()
    expect(ben.get_by_text("12 March").first).to_be_visible()

    _supervise(stage, dov)
    stage.shoot("3-room", ben=ben, ada=ada, dov=dov)
    ben.get_by_role("button", name="Accept…", exact=True).first.click()
    ben.get_by_role("dialog").get_by_role("button", name=re.compile("^Accept v2 for")).click()
    expect(ada.get_by_text("Agreed on v2").first).to_be_visible()


def _draw(stage: Stage) -> None:
    """Both draw, each sees the other's hand, and a reload keeps it."""
    ben, ada = Drawing(stage.ben).open(stage.room), Drawing(stage.ada).open(stage.room)
    expect(ben.page.locator(".board-editor .UserList")).to_be_visible()
    at = (480, 200)
    before = ada.pixels(at)
    ben.drag("rectangle", (400, 200), (560, 300))
    for _ in range(200):
        if ada.pixels(at) != before:
            break
        ada.page.wait_for_timeout(100)
    assert ada.pixels(at) != before
    ada.drag("ellipse", (330, 480), (500, 580))
    stage.shoot("3-board", ben=ben.page, ada=ada.page)
    drawn = ada.pixels((400, 480))
    ada.open(stage.room)
    for _ in range(200):
        if ada.pixels((400, 480)) == drawn:
            break
        ada.page.wait_for_timeout(100)
    for page in (stage.ben, stage.ada):
        lane(page, "The table")


def _supervise(stage: Stage, dov: Page) -> None:
    """A moderator watches from the list, and steps in once."""
    dov.goto(f"{stage.url}/moderation/")
    here = dov.locator(".live-room", has_text=PUMPS)
    expect(here.get_by_text("2 versions")).to_be_visible()
    stage.shoot("3-live-rooms", dov=dov)
    here.get_by_role("link", name="Observe").click()
    expect(dov.get_by_text("You observe. Everyone at the table sees that you are here.")).to_be_visible()
    expect(stage.ben.get_by_text("Dov Peretz joined as").first).to_be_visible()
    dov.get_by_role("button", name="Step in…").click()
    dov.get_by_label("Why do you step in?").fill("The delivery place is missing")
    dov.get_by_role("button", name="Step in", exact=True).click()
    say(dov, "Please agree on where it is delivered, too.")
    for page in (stage.ben, stage.ada):
        expect(page.get_by_text("Please agree on where it is delivered, too.", exact=True)).to_be_visible()
    dov.get_by_role("button", name="Step back").click()
    expect(stage.ada.get_by_text("Dov Peretz stepped back and only observes").first).to_be_visible()


def offer(page: Page, button: str, price: str, delivery: str, *, extras: tuple[str, ...] = ()) -> None:
    """Fills in the offer dialog, with more of the seller's listings as lines of their own."""
    page.get_by_role("button", name=button, exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Price per unit").first.fill(price)
    for title in extras:
        choice = dialog.get_by_label("Add something else on offer…")
        value = choice.locator("option", has_text=title).get_attribute("value")
        choice.select_option(value)
    if not dialog.get_by_label("Value").count():
        dialog.get_by_role("button", name="Add a term").click()
        dialog.get_by_label("Term", exact=True).fill("Delivery")
    dialog.get_by_label("Value").fill(delivery)
    sends = re.compile("Put it on the table|Send the counter-offer|Ask a manager")
    dialog.get_by_role("button", name=sends).click()
    expect(dialog).to_have_count(0)
