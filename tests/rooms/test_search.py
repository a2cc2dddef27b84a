"""Searching what was said and offered: it is found, by those who may read it, as long as it stands there."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from negotiation_hub.kernel import limits, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.people.models import Membership, User
from negotiation_hub.verify import verify
from rooms.models import SearchEntry
from rooms.search import catch_up, find, index
from rooms.search.query import Step
from tests.rooms.table import Table, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    return Table()


def say(table: Table, side: str, text: str, *, caucus: bool = False) -> int:
    """The number of what that side says."""
    stream_id = table.caucus(side) if caucus else None
    return table.send(side, "message.send", text=text, stream_id=stream_id).seq


def found(actor: User, text: str, room: UUID | None = None) -> list[tuple[str, int]]:
    """Lane and number of each hit."""
    return [(hit.lane, hit.seq) for hit in find.find(actor=actor, text=text, room=room).hits]


def text_of(hit: find.Hit) -> str:
    return "".join(part.text for part in hit.parts)


def moderator(table: Table) -> User:
    dov = person("Dov")
    dov.is_moderator = True
    dov.save(update_fields=["is_moderator"])
    table.others["dov"] = dov
    return dov


def problems() -> list[str]:
    said: list[str] = []
    verify(said.append)
    return said


# -- what is found -----------------------------------------------------------------------------------------


@pytest.mark.covers("room:messages.search_room")
def test_what_was_just_said_is_found_by_both_sides_however_it_is_written(table: Table) -> None:
    number = say(table, "buyer", "¿Entregáis en **Cádiz** antes del 15-M?")
    say(table, "seller", "Something else")
    for asked in ("cadiz", "CÁDIZ", "entregais cad", '"en cadiz"', "15-m", '"antes del 15'):
        for actor in (table.ben, table.ada):
            assert found(actor, asked, table.room.pk) == [("table", number)], asked
    for asked in ("cadi antes", '"cadiz en"', "adiz", "15-n", "%"):
        assert found(table.ben, asked, table.room.pk) == [], asked


@pytest.mark.covers("room:messages.search_room")
def test_an_offer_is_found_by_its_lines_and_issues(table: Table) -> None:
    line = {"title": "Dosing pump DP-6", "quantity": "2", "unit": "C62", "unit_price": 5_000}
    issues = [
        {"name": "Garantía", "value": "Two years on seals"},
        {"name": "Spare parts", "value": True},
        {"name": "Lots", "value": 44},
    ]
    answer = table.propose("seller", lines=[line], issues=issues)
    for asked in ("dosing", "dp-6", "garantia", '"two years"', "spare", "44"):
        assert found(table.ben, asked, table.room.pk) == [("table", answer.seq)], asked
    hit = find.find(actor=table.ben, text="seals").hits[0]
    assert (hit.kind, hit.version, hit.by) == ("offer", 1, table.ada)
    assert text_of(hit) == "Dosing pump DP-6 · Garantía: Two years on seals · Spare parts · Lots: 44"


@pytest.mark.covers("room:messages.search_room")
def test_a_message_is_found_by_its_latest_correction_only(table: Table) -> None:
    before = say(table, "buyer", "We need five hundred")
    assert found(table.ada, "hundred", table.room.pk) == [("table", before)]
    table.send("buyer", "message.edit", message=before, text="We need five thousand")
    table.pass_time(seconds=1)
    after = say(table, "buyer", "And a hundred bags")
    edit = table.send("buyer", "message.edit", message=after, text="And a dozen bags").seq
    assert found(table.ada, "hundred", table.room.pk) == []
    assert found(table.ada, "thousand", table.room.pk) == [("table", before)]
    hit = find.find(actor=table.ada, text="dozen").hits[0]
    assert (hit.seq, hit.latest, text_of(hit)) == (after, edit, "And a dozen bags")
    assert hit.url == f"/rooms/{table.room.pk}/#m{after}.{edit}"
    assert not problems()


@pytest.mark.covers("room:messages.redaction")
@pytest.mark.parametrize("read_in", [True, False])
def test_what_is_removed_is_found_no_more_whether_or_not_it_was_read_in(table: Table, read_in: bool) -> None:
    number = say(table, "buyer", "My card is 4242")
    table.send("buyer", "message.edit", message=number, text="My card is 4243")
    if read_in:
        assert found(table.ada, "card") == [("table", number)]
    table.send("buyer", "message.redact", message=number, reason="wrong window")
    assert not SearchEntry.objects.filter(seq=number).exists()
    assert "4243" not in everything_kept()
    assert found(table.ada, "card") == []
    assert not problems()


def everything_kept() -> str:
    """What the search has in the database."""
    with connection.cursor() as cursor:
        of = "rooms_search" if connection.vendor == "sqlite" else "rooms_searchentry"
        cursor.execute(f"SELECT words FROM {of}")
        return repr(cursor.fetchall())


def test_a_removal_that_fails_leaves_what_could_be_found(table: Table) -> None:
    number = say(table, "buyer", "My card is 4242")
    assert found(table.ada, "card") == [("table", number)]
    with pytest.raises(ZeroDivisionError), pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "append", lambda *_, **__: 1 / 0)
        table.send("buyer", "message.redact", message=number)
    assert found(table.ada, "card") == [("table", number)]


def test_side_by_side_comes_before_apart_whole_words_before_beginnings_and_then_what_is_newer(
    table: Table,
) -> None:
    said = {}
    for text in (
        "a price list",
        "the list has a price",
        "price listings",
        "price, and listings",
        "a list with a price",
        "our price list",
    ):
        table.pass_time(seconds=1)
        said[text] = say(table, "buyer", text)
    assert [text_of(hit) for hit in find.find(actor=table.ada, text="price list").hits] == [
        "our price list",
        "a price list",
        "price listings",
        "a list with a price",
        "the list has a price",
        "price, and listings",
    ]


def test_pages_by_key_neither_repeat_nor_skip_while_others_speak(table: Table) -> None:
    numbers = []
    for number in range(50):
        table.pass_time(milliseconds=number % 2)  # many in one millisecond
        numbers.append(say(table, "buyer", f"price {'list' if number % 3 else 'apart'} {number}"))
    pages, after = [], None
    while True:
        page = find.find(actor=table.ada, text="price list", after=after)
        pages.append([hit.seq for hit in page.hits])
        say(table, "seller", "newer price list")
        if page.next is None:
            break
        after = find.after_of(page.next)
        assert after is not None
    wanted = [seq for place, seq in enumerate(numbers) if place % 3]
    assert [len(page) for page in pages] == [20, 13]
    assert [seq for page in pages for seq in page] == wanted[::-1]


@pytest.mark.parametrize("cursor", ["", "x", "4.1", "3.", "3.-1", "３.1"])
def test_what_is_no_cursor_is_the_first_page(cursor: str) -> None:
    assert find.after_of(cursor) is None


# -- whose it is -------------------------------------------------------------------------------------------


@pytest.fixture
def secret(table: Table) -> Table:
    """A room in which everything that one side has for itself says so."""
    table.send("seller", "bound.set", stream_id=table.caucus("seller"), minor=9_000)
    ada = Membership.objects.get(user=table.ada, organisation=table.room.seller)
    ada.role = Membership.Role.SALES
    ada.save(update_fields=["role"])
    say(table, "seller", "secret floor", caucus=True)
    say(table, "buyer", "secret ceiling", caucus=True)
    table.propose("seller", 8_000, issues=[{"name": "secret", "value": "waits"}])  # for approval
    say(table, "seller", "no secret at the table")
    return table


@pytest.mark.covers("room:messages.search_rooms", "room:caucus.silent")
def test_each_side_finds_the_table_and_its_own_caucus(secret: Table) -> None:
    for room in (None, secret.room.pk):
        sellers = find.find(actor=secret.ada, text="secret", room=room).hits
        assert sorted((hit.lane, hit.kind) for hit in sellers) == [
            ("caucus", "approval"),
            ("caucus", "message"),
            ("table", "message"),
        ]
        buyers = find.find(actor=secret.ben, text="secret", room=room).hits
        assert sorted((hit.lane, text_of(hit)) for hit in buyers) == [
            ("caucus", "secret ceiling"),
            ("table", "no secret at the table"),
        ]


@pytest.mark.covers("room:messages.search_rooms")
def test_moderators_find_tables_only(secret: Table) -> None:
    dov = moderator(secret)
    for room in (None, secret.room.pk):
        hits = find.find(actor=dov, text="secret", room=room).hits
        assert [(hit.lane, text_of(hit)) for hit in hits] == [("table", "no secret at the table")]


@pytest.mark.covers("room:messages.search_rooms")
def test_a_stranger_finds_nothing_and_cannot_tell_that_the_room_exists(secret: Table) -> None:
    eve = person("Eve", "Elsewhere")
    assert found(eve, "secret") == []
    for room in (secret.room.pk, uuid4()):
        with pytest.raises(StreamUnknown):
            found(eve, "secret", room)


@pytest.mark.covers("room:messages.search_rooms")
def test_who_has_left_the_organisation_finds_nothing_any_more(secret: Table) -> None:
    assert len(found(secret.ada, "secret")) == 3
    Membership.objects.filter(user=secret.ada, organisation=secret.room.seller).delete()
    assert found(secret.ada, "secret") == []
    with pytest.raises(StreamUnknown):
        found(secret.ada, "secret", secret.room.pk)


def test_whoever_came_to_face_themselves_finds_nothing_of_that_room(secret: Table) -> None:
    Membership.objects.create(
        user=secret.ben,
        organisation=secret.room.seller,
        role=Membership.Role.SALES,
        created_at=secret.now,
    )
    assert found(secret.ben, "secret") == []


def test_what_others_say_changes_neither_order_nor_pages_nor_what_is_asked(secret: Table) -> None:
    """Ranks follow from what is found alone, and the engine is asked for one's own words only."""
    before = find.find(actor=secret.ben, text="no secret")
    other = Table()
    for _ in range(30):
        say(other, "buyer", "no secret at all")
    catch_up.catch_up(most=1_000)
    assert find.find(actor=secret.ben, text="no secret") == before
    asked: set[int] = set()
    real = index.matching

    def watched(step: Step, streams: Sequence[int], **more: Any) -> list[SearchEntry]:
        asked.update(streams)
        return real(step, streams, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "matching", watched)
        found(secret.ben, "no secret")
    theirs = {row.number for row in Stream.objects.filter(scope=secret.room.pk, kind="table")}
    theirs |= {row.number for row in Stream.objects.filter(id=secret.caucus("buyer"))}
    assert asked == theirs


# -- REST --------------------------------------------------------------------------------------------------


def test_rest_gives_hits_in_parts_that_are_only_text(table: Table) -> None:
    number = say(table, "buyer", "<b>price</b> & <script>alert(1)</script>")
    client = Client()
    client.force_login(table.ada)
    answer = client.get("/api/v1/rooms/search", {"q": "price", "room": str(table.room.pk)})
    assert answer.status_code == 200
    assert answer.json() == {
        "hits": [
            {
                "room": {"id": str(table.room.pk), "title": "Pump NB-40"},
                "stream": str(table.room.pk),
                "lane": "table",
                "seq": number,
                "latest": number,
                "kind": "message",
                "version": None,
                "by": {"id": str(table.ben.pk), "name": "Ben"},
                "at": "2026-03-02T09:00:00.000000Z",
                "snippet": [
                    {"text": "<b>", "hit": False},
                    {"text": "price", "hit": True},
                    {"text": "</b> & <script>alert(1)</script>", "hit": False},
                ],
                "url": f"/rooms/{table.room.pk}/#m{number}",
            }
        ],
        "next": None,
        "behind": False,
        "rooms_left_out": False,
    }


def test_rest_refuses_a_stranger_and_what_is_no_cursor(table: Table) -> None:
    client = Client()
    assert client.get("/api/v1/rooms/search", {"q": "x"}).status_code == 401
    client.force_login(person("Eve"))
    stranger = client.get("/api/v1/rooms/search", {"q": "x", "room": str(table.room.pk)})
    nothing = client.get("/api/v1/rooms/search", {"q": "x", "room": str(uuid4())})
    assert (stranger.status_code, stranger.content) == (nothing.status_code, nothing.content)
    assert stranger.status_code == 404
    assert client.get("/api/v1/rooms/search", {"q": "x", "cursor": "7.x"}).status_code == 422


def test_hostile_strings_are_nothing_but_words(table: Table) -> None:
    client = Client()
    client.force_login(table.ada)
    for text in (
        '"',
        "a*",
        "NEAR(a b)",
        "words : a",
        "a' | 'b",
        "a:*",
        "!a",
        "\\",
        "\x00",
        "%s",
        "'; DROP",
        "{}",
    ):
        say(table, "buyer", f"hostile {text.strip(chr(0))} end")
        answer = client.get("/api/v1/rooms/search", {"q": f"hostile {text}", "room": str(table.room.pk)})
        assert answer.status_code == 200, text
        assert json.loads(answer.content)["hits"], text


def test_many_rooms_are_searched_at_once(table: Table) -> None:
    for number in range(40):
        room_table = Table(ben=table.ben, ada=person("Ada", f"Norte {number}"))
        say(room_table, "seller", f"price of {number}")
    page = find.find(actor=table.ben, text="price of")
    assert len(page.hits) == limits.ROOM_SEARCH_PAGE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "ROOM_SEARCH_ROOMS_MAX", 10)
        few = find.find(actor=table.ben, text="price of")
        assert few.rooms_left_out
        assert len(few.hits) == 10
