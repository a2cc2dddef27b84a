"""Answering, correcting, removing and reacting to what was said, at the table and in a caucus."""

import sqlite3
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, connection

from negotiation_hub.kernel import limits, stream, wire
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.verify import verify
from rooms import audit, opening
from rooms.models import Room
from tests.rooms.table import Table, person, refused, terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    return Table()


def say(table: Table, side: str, text: str, **fields: Any) -> int:
    """The number of what that side says."""
    return table.send(side, "message.send", text=text, **fields).seq


def moderator(table: Table) -> None:
    """Dov opens the room and steps in."""
    table.others["dov"] = dov = person("Dov")
    dov.is_moderator = True
    dov.save(update_fields=["is_moderator"])
    opening.enter_room(actor=dov, scope=table.room.pk, now=table.now)
    table.send("dov", "moderation.step_in", reason="words")


def problems(table: Table) -> list[str]:
    return [str(problem) for problem in audit.check_room(Room.objects.get(pk=table.room.pk))]


def raw(table: Table, seq: int) -> str:
    """The event as browsers get it."""
    event = stream.at(table.room.pk, seq)
    assert event is not None
    return wire.event_json(event)


# -- answers -----------------------------------------------------------------------------------------------


def test_an_answer_names_what_it_answers(table: Table) -> None:
    asked = say(table, "buyer", "Which seals?")
    answer = table.send("seller", "message.reply", answers=asked, text="SiC on *SiC*.")
    told = table.events[-1]
    assert (told.seq, told.kind, told.body) == (
        answer.seq,
        "message.sent",
        {"answers": asked, "text": "SiC on *SiC*."},
    )
    assert "<em>SiC</em>" in raw(table, answer.seq)


def test_what_is_no_message_cannot_be_answered(table: Table) -> None:
    for number in (0, 1, 99):  # nothing, the opening of the room, what is not there yet
        with refused("message.unknown"):
            table.send("seller", "message.reply", answers=number, text="Yes.")
    asked = say(table, "buyer", "Which seals?")
    with refused("message.blank"):
        table.send("seller", "message.reply", answers=asked, text=" \n ")


def test_a_message_of_another_stream_cannot_be_answered(table: Table) -> None:
    table.send("seller", "message.send", text="At most 5 % off.", stream_id=table.caucus("seller"))
    for side in ("buyer", "seller"):
        with refused("message.unknown"):
            table.send(side, "message.reply", answers=9, text="Is it?")
    with pytest.raises(StreamUnknown):
        table.send("buyer", "message.reply", answers=1, text="Is it?", stream_id=table.caucus("seller"))


# -- corrections -------------------------------------------------------------------------------------------


def test_a_correction_is_told_and_what_was_said_before_stays(table: Table) -> None:
    said = say(table, "buyer", "We need 500.")
    table.send("buyer", "message.edit", message=said, text="We need **5,000**.")
    told = table.events[-1]
    assert (told.kind, told.body) == ("message.edited", {"message": said, "text": "We need **5,000**."})
    assert "<strong>5,000</strong>" in raw(table, told.seq)
    first = stream.at(table.room.pk, said)
    assert first is not None
    assert first.body == {"text": "We need 500."}
    assert not problems(table)


def test_the_same_text_again_is_no_correction(table: Table) -> None:
    said = say(table, "buyer", "We need 500.")
    table.send("buyer", "message.edit", message=said, text="We need 5,000.")
    before = len(table.events)
    table.send("buyer", "message.edit", message=said, text="We need 5,000.")
    assert len(table.events) == before
    table.send("buyer", "message.edit", message=said, text="We need 500.")  # back again is one
    assert len(table.events) == before + 1


def test_a_repeated_correction_is_answered_as_at_first(table: Table) -> None:
    said, command = say(table, "buyer", "We need 500."), uuid4()
    first = table.send("buyer", "message.edit", id=command, message=said, text="We need 5,000.")
    table.send("buyer", "message.edit", message=said, text="We need 50.")
    assert table.send("buyer", "message.edit", id=command, message=said, text="We need 5,000.") == first
    assert [event.kind for event in table.events].count("message.edited") == 2


def test_nobody_corrects_or_removes_what_another_said(table: Table) -> None:
    said = say(table, "buyer", "We need 500.")
    moderator(table)
    for who in ("seller", "dov"):
        with refused("message.not_own"):
            table.send(who, "message.edit", message=said, text="We need 50.")
    with refused("message.not_own"):
        table.send("seller", "message.redact", message=said)
    table.others["cleo"] = person("Cleo")
    about: list[tuple[str, dict[str, Any]]] = [
        ("message.edit", {"message": said, "text": "x"}),
        ("message.redact", {"message": said}),
        ("message.reply", {"answers": said, "text": "x"}),
        ("message.react", {"message": said, "reaction": "👍", "on": True}),
    ]
    for command, fields in about:
        with refused("stream.unknown"):
            table.send("cleo", command, **fields)


@pytest.mark.covers("room:messages.edits")
def test_the_other_sides_next_offer_freezes_what_was_said_before(table: Table) -> None:
    said, theirs = say(table, "buyer", "We need 500."), say(table, "seller", "In two lots?")
    table.propose("buyer")
    table.send(
        "buyer", "message.edit", message=said, text="We need 5,000."
    )  # one's own offer freezes nothing
    table.send("seller", "offer.counter", answers=1, offer=terms(12_000))
    for side, seq in (("buyer", said), ("seller", theirs)):
        with refused("message.frozen"):
            table.send(side, "message.edit", message=seq, text="We need 50.")
        with refused("message.frozen"):
            table.send(side, "message.redact", message=seq)
    later = say(table, "buyer", "Agreed then?")
    table.send("buyer", "message.edit", message=later, text="Agreed, then?")


def test_an_offer_does_not_freeze_a_caucus(table: Table) -> None:
    caucus = table.caucus("buyer")
    said = say(table, "buyer", "Up to 130.", stream_id=caucus)
    table.propose("seller")
    table.send("buyer", "message.edit", message=said, text="Up to 125.", stream_id=caucus)
    assert [event.kind for event in table.told(caucus)][-1] == "message.edited"


def test_a_message_is_corrected_so_often_and_no_more(table: Table) -> None:
    said = say(table, "buyer", "0")
    for number in range(limits.MESSAGE_EDITS_MAX):
        table.send("buyer", "message.edit", message=said, text=str(number + 1))
    with refused("message.edits_exhausted"):
        table.send("buyer", "message.edit", message=said, text="once more")


# -- removal -----------------------------------------------------------------------------------------------


def is_stored(words: str) -> bool:
    """Whether any event still says so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM kernel_event WHERE content LIKE %s", [f"%{words}%"])
        return bool(cursor.fetchone()[0])


@pytest.mark.covers("room:messages.redaction")
def test_what_is_removed_is_gone_with_its_corrections_and_the_chain_still_verifies(table: Table) -> None:
    said = say(table, "buyer", "My card is 4242 4242.")
    table.send("buyer", "message.edit", message=said, text="My card is 4242 4243.")
    assert is_stored("My card")
    table.send("buyer", "message.redact", message=said, reason="a slip")
    assert not is_stored("My card")
    told = table.events[-1]
    assert (told.kind, told.body) == ("message.redacted", {"message": said, "reason": "a slip"})
    assert '"body":{"redacted":true}' in raw(table, said)
    said_by_verify: list[str] = []
    verify(said_by_verify.append)
    assert not said_by_verify


def test_what_is_removed_cannot_be_answered_corrected_or_removed_again(table: Table) -> None:
    said, command = say(table, "buyer", "A slip."), uuid4()
    first = table.send("buyer", "message.redact", id=command, message=said)
    assert table.send("buyer", "message.redact", id=command, message=said) == first  # a repetition
    for again, fields in (
        ("message.redact", {"message": said}),
        ("message.edit", {"message": said, "text": "x"}),
        ("message.reply", {"answers": said, "text": "x"}),
        ("message.react", {"message": said, "reaction": "👍", "on": True}),
    ):
        with refused("message.unknown"):
            table.send("buyer", again, **fields)


def test_a_moderator_who_has_stepped_in_removes_what_others_said(table: Table) -> None:
    said = say(table, "buyer", "Pay me at bank 123.")
    table.propose("seller")
    moderator(table)
    table.send("dov", "message.redact", message=said, reason="payment outside")
    assert not is_stored("bank 123")
    table.send("dov", "moderation.step_back")
    other = say(table, "buyer", "Well.")
    with refused("moderation.observing"):
        table.send("dov", "message.redact", message=other)


def test_offers_are_no_messages_and_cannot_be_removed(table: Table) -> None:
    offered = table.propose("buyer").seq
    with refused("message.unknown"):
        table.send("buyer", "message.redact", message=offered)


def empty(table: Table, kind: str) -> int:
    """Empties the first event of a kind as somebody who has the database would. Its number."""
    seq = next(event.seq for event in table.events if event.kind == kind)
    number = Stream.objects.get(id=table.room.pk).number
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_event SET content = NULL, salt = NULL WHERE stream_id = %s AND seq = %s",
            [number, seq],
        )
    return seq


def test_verify_names_a_message_that_was_emptied_behind_our_back(table: Table) -> None:
    say(table, "buyer", "We need 500.")
    other = say(table, "seller", "In two lots?")
    table.send("seller", "message.redact", message=other)
    seq = empty(table, "message.sent")
    (problem,) = problems(table)
    assert f"event {seq} (message.sent): its content is gone, and nobody removed it" in problem


def test_verify_names_an_offer_that_was_emptied(table: Table) -> None:
    table.propose("buyer")
    seq = empty(table, "offer.proposed")
    assert any(f"event {seq} (offer.proposed)" in problem for problem in problems(table))


def test_the_database_lets_content_be_removed_and_never_changed(table: Table) -> None:
    say(table, "buyer", "We need 500.")
    with pytest.raises((Error, sqlite3.Error)), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_event SET content = '{}' WHERE content LIKE '%We need 500%'")


# -- reactions ---------------------------------------------------------------------------------------------


def test_a_reaction_is_put_and_taken_back(table: Table) -> None:
    said = say(table, "buyer", "In two lots?")
    table.send("seller", "message.react", message=said, reaction="👍", on=True)
    assert table.events[-1].body == {"message": said, "reaction": "👍", "on": True}
    table.send("seller", "message.react", message=said, reaction="👍", on=False)
    assert table.events[-1].body == {"message": said, "reaction": "👍", "on": False}
    assert table.folded == table.state


def test_a_reaction_is_one_of_those_that_everybody_reads(table: Table) -> None:
    said = say(table, "buyer", "In two lots?")
    with pytest.raises(ValueError, match="reaction"):
        table.send("seller", "message.react", message=said, reaction="<script>", on=True)
