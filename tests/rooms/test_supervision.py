"""Moderators observe, step in and step back, and everyone at the table sees it."""

import pytest

from negotiation_hub.kernel.authority import versions
from rooms import opening, queries
from rooms.models import Room
from tests.rooms.table import Table, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    """A room that Dov, a moderator, has opened."""
    table = Table()
    table.others["dov"] = dov = person("Dov")
    dov.is_moderator = True
    dov.save(update_fields=["is_moderator"])
    opening.enter_room(actor=dov, scope=table.room.pk, now=table.now)
    return table


def mode(table: Table) -> str:
    seats = {seat["id"]: seat for seat in table.state["participants"]}
    assert table.folded == table.state
    return str(seats[str(table.others["dov"].pk)]["mode"])


@pytest.mark.covers("room:supervision.observe")
def test_a_moderator_who_opens_a_room_is_seen_to_observe(table: Table) -> None:
    assert mode(table) == "observing"
    assert table.events[-1].kind == "participant.joined"


def test_who_only_observes_is_silent(table: Table) -> None:
    with refused("moderation.observing"):
        table.send("dov", "message.send", text="Hello?")


@pytest.mark.covers("room:supervision.step_in")
def test_who_has_stepped_in_speaks_but_makes_no_offers(table: Table) -> None:
    table.send("dov", "moderation.step_in", reason="a question of payment")
    assert mode(table) == "in"
    assert table.events[-1].body["reason"] == "a question of payment"
    table.send("dov", "message.send", text="Please pay here only.")
    with refused("not_permitted"):
        table.propose("dov", 1_000)


def test_stepping_in_twice_is_told_once(table: Table) -> None:
    table.send("dov", "moderation.step_in", reason="a question")
    table.send("dov", "moderation.step_in", reason="a question")
    assert [event.kind for event in table.events].count("moderator.stepped_in") == 1


def test_who_has_stepped_back_is_silent_again(table: Table) -> None:
    table.send("dov", "moderation.step_in", reason="a question")
    table.send("dov", "moderation.step_back")
    assert mode(table) == "observing"
    with refused("moderation.observing"):
        table.send("dov", "message.send", text="And another thing.")


def test_open_sockets_learn_of_it(table: Table) -> None:
    before = versions([table.others["dov"].pk])
    table.send("dov", "moderation.step_in", reason="a question")
    assert versions([table.others["dov"].pk]) != before


def test_a_reason_is_asked_for(table: Table) -> None:
    with refused("message.blank"):
        table.send("dov", "moderation.step_in", reason="  ")


def test_the_sides_cannot_step_in(table: Table) -> None:
    with refused("not_permitted"):
        table.send("buyer", "moderation.step_in", reason="I say so")


def test_a_moderator_has_no_caucus(table: Table) -> None:
    with refused("stream.unknown"):
        table.send("dov", "message.send", stream_id=table.caucus("seller"), text="hm?")
    found = queries.room_for(table.others["dov"], table.room.pk)
    assert set(queries.streams_of(found)) == {"table", "board"}
    assert Room.objects.get(pk=table.room.pk).participants.filter(side="moderator").count() == 1
