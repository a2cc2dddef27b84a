"""Every cell of the machines' tables, and what a side may do when."""

from itertools import product
from typing import Any

import pytest

from negotiation_hub.kernel.refusals import Refusal
from rooms import negotiation, offer
from tests.rooms.table import Table, terms

ANSWERS = {
    ("counter", "other"): "countered",
    ("supersede", "own"): "superseded",
    ("accept", "other"): "accepted",
    ("decline", "other"): "declined",
    ("withdraw", "own"): "withdrawn",
    ("expire", "system"): "expired",
    ("void", "moderator"): "voided",
}


@pytest.mark.parametrize(("event", "before", "who"), list(product(offer.EVENTS, offer.Status, offer.Who)))
def test_each_cell_of_the_offer_machine_is_as_written(
    event: str, before: offer.Status, who: offer.Who
) -> None:
    expected = ANSWERS.get((event, str(who))) if before is offer.Status.PENDING else None
    step = offer.step(event, before, who)
    assert (step.after if step else None) == expected


NEGOTIATION = {
    ("open", "offer.accepted"): "agreed",
    ("open", "negotiation.closed"): "closed",
    ("open", "order.reinstated"): "ordered",
    ("open", "order.reopened"): "agreed",
    ("agreed", "frame.agreed"): "closed",
    ("agreed", "order.placed"): "ordered",
    ("agreed", "order.confirmed"): "ordered",
    ("agreed", "order.expired"): "open",
    ("agreed", "order.canceled"): "closed",
    ("ordered", "order.expired"): "open",
    ("ordered", "order.canceled"): "closed",
    ("ordered", "funds.released"): "closed",
}


@pytest.mark.parametrize(
    ("event", "before"), list(product(sorted({step.event for step in negotiation.STEPS}), negotiation.Status))
)
def test_each_cell_of_the_negotiation_machine_is_as_written(event: str, before: negotiation.Status) -> None:
    assert negotiation.after(event, before) == NEGOTIATION.get((before, event), before)


def command(table: Table, side: str, name: str, version: int, digest: str) -> None:
    fields: dict[str, Any] = {"version": version, "hash": digest}
    if name == "offer.counter":
        fields = {"answers": version, "offer": terms(7_777)}
    elif name == "offer.supersede":
        fields = {"replaces": version, "offer": terms(7_777)}
    elif name == "offer.accept":
        fields["package"] = 0
    table.send(side, name, **fields)


ALLOWED = {
    "offer.counter": "seller",
    "offer.accept": "seller",
    "offer.decline": "seller",
    "offer.supersede": "buyer",
    "offer.withdraw": "buyer",
}
MOVED = {
    "offer.counter": "countered",
    "offer.accept": "accepted",
    "offer.decline": "declined",
    "offer.supersede": "superseded",
    "offer.withdraw": "withdrawn",
}


@pytest.mark.parametrize(("name", "side"), list(product(ALLOWED, ("buyer", "seller"))))
def test_only_the_side_that_may_moves_a_standing_offer(table: Table, name: str, side: str) -> None:
    table.propose("buyer", 9_000)
    before = table.state
    if ALLOWED[name] == side:
        command(table, side, name, 1, table.standing["hash"])
        assert table.state["offers"][0]["status"] == MOVED[name]
    else:
        with pytest.raises(Refusal) as refused:
            command(table, side, name, 1, table.standing["hash"])
        assert refused.value.code == ("offer.own" if side == "buyer" else "offer.not_own")
        assert table.state == before


ENDINGS = {
    "countered": lambda t: t.counter("seller", 11_000),
    "superseded": lambda t: t.supersede("buyer", 9_500),
    "declined": lambda t: t.send("seller", "offer.decline", **t.named),
    "withdrawn": lambda t: t.send("buyer", "offer.withdraw", **t.named),
}


@pytest.mark.parametrize(("ending", "name", "side"), list(product(ENDINGS, ALLOWED, ("buyer", "seller"))))
def test_an_offer_that_has_ended_cannot_be_moved_any_more(
    table: Table, ending: str, name: str, side: str
) -> None:
    table.propose("buyer", 9_000)
    digest = table.standing["hash"]
    ENDINGS[ending](table)
    assert table.state["offers"][0]["status"] == ending
    before = table.state
    with pytest.raises(Refusal) as refused:
        command(table, side, name, 1, digest)
    assert refused.value.code == "offer.stale"
    assert table.state == before


@pytest.mark.parametrize("name", [*ALLOWED, "offer.propose", "negotiation.close"])
@pytest.mark.parametrize("ended", ["agreed", "closed"])
def test_after_the_end_nothing_can_be_offered_or_answered(table: Table, name: str, ended: str) -> None:
    table.propose("buyer", 9_000)
    digest = table.standing["hash"]
    if ended == "agreed":
        table.accept("seller")
    else:
        table.send("buyer", "negotiation.close")
    with pytest.raises(Refusal) as refused:
        if name == "offer.propose":
            table.propose("seller", 8_000)
        elif name == "negotiation.close":
            table.send("seller", "negotiation.close")
        else:
            command(table, "seller", name, 1, digest)
    assert refused.value.code == "negotiation.not_open"
