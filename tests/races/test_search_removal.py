"""What is removed while the search reads it in is found by nobody, whoever comes first."""

import threading
from functools import partial
from typing import Any

import pytest

from negotiation_hub.kernel.models import Stream
from rooms.models import SearchEntry, SearchReach
from rooms.search import catch_up, find, index
from rooms.search.audit import check
from tests.races.test_one_wins import race
from tests.rooms.table import Table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.covers("room:messages.redaction", "room:messages.search_room")
def test_a_message_that_is_removed_while_it_is_read_in_is_found_by_nobody() -> None:
    table = Table()
    said = [table.send("buyer", "message.send", text=f"card {number}").seq for number in range(12)]
    removed = said[::2]

    def remove() -> None:
        for number in removed:
            table.send("buyer", "message.redact", message=number)

    def read_in() -> None:
        while not catch_up.catch_up(most=2):
            pass

    ends = race(remove, read_in, read_in, partial(find.find, actor=table.ada, text="card"))
    assert ends == ["won"] * 4
    read_in()
    assert not list(check())
    hits = find.find(actor=table.ada, text="card").hits
    assert sorted(hit.seq for hit in hits) == said[1::2]


@pytest.mark.covers("room:messages.redaction", "room:messages.search_room")
def test_a_removal_between_reading_and_writing_waits_and_takes_the_words_with_it() -> None:
    table = Table()
    number = table.send("buyer", "message.send", text="card 4242").seq
    ends: list[str] = []

    def remove() -> None:
        ends.extend(race(lambda: table.send("buyer", "message.redact", message=number)))

    removal, write = threading.Thread(target=remove), index.write

    def write_late(*args: Any, **more: Any) -> None:
        removal.start()
        removal.join(timeout=1)  # what was read is still to be written: now is the moment to slip in
        write(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "write", write_late)
        catch_up.catch_up(
            list(Stream.objects.filter(id=table.room.pk).values_list("pk", flat=True)), most=100
        )
    removal.join(timeout=60)
    assert ends == ["won"]
    assert not SearchEntry.objects.filter(seq=number).exists()
    assert find.find(actor=table.ada, text="card").hits == []
    assert not list(check())


def test_two_that_read_in_at_once_put_each_entry_in_once() -> None:
    table = Table()
    said = [table.send("buyer", "message.send", text=f"price {number}").seq for number in range(30)]

    def read_in() -> None:
        while not catch_up.catch_up(most=7):
            pass

    assert race(*[read_in] * 4) == ["won"] * 4
    entries = SearchEntry.objects.filter(stream__id=table.room.pk)
    assert sorted(entries.values_list("seq", flat=True)) == said
    assert SearchReach.objects.get(stream__id=table.room.pk).seq == table.events[-1].seq
    assert not list(check())


def test_rooms_that_speak_in_the_same_instant_are_read_in_side_by_side() -> None:
    """Entries of one millisecond that ask for the same place all get one."""
    tables = [Table() for _ in range(3)]
    for table in tables:
        for number in range(20):
            table.send("seller", "message.send", text=f"price {number}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rooms.search.index._APART", 0)
        patch.setattr("rooms.search.index._PLACES", 64)
        assert race(*[partial(catch_up.catch_up, most=1_000)] * 3) == ["won"] * 3
    for table in tables:
        assert len(find.find(actor=table.ada, text="price").hits) == 20
    assert not list(check())
