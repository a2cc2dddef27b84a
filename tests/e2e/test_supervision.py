"""A moderator whispers, locks, freezes, mutes and removes; the sides see what holds for them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import axe
from tests.e2e.test_one_deal import make_offer
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e

WHY = "We look into this"


@pytest.fixture
def three(server: LiveServer, person: Callable[..., Page]) -> tuple[Page, Page, Page]:
    """Ben and Ada at one table, and Dov, who observes it."""
    ben, ada, dov = person("buyer"), person("seller"), person("moderator")
    ben.goto(f"{server.url}/listings/")
    ben.get_by_role("link", name=re.compile("Centrifugal pumps")).click()
    ben.get_by_role("button", name="Negotiate").click()
    ben.wait_for_url(re.compile("/rooms/"))
    for page in (ada, dov):
        page.goto(ben.url)
    return ben, ada, dov


def step_in(dov: Page) -> None:
    """Unless that was done in an earlier test, of the same room."""
    expect(dov.locator(".observing")).to_be_visible()
    if dov.get_by_role("button", name="Step back").is_visible():
        return
    dov.get_by_role("button", name="Step in…").click()
    dialog = dov.get_by_role("dialog")
    dialog.get_by_label("Why do you step in?").fill("A question of payment")
    dialog.get_by_role("button", name="Step in", exact=True).click()
    expect(dialog).to_have_count(0)


def tools(dov: Page) -> Locator:
    dov.get_by_role("button", name="Moderate…").click()
    dialog = dov.get_by_role("dialog", name="Moderate this room")
    expect(dialog.get_by_role("heading", name="Whisper", exact=True)).to_be_visible()
    return dialog


def impose(dov: Page, button: str, confirm: str, *, hours: str = "") -> None:
    """By keys alone: the button, the reason, the button that says so again."""
    tools(dov).get_by_role("button", name=button, exact=True).press("Enter")
    dialog = dov.get_by_role("dialog", name=confirm)
    reason = dialog.get_by_label("Why?")
    expect(reason).to_be_focused()
    if hours:
        dialog.get_by_label("Hours").fill(hours)
    expect(dialog.get_by_role("button", name=confirm, exact=True)).to_be_disabled()
    assert not axe.violations(dov)  # before the button fades in, as it is measured in between otherwise
    reason.fill(WHY)
    dialog.get_by_role("button", name=confirm, exact=True).press("Enter")
    expect(dialog).to_have_count(0)


def says(page: Page, line: str) -> None:
    """A line of the stream, with the reason."""
    row = page.locator(".log .system", has_text=line).last
    expect(row).to_contain_text(WHY)


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("Write to"))


@pytest.mark.covers("room:supervision.observe", "room:supervision.whisper", "room:supervision.step_in")
def test_one_side_hears_a_whisper_and_both_read_why_one_steps_in(three: tuple[Page, Page, Page]) -> None:
    ben, ada, dov = three
    for page in (ben, ada):
        expect(page.get_by_text("Dov Peretz").first).to_be_visible()
    dialog = tools(dov)
    expect(dialog.get_by_role("button", name="Lock the room")).to_have_count(0)  # who observes can whisper
    dialog.get_by_label(re.compile(r"\(seller\)")).check()
    dialog.get_by_label("What only they read").fill("Never accept payment elsewhere.")
    dialog.get_by_role("button", name="Whisper", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text("Never accept payment elsewhere.")
    assert not axe.violations(dov)
    dov.reload()
    expect(tools(dov).get_by_role("status")).to_contain_text("Never accept payment elsewhere.")
    dov.keyboard.press("Escape")
    ada.get_by_role("button", name=re.compile("^Our side")).click()
    expect(ada.locator(".whisper")).to_contain_text("Dov Peretz (moderator) whispers to your side")
    expect(ada.locator(".whisper")).to_contain_text("Never accept payment elsewhere.")
    assert not axe.violations(ada)
    ben.get_by_role("button", name=re.compile("^Our side")).click()
    expect(ben.get_by_text("Only your side is here.")).to_be_visible()
    assert "Never accept" not in ben.content()
    step_in(dov)
    ben.get_by_role("button", name=re.compile("^The table")).click()
    expect(ben.locator(".log .system", has_text="Dov Peretz stepped in")).to_contain_text(
        "A question of payment"
    )


@pytest.mark.covers("room:supervision.freeze", "room:supervision.lock")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_locked_room_and_a_frozen_offer_say_so_and_let_nobody_move(
    three: tuple[Page, Page, Page], person: Callable[..., Page], theme: str
) -> None:
    ben, ada, dov = three
    step_in(dov)
    phone = person("buyer", width=360, height=740)
    phone.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    phone.goto(ben.url)
    make_offer(ada, "Make an offer", "59000.00", "15 January")
    accept = ben.get_by_role("button", name="Accept…", exact=True)
    expect(accept).to_be_enabled()
    impose(dov, "Freeze", "Freeze")
    for page in (ben, ada):
        says(page, "Dov Peretz froze v")
        expect(page.get_by_text("Frozen").first).to_be_visible()
    expect(accept).to_be_disabled()
    expect(ada.get_by_role("button", name="Withdraw").first).to_be_disabled()
    impose(dov, "Extend", "Extend", hours="12")
    says(ben, "Dov Peretz extended v")
    impose(dov, "Release", "Release")
    expect(accept).to_be_enabled()
    impose(dov, "Lock the room", "Lock the room")
    for page in (ben, ada, phone):
        banner = page.get_by_role("status").filter(has_text="A moderator has locked this room")
        expect(banner).to_contain_text(WHY)
        expect(box(page)).to_be_disabled()
    expect(accept).to_be_disabled()
    assert not axe.violations(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    ben.reload()
    expect(box(ben)).to_be_disabled()
    impose(dov, "Unlock the room", "Unlock the room")
    expect(box(ben)).to_be_enabled()
    impose(dov, "Void", "Void")
    says(ada, "Dov Peretz took v")
    expect(ada.get_by_role("button", name="Make an offer").first).to_be_enabled()


@pytest.mark.covers("room:supervision.mute", "room:supervision.remove")
def test_who_is_muted_keeps_their_draft_and_who_is_removed_is_told_the_way_out(
    three: tuple[Page, Page, Page],
) -> None:
    ben, ada, dov = three
    step_in(dov)
    box(ben).fill("Half a sent")
    impose(dov, "Mute: Ben Ortega, buyer", "Mute")
    expect(ben.get_by_role("group", name=re.compile("A moderator has muted you here"))).to_contain_text(WHY)
    expect(box(ben)).to_be_disabled()
    expect(ada.locator(".people", has_text="Ben Ortega")).to_contain_text("muted")
    impose(dov, "Let speak: Ben Ortega, buyer", "Let speak")
    expect(box(ben)).to_be_enabled()
    expect(box(ben)).to_have_value("Half a sent")
    impose(dov, "Remove: Ben Ortega, buyer", "Remove")
    expect(ben.get_by_role("heading", name="You were removed from this room")).to_be_visible()
    expect(ben.get_by_role("alert")).to_contain_text(WHY)
    assert not axe.violations(ben)
    box(ada).fill("He is gone?")
    box(ada).press("Enter")
    expect(ada.locator(".log .row", has_text="He is gone?")).to_be_visible()
    assert "He is gone?" not in ben.content()
    room = ben.url
    ben.get_by_role("link", name="All deals").click()
    expect(ben).to_have_url(re.compile("/deals/"))
    assert room.split("/rooms/")[1] not in ben.content()
    assert ben.request.get(room).status == 404
    impose(dov, "Let back in: Ben Ortega, buyer", "Let back in")
    ben.goto(room)
    expect(box(ben)).to_be_enabled()
    expect(ben.locator(".log .row", has_text="He is gone?")).to_be_visible()
