"""Offers that a moderator freezes, voids and extends."""

import pytest

from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.models import Job
from rooms import services
from tests.rooms.moderated import MOVES, WHY, colleague, impose, moderated, sound
from tests.rooms.table import Table, refused, terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    """A room in which Dov has stepped in, and an offer of the seller's stands."""
    return moderated()


@pytest.mark.covers("room:supervision.freeze")
@pytest.mark.parametrize("move", MOVES)
def test_nobody_moves_a_frozen_offer_until_it_is_free_again(table: Table, move: str) -> None:
    impose(table, "freeze")
    before = table.state
    with refused("offer.frozen"):
        MOVES[move](table)
    assert table.state == before
    assert table.standing["frozen"] == {"at": clock.text(table.now), "reason": WHY}
    impose(table, "unfreeze")
    MOVES[move](table)
    sound(table)


def test_a_frozen_offer_still_runs_out(table: Table) -> None:
    impose(table, "freeze")
    table.pass_time(hours=2)
    with refused("offer.expired"):
        impose(table, "unfreeze")
    assert services.expire_offer(room_id=table.room.pk, version=1, now=table.now)
    sound(table)


@pytest.mark.covers("room:supervision.freeze")
@pytest.mark.parametrize("frozen", [False, True])
def test_a_voided_offer_is_off_the_table_and_the_sides_go_on(table: Table, frozen: bool) -> None:
    if frozen:
        impose(table, "freeze")
    digest = table.standing["hash"]
    impose(table, "void")
    assert table.state["offers"][0]["status"] == "voided"
    assert table.state["negotiation"] == {"status": "open", "standing": None, "turn": None}
    with refused("offer.stale"):
        table.send("buyer", "offer.accept", version=1, hash=digest, package=0)
    table.propose("buyer", 8_000)
    sound(table)


def test_what_waited_to_answer_a_voided_offer_lapses(table: Table) -> None:
    colleague(table, "bea")
    colleague(table, "max", role="manager")
    table.send("max", "bound.set", stream_id=table.caucus("buyer"), minor=5_000)
    table.send("bea", "offer.counter", answers=1, offer=terms(8_000))
    impose(table, "void")
    assert Job.objects.filter(topic="rooms.lapse").exists()


@pytest.mark.covers("room:supervision.freeze")
def test_an_extended_offer_is_good_for_longer_and_says_the_same(table: Table) -> None:
    before = table.standing
    impose(table, "extend")
    after = table.standing
    assert after["hash"] == before["hash"]
    assert after["first_expires_at"] == before["expires_at"]
    table.pass_time(minutes=90)  # it was good for an hour
    assert not services.expire_offer(room_id=table.room.pk, version=1, now=table.now)
    impose(table, "extend")
    assert table.standing["first_expires_at"] == before["expires_at"]
    due = Job.objects.filter(topic="rooms.expire_offer").order_by("next_at").values_list("next_at", flat=True)
    assert [clock.text(moment) for moment in due][-1] == table.standing["expires_at"]
    sound(table)
    table.accept("buyer")
    sound(table)


def test_no_offer_is_extended_without_end(table: Table) -> None:
    week = limits.OFFER_EXTENDED_MAX_S
    for _ in range(12):
        impose(table, "extend", seconds=week)
    with refused("offer.extended_too_far"):
        impose(table, "extend", seconds=week)


@pytest.mark.parametrize("act", ["freeze", "unfreeze", "void", "extend"])
def test_only_the_offer_that_stands_is_moved_by_a_moderator(table: Table, act: str) -> None:
    with refused("offer.stale"):
        impose(table, act, version=2)
    table.pass_time(hours=2)
    with refused("offer.expired"):  # by the clock, marked or not
        impose(table, act)
    services.expire_offer(room_id=table.room.pk, version=1, now=table.now)
    with refused("offer.expired"):
        impose(table, act)
    table.propose("buyer", 8_000)
    with refused("offer.stale"):
        impose(table, act)
    table.accept("seller")
    with refused("offer.stale"):
        impose(table, act, version=2)


@pytest.mark.parametrize("act", ["freeze", "unfreeze", "void", "extend"])
def test_where_nothing_was_offered_there_is_nothing_to_move(act: str) -> None:
    table = moderated(offer=False)
    with refused("offer.none_standing"):
        impose(table, act)
