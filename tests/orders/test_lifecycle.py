from collections.abc import Iterable
from typing import Any

import pytest

from orders.lifecycle import (
    APPOINTMENT,
    DISPUTE,
    ORDER,
    RETURN,
    RETURN_BEGINS,
    SHIPMENT,
    WORK,
    Appointed,
    DisputeStatus,
    ReturnStatus,
    Status,
    Step,
    Tracking,
    Who,
    Work,
    authorize_status,
    charge_status,
    events_from,
    mermaid,
    money_axes,
    step,
)
from orders.models import Order
from orders.services import common
from tests.orders.deal import Deal

# The whole table once more, cell by cell, as the design has it: what is not here must not be possible.
ORDER_CELLS = {
    "draft": {
        "place": "unfulfilled",
        "convert": "unconfirmed",
        "decline": "canceled",
        "cancel": "canceled",
        "expire": "expired",
    },
    "unconfirmed": {
        "place": "unfulfilled",
        "convert": "unconfirmed",
        "confirm": "unfulfilled",
        "decline": "canceled",
        "cancel": "canceled",
        "expire": "expired",
    },
    "unfulfilled": {
        "ship_part": "partially_fulfilled",
        "ship": "fulfilled",
        "deliver_part": "partially_fulfilled",
        "deliver": "fulfilled",
        "amend": "unfulfilled",
        "withdraw": "canceled",
        "cancel": "canceled",
        "expire": "expired",
    },
    "partially_fulfilled": {
        "amend_part": "partially_fulfilled",
        "amend_whole": "fulfilled",
        "ship_part": "partially_fulfilled",
        "ship": "fulfilled",
        "deliver_part": "partially_fulfilled",
        "deliver": "fulfilled",
        "rework_part": "partially_fulfilled",
        "rework": "unfulfilled",
        "come_back_part": "partially_fulfilled",
        "come_back": "unfulfilled",
    },
    "fulfilled": {
        "come_back_part": "partially_fulfilled",
        "come_back": "unfulfilled",
        "return_part": "partially_returned",
        "return": "returned",
        "rework_part": "partially_fulfilled",
        "rework": "unfulfilled",
    },
    "partially_returned": {
        "return_part": "partially_returned",
        "return": "returned",
        "come_back_part": "partially_fulfilled",
        "come_back": "unfulfilled",
    },
    "returned": {},
    "canceled": {},
    "expired": {"reopen": "draft", "reinstate": "unfulfilled"},
}
WHO = {
    "place": Who.BUYER,
    "convert": Who.SALES,
    "confirm": Who.BUYER,
    "ship_part": Who.SELLER,
    "ship": Who.SELLER,
    "deliver_part": Who.SELLER,
    "deliver": Who.SELLER,
    "rework_part": Who.BUYER,
    "rework": Who.BUYER,
    "come_back_part": Who.SELLER,
    "come_back": Who.SELLER,
    "amend": Who.EITHER,
    "amend_part": Who.EITHER,
    "amend_whole": Who.EITHER,
    "return_part": Who.SALES,
    "return": Who.SALES,
    "decline": Who.BUYER,
    "withdraw": Who.BUYER,
    "cancel": Who.SALES,
    "expire": Who.SYSTEM,
    "reopen": Who.SALES,
    "reinstate": Who.SALES,
}
MOVING = {
    "pick_up": "picked_up",
    "move": "in_transit",
    "bring": "out_for_delivery",
    "lay_out": "ready_for_pickup",
    "delay": "delivery_delayed",
    "fail": "delivery_failed",
    "hold": "on_hold",
    "lose_sight": "unknown",
    "deliver": "delivered",
    "send_back": "return_to_sender",
}
SHIPMENT_CELLS = {
    "pending": {
        "pick_up": "picked_up",
        "move": "in_transit",
        "lay_out": "ready_for_pickup",
        "hold": "on_hold",
        "lose_sight": "unknown",
        "deliver": "delivered",
        "cancel": "canceled",
    },
    **dict.fromkeys(
        (
            "picked_up",
            "in_transit",
            "out_for_delivery",
            "ready_for_pickup",
            "delivery_delayed",
            "delivery_failed",
            "on_hold",
            "unknown",
        ),
        MOVING,
    ),
    "delivered": {},
    "return_to_sender": {"come_back": "returned"},
    "returned": {},
    "canceled": {},
}
WORK_CELLS = {
    "open": {"report": "reported"},
    "reported": {"receive": "received", "request_changes": "open"},
    "received": {},
}
RETURN_CELLS = {
    "requested": {"approve": "approved", "refuse": "refused", "cancel": "canceled"},
    "approved": {"send_back": "sent_back", "cancel": "canceled"},
    "sent_back": {"receive": "received"},
    "received": {},
    "refused": {},
    "canceled": {},
}
RETURN_WHO = {
    "approve": Who.SALES,
    "refuse": Who.SALES,
    "send_back": Who.BUYER,
    "receive": Who.SELLER,
    "cancel": Who.BUYER,
}
DISPUTE_CELLS = {
    "disputed": {
        "propose": "disputed",
        "decline": "disputed",
        "agree": "resolved",
        "receive": "resolved",
        "withdraw": "resolved",
        "end": "resolved",
    },
    "decided": {"end": "resolved"},
    "resolved": {},
}
DISPUTE_WHO = {
    "propose": Who.SALES,
    "decline": Who.BUYER,
    "agree": Who.BUYER,
    "receive": Who.BUYER,
    "withdraw": Who.BUYER,
    "end": Who.SYSTEM,
}
APPOINTMENT_CELLS = {
    "open": {"agree": "agreed", "cancel": "canceled"},
    "agreed": {"move": "agreed", "miss": "missed", "reopen": "open", "cancel": "canceled"},
    "missed": {"agree": "agreed", "cancel": "canceled"},
    "canceled": {"reopen": "open"},
}
APPOINTMENT_WHO = {
    "agree": Who.EITHER,
    "move": Who.EITHER,
    "miss": Who.EITHER,
    "reopen": Who.SYSTEM,
    "cancel": Who.SYSTEM,
}
ORDER_EVENTS = sorted({row.event for row in ORDER})
SHIPMENT_EVENTS = sorted({row.event for row in SHIPMENT})


def test_every_cell_of_the_table_of_returns_leads_where_it_should() -> None:
    for status in ReturnStatus:
        led = {row.event: row.after.value for row in RETURN if status in row.before}
        assert led == RETURN_CELLS[status.value]
    assert {row.event: row.who for row in RETURN} == RETURN_WHO


def test_every_cell_of_the_table_of_disputes_leads_where_it_should() -> None:
    for status in DisputeStatus:
        led = {row.event: row.after.value for row in DISPUTE if status in row.before}
        assert led == DISPUTE_CELLS[status.value]
    assert {row.event: row.who for row in DISPUTE} == DISPUTE_WHO


def test_a_return_begins_with_a_request_a_dispute_or_with_the_goods_themselves() -> None:
    assert {event: status.value for event, status in RETURN_BEGINS.items()} == {
        "request": "requested",
        "settle": "approved",
        "write_off": "received",
        "record": "received",
    }
    assert not RETURN_BEGINS.keys() & {row.event for row in RETURN}


def test_every_cell_of_the_table_of_appointments_leads_where_it_should() -> None:
    for status in Appointed:
        led = {row.event: row.after.value for row in APPOINTMENT if status in row.before}
        assert led == APPOINTMENT_CELLS[status.value]
    assert {row.event: row.who for row in APPOINTMENT} == APPOINTMENT_WHO


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("event", ORDER_EVENTS)
def test_every_cell_of_the_order_table_leads_where_it_should(status: Status, event: str) -> None:
    row = step(ORDER, event, status)
    assert (row.after.value if row else None) == ORDER_CELLS[status.value].get(event)


@pytest.mark.parametrize("status", list(Tracking))
@pytest.mark.parametrize("event", SHIPMENT_EVENTS)
def test_every_cell_of_the_shipment_table_leads_where_it_should(status: Tracking, event: str) -> None:
    row = step(SHIPMENT, event, status)
    assert (row.after.value if row else None) == SHIPMENT_CELLS[status.value].get(event)


@pytest.mark.parametrize("status", list(Work))
@pytest.mark.parametrize("event", sorted({row.event for row in WORK}))
def test_every_cell_of_the_work_table_leads_where_it_should(status: Work, event: str) -> None:
    row = step(WORK, event, status)
    assert (row.after.value if row else None) == WORK_CELLS[status.value].get(event)


def test_each_event_belongs_to_one_kind_of_person() -> None:
    assert {row.event: row.who for row in ORDER} == WHO


def test_no_cell_is_written_twice() -> None:
    tables: tuple[Iterable[Step[Any]], ...] = (ORDER, SHIPMENT, WORK)
    for table in tables:
        cells = [(row.event, before) for row in table for before in row.before]
        assert len(cells) == len(set(cells))


def test_the_diagram_draws_every_cell_and_every_end() -> None:
    drawn = mermaid(ORDER, Status.DRAFT)
    assert drawn.startswith("stateDiagram-v2\n    [*] --> draft\n")
    arrows = [line for line in drawn.splitlines() if "-->" in line and "[*]" not in line]
    assert len(arrows) == sum(len(cells) for cells in ORDER_CELLS.values())
    assert "    unfulfilled --> fulfilled: ship (seller)" in arrows
    assert {line.split()[0] for line in drawn.splitlines() if line.endswith("--> [*]")} == {
        "canceled",
        "returned",
    }
    assert "delivered --> [*]" in mermaid(SHIPMENT, Tracking.PENDING)


def test_possible_events_are_those_of_the_table() -> None:
    assert events_from(ORDER, Status.RETURNED) == set()
    assert events_from(ORDER, Status.UNFULFILLED) == {
        "ship_part", "ship", "deliver_part", "deliver", "amend", "withdraw", "cancel", "expire",
    }  # fmt: skip


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("event", ORDER_EVENTS)
def test_the_row_moves_only_as_the_table_says_and_writes_its_history(
    deal: Deal, status: Status, event: str
) -> None:
    Order.objects.filter(pk=deal.order_id).update(status=status.value, placed_at=deal.now)
    order, after = deal.order, ORDER_CELLS[status.value].get(event)
    if after is None:
        with pytest.raises(common.OrderState):
            common.move(order, event, by=None, now=deal.now)
        assert (deal.order.status, deal.order.revision) == (status.value, 1)
        return
    change = common.move(order, event, by=deal.ben.pk, now=deal.now)
    assert (deal.order.status, deal.order.revision) == (after, 2)
    assert (change.seq, change.before, change.after, change.actor) == (2, status.value, after, deal.ben.pk)


@pytest.mark.parametrize(
    ("authorized", "charged", "expected"),
    [
        (0, 0, ("none", "none")),
        (99, 0, ("partial", "none")),
        (100, 0, ("full", "none")),
        (0, 40, ("partial", "partial")),
        (60, 40, ("full", "partial")),
        (0, 100, ("full", "full")),
        (0, 101, ("full", "overcharged")),
        (0, -1, ("none", "none")),
    ],
)
def test_the_money_axes_follow_from_what_is_authorized_and_charged(
    authorized: int, charged: int, expected: tuple[str, str]
) -> None:
    assert (authorize_status(authorized, charged, 100), charge_status(charged, 100)) == expected


@pytest.mark.parametrize(
    ("captured", "refunded", "expected"),
    [
        (100, 0, ("full", "full")),
        (100, 30, ("full", "full")),
        (100, 100, ("none", "none")),
        (40, 10, ("partial", "partial")),
        (200, 50, ("full", "overcharged")),
        (200, 100, ("full", "full")),
        (200, 150, ("full", "full")),
    ],
)
def test_what_was_given_back_in_part_is_still_paid(
    captured: int, refunded: int, expected: tuple[str, str]
) -> None:
    assert money_axes(0, captured, refunded, 100) == expected
