"""One person sees what another sees of the board, until they move by themselves."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import axe
from tests.e2e.test_board import Drawing, Scene, photograph, scene, wait_until_other
from tests.e2e.test_talk import Line

__all__ = ["scene"]
pytestmark = pytest.mark.e2e


def wheel(drawing: Drawing, dx: int, dy: int, *, zoom: bool = False) -> None:
    """Moves a person's own view of the board."""
    drawing.hover((400, 400))
    if zoom:
        drawing.page.keyboard.down("Control")
    drawing.page.mouse.wheel(dx, dy)
    if zoom:
        drawing.page.keyboard.up("Control")


def zoom_of(drawing: Drawing) -> str:
    """As the editor says it, such as 100%."""
    return drawing.page.locator(".board-editor .reset-zoom-button").inner_text()


def shows_zoom(drawing: Drawing, zoom: str) -> None:
    """Waits until the person's editor says that it has this zoom."""
    expect(drawing.page.locator(".board-editor .reset-zoom-button")).to_have_text(zoom)


def test_ada_sees_what_ben_sees_until_she_moves_by_herself(scene: Scene, person: Callable[..., Page]) -> None:
    ben, ada = Drawing(person("buyer")).open(scene.url), Drawing(person("seller")).open(scene.url)
    ben.drag("rectangle", (400, 200), (560, 300))
    scene.wait_for(ben.page, 1)
    ada.page.get_by_role("button", name="Follow Ben Ortega").click()
    expect(ada.page.locator(".board-follow")).to_contain_text("You see what Ben Ortega sees")
    expect(ben.page.locator(".board-follow")).to_have_text("Ada Lindqvist sees what you see")
    assert axe.violations(ada.page) == []
    assert axe.violations(ben.page) == []
    photograph("follow", ben.page, ada.page)

    # Ben looks elsewhere, and from further away.
    before = ada.pixels((400, 250))
    wheel(ben, 150, -90)
    wait_until_other(ada, (400, 250), before)
    wheel(ben, 0, 300, zoom=True)
    assert zoom_of(ben) != "100%"
    shows_zoom(ada, zoom_of(ben))

    # She moves: her view is her own, and stays where it is however he moves.
    wheel(ada, 0, 60)
    expect(ada.page.locator(".board-follow")).to_have_text("")
    expect(ben.page.locator(".board-follow")).to_have_text("")
    hers = zoom_of(ada)
    wheel(ben, 0, -500, zoom=True)
    assert zoom_of(ben) != hers
    ben.drag("rectangle", (600, 400), (640, 440))  # what he sends later has arrived
    scene.wait_for(ben.page, 2)
    before = ada.pixels((700, 500))
    ada.drag("rectangle", (690, 500), (760, 560))
    wait_until_other(ada, (700, 500), before)
    shows_zoom(ada, hers)


def test_a_second_click_and_a_button_let_go_too(scene: Scene, person: Callable[..., Page]) -> None:
    ben = Drawing(person("buyer")).open(scene.url)
    ada = Drawing(person("seller", locale="es-ES")).open(scene.url, lane="Pizarra")
    face = ada.page.get_by_role("button", name="Seguir a Ben Ortega")
    face.click()
    expect(ada.page.locator(".board-follow")).to_contain_text("Ves lo que ve Ben Ortega")
    expect(face).to_have_attribute("aria-pressed", "true")
    face.click()
    expect(ada.page.locator(".board-follow")).to_have_text("")
    expect(face).to_have_attribute("aria-pressed", "false")
    face.click()
    expect(ben.page.locator(".board-follow")).to_have_text("Ada Lindqvist sees what you see")
    ada.page.get_by_role("button", name="Dejar de seguir").click()
    expect(ben.page.locator(".board-follow")).to_have_text("")


def test_on_a_phone_the_others_are_in_the_menu(scene: Scene, person: Callable[..., Page]) -> None:
    ben = Drawing(person("buyer")).open(scene.url)
    page = person("seller", width=390, height=780)
    Drawing(page).open(scene.url)
    page.locator(".board-editor .main-menu-trigger").click()
    page.get_by_role("button", name="Follow Ben Ortega").click()
    stop = page.get_by_role("button", name="Stop following")
    expect(stop).to_be_visible()
    assert axe.violations(page) == []
    photograph("follow-phone", page)
    expect(ben.page.locator(".board-follow")).to_have_text("Ada Lindqvist sees what you see")
    stop.click()
    expect(ben.page.locator(".board-follow")).to_have_text("")


def test_a_moderator_follows_by_keys_alone_until_they_close_the_board_or_leave(
    scene: Scene, person: Callable[..., Page]
) -> None:
    ben, dov = Drawing(person("buyer")).open(scene.url), Drawing(person("moderator")).open(scene.url)
    face = dov.page.get_by_role("button", name="Follow Ben Ortega")
    followed = ben.page.locator(".board-follow")
    face.press("Enter")
    expect(followed).to_have_text("Dov Peretz sees what you see")
    wheel(ben, 0, 300, zoom=True)
    assert zoom_of(ben) != "100%"
    shows_zoom(dov, zoom_of(ben))
    assert axe.violations(dov.page) == []
    dov.page.locator(".board-head").get_by_role("button", name="Close the board").click()
    expect(followed).to_have_text("")
    dov.page.locator(".lanes").get_by_role("button", name="Board").click()
    expect(face).to_have_attribute("aria-pressed", "false")
    face.press("Space")
    expect(followed).to_have_text("Dov Peretz sees what you see")
    dov.page.close()
    expect(followed).to_have_text("")


def test_who_follows_still_does_when_their_line_was_down(scene: Scene, person: Callable[..., Page]) -> None:
    ben, page, line = Drawing(person("buyer")).open(scene.url), person("seller"), Line()
    page.route_web_socket(re.compile("/ws/"), line.route)
    ada = Drawing(page).open(scene.url)
    page.get_by_role("button", name="Follow Ben Ortega").click()
    following = page.locator(".board-follow")
    expect(following).to_contain_text("You see what Ben Ortega sees")
    line.cut()
    expect(following).to_have_text("")
    wheel(ben, 0, 300, zoom=True)
    assert zoom_of(ben) != "100%"
    line.mend()
    expect(following).to_contain_text("You see what Ben Ortega sees")
    shows_zoom(ada, zoom_of(ben))
