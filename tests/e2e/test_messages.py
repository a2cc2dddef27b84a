"""Two people answer, react to, correct and remove what was said, by pointer, by key and by finger."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import axe
from tests.e2e.test_one_deal import make_offer
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


@pytest.fixture
def both(server: LiveServer, person: Callable[..., Page]) -> tuple[Page, Page]:
    """Ben and Ada at one table: what other tests said there stands above."""
    ben, ada = person("buyer"), person("seller")
    ben.goto(f"{server.url}/listings/")
    ben.get_by_role("link", name=re.compile("Centrifugal pumps")).click()
    ben.get_by_role("button", name="Negotiate").click()
    ben.wait_for_url(re.compile("/rooms/"))
    ada.goto(ben.url)
    return ben, ada


def say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("Write to the table"))
    box.fill(text)
    box.press("Enter")


def row(page: Page, text: str) -> Locator:
    """The entry that says so, with the pointer on it."""
    found = page.locator(".log .row", has_text=text).last
    expect(found).to_be_visible()
    expect(found.locator("[data-status=pending]")).to_have_count(0)  # what has arrived is another row
    return found


def act(page: Page, text: str, what: str) -> None:
    """Presses a button of a message."""
    row(page, text).hover()
    row(page, text).get_by_role("button", name=what, exact=True).click()


@pytest.mark.covers("room:messages.replies")
def test_an_answer_names_what_it_answers_and_leads_there(both: tuple[Page, Page]) -> None:
    ben, ada = both
    say(ben, "Which seals do you fit?")
    act(ada, "Which seals do you fit?", "Reply")
    expect(ada.get_by_text("You answer Ben Ortega")).to_be_visible()
    ada.keyboard.type("SiC on SiC.")  # the line to write on has the focus
    ada.keyboard.press("Enter")
    expect(ada.get_by_text("You answer Ben Ortega")).to_have_count(0)
    quote = row(ben, "SiC on SiC.").get_by_role("button", name="Answers Ben Ortega: Which seals do you fit?")
    quote.click()
    expect(ben.locator(".row-selected")).to_contain_text("Which seals do you fit?")
    act(ada, "Which seals do you fit?", "Reply")
    ada.keyboard.press("Escape")  # no answer after all
    say(ada, "Anything else?")
    expect(row(ben, "Anything else?").locator(".message-quote")).to_have_count(0)


def test_what_is_pressed_stays_where_it_is_while_the_other_side_writes(both: tuple[Page, Page]) -> None:
    ben, ada = both
    say(ada, "Shall we fix the date?")
    entry = row(ada, "Shall we fix the date?")
    entry.hover()
    button = entry.get_by_role("button", name="Remove", exact=True)
    button.hover()
    ada.mouse.down()
    before = button.bounding_box()
    say(ben, "One moment.\n\nI have to ask.")
    expect(ada.locator(".log .row", has_text="One moment.")).to_have_count(1)
    expect(ben.locator(".message-read")).to_be_visible()
    assert button.bounding_box() == before
    ada.mouse.up()
    dialog = ada.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Remove it")).to_be_visible()
    ada.keyboard.press("Escape")
    expect(ada.locator(".log .row", has_text="One moment.")).to_be_in_viewport(ratio=0.9)


@pytest.mark.covers("room:messages.reactions")
def test_a_reaction_is_seen_by_both_counted_and_taken_back(both: tuple[Page, Page]) -> None:
    ben, ada = both
    say(ben, "Two lots?")
    act(ada, "Two lots?", "React")
    ada.get_by_role("group", name="React").get_by_role("button", name="agreed").click()
    mine = row(ada, "Two lots?").get_by_role("button", name="agreed: Ada Lindqvist")
    expect(mine).to_have_attribute("aria-pressed", "true")
    theirs = row(ben, "Two lots?").get_by_role("button", name="agreed: Ada Lindqvist")
    expect(theirs).to_have_attribute("aria-pressed", "false")
    theirs.click()
    expect(
        row(ada, "Two lots?").get_by_role("button", name="agreed: Ada Lindqvist, Ben Ortega")
    ).to_be_visible()
    row(ben, "Two lots?").get_by_role("button", name="agreed: Ada Lindqvist, Ben Ortega").click()
    expect(
        row(ada, "Two lots?").get_by_role("button", name=re.compile("agreed: Ada Lindqvist$"))
    ).to_be_visible()


@pytest.mark.covers("room:messages.edits")
def test_a_correction_by_keys_keeps_what_was_said_before(both: tuple[Page, Page]) -> None:
    ben, ada = both
    say(ben, "We need 500.")
    expect(row(ada, "We need 500.")).to_be_visible()
    ben.get_by_role("textbox", name=re.compile("Write to the table")).press("Escape")
    ben.keyboard.press("k")
    expect(ben.locator(".row-selected")).to_contain_text("We need 500.")
    ben.keyboard.press("e")
    editor = ben.get_by_role("textbox", name="Correct your message")
    expect(editor).to_be_focused()
    editor.fill("We need **5,000**.")
    editor.press("Enter")
    expect(editor).to_have_count(0)
    expect(row(ada, "5,000").locator("strong")).to_have_text("5,000")
    row(ada, "5,000").get_by_role("button", name=re.compile("^corrected .*, 1 earlier version")).click()
    expect(row(ada, "5,000").locator(".message-versions")).to_contain_text("We need 500.")
    ada.reload()
    expect(row(ada, "5,000").get_by_text("corrected")).to_be_visible()
    ada.keyboard.press("k")
    ada.keyboard.press("e")  # not hers: nothing happens
    expect(ada.get_by_role("textbox", name="Correct your message")).to_have_count(0)


@pytest.mark.covers("room:messages.edits")
def test_what_the_other_side_offered_upon_stays_as_it_was(both: tuple[Page, Page]) -> None:
    ben, ada = both
    say(ben, "We need 500.")
    expect(row(ada, "We need 500.")).to_be_visible()
    make_offer(ada, "Make an offer", "59000.00", "15 January")
    expect(ben.get_by_text("Your turn").first).to_be_visible()
    row(ben, "We need 500.").hover()
    expect(row(ben, "We need 500.").get_by_role("button", name="Reply")).to_be_visible()
    for gone in ("Correct", "Remove"):
        expect(row(ben, "We need 500.").get_by_role("button", name=gone, exact=True)).to_have_count(0)


@pytest.mark.covers("room:messages.redaction")
def test_what_is_removed_is_gone_from_both_screens_and_after_a_reload(both: tuple[Page, Page]) -> None:
    ben, ada = both
    say(ben, "My card is 4242.")
    expect(row(ada, "My card is 4242.")).to_be_visible()
    act(ben, "My card is 4242.", "Remove")
    dialog = ben.get_by_role("dialog")
    dialog.get_by_label("Why?").fill("wrong window")
    dialog.get_by_role("button", name="Remove it").click()
    for page in (ben, ada):
        expect(row(page, "This message was removed by Ben Ortega.")).to_contain_text("wrong window")
        expect(page.locator(".log").get_by_text("My card")).to_have_count(0)
    ada.reload()
    expect(row(ada, "This message was removed by Ben Ortega.")).to_be_visible()
    assert "My card" not in ada.content()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_finger_does_all_of_it_on_a_phone(
    both: tuple[Page, Page], person: Callable[..., Page], theme: str
) -> None:
    ben, _ = both
    say(ben, "Which seals do you fit?")
    phone = person("seller", width=360, height=740)
    phone.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    phone.goto(ben.url)
    row(phone, "Which seals").click()
    row(phone, "Which seals").get_by_role("button", name="React").click()
    assert not axe.violations(phone)
    phone.get_by_role("group", name="React").get_by_role("button", name="a question").click()
    expect(row(ben, "Which seals").get_by_role("button", name="a question: Ada Lindqvist")).to_be_visible()
    own = f"We fit the {theme} ones"
    say(phone, own)
    expect(row(phone, own).locator(".message-acts")).to_have_count(1)  # it has arrived
    row(phone, own).click()
    row(phone, own).get_by_role("button", name="Correct", exact=True).click()
    assert not axe.violations(phone)
    editor = phone.get_by_role("textbox", name="Correct your message")
    editor.fill(f"{own}.")
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(row(ben, f"{own}.").get_by_text("corrected")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not axe.violations(phone)
