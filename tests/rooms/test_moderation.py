"""Who may impose something on a room, and that the log alone tells all of it."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest

from negotiation_hub.kernel import clock, stream
from negotiation_hub.kernel.models import SignedHead
from negotiation_hub.people.models import Membership, Organisation
from rooms import audit, opening
from rooms.models import Offer, Participant, Room
from tests.rooms.moderated import ACTS, KINDS, PAIRS, WHY, impose, moderated, moderator, prepared, sound
from tests.rooms.table import Table, person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    """A room in which Dov has stepped in, and an offer of the seller's stands."""
    return moderated()


@pytest.mark.covers("room:supervision.chain")
@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_one_signed_event_at_the_table_with_its_reason(table: Table, act: str) -> None:
    prepared(table, act)
    before = len(table.events)
    answer = impose(table, act)
    (event,) = table.events[before:]
    assert (event.kind, event.seq) == (KINDS[act], answer.seq)
    assert event.body["reason"] == WHY
    assert event.by == str(table.others["dov"].pk)
    assert SignedHead.objects.filter(stream__id=table.room.pk, seq=event.seq).exists()
    sound(table)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_is_sent_twice_is_done_once(table: Table, act: str) -> None:
    prepared(table, act)
    once = uuid4()
    first = impose(table, act, id=once)
    before = len(table.events)
    assert impose(table, act, id=once) == first
    assert len(table.events) == before


@pytest.mark.parametrize("act", [*PAIRS, *PAIRS.values()])
def test_what_is_so_already_changes_nothing(table: Table, act: str) -> None:
    prepared(table, act)
    impose(table, act)
    before = len(table.events)
    answer = impose(table, act)
    assert answer.seq == before == len(table.events)


@pytest.mark.parametrize(("act", "who"), list(product([*ACTS, "whisper"], ["buyer", "seller"])))
def test_the_sides_impose_nothing(table: Table, act: str, who: str) -> None:
    before = table.state
    with refused("not_permitted"):
        impose(table, act, who)
    assert table.state == before


@pytest.mark.parametrize("act", [*ACTS, "whisper"])
def test_for_a_stranger_there_is_no_such_room(table: Table, act: str) -> None:
    table.others["sam"] = person("Sam", "Elsewhere")
    with refused("stream.unknown"):
        impose(table, act, "sam")


@pytest.mark.covers("room:supervision.observe")
@pytest.mark.parametrize("act", ACTS)
def test_who_only_observes_imposes_nothing(table: Table, act: str) -> None:
    prepared(table, act)
    table.send("dov", "moderation.step_back")
    before = table.state
    with refused("moderation.observing"):
        impose(table, act)
    assert table.state == before


@pytest.mark.parametrize("act", [*ACTS, "whisper"])
def test_who_has_not_sat_down_acts_on_nobody_unseen(table: Table, act: str) -> None:
    table.others["eva"] = moderator("Eva")
    with refused("moderation.observing"):
        impose(table, act, "eva")


@pytest.mark.parametrize("act", [*ACTS, "whisper"])
def test_nobody_moderates_where_their_organisation_is_a_side(table: Table, act: str) -> None:
    acme = Organisation.objects.get(pk=table.room.buyer_id)
    Membership.objects.create(
        user=table.others["dov"], organisation=acme, role="member", created_at=table.now
    )
    with refused("not_permitted"):
        impose(table, act)


def test_nobody_moderates_where_they_once_sat_for_a_side(table: Table) -> None:
    table.ben.is_moderator = True
    table.ben.save(update_fields=["is_moderator"])
    Membership.objects.filter(user=table.ben).delete()
    with refused("stream.unknown"):
        table.send("buyer", "moderation.step_in", reason="I know this room")


@pytest.mark.parametrize("act", ACTS)
def test_a_reason_is_owed(table: Table, act: str) -> None:
    prepared(table, act)
    before = table.state
    with refused("message.blank"):
        impose(table, act, reason="  ")
    assert table.state == before


@pytest.mark.parametrize("act", [*ACTS, "whisper"])
def test_it_is_done_at_the_table_and_in_no_other_stream(table: Table, act: str) -> None:
    for stream_id in (table.caucus("buyer"), uuid4()):
        with refused("stream.unknown"):
            impose(table, act, stream_id=stream_id)


@pytest.mark.parametrize("act", ["mute", "unmute", "remove", "readmit"])
def test_only_who_has_sat_down_for_a_side_is_muted_or_removed(table: Table, act: str) -> None:
    table.others["eva"] = moderator("Eva")
    opening.enter_room(actor=table.others["eva"], scope=table.room.pk, now=table.now)
    table.others["sam"] = person("Sam", "Elsewhere")
    for nobody in ("eva", "dov", "sam"):
        with refused("participant.unknown"):
            impose(table, act, on=nobody)


@pytest.mark.covers("room:supervision.chain")
def test_what_was_imposed_by_hand_in_the_rows_is_named(table: Table) -> None:
    Participant.objects.filter(room=table.room, user=table.ben).update(muted={"at": "", "reason": "x"})
    Room.objects.filter(pk=table.room.pk).update(locked={"at": "", "reason": "x"})
    offer = Offer.objects.get(room=table.room)
    Offer.objects.filter(pk=offer.pk).update(expires_at=offer.expires_at + timedelta(days=1))
    said = [problem.what for problem in audit.check_room(Room.objects.get(pk=table.room.pk))]
    assert "participant Ben: the row is not what the log says" in said
    assert "locked: the rows are not what the log says" in said
    assert "offer 1: the row is not what the log says" in said
    assert "its hash is not that of its terms" in said


def test_an_act_of_somebody_who_had_not_stepped_in_is_named(table: Table) -> None:
    head = stream.lock(table.room.pk)
    assert head is not None
    body = {"reason": "x"}
    event = stream.append(head, [stream.Draft("room.locked", body)], by=table.ada.pk, at=table.now)[0]
    Room.objects.filter(pk=table.room.pk).update(locked={"at": clock.text(table.now), "reason": "x"})
    (problem,) = audit.check_room(Room.objects.get(pk=table.room.pk))
    assert problem.what == f"event {event.seq} (room.locked) is of nobody who had stepped in"
