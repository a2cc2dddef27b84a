"""The order's status follows its parts, in whatever order they come."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.refusals import Refusal
from orders import audit, services, timeline
from orders.models import DownloadGrant, Receipt, WorkChange, WorkMilestone
from orders.next_step import next_step
from orders.order_facts import Facts
from tests.orders.deal import Deal
from tests.orders.test_audit import problems, without_guards
from tests.orders.three import Three, browser

KINDS = ("goods", "information", "service")


def test_an_order_is_fulfilled_when_all_of_its_parts_have_left_the_seller(three: Three) -> None:
    deal = three.paid().deal
    assert deal.order.status == "partially_fulfilled"  # the file
    deal.ship()
    assert deal.order.status == "partially_fulfilled"
    with pytest.raises(services.NotShipped):
        deal.receive()
    three.report()
    assert deal.order.status == "fulfilled"
    deal.deliver()
    deal.receive()
    assert deal.money.released == 300_000
    assert problems() == []


def test_goods_that_all_are_sent_are_not_sent_again(three: Three) -> None:
    deal = three.paid().deal
    deal.ship()
    assert deal.ship(tracking="other").pk == deal.shipment.pk
    with pytest.raises(services.OrderState):
        deal.ship(complete=False, tracking="one more")
    assert "Carrier" not in browser(deal.sol).get(three.url("order")).content.decode()


def test_asked_changes_take_the_order_back_to_where_its_parts_are(three: Three) -> None:
    deal = three.paid().deal
    deal.ship()
    three.report()
    assert deal.order.status == "fulfilled"
    three.ask()
    assert deal.order.status == "partially_fulfilled"
    three.report()
    assert deal.order.status == "fulfilled"


@pytest.mark.parametrize("seed", range(10))
def test_the_status_follows_the_parts_in_any_order_of_events(three: Three, seed: int) -> None:
    deal, dice = three.deal, random.Random(seed)
    events: list[Callable[[], object]] = [
        deal.place,
        deal.authorize,
        lambda: deal.ship(complete=False, tracking=str(dice.random())),
        lambda: deal.ship(tracking="last"),
        three.report,
        three.receive,
        lambda: three.ask(f"reason {dice.random()}"),
        lambda: three.add_file(f"more-{dice.random()}.csv"),
        three.release,
        lambda: deal.pass_time(hours=1),
    ]
    walk: list[Callable[[], object]] = [
        *dice.choices(events, k=12),
        deal.place,
        deal.authorize,
        *dice.choices(events, k=10),
    ]
    for event in walk:
        try:
            event()
        except (
            Refusal,
            AssertionError,
        ):  # not possible now, or nothing is left to pay
            continue
        order = deal.order
        sent = order.shipments.filter(complete=True).exists()
        begun = order.shipments.exists() or order.grants.exists() or three.work.status != "open"
        whole = sent and order.grants.exists() and three.work.status != "open"
        expected = "fulfilled" if whole else "partially_fulfilled" if begun else "unfulfilled"
        assert order.status in ({expected} if order.placed_at else {"draft"})
        assert problems() == []


def test_silence_counts_from_the_last_delivery_of_any_kind(three: Three) -> None:
    deal = three.paid().deal
    deal.ship()
    deal.deliver()
    deal.pass_time(days=6)
    three.report()
    deal.pass_time(days=13)
    assert not Receipt.objects.exists()
    assert Facts.of(deal.order).silence_at() == deal.now + timedelta(days=1)
    deal.pass_time(days=1)
    assert Receipt.objects.get().by is None
    assert deal.money.released == 300_000


def test_silence_about_files_alone_is_receipt(deal: Deal) -> None:
    Three.made(deal, ("information",)).paid()
    deal.pass_time(seconds=limits.RECEIPT_SILENCE_S - 1)
    assert not Receipt.objects.exists()
    deal.pass_time(seconds=1)
    assert Receipt.objects.get().by is None


def test_silence_about_what_is_only_delivered_in_part_is_no_receipt(three: Three) -> None:
    three.paid()
    three.deal.pass_time(days=40)
    assert services.receipt_by_silence(order_id=three.deal.order_id, now=three.deal.now) is None
    assert Facts.of(three.deal.order).silence_at() is None


@pytest.mark.parametrize(
    ("kinds", "stops"),
    [
        (("goods",), ["Sent", "Card charged", "Delivered"]),
        (("information",), ["Files released", "Card charged"]),
        (("service",), ["Work done", "Card charged"]),
        (KINDS, ["Files released", "Sent", "Work done", "Card charged", "Delivered"]),
    ],
)
def test_the_way_of_an_order_has_a_stop_for_each_kind(
    deal: Deal, kinds: tuple[str, ...], stops: list[str]
) -> None:
    Three.made(deal, kinds)
    titles = [stop.title for stop in timeline.way(Facts.of(deal.order))]
    assert titles == ["Agreed", "Placed", "Payment authorised", *stops, "Received", "Funds released"]


@pytest.mark.parametrize(
    ("kinds", "files", "action", "charged"),
    [
        (("goods",), 1, "Send the goods", "when the goods are sent"),
        (("information",), 0, "Add and release the files", "as soon as the payment is authorised"),
        (("service",), 1, "Do the work and report it", "when the work is reported"),
        (KINDS, 0, "Deliver what is missing", "as soon as the payment is authorised"),
        (("goods", "information"), 1, "Send the goods", "as soon as the payment is authorised"),
    ],
)
def test_the_seller_reads_what_is_missing_and_the_buyer_when_the_card_is_charged(
    deal: Deal, kinds: tuple[str, ...], files: int, action: str, charged: str
) -> None:
    three = Three.made(deal, kinds, files=files)
    deal.place()
    assert charged in browser(deal.ben).get(three.url("order")).content.decode()
    deal.authorize()
    step = next_step(Facts.of(deal.order))
    assert (step.turn, step.action) == ("seller", action)
    assert action in browser(deal.sol).get(three.url("order")).content.decode()


def shipped_and_lost(three: Three) -> None:
    without_guards("orders_shipment")
    without_guards("orders_shipmentchange")
    without_guards("orders_shipmentitem")
    three.deal.shipment.changes.all().delete()
    three.deal.shipment.items.all().delete()
    three.deal.order.shipments.all().delete()


FAULTS: list[tuple[str, Callable[[Three], object], str]] = [
    ("orders_orderchange", shipped_and_lost, "by what was delivered it is"),
    (
        "orders_workchange",
        lambda _: WorkChange.objects.filter(event="report").delete(),
        "is reported, but its history ends at open",
    ),
    (
        "orders_workmilestone",
        lambda three: WorkMilestone.objects.update(status="received", received_at=three.deal.now),
        "is received, but its history ends at reported",
    ),
    ("", lambda _: DownloadGrant.objects.update(downloads_max=0), "was taken 1 times, 0 were allowed"),
    (
        "orders_downloadgrant",
        lambda three: DownloadGrant.objects.update(line=three.work.line),
        "belongs to no line of information",
    ),
]


@pytest.mark.parametrize(("table", "plant", "expected"), FAULTS, ids=[row[2] for row in FAULTS])
def test_a_planted_fault_is_found(
    three: Three, table: str, plant: Callable[[Three], object], expected: str
) -> None:
    three.paid()
    three.take()
    three.report()
    three.deal.ship()
    assert problems() == []
    if table:
        without_guards(table)
    plant(three)
    found = [str(problem) for problem in audit.check()]
    assert any(expected in line for line in found), found


def test_lists_cost_the_same_for_many_orders(
    three: Three, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    from orders import queries

    for _ in range(5):
        three.deal.agree()
    rows = queries.page_of_orders(three.deal.ben)
    with django_assert_max_num_queries(0):  # type: ignore[attr-defined]
        for row in rows:
            next_step(Facts.of(row))
