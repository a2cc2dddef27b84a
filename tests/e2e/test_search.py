"""Somebody searches a room and all their rooms, and is led to what was found, however far back it is."""

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import axe
from tests.e2e.test_messages import act, row
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e

# What a long talk leaves, written at once: over a socket it would take minutes.
TALK = """
import sys, django
django.setup()
from datetime import timedelta
from uuid import UUID
from negotiation_hub.kernel import clock, commit, stream
from negotiation_hub.people.models import User
room, start = UUID(sys.argv[1]), clock.now() - timedelta(days=3)
ben = User.objects.get(name="Ben Ortega").pk
said = [f"Lot {number}: as before" for number in range(1500)]
said[40] = "The needle: flange of **bronze**, <b>DN 80</b>"
for first in range(0, len(said), 500):
    with commit.transact():
        head = stream.lock(room)
        drafts = [stream.Draft("message.sent", {"text": text}) for text in said[first : first + 500]]
        events = stream.append(head, drafts, by=ben, at=start + timedelta(hours=first / 100))
        if not first:
            print(events[40].seq)
"""


@pytest.fixture(scope="module")
def talk(server: LiveServer) -> Callable[[str], int]:
    """Fills a room with a long talk; says where in it the needle is."""

    def fill(room: str) -> int:
        done = subprocess.run(
            [sys.executable, "-c", TALK, room],
            env={**server.environment, "DJANGO_SETTINGS_MODULE": "negotiation_hub.settings"},
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout)

    return fill


def open_room(server: LiveServer, page: Page) -> str:
    page.goto(f"{server.url}/listings/")
    page.get_by_role("link", name=re.compile("Centrifugal pumps")).click()
    page.get_by_role("button", name="Negotiate").click()
    page.wait_for_url(re.compile("/rooms/"))
    return page.url.rstrip("/").rsplit("/", 1)[-1]


@pytest.fixture
def both(
    server: LiveServer, person: Callable[..., Page], talk: Callable[[str], int]
) -> tuple[Page, Page, int]:
    """Ben and Ada after a long talk, and where in it the needle is."""
    ben, ada = person("buyer"), person("seller")
    number = talk(open_room(server, ben))
    ada.goto(ben.url)
    expect(row(ada, "Lot 1499")).to_be_visible()
    return ben, ada, number


@pytest.mark.covers("room:messages.search_room", "room:messages.replies", "room:screen.keyboard")
def test_a_needle_is_found_and_shown_by_keys_and_an_answer_leads_there_too(
    both: tuple[Page, Page, int],
) -> None:
    ben, ada, _ = both
    ada.get_by_role("textbox", name=re.compile("Write to the table")).press("Escape")
    ada.keyboard.press("/")
    box = ada.get_by_role("combobox", name="Words in messages and offers")
    expect(box).to_be_focused()
    box.fill("needle bronz")
    hit = ada.get_by_role("option")
    expect(hit.first.locator("mark")).to_have_text(["needle", "bronze"])
    expect(hit.first).to_contain_text("<b>DN 80</b>")  # words, not markup
    assert not axe.violations(ada)
    box.press("Enter")
    selected = ada.locator(".row-selected")
    expect(selected).to_contain_text("The needle")
    expect(selected).to_be_in_viewport()
    expect(selected).to_be_focused()

    # From there one goes on, answers, and gets back.
    ada.keyboard.press("k")
    expect(ada.locator(".row-selected")).to_contain_text("Lot 39:")
    act(ada, "The needle", "Reply")
    ada.keyboard.type("Bronze it is.")
    ada.keyboard.press("Enter")
    expect(row(ada, "Bronze it is.")).to_be_in_viewport()
    row(ben, "Bronze it is.").get_by_role("button", name=re.compile("Answers")).click()
    expect(ben.locator(".row-selected")).to_contain_text("The needle: flange")
    expect(ben.locator(".row-selected .message-quote")).to_have_count(0)  # it is the message, not its answer
    ada.keyboard.press("Escape")
    ada.get_by_role("button", name="Search this room").click()
    box.fill("lot")
    expect(hit).to_have_count(20)
    ada.get_by_role("button", name="More").click()
    expect(hit).to_have_count(40)
    box.fill("needle flange")
    box.press("ArrowDown")
    expect(hit.first).to_contain_text("The needle")
    hit.first.click()
    ada.get_by_role("button", name="Back to the newest").click()
    expect(row(ada, "Bronze it is.")).to_be_in_viewport()


@pytest.mark.covers("room:messages.search_rooms", "room:caucus.silent")
def test_all_rooms_are_searched_on_a_phone_and_a_hit_leads_far_back(
    server: LiveServer, person: Callable[..., Page], both: tuple[Page, Page, int]
) -> None:
    ben, ada, number = both
    ada.get_by_role("button", name=re.compile("^Our side")).click()
    caucus = ada.get_by_role("textbox", name=re.compile("Write to your own side"))
    caucus.fill("This needle costs us 12")
    caucus.press("Enter")
    expect(row(ada, "costs us 12")).to_be_visible()
    phone = person("seller", width=360, height=740)
    phone.goto(f"{server.url}/deals/")
    phone.get_by_role("link", name="Search rooms").first.click()
    phone.get_by_label("Words in messages and offers").fill("NEEDLE")
    phone.get_by_role("button", name="Search").click()
    expect(phone.locator(".hit", has_text="costs us 12").get_by_text("Our side")).to_be_visible()
    assert not axe.violations(phone)
    phone.emulate_media(color_scheme="dark")
    phone.reload()
    assert not axe.violations(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.locator(f".hit a[href$='#m{number}']").click()
    phone.wait_for_url(re.compile(f"#m{number}$"))
    expect(phone.locator(".row-selected")).to_contain_text("The needle")
    expect(phone.locator(".row-selected")).to_be_in_viewport()
    ben.goto(f"{server.url}/rooms/search/?q=needle")
    expect(ben.locator(".hit", has_text="bronze").first).to_be_visible()
    assert "costs us" not in ben.content()


@pytest.mark.covers("room:messages.search_room", "room:messages.redaction")
def test_what_is_removed_is_found_no_more_and_what_is_corrected_by_its_new_words(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    ben = person("buyer", locale="es-ES")
    open_room_es(server, ben)
    box = ben.get_by_role("combobox", name="Palabras en mensajes y ofertas")
    writing = ben.locator("#composer")
    writing.fill("¿Y la búsqueda del aviso?")
    writing.press("Enter")
    expect(row(ben, "búsqueda del aviso")).to_be_visible()
    ben.get_by_role("button", name="Buscar en esta sala").click()
    box.fill("busqueda")
    expect(ben.get_by_role("option")).to_have_count(1)
    assert not axe.violations(ben)
    ben.keyboard.press("Escape")
    row(ben, "búsqueda del aviso").hover()
    row(ben, "búsqueda del aviso").get_by_role("button", name="Eliminar", exact=True).click()
    dialog = ben.get_by_role("dialog")
    dialog.locator(".btn-danger").click()
    expect(dialog).to_have_count(0)
    ben.keyboard.press("/")
    box.fill("busqueda")
    expect(ben.get_by_role("status").filter(has_text="No se encontró nada")).to_be_visible()


def open_room_es(server: LiveServer, page: Page) -> None:
    page.goto(f"{server.url}/listings/")
    page.get_by_role("link", name=re.compile("entrifug|Centrifugal")).first.click()
    page.locator("form[action$='/rooms/open/'] button").first.click()
    page.wait_for_url(re.compile("/rooms/"))
