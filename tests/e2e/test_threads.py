"""A question on a listing, asked and answered in browsers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import WAIT_MS
from tests.live.server import LiveServer

pytestmark = [pytest.mark.e2e, pytest.mark.chromium]
LISTING = "019c0000-0000-7000-8000-000000000007"  # the solar kit: nobody has asked about it


def ask(page: Page, server: LiveServer, subject: str) -> str:
    """Asks on the listing's page; the address of the question."""
    page.goto(f"{server.url}/listings/{LISTING}/")
    page.get_by_text("Ask a question").click()
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Your question").fill("To **120 m**?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    return page.url


def goes_on_writing_until(box: Locator, seen: Locator) -> None:
    """A sign of writing passes on now or never: who comes later sees that of the next key."""
    for _ in range(WAIT_MS // 500):
        if seen.is_visible():
            return
        box.press_sequentially(".", delay=500)
    expect(seen).to_be_visible()


def test_question_and_answer_appear_live_and_go_on_in_a_private_room(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller", width=390)
    address = ask(ben, server, "How deep?")
    ada.goto(address)
    expect(ada.locator(".post-text strong")).to_have_text("120 m")
    box = ada.get_by_label("Your answer")
    box.press_sequentially("120 m at 2 m³/h, <b>less</b> above.")
    goes_on_writing_until(box, ben.get_by_text("Someone is writing…"))  # who has not spoken yet
    ada.get_by_role("button", name="Post").click()
    answer = ben.locator(".post").nth(1)
    expect(answer).to_contain_text("<b>less</b>")
    expect(answer).to_contain_text("Seller")
    expect(ben.locator("#thread-live")).to_have_text("New post from Ada Lindqvist")
    expect(ada.locator(".post")).to_have_count(2)
    expect(ada.get_by_label("Your answer")).to_have_value("")
    ben.reload()  # what came in live is what the server writes
    expect(ben.locator(".post")).to_have_count(2)
    ben.get_by_role("button", name="Mark as resolved").click()
    expect(ada.locator("#thread-status")).to_have_text("Resolved")
    ben.get_by_role("button", name="Take this to a private room").click()
    ben.wait_for_url("**/rooms/**")
    expect(ada.locator(".thread-note").last).to_contain_text("took this to a private room")


def test_a_draft_is_kept_and_a_lost_line_posts_by_the_form(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    cleo = person("stranger")
    address = ask(cleo, server, "And in winter?")
    box = cleo.get_by_label("Your answer")
    box.fill("Half a thought")
    cleo.wait_for_function(
        "() => Object.values(localStorage).some((kept) => kept.includes('Half a thought'))"
    )
    cleo.reload()
    expect(box).to_have_value("Half a thought")
    cleo.route_web_socket("**/ws/", lambda socket: socket.close())
    cleo.goto(address)
    expect(box).to_have_value("Half a thought")
    cleo.get_by_role("button", name="Post").click()
    expect(cleo.locator(".post")).to_have_count(2)
    expect(box).to_have_value("")


def test_it_all_works_without_javascript(server: LiveServer, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.request.post(f"{server.url}/demo/sign-in", data={"person": "moderator"})
    page = context.new_page()
    address = ask(page, server, "Without a script?")
    page.get_by_label("Your answer").fill("Yes.")
    page.get_by_role("button", name="Post").click()
    expect(page.locator(".post")).to_have_count(2)
    assert page.url.startswith(address)
    context.close()
