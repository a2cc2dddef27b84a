"""What is drawn is priced, and what is wrong on a picture becomes a term: to the offer and back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import axe
from tests.e2e.test_board import Drawing, Scene, photograph, scene
from tests.e2e.test_board_files import drop, picture
from tests.live.client import call

__all__ = ["scene"]
pytestmark = pytest.mark.e2e
DOOR, PHOTO = (420, 260), (640, 460)


def pick(drawing: Drawing, at: tuple[int, int]) -> Locator:
    """Selects what is there; the bar of what can be done with it."""
    drawing.page.locator('label:has([data-testid="toolbar-selection"])').click()
    drawing.page.mouse.click(*drawing.place(at))
    return drawing.page.locator(".board-bar")


def card(page: Page, version: int = 1) -> Locator:
    return page.get_by_role("article", name=f"Offer v{version}")


def sheet(page: Page) -> Locator:
    """What is open above the room: the board's editor has dialogs of its own."""
    return page.locator("dialog.sheet")


def badge(page: Page, words: str) -> Locator:
    return page.locator(".board-badge").filter(has_text=words)


def draw_the_door(ada: Drawing, scene: Scene) -> None:
    """A rectangle with words in it."""
    ada.drag("rectangle", (340, 200), (500, 320))
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.type("Front door")
    ada.page.keyboard.press("Escape")
    scene.wait_for(ada.page, 2)


def price_the_door(ada: Drawing) -> None:
    """Its line is called what the door is called; its price and its day are written, and nobody sees them."""
    edge = (342, 260)
    pick(ada, edge).get_by_role("button", name="Price this").click()
    dialog = sheet(ada.page)
    expect(dialog.get_by_label("Title").last).to_have_value("Front door")
    expect(dialog.get_by_label(re.compile("^Price per unit")).last).to_be_focused()
    ada.page.keyboard.type("450")
    dialog.get_by_label("Quantity").last.fill("2")
    dialog.get_by_label("Due", exact=True).last.fill("2031-12-03")
    assert axe.violations(ada.page) == []
    photograph("pieces-editor", ada.page)
    # What is written is kept while one looks at the board for more.
    dialog.get_by_role("button", name="On the board").click()
    expect(dialog).to_have_count(0)
    expect(ada.page.locator(".board-author")).to_have_text("Drawn by you")
    expect(ada.page.locator(".board-badge")).to_have_count(0)


def pin_a_remark(ada: Drawing, scene: Scene) -> None:
    """The next click on the picture puts a pin there, and its term is named at once."""
    drop(ada, picture("seagreen"), PHOTO)
    scene.wait_for(ada.page, 3)
    pick(ada, PHOTO).get_by_role("button", name="Pin a remark").click()
    expect(ada.page.get_by_text("Click on the picture where it is.")).to_be_visible()
    ada.page.mouse.click(*ada.place((680, 440)))
    dialog = sheet(ada.page)
    expect(dialog.get_by_label("Term", exact=True)).to_be_focused()
    # The line that was written before is still there.
    expect(dialog.get_by_label("Due", exact=True).last).to_have_value("2031-12-03")
    ada.page.keyboard.type("Scratch on the door")
    dialog.get_by_label("Value").fill("Seller repairs it")
    ellipse = next(one for one in scene.wait_for(ada.page, 5) if one["type"] == "ellipse")
    assert ellipse["customData"] == {"pin": 1}
    assert ellipse["groupIds"] == []
    photograph("pieces-pin", ada.page)
    dialog.get_by_role("button", name="Put it on the table").click()
    expect(dialog).to_have_count(0)


def go_there_and_back(ben: Page) -> None:
    """From each row of the card to the board, and by the badge back to the card."""
    offer = card(ben)
    for words in ("Front door 2 pcs · Unit price · by Dec 3, 2031", "Scratch on the door"):
        expect(offer).to_contain_text(words)
    for name, said in (("Front door", "2 pcs × €450.00, by Dec 3, 2031"), ("Scratch on the door", "Issue:")):
        offer.get_by_role("button", name=f"Show on the board: {name}").click()
        there = badge(ben, said)
        expect(there).to_be_visible()
        expect(there).to_be_focused()
        expect(there).to_contain_text("Offer v1")
        expect(ben.locator(".board-author")).to_have_text("Drawn by Ada Lindqvist")
        assert axe.violations(ben) == []
        photograph(f"pieces-badge-{name.split()[0].lower()}", ben)
        ben.keyboard.press("Enter")
        expect(ben.locator(".row:focus")).to_contain_text("Offer v1")
        expect(offer).to_be_visible()


def accept(ben: Page) -> None:
    ben.get_by_role("button", name="Accept…", exact=True).first.click()
    dialog = sheet(ben)
    expect(dialog).to_contain_text("by Dec 3, 2031")
    photograph("pieces-accept", ben)
    dialog.get_by_role("button", name=re.compile("^Accept v1 for")).click()
    expect(ben.get_by_text("Agreed on v1").first).to_be_visible()


def agreed_elements(scene: Scene) -> list[str]:
    """The kinds of what the agreement names, as they are on the board now."""
    state = call(scene.server, "GET", f"/rooms/{scene.room['id']}", scene.token).json()["state"]
    (offer,) = state["offers"]
    assert state["agreement"]["version"] == offer["version"]
    package = offer["packages"][state["agreement"]["package"]]
    named = [one["element"] for one in (*package["lines"], *package["issues"]) if "element" in one]
    kinds = {one["id"]: one["type"] for one in scene.elements()}
    return [kinds[element] for element in named]


@pytest.mark.covers("room:offers.due", "room:offers.pieces")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_on_the_board_is_priced_pinned_and_agreed_and_one_gets_there_and_back(
    scene: Scene, person: Callable[..., Page], scheme: str
) -> None:
    ada, ben = Drawing(person("seller")), person("buyer")
    for page in (ada.page, ben):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    ada.open(scene.url)
    ben.goto(scene.url)
    draw_the_door(ada, scene)
    price_the_door(ada)
    pin_a_remark(ada, scene)
    go_there_and_back(ben)
    accept(ben)
    assert agreed_elements(scene) == ["rectangle", "ellipse"]
    expect(badge(ada.page, "2 pcs × €450.00, by Dec 3, 2031")).to_be_visible()
    assert axe.violations(ada.page) == []
    photograph(f"pieces-{scheme}", ada.page, ben)


def test_what_is_deleted_from_the_board_is_said_to_be_gone_and_the_offer_stays(
    scene: Scene, person: Callable[..., Page]
) -> None:
    ada, ben = Drawing(person("seller")).open(scene.url), Drawing(person("buyer")).open(scene.url)
    ada.drag("rectangle", (340, 200), (500, 320))
    scene.wait_for(ada.page, 1)
    ada.page.locator(".board-bar").get_by_role("button", name="Price this").click()
    dialog = sheet(ada.page)
    dialog.get_by_role("button", name="Put it on the table").click()
    expect(dialog).to_have_count(0)
    expect(ada.page.locator(".board-bar").get_by_role("button", name="Its line in the offer")).to_be_visible()
    expect(badge(ben.page, "Offer v1")).to_be_visible()
    ada.page.locator(".board-editor").get_by_role("button", name="Delete", exact=True).click()
    scene.wait_for(ada.page, 0)
    expect(ben.page.locator(".board-badge")).to_have_count(0)
    ben.page.locator(".lanes").get_by_role("button", name="The table").click()
    expect(card(ben.page).get_by_role("status")).to_have_text("No longer on the board")
    expect(card(ben.page).get_by_role("button", name=re.compile("^Show on the board"))).to_have_count(0)
    photograph("pieces-gone", ben.page)
    # Who has not looked at the board yet is told there.
    ben.page.reload()
    card(ben.page).get_by_role("button", name=re.compile("^Show on the board")).click()
    expect(ben.page.locator(".board-gone")).to_have_text("What the offer names is no longer on the board.")
    photograph("pieces-gone-there", ben.page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_one_prices_and_finds_it_again(
    scene: Scene, person: Callable[..., Page], scheme: str
) -> None:
    page = person("seller", width=390, height=780, locale="es-ES")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    ada = Drawing(page).open(scene.url, lane="Pizarra")
    ada.drag("rectangle", (80, 150), (300, 300))
    scene.wait_for(page, 1)
    page.locator(".board-bar").get_by_role("button", name="Ponerle precio").click()
    dialog = sheet(page)
    dialog.get_by_label("Plazo", exact=True).fill("2031-12-03")
    body = dialog.locator(".sheet-body")
    assert body.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert axe.violations(page) == []
    photograph(f"pieces-phone-editor-{scheme}", page)
    dialog.get_by_role("button", name="Ponerla sobre la mesa").click()
    expect(dialog).to_have_count(0)
    there = badge(page, "para el 3 dic 2031")
    expect(there).to_be_visible()
    assert axe.violations(page) == []
    photograph(f"pieces-phone-board-{scheme}", page)
    there.click()
    expect(page.get_by_role("article", name="Oferta v1")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Mostrar en la pizarra")).first.click()
    expect(there).to_be_visible()


def test_a_pin_is_one_step_and_only_a_click_on_the_picture_puts_one(
    scene: Scene, person: Callable[..., Page]
) -> None:
    ada = Drawing(person("seller")).open(scene.url)
    page = ada.page
    drop(ada, picture("seagreen"), PHOTO)
    scene.wait_for(page, 1)
    waiting = page.get_by_text("Click on the picture where it is.")
    pick(ada, PHOTO).get_by_role("button", name="Pin a remark").click()
    page.keyboard.press("Escape")
    expect(waiting).to_have_count(0)
    pick(ada, PHOTO).get_by_role("button", name="Pin a remark").click()
    page.mouse.click(*ada.place((300, 150)))
    expect(waiting).to_have_count(0)
    expect(sheet(page)).to_have_count(0)
    pick(ada, PHOTO).get_by_role("button", name="Pin a remark").click()
    page.mouse.click(*ada.place(PHOTO))
    sheet(page).get_by_role("button", name="Cancel").click()
    scene.wait_for(page, 3)
    # A pin that is there becomes an issue in the same way.
    page.locator(".board-bar").get_by_role("button", name="Make it an issue").click()
    expect(sheet(page).get_by_label("Term", exact=True)).to_be_focused()
    sheet(page).get_by_role("button", name="Cancel").click()
    page.locator(".board-editor").get_by_role("button", name="Undo").click()
    (left,) = scene.wait_for(page, 1)
    assert left["type"] == "image"


def test_who_only_looks_sees_what_is_said_and_can_offer_nothing(
    scene: Scene, person: Callable[..., Page]
) -> None:
    ada, dov = Drawing(person("seller")).open(scene.url), Drawing(person("moderator")).open(scene.url)
    ada.drag("rectangle", (340, 200), (500, 320))
    scene.wait_for(ada.page, 1)
    ada.page.locator(".board-bar").get_by_role("button", name="Price this").click()
    sheet(ada.page).get_by_role("button", name="Put it on the table").click()
    expect(badge(dov.page, "Offer v1")).to_be_visible()
    dov.page.mouse.click(*dov.place((342, 260)))
    expect(dov.page.locator(".board-bar")).to_have_count(0)
    assert axe.violations(dov.page) == []
