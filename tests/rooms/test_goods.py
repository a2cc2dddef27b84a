"""Lines that name what the seller offers: floors, stock, and what must not be named."""

from typing import Any
from uuid import uuid4

import pytest

from catalog import services as catalog
from catalog.models import Listing
from catalog.services import Supply
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Membership
from orders import services as orders
from orders.models import Order
from tests.rooms.table import Table, refused, terms

pytestmark = pytest.mark.django_db


def put_up(table: Table, title: str, who: str = "seller", **fields: Any) -> Listing:
    return catalog.create_listing(
        actor=table.actor(who),
        title=title,
        description="",
        price=Money(10_000, "EUR"),
        now=table.now,
        **fields,
    )


def line(price: int, listing: object = None, quantity: str = "1") -> dict[str, Any]:
    made = {"title": "Thing", "quantity": quantity, "unit": "C62", "unit_price": price}
    return made if listing is None else {**made, "listing": str(listing)}


def only_sales(table: Table) -> None:
    table.ada.memberships.filter(organisation=table.room.seller).update(role=Membership.Role.SALES)


def test_an_offer_may_be_about_several_listings_of_the_seller(table: Table) -> None:
    curves = put_up(table, "Pump curves", kind="information")
    service = put_up(table, "Start-up", kind="service")
    lines = [line(9_000), line(500, curves.pk), line(2_000, service.pk)]
    table.send("seller", "offer.propose", offer=terms(lines=lines))
    table.accept("buyer")
    order = Order.objects.get(room_id=table.room.pk)
    told = [(row.kind, row.listing_id) for row in order.lines.all()]
    assert told == [("goods", table.room.listing), ("information", curves.pk), ("service", service.pk)]
    assert table.folded == table.state


def test_what_another_seller_offers_cannot_be_named(table: Table) -> None:
    theirs = put_up(table, "Not Ada's", who="buyer")
    for listing in (theirs.pk, uuid4()):
        with refused("offer.listing"):
            table.send("seller", "offer.propose", offer=terms(lines=[line(1_000, listing)]))


def test_what_was_put_away_cannot_be_named_but_the_rooms_own_listing_can(table: Table) -> None:
    gone = put_up(table, "Gone")
    for listing in (gone.pk, table.room.listing):
        assert listing is not None
        catalog.archive_listing(actor=table.ada, listing_id=listing, now=table.now)
    with refused("offer.listing"):
        table.send("seller", "offer.propose", offer=terms(lines=[line(1_000, gone.pk)]))
    table.send("seller", "offer.propose", offer=terms(lines=[line(1_000, table.room.listing)]))
    assert table.standing["version"] == 1


def test_a_sales_person_asks_before_going_below_a_listings_floor(table: Table) -> None:
    only_sales(table)
    Listing.objects.filter(title="Pump NB-40").update(floor_minor=9_000)
    table.send("seller", "offer.propose", offer=terms(lines=[line(8_999)]))
    table.send(
        "seller",
        "approval.withdraw",
        stream_id=table.caucus("seller"),
        approval=str(table.room.approvals.get().pk),
    )
    assert table.state["offers"] == []
    named = line(8_999, table.room.listing, quantity="10")
    table.send("seller", "offer.propose", offer=terms(lines=[named]))
    assert table.state["offers"] == []
    assert table.room.approvals.latest("number").beyond == {"rule": "listing", "minor": 9_000}


def test_at_the_floor_nobody_asks(table: Table) -> None:
    only_sales(table)
    Listing.objects.filter(title="Pump NB-40").update(floor_minor=9_000)
    table.send("seller", "offer.propose", offer=terms(lines=[line(9_000, table.room.listing, "10")]))
    assert table.standing["version"] == 1


def test_an_agreement_takes_from_stock_and_the_last_piece_goes_once(table: Table) -> None:
    counted = put_up(table, "Counted", supply=Supply(stock=2))
    table.send("seller", "offer.propose", offer=terms(lines=[line(9_000, counted.pk, "2")]))
    table.accept("buyer")
    assert Listing.objects.get(pk=counted.pk).stock == 0
    second = Table(ben=table.ben, ada=table.ada, now=table.now)
    second.send("seller", "offer.propose", offer=terms(lines=[line(9_000, counted.pk)]))
    with refused("listing.sold_out"):
        second.accept("buyer")
    assert second.standing["version"] == 1
    assert second.state["agreement"] is None


def test_what_was_agreed_and_canceled_is_back_in_stock_once(table: Table) -> None:
    counted = put_up(table, "Counted", supply=Supply(stock=2))
    table.send("seller", "offer.propose", offer=terms(lines=[line(9_000, counted.pk)]))
    table.accept("buyer")
    order = Order.objects.get(room_id=table.room.pk)
    for _ in range(2):
        orders.cancel_order(order_id=order.pk, actor=table.ada, now=table.now)
    assert Listing.objects.get(pk=counted.pk).stock == 2


def test_what_expires_unpaid_is_back_in_stock(table: Table) -> None:
    counted = put_up(table, "Counted", supply=Supply(stock=2))
    table.send("seller", "offer.propose", offer=terms(lines=[line(9_000, counted.pk)]))
    table.accept("buyer")
    order = Order.objects.get(room_id=table.room.pk)
    orders.expire_unpaid(order_id=order.pk, now=order.due_at)
    assert Listing.objects.get(pk=counted.pk).stock == 2


def test_part_of_a_piece_is_a_whole_one_in_stock(table: Table) -> None:
    counted = put_up(table, "Rope, metres", supply=Supply(stock=5))
    table.send("seller", "offer.propose", offer=terms(lines=[line(9_000, counted.pk, "2.5")]))
    table.accept("buyer")
    assert Listing.objects.get(pk=counted.pk).stock == 2
