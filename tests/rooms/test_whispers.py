"""What a moderator whispers is heard by one side alone."""

from uuid import uuid4

import pytest

from negotiation_hub.kernel import clock
from rooms import opening, queries
from tests.rooms.moderated import impose, moderated, moderator
from tests.rooms.table import Table, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    """A room in which Dov has stepped in, and an offer of the seller's stands."""
    return moderated()


@pytest.mark.covers("room:supervision.whisper")
@pytest.mark.parametrize("side", ["buyer", "seller"])
@pytest.mark.parametrize("stepped_in", [False, True])
def test_a_whisper_is_one_event_in_that_sides_caucus_and_nowhere_else(
    table: Table, side: str, stepped_in: bool
) -> None:
    if not stepped_in:
        table.send("dov", "moderation.step_back")
    told = len(table.events)
    once = uuid4()
    answer = impose(table, "whisper", on=side, id=once)
    (event,) = table.told(table.caucus(side))
    assert (event.kind, event.body) == ("moderator.whispered", {"text": "Pay here only."})
    assert event.by == str(table.others["dov"].pk)
    assert not table.told(table.caucus(queries.other(side)))
    assert len(table.events) == told
    # The moderator does not learn how far the caucus is.
    assert (answer.seq, answer.hash) == (table.events[-1].seq, table.events[-1].hash)
    assert impose(table, "whisper", on=side, id=once) == answer
    assert impose(table, "whisper", on=queries.other(side), id=once) == answer
    assert len(table.told(table.caucus(side))) == 1
    assert not table.told(table.caucus(queries.other(side)))


def test_a_moderator_finds_what_they_whispered_and_nothing_else_of_a_caucus(table: Table) -> None:
    table.send("buyer", "message.send", stream_id=table.caucus("buyer"), text="Our limit is 100.")
    table.others["eva"] = moderator("Eva")
    opening.enter_room(actor=table.others["eva"], scope=table.room.pk, now=table.now)
    impose(table, "whisper", "eva", on="buyer", text="Hm.")
    once = uuid4()
    impose(table, "whisper", on="seller", id=once)
    (mine,) = queries.whispers_of(table.others["dov"], table.room)
    text = "Pay here only."
    assert mine == {"id": str(once), "to": "seller", "at": clock.text(table.now), "text": text}
    with refused("stream.unknown"):
        queries.stream_for(table.others["dov"], table.caucus("seller"))


def test_a_whisper_says_something(table: Table) -> None:
    with refused("message.blank"):
        impose(table, "whisper", text=" \n ")
    assert not table.told(table.caucus("buyer"))
