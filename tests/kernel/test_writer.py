"""The group-commit writer: together or alone, once, in order, and never against what somebody may."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, connections

from negotiation_hub.kernel import authority, commit, limits, stream, writer
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import Busy, Refusal
from negotiation_hub.kernel.writer import Answer, AuthorityChanged, Entry, Grant, Outcome, Writer, Written
from negotiation_hub.people.models import Membership, User
from tests.rooms.table import Table, person

pytestmark = pytest.mark.django_db(transaction=True)


class Nobody:
    """An author who is told nothing: the writer's own answers are looked at."""

    line: Any = None

    def settled(self, entry: Entry, outcome: Outcome) -> None:
        """Called by whoever `tell` is; here it is not."""


def grant(table: Table, user: User) -> Grant:
    number = Stream.objects.get(id=table.room.pk).number
    return Grant(number, table.room.pk, user.pk, authority.versions([user.pk])[0])


def says(who: Grant, text: str, *, id: str | None = None) -> Entry:
    return Entry(id or str(uuid4()), who, "message.sent", {"text": text}, Nobody())


def texts(table: Table) -> list[str]:
    return [event.body["text"] for event in stream.everything(table.room.pk) if event.kind == "message.sent"]


def outcomes(entries: list[Entry]) -> tuple[list[Outcome], list[Written], list[Entry]]:
    settled, written, left = writer.write(entries)
    by_entry = {id(entry): outcome for entry, outcome in settled}
    return [by_entry[id(entry)] for entry in entries if id(entry) in by_entry], written, left


def test_messages_of_many_rooms_are_committed_together_each_room_in_its_order() -> None:
    tables = [Table() for _ in range(3)]
    who = [grant(table, table.ben) for table in tables]
    heads = [stream.head_of([str(table.room.pk)])[str(table.room.pk)] for table in tables]
    entries = [says(who[n % 3], f"{n}") for n in range(9)]
    answers, written, left = outcomes(entries)
    assert not left
    assert [texts(table) for table in tables] == [["0", "3", "6"], ["1", "4", "7"], ["2", "5", "8"]]
    assert [cast("Answer", answer).seq for answer in answers[:3]] == [head + 1 for head in heads]
    assert {(some.stream, some.first, len(some.encoded)) for some in written} == {
        (str(table.room.pk), head + 1, 3) for table, head in zip(tables, heads, strict=True)
    }


def test_a_repeated_command_gets_its_first_answer_and_its_neighbours_are_written() -> None:
    table = Table()
    ben = grant(table, table.ben)
    first = says(ben, "once")
    (answer,), _, _ = outcomes([first])
    again, other = says(ben, "once", id=first.id), says(ben, "new")
    answers, written, _ = outcomes([again, other])
    assert answers[0] == answer
    assert texts(table) == ["once", "new"]
    assert [len(some.encoded) for some in written] == [1]


def test_a_command_that_is_twice_in_one_batch_is_written_once_and_answered_twice() -> None:
    table = Table()
    ben = grant(table, table.ben)
    entry = says(ben, "once")
    answers, _, _ = outcomes([entry, says(ben, "between"), says(ben, "once", id=entry.id)])
    assert answers[0] == answers[2]
    assert texts(table) == ["once", "between"]


def test_the_same_id_of_two_people_is_two_commands() -> None:
    table, id = Table(), str(uuid4())
    outcomes([says(grant(table, table.ben), "Ben", id=id), says(grant(table, table.ada), "Ada", id=id)])
    assert texts(table) == ["Ben", "Ada"]


def test_an_event_that_the_database_refuses_does_not_take_its_neighbours_with_it() -> None:
    table = Table()
    ben = grant(table, table.ben)
    kind: Any = "k" * 41 if connection.vendor == "postgresql" else None
    bad = Entry(str(uuid4()), ben, kind, {}, Nobody())
    answers, _, _ = outcomes([says(ben, "before"), bad, says(ben, "after")])
    assert texts(table) == ["before", "after"]
    assert isinstance(answers[1], Refusal)
    assert answers[1].temporary


def test_an_event_that_has_no_canonical_form_does_not_take_its_neighbours_with_it() -> None:
    table = Table()
    ben = grant(table, table.ben)
    bad = Entry(str(uuid4()), ben, "message.sent", {"text": "half", "price": 0.5}, Nobody())
    answers, _, _ = outcomes([says(ben, "before"), bad, says(ben, "after")])
    assert texts(table) == ["before", "after"]
    assert isinstance(answers[1], Refusal)


def test_whoever_was_removed_since_cannot_write_one_message_more() -> None:
    table = Table()
    ben, ada = grant(table, table.ben), grant(table, table.ada)
    Membership.objects.filter(user=table.ben).delete()
    answers, _, _ = outcomes([says(ben, "gone"), says(ada, "here")])
    assert isinstance(answers[0], AuthorityChanged)
    assert texts(table) == ["here"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_moderator": True}])
def test_what_a_person_may_is_counted_however_it_changes(change: dict[str, bool]) -> None:
    user = person("Mo")
    (before,) = authority.versions([user.pk])
    User.objects.filter(pk=user.pk).update(**change)
    assert authority.versions([user.pk]) == [before + 1]
    User.objects.filter(pk=user.pk).update(name="Momo")
    assert authority.versions([user.pk]) == [before + 1]


def test_a_database_that_is_away_refuses_all_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table()
    ben = grant(table, table.ben)

    def away(*_: Any) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(stream, "store", away)
    answers, written, left = outcomes([says(ben, "a"), says(ben, "b")])
    assert [cast("Refusal", answer).temporary for answer in answers] == [True, True]
    assert (written, left) == ([], [])
    monkeypatch.undo()
    outcomes([says(ben, "c")])
    assert texts(table) == ["c"]


@contextmanager
def held(table: Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A service that holds a room's stream. SQLite has no row locks: there the answer is made up."""
    if connection.vendor == "sqlite":
        free = stream.lock_free
        with monkeypatch.context() as patch:
            patch.setattr(
                stream,
                "lock_free",
                lambda wanted: [
                    None if tip is not None and tip.id == table.room.pk else tip for tip in free(wanted)
                ],
            )
            yield
        return
    ready, done = threading.Event(), threading.Event()

    def service() -> None:
        with commit.transact():
            stream.lock(table.room.pk)
            ready.set()
            done.wait(10)
        connections.close_all()

    thread = threading.Thread(target=service)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join(10)


def test_a_stream_that_a_service_holds_is_left_for_the_next_round_and_the_others_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy, free = Table(), Table()
    entry = says(grant(busy, busy.ben), "later")
    with held(busy, monkeypatch):
        _, written, left = outcomes([entry, says(grant(free, free.ben), "now")])
    assert (left, [some.stream for some in written]) == ([entry], [str(free.room.pk)])
    outcomes(left)
    assert (texts(busy), texts(free)) == (["later"], ["now"])


def test_a_stream_that_is_held_for_too_long_refuses_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table()
    monkeypatch.setattr(limits, "WRITER_ROUNDS_MAX", 2)
    entry = says(grant(table, table.ben), "never")
    with held(table, monkeypatch):
        assert writer.write(writer.write([entry])[2])[2] == [entry]
        answers, _, left = outcomes([entry])
    assert isinstance(answers[0], Busy)
    assert not left


@dataclass
class Told:
    """Collects what a running writer tells."""

    settled: list[tuple[Entry, Outcome]]
    news: threading.Condition

    def tell(self, settled: list[tuple[Entry, Outcome]], _written: list[Written]) -> None:
        with self.news:
            self.settled += settled
            self.news.notify_all()

    def until(self, number: int) -> None:
        with self.news:
            assert self.news.wait_for(lambda: len(self.settled) >= number, 20)


@pytest.fixture
def told() -> Told:
    return Told([], threading.Condition())


@pytest.fixture
def running(told: Told) -> Iterator[Writer]:
    """A writer with its thread."""
    made = Writer(told.tell)
    made.start()
    yield made
    made.stop()


def test_what_was_submitted_is_written_and_told_in_its_order(running: Writer, told: Told) -> None:
    table = Table()
    ben = grant(table, table.ben)
    for n in range(50):
        running.submit([says(ben, str(n))])
    told.until(50)
    assert texts(table) == [str(n) for n in range(50)]
    assert [cast("Answer", outcome).seq for _, outcome in told.settled] == sorted(
        cast("Answer", outcome).seq for _, outcome in told.settled
    )


def test_a_full_queue_refuses_by_name_and_for_a_while(monkeypatch: pytest.MonkeyPatch, told: Told) -> None:
    table = Table()
    idle = Writer(told.tell)
    monkeypatch.setattr(limits, "WRITER_QUEUE_MAX", 3)
    ben = grant(table, table.ben)
    idle.submit([says(ben, str(n)) for n in range(3)])
    with pytest.raises(Busy) as refused:
        idle.submit([says(ben, "4")])
    assert refused.value.temporary
    assert idle.waiting == 3
