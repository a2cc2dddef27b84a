"""Each fault is planted where it would happen, past triggers and services, and must be found and named."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection

from negotiation_hub.kernel import guards
from orders import audit
from orders.models import Order, OrderChange, OrderLine, Receipt, SealedDetails, Shipment
from tests.orders.deal import Deal


def problems() -> list[str]:
    return [str(problem) for problem in audit.check()]


def without_guards(table: str) -> None:
    """Takes a table's triggers away, as somebody with the database's password could."""
    connection.check_constraints()  # PostgreSQL lets nobody alter a table that has checks waiting
    with connection.cursor() as cursor:
        guards.remove(SimpleNamespace(connection=connection, execute=cursor.execute), table)


def test_a_whole_deal_is_found_right_at_every_step(deal: Deal) -> None:
    steps: list[Callable[[], object]] = [
        deal.convert,
        deal.place,
        deal.authorize,
        deal.ship,
        deal.deliver,
        deal.receive,
    ]
    assert problems() == []
    for step in steps:
        step()
        assert problems() == [], step
    assert audit.count() == 1


def test_expired_canceled_and_refunded_orders_are_right_too(deal: Deal) -> None:
    from orders import services

    deal.sent()
    services.refund_order(order_id=deal.order_id, actor=deal.sol, amount=None, now=deal.now)
    deal.work()
    deal.agree()
    canceled = deal.agree()
    services.cancel_order(order_id=canceled.pk, actor=deal.sol, now=deal.now)
    deal.pass_time(hours=80)
    assert problems() == []


FAULTS: list[tuple[str, str, Callable[[Deal], object], str]] = [
    ("a line's total", "orders_orderline", lambda _: OrderLine.objects.update(total=1), "lines add up to 1"),
    ("a status", "", lambda _: Order.objects.update(status="expired"), "its history ends at fulfilled"),
    (
        "a step of the history",
        "orders_orderchange",
        lambda _: OrderChange.objects.filter(event="place").update(after="unconfirmed"),
        "place does not lead from draft to unconfirmed",
    ),
    (
        "a lost step",
        "orders_orderchange",
        lambda _: OrderChange.objects.filter(event="place").delete(),
        "step 2 of its history is missing",
    ),
    ("a money axis", "", lambda _: Order.objects.update(charge_status="none"), "its axes say full/none"),
    (
        "a release that never was",
        "",
        lambda deal: Receipt.objects.create(
            order=deal.order, received_at=deal.now, released_at=deal.now, released_amount=5, released_fee=1
        ),
        "the ledger released 0, the receipts say 6",
    ),
    (
        "a shipment's status",
        "",
        lambda _: Shipment.objects.update(status="delivered"),
        "is delivered, but its history",
    ),
    (
        "sealed details",
        "",
        lambda _: SealedDetails.objects.update(fields={"city": "s1:" + "AA" * 40}),
        "its sealed details were changed",
    ),
    (
        "the agreed amount",
        "orders_order",
        lambda _: Order.objects.update(gross=7, net=7),
        "agreed were 7 EUR",
    ),
    (
        "a tax out of thin air",
        "orders_order",
        lambda _: Order.objects.update(gross=6_125_001, tax=1),
        "it has no tax, but says 1",
    ),
]


@pytest.mark.parametrize(("what", "table", "plant", "expected"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_planted_fault_is_found(
    deal: Deal, what: str, table: str, plant: Callable[[Deal], object], expected: str
) -> None:
    deal.sent()
    assert problems() == []
    if table:
        without_guards(table)
    plant(deal)
    found = problems()
    assert any(expected in line for line in found), found
    assert all(f"order {deal.order.number}: " in line for line in found)
