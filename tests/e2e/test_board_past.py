"""A board's history in the browser: versions are saved, it is played again, a moderator puts it back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import axe
from tests.e2e.test_board import Drawing, Scene, photograph, scene
from tests.e2e.test_supervision import step_in

__all__ = ["scene"]
pytestmark = pytest.mark.e2e


def save(drawing: Drawing, name: str) -> None:
    """Saves a version under a name, by the menu."""
    drawing.page.locator(".board-editor .main-menu-trigger").click()
    drawing.page.get_by_text("Save a version…").click()
    sheet = drawing.page.locator("dialog.sheet")
    sheet.get_by_label("Name").fill(name)
    sheet.get_by_role("button", name="Save", exact=True).click()
    expect(sheet).not_to_be_visible()


def look_back(page: Page) -> Any:
    """Opens the board's history; its slider."""
    page.get_by_role("button", name="History of the board").click()
    slider = page.get_by_role("slider", name="Moment")
    expect(slider).to_be_visible()
    return slider


def test_a_moderator_puts_the_board_back_to_a_saved_version(
    scene: Scene, person: Callable[..., Page]
) -> None:
    ben = Drawing(person("buyer")).open(scene.url)
    ben.drag("rectangle", (300, 200), (460, 300))
    scene.wait_for(ben.page, 1)
    save(ben, "Two shelves")
    ben.drag("ellipse", (300, 380), (460, 480))
    scene.wait_for(ben.page, 2)

    # Everybody plays it again; only a moderator who has stepped in puts it back.
    slider = look_back(ben.page)
    expect(ben.page.locator(".board-past-said")).to_contain_text("Ben Ortega")
    expect(slider).to_have_value("3")
    ben.page.get_by_label("Saved versions").select_option(label="Two shelves")
    expect(slider).to_have_value("2")
    expect(ben.page.locator(".board-past-said")).to_contain_text("Two shelves")
    expect(ben.page.get_by_role("button", name="Put back to here")).to_have_count(0)
    assert axe.violations(ben.page) == []
    photograph("past", ben.page)
    ben.page.get_by_role("button", name="Play").click()
    expect(slider).to_have_value("3")
    ben.page.get_by_role("button", name="Back to now").click()
    ben.ready()

    dov = Drawing(person("moderator")).open(scene.url)
    step_in(dov.page)
    look_back(dov.page)
    dov.page.get_by_label("Saved versions").select_option(label="Two shelves")
    dov.page.get_by_role("button", name="Put back to here").click()
    # Given up, it was never asked for: what others draw then does not close the history.
    sheet = dov.page.locator("dialog.sheet")
    sheet.get_by_role("button", name="Back", exact=True).click()
    ben.drag("diamond", (500, 200), (560, 260))
    scene.wait_for(ben.page, 3)
    expect(dov.page.get_by_role("slider", name="Moment")).to_be_visible()
    dov.page.get_by_role("button", name="Put back to here").click()
    expect(sheet).to_contain_text("Put the board back to “Two shelves”?")
    sheet.get_by_label("Why?").fill("as both had agreed")
    sheet.get_by_role("button", name="Put the board back").click()
    assert [one["type"] for one in scene.wait_for(dov.page, 1)] == ["rectangle"]
    expect(ben.page.locator(".stream").get_by_text("put the board back to “Two shelves”")).to_be_visible()
    dov.ready()

    # And clears it.
    dov.page.get_by_role("button", name="Moderate").click()
    sheet = dov.page.locator("dialog.sheet")
    sheet.get_by_role("button", name="Clear the board").click()
    sheet.get_by_label("Why?").fill("a new start")
    sheet.get_by_role("button", name="Clear the board").click()
    scene.wait_for(dov.page, 0)
    expect(ben.page.locator(".stream").get_by_text("cleared the board")).to_be_visible()
    ben.drag("diamond", (300, 200), (460, 300))
    assert [one["type"] for one in scene.wait_for(ben.page, 1)] == ["diamond"]
