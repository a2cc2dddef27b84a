"""A table can be looked at as it was at any of its events, by those who may look at it now."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from negotiation_hub.kernel import limits
from negotiation_hub.people.models import Membership, User
from rooms import past
from tests.rooms.table import Table, person, refused
from tests.rooms.transcripts import story


def at(user: User, table: Table, seq: int) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(f"/api/v1/rooms/{table.room.pk}/at/{seq}")


@pytest.mark.covers("room:after.scrubber")
def test_it_shows_room_offer_and_words_as_they_were(table: Table) -> None:
    story(table)
    before = at(table.ada, table, 9).json()
    assert before["seq"] == 9
    assert before["head"] == len(table.events)
    assert before["you"] == {"side": "seller"}
    assert before["state"]["negotiation"] == {"status": "open", "standing": 1, "turn": "buyer"}
    assert [offer["version"] for offer in before["state"]["offers"]] == [1]
    assert before["state"]["agreement"] is None
    assert [event["seq"] for event in before["events"]] == list(range(1, 10))
    assert before["steps"] == [9, 10, 12]
    assert at(table.ada, table, 12).json()["state"] == table.state
    assert at(table.ada, table, 2).json()["state"]["participants"] != table.state["participants"]


@pytest.mark.covers("room:after.scrubber")
def test_what_was_removed_later_is_not_there_before_either(table: Table) -> None:
    story(table)
    shown = at(table.ben, table, 6)
    assert shown.json()["events"][-1]["body"] == {"redacted": True}
    assert re.search(rb"\b4242\b", shown.content) is None


def test_strangers_and_those_who_left_see_nothing_of_it(table: Table) -> None:
    story(table)
    answers = [at(person("Eve", "Elsewhere"), table, 3)]
    Membership.objects.filter(user=table.ben).delete()
    answers.append(at(table.ben, table, 3))
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "stream.unknown")}
    with refused("stream.unknown"):
        past.table_at(table.ada, uuid4(), 1)


@pytest.mark.parametrize("seq", [0, -1, 10_000, 2**70])
def test_a_number_that_the_log_does_not_have_is_refused(table: Table, seq: int) -> None:
    answer = at(table.ada, table, seq)
    assert (answer.status_code, answer.json()["code"]) == (404, "event.unknown")


def test_work_is_bounded_and_what_was_said_does_not_count(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAST_EVENTS_MAX", 4)
    monkeypatch.setattr(limits, "PAST_SHOWN_EVENTS", 3)
    for _ in range(6):
        table.send("buyer", "message.send", text="hm")
    table.propose("buyer")
    table.send("seller", "offer.seen", version=1)
    found = past.table_at(table.ben, table.room.pk, 10)
    assert [event.seq for event in found.events] == [8, 9, 10]
    with refused("past.too_long"):
        past.folded(table.room.pk, table.events[-1].seq)
    assert past.table_at(table.ben, table.room.pk, table.events[-1].seq).state == table.state
