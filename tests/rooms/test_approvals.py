"""What goes beyond a side's mandate waits for its manager, and the other side cannot tell."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from negotiation_hub.people.models import Membership, User
from rooms import approvals, queries, state
from rooms.models import Approval, Offer, Room
from tests.rooms.table import Table, person, refused, terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> Table:
    """Ada sells with a manager, Max, above her; Ben buys."""
    table = Table()
    colleague(table, "max", Membership.Role.MANAGER)
    table.ada.memberships.filter(organisation=table.room.seller).update(role=Membership.Role.SALES)
    return table


def colleague(table: Table, name: str, role: str) -> User:
    table.others[name] = user = person(name.title())
    Membership.objects.create(user=user, organisation=table.room.seller, role=role, created_at=table.now)
    return user


def floor(table: Table, minor: int | None) -> None:
    table.send("max", "bound.set", stream_id=table.caucus("seller"), minor=minor)


def waiting(table: Table) -> str:
    return str(Approval.objects.get(room=table.room, status="pending_approval").pk)


def grant(table: Table, who: str = "max", *, id: UUID | None = None, approval: str = "") -> Any:
    return table.send(
        who, "approval.grant", id=id, stream_id=table.caucus("seller"), approval=approval or waiting(table)
    )


def caucus(table: Table) -> dict[str, Any]:
    """The seller's caucus from its rows, which must be what its log says."""
    room = Room.objects.get(pk=table.room.pk)
    folded = state.empty_caucus(str(room.pk), "seller")
    for event in table.told(table.caucus("seller")):
        state.apply_caucus(folded, event.kind, event.body)
    assert folded == queries.caucus_state(room, "seller")
    return folded


def test_an_offer_at_the_floor_goes_straight_to_the_table(table: Table) -> None:
    floor(table, 9_000)
    table.propose("seller", 9_000)
    assert table.standing["version"] == 1


@pytest.mark.covers("room:caucus.approval")
def test_an_offer_below_the_floor_waits_and_the_table_shows_nothing(table: Table) -> None:
    floor(table, 9_000)
    before = [event.hash for event in table.events]
    answer = table.propose("seller", 8_999)
    assert [event.hash for event in table.events] == before
    assert answer.hash == before[-1]
    assert not Offer.objects.filter(room=table.room).exists()
    assert [row["status"] for row in caucus(table)["approvals"]] == ["pending_approval"]


@pytest.mark.covers("room:caucus.approval")
def test_the_manager_lets_it_go_as_its_authors_offer_with_the_time_of_that_moment(table: Table) -> None:
    floor(table, 9_000)
    table.propose("seller", 8_000, expires_in_s=3600)
    table.pass_time(hours=2)
    grant(table)
    offer = table.standing
    assert (offer["version"], offer["by"], offer["side"]) == (1, str(table.ada.pk), "seller")
    assert offer["made_at"].startswith("2026-03-02T11:00")
    assert offer["expires_at"].startswith("2026-03-02T12:00")
    assert caucus(table)["approvals"][0]["status"] == "approved"
    assert table.folded == table.state


@pytest.mark.covers("room:caucus.alike")
def test_what_the_buyer_reads_is_the_same_with_and_without_an_approval(table: Table) -> None:
    plain = Table()
    plain.propose("seller", 8_000)
    floor(table, 9_000)
    table.propose("seller", 8_000)
    grant(table)
    kinds = [event.kind for event in plain.events]
    assert [event.kind for event in table.events] == kinds
    told = json.dumps([event.body for event in table.events])
    for secret in ("approv", "bound", "floor", str(table.others["max"].pk)):
        assert secret not in told


def test_a_refused_one_never_reaches_the_table_and_the_author_reads_why(table: Table) -> None:
    floor(table, 9_000)
    table.propose("seller", 8_000)
    table.send(
        "max",
        "approval.refuse",
        stream_id=table.caucus("seller"),
        approval=waiting(table),
        reason="we lose money",
    )
    row = caucus(table)["approvals"][0]
    assert (row["status"], row["reason"]) == ("refused", "we lose money")
    assert table.state["offers"] == []


def test_a_second_click_on_grant_puts_one_offer_on_the_table(table: Table) -> None:
    floor(table, 9_000)
    table.propose("seller", 8_000)
    approval, again = waiting(table), uuid4()
    first = grant(table, id=again, approval=approval)
    assert grant(table, id=again, approval=approval) == first
    with refused("approval.decided"):
        grant(table, approval=approval)
    assert len(table.state["offers"]) == 1


def test_the_command_that_asked_may_be_repeated_before_and_after_the_decision(table: Table) -> None:
    floor(table, 9_000)
    again = uuid4()
    table.send("seller", "offer.propose", id=again, offer=terms(8_000))
    table.send("seller", "offer.propose", id=again, offer=terms(8_000))
    assert Approval.objects.count() == 1
    grant(table)
    put = next(event for event in table.events if event.kind == "offer.proposed")
    assert table.send("seller", "offer.propose", id=again, offer=terms(8_000)).seq == put.seq
    assert len(table.state["offers"]) == 1


def test_only_one_offer_of_a_side_waits_at_a_time(table: Table) -> None:
    floor(table, 9_000)
    table.propose("seller", 8_000)
    with refused("approval.waits"):
        table.propose("seller", 7_000)
    table.send("seller", "approval.withdraw", stream_id=table.caucus("seller"), approval=waiting(table))
    table.propose("seller", 7_000)
    assert [row["status"] for row in caucus(table)["approvals"]] == ["withdrawn", "pending_approval"]


def test_only_a_manager_of_that_side_decides(table: Table) -> None:
    floor(table, 9_000)
    table.propose("seller", 8_000)
    colleague(table, "sol", Membership.Role.SALES)
    table.others["cleo"] = person("Cleo", "Elsewhere")
    for who in ("seller", "sol"):
        with refused("not_permitted"):
            grant(table, who)
        with refused("not_permitted"):
            table.send(who, "bound.set", stream_id=table.caucus("seller"), minor=1)
    for who in ("buyer", "cleo"):
        with refused("stream.unknown"):
            grant(table, who)
    with refused("not_permitted"):
        table.send("sol", "approval.withdraw", stream_id=table.caucus("seller"), approval=waiting(table))


def test_another_rooms_approval_is_not_there(table: Table) -> None:
    floor(table, 9_000)
    table.propose("seller", 8_000)
    with refused("not_found"):
        grant(table, approval=str(uuid4()))


def test_what_the_table_has_moved_on_from_cannot_be_granted_and_lapses(table: Table) -> None:
    floor(table, 9_000)
    table.propose("buyer", 5_000)
    table.counter("seller", 8_000)
    approval = waiting(table)
    table.supersede("buyer", 6_000)
    with refused("offer.stale"):
        grant(table, approval=approval)
    approvals.lapse({"room": str(table.room.pk)}, table.now)
    assert caucus(table)["approvals"][0]["status"] == "lapsed"
    with refused("approval.decided"):
        grant(table, approval=approval)


def test_an_answer_of_the_other_side_does_not_lapse_what_still_fits(table: Table) -> None:
    floor(table, 9_000)
    table.propose("buyer", 5_000)
    table.counter("seller", 8_000)
    table.send("seller", "offer.seen", version=1)
    approvals.lapse({"room": str(table.room.pk)}, table.now)
    grant(table)
    assert table.standing["version"] == 2


def test_whoever_must_ask_before_they_offer_must_not_accept_beyond_it_either(table: Table) -> None:
    floor(table, 9_000)
    table.propose("buyer", 5_000)
    with refused("offer.beyond_mandate"):
        table.accept("seller")
    assert table.standing["version"] == 1
    table.accept("max")
    assert table.state["agreement"] is not None


def test_a_manager_needs_nobodys_word(table: Table) -> None:
    floor(table, 9_000)
    table.propose("max", 8_000)
    assert table.standing["by"] == str(table.others["max"].pk)


def test_a_buyers_limit_is_what_they_pay_tax_included(table: Table) -> None:
    Membership.objects.filter(user=table.ben, organisation=table.room.buyer).update(role="purchaser")
    table.others["boss"] = person("Boss")
    Membership.objects.create(
        user=table.others["boss"], organisation=table.room.buyer, role="manager", created_at=table.now
    )
    table.send("boss", "bound.set", stream_id=table.caucus("buyer"), minor=10_000)
    table.propose("buyer", 9_000, tax_basis="added", tax_rate_bp=1500)
    assert table.state["offers"] == []
    assert waiting(table)


def test_without_a_bound_nobody_asks(table: Table) -> None:
    floor(table, 9_000)
    floor(table, None)
    table.propose("seller", 1)
    assert table.standing["version"] == 1
