"""Who may do what: a stranger finds nothing, the wrong side or role is refused, the right one is let in."""

from collections.abc import Callable

import pytest

from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.models import User
from orders import queries, services
from payments.machine import Fact
from tests.orders.deal import HERE, Deal

Act = Callable[[Deal, User], object]


def _late(deal: Deal) -> None:
    deal.expire_with_open_payment()
    deal.say(Fact.AUTHORIZED, authorized=6_125_000)


def _paid(deal: Deal) -> None:
    deal.place()
    deal.authorize()


def _delivered(deal: Deal) -> None:
    deal.sent()
    deal.deliver()


def _nothing(deal: Deal) -> None:
    """The draft as it is."""


# what, what must have happened before, and who of buyer, sales, packer is let in
MATRIX: list[tuple[str, Callable[[Deal], None], Act, set[str]]] = [
    (
        "place",
        _nothing,
        lambda deal, who: services.place_order(order_id=deal.order_id, actor=who, details=HERE, now=deal.now),
        {"ben"},
    ),
    (
        "convert",
        _nothing,
        lambda deal, who: services.convert_order(
            order_id=deal.order_id, actor=who, details=HERE, now=deal.now
        ),
        {"sol", "ada"},
    ),
    ("ship", _paid, lambda deal, who: deal.ship(who), {"sol", "ada", "max"}),
    ("deliver", Deal.sent, lambda deal, who: deal.deliver(who), {"ben", "sol", "ada", "max"}),
    (
        "track",
        Deal.sent,
        lambda deal, who: services.track_shipment(
            shipment_id=deal.shipment.pk, actor=who, event="delay", now=deal.now
        ),
        {"sol", "ada", "max"},
    ),
    ("receive", Deal.sent, lambda deal, who: deal.receive(who), {"ben"}),
    (
        "cancel a draft",
        _nothing,
        lambda deal, who: services.cancel_order(order_id=deal.order_id, actor=who, now=deal.now),
        {"ben", "sol", "ada"},
    ),
    (
        "cancel a placed order",
        _paid,
        lambda deal, who: services.cancel_order(order_id=deal.order_id, actor=who, now=deal.now),
        {"sol", "ada"},
    ),
    (
        "refund",
        Deal.sent,
        lambda deal, who: services.refund_order(order_id=deal.order_id, actor=who, amount=None, now=deal.now),
        {"sol", "ada"},
    ),
    (
        "return",
        _delivered,
        lambda deal, who: deal.take_back(actor=who),
        {"sol", "ada"},
    ),
    (
        "late payment",
        _late,
        lambda deal, who: services.resolve_late_payment(
            order_id=deal.order_id, actor=who, choice="return", now=deal.now
        ),
        {"sol", "ada"},
    ),
]


@pytest.mark.parametrize("name", ["ben", "ada", "sol", "max", "cleo"])
@pytest.mark.parametrize(("what", "before", "act", "allowed"), MATRIX, ids=[row[0] for row in MATRIX])
def test_each_person_may_do_what_is_theirs(
    deal: Deal, what: str, before: Callable[[Deal], None], act: Act, allowed: set[str], name: str
) -> None:
    before(deal)
    who: User = getattr(deal, name)
    if name in allowed:
        act(deal, who)
        return
    status = deal.order.status
    with pytest.raises(NotFound if name == "cleo" else NotPermitted):
        act(deal, who)
    assert deal.order.status == status


def test_a_stranger_finds_no_order(deal: Deal) -> None:
    assert queries.page_of_orders(deal.cleo) == []
    with pytest.raises(NotFound):
        queries.order_for(deal.cleo, deal.order_id)
    for user in (deal.ben, deal.max):
        assert [row.pk for row in queries.page_of_orders(user)] == [deal.order_id]


def test_an_order_or_shipment_that_is_not_there_is_not_found(deal: Deal) -> None:
    missing = deal.buyer.pk
    with pytest.raises(NotFound):
        services.confirm_receipt(order_id=missing, actor=deal.ben, now=deal.now)
    with pytest.raises(NotFound):
        services.mark_delivered(shipment_id=missing, actor=deal.max, now=deal.now)


def test_orders_are_listed_by_room_and_in_pages(deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for _ in range(4):
        deal.agree()
    seen, after = [], None
    while page := queries.page_of_orders(deal.ben, after=after):
        seen += [row.pk for row in page]
        after = page[-1].pk
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
    assert [row.pk for row in queries.page_of_orders(deal.ben, room=deal.order.room_id)] == [deal.order_id]
