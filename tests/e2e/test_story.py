"""A newcomer follows the demo's story from the home page through all its steps, and leaves it half-way."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.live.server import LiveServer, live_server

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A demo with its deals."""
    with live_server(tmp_path_factory.mktemp("story"), deals=True) as running:
        yield running


TRIES = 60  # a second each: so long the deals that are paid for may take to get there

# Step, who one is, and what is to be seen there.
WAY = (
    (1, "Ben Ortega", "Norte Bombas makes pumps"),
    (1, "Ada Lindqvist", "Send to 1 confirmed subscriber"),
    (2, "Ada Lindqvist", "Does the yearly service cover the drives?"),
    (2, "Ben Ortega", "Re: Can the 500 pumps come in two lots?"),
    (3, "Ben Ortega", "What would two kits cost?"),
    (3, "Max Brandt", "Approve and put on the table"),
    (3, "Dov Peretz", "Solar pump kit SB-3"),
    (3, "Ben Ortega", "Accept…"),
    (4, "Sol Moreno", "Fill it in for the buyer"),
    (4, "Ben Ortega", "Look at it and confirm"),
    (5, "Ben Ortega", "Authorise"),
    (6, "Max Brandt", "Held for your sales"),
    (7, "Sol Moreno", "Send the goods"),
    (7, "Ben Ortega", "Confirm the receipt"),
    (8, "Ben Ortega", "Commissioning and start-up on site, two days"),
    (9, "Max Brandt", "Pump curves and 3D models"),
)


def bar(page: Page) -> str:
    """What the story's bar says."""
    return page.get_by_role("complementary", name="The demo’s story").inner_text()


def see(page: Page, text: str) -> None:
    """Looks until the text is on the page; what a job is still bringing comes with a reload."""
    if page.url.endswith("/") and "/rooms/" in page.url:
        if text == "Approve and put on the table":
            page.locator(".lanes").get_by_role("button", name=re.compile("^Our side")).click()
        expect(page.get_by_text(text).first).to_be_visible()
        return
    for _ in range(TRIES):
        if page.locator("main").get_by_text(text).filter(visible=True).count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(f"{text!r} is not on {page.url}: {page.locator('main').inner_text()[:2000]}")


def shoot(page: Page, name: str) -> None:
    """Keeps what is seen, where somebody wants it."""
    if folder := os.environ.get("HUB_SHOTS"):
        page.screenshot(path=Path(folder) / f"story-{name}.png", animations="disabled")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_story_leads_through_all_steps_as_each_person(
    server: LiveServer, person: Callable[..., Page], width: int, theme: Literal["light", "dark"]
) -> None:
    page = person("stranger", width=width)
    page.emulate_media(color_scheme=theme)
    page.goto(server.url)
    page.locator("main").get_by_role("link", name="Follow the story").click()
    expect(page.get_by_role("heading", level=2)).to_have_count(9)
    shoot(page, f"{width}-steps")
    assert not axe.violations(page)
    page.get_by_role("button", name="Go there as Ben Ortega").first.click()
    for at, (step, who, text) in enumerate(WAY):
        assert f"Step {step} of 9" in bar(page)
        assert f"as {who} (" in bar(page)
        see(page, text)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        shoot(page, f"{width}-{at + 1:02}")
        assert not axe.violations(page), page.url
        back = page.get_by_role("button", name="Back", exact=True)
        expect(back).to_have_count(1 if at else 0)
        with page.expect_response(lambda answer: answer.request.resource_type == "document") as _:
            page.get_by_role("button", name="Next" if at + 1 < len(WAY) else "Leave", exact=True).click()
    expect(page.get_by_role("complementary", name="The demo’s story")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Deals")
    assert server.run("verify").stdout.strip().endswith(": 0 problems")


def test_it_is_left_half_way_and_nobody_else_sees_it(server: LiveServer, person: Callable[..., Page]) -> None:
    page, other = person("stranger"), person("seller")
    page.goto(f"{server.url}/demo/story/")
    page.get_by_role("button", name=re.compile("Go there as Max Brandt")).first.click()
    assert "Step 3 of 9" in bar(page)
    page.goto(f"{server.url}/listings/")
    page.get_by_role("button", name="Go there", exact=True).click()
    expect(page).to_have_url(re.compile("/rooms/"))
    other.goto(f"{server.url}/listings/")
    expect(other.get_by_role("complementary", name="The demo’s story")).to_have_count(0)
    page.goto(f"{server.url}/deals/")
    page.get_by_role("button", name="Leave", exact=True).click()
    expect(page).to_have_url(f"{server.url}/deals/")
    expect(page.get_by_role("complementary", name="The demo’s story")).to_have_count(0)
    expect(page.get_by_role("complementary", name="Demo", exact=True)).to_be_visible()


def test_it_works_without_javascript(server: LiveServer, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{server.url}/demo/story/")
    page.get_by_role("button", name=re.compile("Go there as Ada Lindqvist")).first.click()
    expect(page.get_by_text("Send to 1 confirmed subscriber").last).to_be_visible()
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Does the yearly service cover the drives?")
    page.get_by_role("button", name="Back", exact=True).click()
    assert "Step 1 of 9" in bar(page)
    context.close()
