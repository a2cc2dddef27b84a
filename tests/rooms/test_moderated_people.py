"""People who are muted or removed, and rooms that are locked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.authority import versions
from rooms import opening, queries, services
from rooms.models import Approval, Participant
from tests.rooms.moderated import (
    MOVES,
    SAYING,
    WHY,
    board_view,
    colleague,
    drawing,
    impose,
    moderated,
    prepared,
    row,
    sound,
)
from tests.rooms.table import Table, refused, terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    """A room in which Dov has stepped in, and an offer of the seller's stands."""
    return moderated()


# -- muted -------------------------------------------------------------------------------------------------


@pytest.mark.covers("room:supervision.mute")
@pytest.mark.parametrize("saying", SAYING)
def test_a_muted_person_says_and_offers_nothing(table: Table, saying: str) -> None:
    impose(table, "mute")
    before = table.state
    with refused("room.muted"):
        SAYING[saying](table)
    assert table.state == before


def test_a_muted_person_reads_on_and_is_seen_to(table: Table) -> None:
    impose(table, "mute")
    table.send("seller", "message.send", text="Still there?")
    seen = queries.view(table.ben, row(table))
    assert seen.may == {"read"}
    assert table.events[-1].kind == "message.sent"
    table.send("buyer", "offer.seen", version=1)
    ben = next(one for one in table.state["participants"] if one["side"] == "buyer")
    assert ben["muted"] == {"at": clock.text(table.now), "reason": WHY}


def test_a_muted_person_is_silent_in_the_caucus_and_on_the_board_too(table: Table) -> None:
    impose(table, "mute")
    with refused("room.muted"):
        table.send("buyer", "message.send", stream_id=table.caucus("buyer"), text="Psst.")
    assert drawing(table) == "room.muted"


def test_the_others_go_on_when_one_is_muted(table: Table) -> None:
    impose(table, "mute")
    table.supersede("seller", 8_900)
    colleague(table, "bea")
    table.send("bea", "message.send", text="I take over.")
    table.accept("bea")


def test_who_may_speak_again_does(table: Table) -> None:
    impose(table, "mute")
    impose(table, "unmute")
    table.send("buyer", "message.send", text="Sorry.")
    assert "muted" not in table.state["participants"][0]


def test_a_command_from_before_keeps_its_answer(table: Table) -> None:
    once = uuid4()
    first = table.send("buyer", "message.send", id=once, text="Hello.")
    impose(table, "mute")
    assert table.send("buyer", "message.send", id=once, text="Hello.") == first


@pytest.mark.parametrize(
    "act", ["mute", "unmute", "remove", "readmit", "lock", "unlock", "lock_board", "unlock_board"]
)
def test_open_sockets_learn_at_once_what_they_may(table: Table, act: str) -> None:
    prepared(table, act)
    before = versions([table.ben.pk])
    impose(table, act)
    assert versions([table.ben.pk]) != before


def test_an_offer_that_a_muted_person_asked_for_is_not_put_on_the_table(table: Table) -> None:
    colleague(table, "bea")
    colleague(table, "max", role="manager")
    table.send("max", "bound.set", stream_id=table.caucus("buyer"), minor=5_000)
    table.send("bea", "offer.counter", answers=1, offer=terms(8_000))
    asked = Approval.objects.get()
    opening.enter_room(actor=table.others["bea"], scope=table.room.pk, now=table.now)
    impose(table, "mute", on="bea")
    caucus = table.caucus("buyer")
    with refused("approval.author_silent"):
        table.send("max", "approval.grant", stream_id=caucus, approval=str(asked.pk))
    impose(table, "unmute", on="bea")
    impose(table, "lock")
    with refused("room.locked"):
        table.send("max", "approval.grant", stream_id=caucus, approval=str(asked.pk))
    impose(table, "unlock")
    impose(table, "freeze")
    with refused("offer.frozen"):
        table.send("max", "approval.grant", stream_id=caucus, approval=str(asked.pk))
    impose(table, "unfreeze")
    table.send("max", "approval.grant", stream_id=caucus, approval=str(asked.pk))
    assert table.standing["version"] == 2


# -- removed -----------------------------------------------------------------------------------------------


@pytest.mark.covers("room:supervision.remove")
@pytest.mark.parametrize("saying", SAYING)
def test_for_a_removed_person_there_is_no_such_room(table: Table, saying: str) -> None:
    asked = {"offer.counter", "offer.accept", "offer.decline", "offer.propose"}
    impose(table, "remove")
    with refused("stream.unknown"):
        SAYING[saying](table)
    for stream_id in (table.room.pk, table.caucus("buyer")):
        with refused("stream.unknown"):
            queries.stream_for(table.ben, stream_id)
    with refused("stream.unknown"):
        queries.room_for(table.ben, table.room.pk)
    assert not queries.rooms_of(table.ben, [table.room.buyer_id])
    assert saying in SAYING.keys() - asked or table.standing["version"] == 1


def test_who_was_removed_and_negotiates_again_opens_another_room(table: Table) -> None:
    listing = table.room.listing
    assert listing is not None
    impose(table, "remove")
    again = opening.open_room(actor=table.ben, listing_id=listing, now=table.now)
    assert again != table.room
    found = opening.open_room(actor=table.ben, listing_id=listing, now=table.now)
    assert found == again


def test_colleagues_of_a_removed_person_stay(table: Table) -> None:
    impose(table, "remove")
    colleague(table, "bea")
    table.accept("bea")
    assert queries.rooms_of(table.others["bea"], [table.room.buyer_id]) == [table.room]


def test_who_is_let_in_again_sits_where_they_sat(table: Table) -> None:
    impose(table, "remove")
    impose(table, "readmit")
    table.send("buyer", "message.send", text="Back.")
    assert Participant.objects.filter(room=table.room, user=table.ben).count() == 1
    sound(table)


# -- locked ------------------------------------------------------------------------------------------------


@pytest.mark.covers("room:supervision.lock")
@pytest.mark.parametrize("saying", [*SAYING, "the seller says", "the seller supersedes", "withdraws"])
def test_in_a_locked_room_the_sides_read_only(table: Table, saying: str) -> None:
    sellers: dict[str, Callable[[Table], Any]] = {
        "the seller says": lambda t: t.send("seller", "message.send", text="Hello?"),
        "the seller supersedes": MOVES["supersede"],
        "withdraws": MOVES["withdraw"],
    }
    impose(table, "lock")
    before = table.state
    with refused("room.locked"):
        {**SAYING, **sellers}[saying](table)
    assert table.state == before


def test_a_locked_room_goes_on_for_moderators_for_readers_and_for_the_clock(table: Table) -> None:
    impose(table, "lock")
    table.send("dov", "message.send", text="Nobody pays outside of this site.")
    table.send("buyer", "offer.seen", version=1)
    assert table.state["locked"] == {"at": clock.text(table.now), "reason": WHY}
    assert drawing(table) == "room.locked"
    late = table.now + timedelta(hours=2)
    assert services.expire_offer(room_id=table.room.pk, version=1, now=late)
    sound(table)


@pytest.mark.covers("room:supervision.lock")
def test_a_locked_board_is_only_looked_at_while_the_table_goes_on(table: Table) -> None:
    impose(table, "lock_board")
    assert drawing(table) == "board.locked"
    assert board_view(table).may == {"board.follow", "board.view"}
    table.send("buyer", "message.send", text="Then in words.")
    table.counter("buyer", 8_000)
    assert table.state["board_locked"] == {"at": clock.text(table.now), "reason": WHY}
    impose(table, "unlock_board")
    assert drawing(table) == ""
    assert board_view(table).may == {"board.follow", "board.view", "cursor", "board.sketch"}
    sound(table)


def test_what_a_side_says_among_itself_is_not_locked(table: Table) -> None:
    impose(table, "lock")
    table.send("buyer", "message.send", stream_id=table.caucus("buyer"), text="What now?")


def test_whoever_sits_down_in_a_locked_room_reads_only(table: Table) -> None:
    impose(table, "lock")
    colleague(table, "bea")
    opening.enter_room(actor=table.others["bea"], scope=table.room.pk, now=table.now)
    assert queries.view(table.others["bea"], row(table)).may == {"read"}
    impose(table, "unlock")
    assert "message.send" in queries.view(table.others["bea"], row(table)).may
