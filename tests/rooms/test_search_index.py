"""How what is said and offered gets into the search: behind the log, and as the log has it."""

import pytest
from django.core.management import call_command
from django.db import connection

from negotiation_hub.kernel import clock, limits, outbox
from negotiation_hub.kernel.models import Stream
from rooms.models import SearchEntry, SearchReach
from rooms.search import catch_up, find, index
from rooms.search.entries import Entry
from tests.rooms.table import Table
from tests.rooms.test_search import found, problems, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    return Table()


def test_saying_something_writes_nothing_into_the_search(table: Table) -> None:
    say(table, "buyer", "price")
    assert not SearchEntry.objects.exists()
    assert not SearchReach.objects.exists()


def test_the_job_reads_in_what_was_said_and_a_search_has_nothing_left_to_do(table: Table) -> None:
    number = say(table, "buyer", "price")
    outbox.queue_periodic(table.now)
    catch_up.follow(table.now)
    entry = SearchEntry.objects.get(seq=number)
    assert catch_up.catch_up(most=0)  # nothing is left
    assert found(table.ada, "price") == [("table", number)]
    assert SearchEntry.objects.get(pk=entry.pk).latest == entry.latest


def test_a_search_reads_in_so_much_and_says_that_it_is_behind(table: Table) -> None:
    for number in range(5):
        say(table, "buyer", f"price {number}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "INDEX_SEARCH_EVENTS", 3)
        assert find.find(actor=table.ada, text="price").behind
    now = find.find(actor=table.ada, text="price")
    assert not now.behind
    assert len(now.hits) == 5


def test_long_texts_make_smaller_slices(table: Table) -> None:
    for number in range(12):
        say(table, "buyer", f"{number} " + "price " * 1_300)
    assert catch_up.catch_up(most=1_000)
    assert SearchReach.objects.get(stream__id=table.room.pk).seq == table.events[-1].seq
    assert len(found(table.ada, "price")) == 12


def test_offers_beyond_what_the_engine_tells_apart_are_found(table: Table) -> None:
    issues = [{"name": f"Clause {number}", "value": "a b c d e f " * 100} for number in range(45)]
    table.propose("seller", issues=[*issues, {"name": "Last", "value": "unfindable?"}])
    say(table, "seller", "word" * 2_000)
    assert len(found(table.ben, '"a b c d"')) == 1
    assert len(found(table.ben, "word" * 40)) == 1
    assert not problems()


def test_rebuilding_gives_the_same_and_mends_what_was_planted(table: Table) -> None:
    first = say(table, "buyer", "We need five hundred")
    table.send("buyer", "message.edit", message=first, text="We need a thousand")
    gone = say(table, "buyer", "My card")
    table.send("buyer", "message.redact", message=gone)
    table.propose("seller")
    catch_up.catch_up(most=1_000)
    before = list(SearchEntry.objects.order_by("seq").values_list("seq", "latest"))
    planted(table, first)
    assert len(problems()) == 2
    call_command("index_rooms", rebuild=True)
    assert list(SearchEntry.objects.order_by("seq").values_list("seq", "latest")) == before
    assert found(table.ada, "thousand") == [("table", first)]
    assert not problems()


def planted(table: Table, number: int) -> None:
    """Somebody changes the search's rows: one is found by other words, one was never said."""
    stream_row = Stream.objects.get(id=table.room.pk)
    entry = SearchEntry.objects.get(stream=stream_row, seq=number)
    SearchEntry.objects.filter(stream=stream_row, seq=1).delete()
    (lie,) = index.words_in(stream_row.number, Entry(number, number, "something else", clock.now()))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT OR REPLACE INTO rooms_search (rowid, words) VALUES (%s, %s)", [entry.pk, lie]
            )
        else:
            cursor.execute("UPDATE rooms_searchentry SET words = %s::tsvector WHERE id = %s", [lie, entry.pk])
    SearchEntry.objects.create(id=7, stream=stream_row, seq=2, latest=2)


def test_verify_names_what_the_search_lacks_and_what_it_claims(table: Table) -> None:
    number = say(table, "buyer", "price")
    assert not problems()  # not read in yet is no problem
    catch_up.catch_up(most=1_000)
    assert not problems()
    SearchEntry.objects.filter(seq=number).delete()
    SearchReach.objects.filter(stream__id=table.room.pk).update(seq=99)
    said = problems()
    assert len(said) == 2
    assert "claims to know event 99" in said[0]
    assert f"event {number} cannot be found" in said[1]
