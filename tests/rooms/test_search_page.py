"""The page that searches all rooms of a person."""

import re

import pytest
from django.test import Client
from django.utils import translation

from tests.rooms.table import Table, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    return Table()


def page(actor: object, **asked: str) -> str:
    client = Client()
    client.force_login(actor)  # type: ignore[arg-type]  # a User
    answer = client.get("/rooms/search/", asked)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    return answer.content.decode()


@pytest.mark.covers("room:messages.search_rooms")
def test_a_hit_is_marked_and_leads_to_its_place(table: Table) -> None:
    said = table.send("buyer", "message.send", text="Freight to Cádiz is <b>included</b>").seq
    private = table.send(
        "seller", "message.send", text="Freight costs us 200", stream_id=table.caucus("seller")
    ).seq
    shown = page(table.ada, q="freight")
    assert f'href="/rooms/{table.room.pk}/#m{said}"' in shown
    assert f'href="/rooms/{table.room.pk}/#c{private}"' in shown
    assert "<mark>Freight</mark> to Cádiz is &lt;b&gt;included&lt;/b&gt;" in shown
    assert "Our side" in shown
    assert "costs us" not in page(table.ben, q="freight")


def test_what_is_typed_is_shown_as_text(table: Table) -> None:
    hostile = '"><script>alert(1)</script>'
    shown = page(table.ada, q=hostile)
    assert "<script>alert(1)" not in shown
    assert "Nothing was found" in shown


def test_pages_go_on_with_the_same_words(table: Table) -> None:
    for number in range(25):
        table.send("buyer", "message.send", text=f"freight {number}")
    first = page(table.ada, q="freight", room=str(table.room.pk))
    assert first.count('class="hit"') == 20
    further = re.search(r'rel="next" href="\?q=freight&amp;room=[^&]+&amp;cursor=([0-9.]+)"', first)
    assert further is not None
    second = page(table.ada, q="freight", room=str(table.room.pk), cursor=further[1])
    assert second.count('class="hit"') == 5
    assert 'rel="next"' not in second
    assert page(table.ada, q="freight", cursor="nonsense").count('class="hit"') == 20


def test_strangers_are_asked_to_sign_in_and_find_no_room(table: Table) -> None:
    client = Client()
    assert client.get("/rooms/search/").status_code == 302
    client.force_login(person("Eve"))
    assert client.get("/rooms/search/", {"q": "x", "room": str(table.room.pk)}).status_code == 404
    assert client.get("/rooms/search/", {"q": "x", "room": "no room"}).status_code == 200
    assert client.post("/rooms/search/", {"q": "x"}).status_code == 405


def test_deals_and_the_menu_lead_there(table: Table) -> None:
    client = Client()
    client.force_login(table.ada)
    with translation.override("en"):
        assert client.get("/deals/").content.decode().count('href="/rooms/search/"') == 2
