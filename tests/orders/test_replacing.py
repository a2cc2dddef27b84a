"""Pieces are sent instead of others, what came back is sold again or written off, parcels come back."""

from uuid import uuid4

import pytest

from catalog import audit as catalog_audit
from catalog import queries as catalog
from catalog import services as listings
from catalog import stock
from catalog.models import Listing, StockMove
from catalog.services import Supply
from negotiation_hub.kernel.money import Money
from orders import returned, services
from orders.models import Order, Shipment
from orders.parts import decimal_text
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.returns import Returning
from tests.orders.test_audit import problems
from tests.orders.test_reserved_stock import packing_of
from tests.rooms.table import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(deal: Deal) -> Listing:
    """Twenty pieces in stock."""
    return listings.create_listing(
        actor=deal.ada,
        title="Pump",
        description="",
        price=Money(10_000, "EUR"),
        supply=Supply(stock=20),
        now=deal.now,
    )


@pytest.fixture
def back(deal: Deal, listing: Listing) -> Returning:
    """All eight pieces of an order are with the buyer; twelve are left."""
    packing = packing_of(deal, listing)
    packing.track(packing.send("5", "2.5"), "deliver")
    return Returning(packing)


def counted(listing: Listing) -> tuple[int | None, int]:
    """What can be sold, and what is reserved; both prove right."""
    assert list(catalog_audit.check()) == []
    assert problems() == []
    listing.refresh_from_db()
    return listing.stock, catalog.reserved(listing)


def returnable(order: Order) -> list[str]:
    return [decimal_text(number) for number in returned.returnable(order).values()]


def test_what_came_back_is_for_sale_again_once(back: Returning, listing: Listing) -> None:
    assert counted(listing) == (12, 0)
    row = back.back("2", "")
    back.receive(row)
    assert counted(listing) == (14, 0)
    assert StockMove.objects.filter(reason="returned").count() == 1


def test_what_is_written_off_is_not_for_sale_again(back: Returning, listing: Listing) -> None:
    back.back("2", "", sellable=False)
    assert counted(listing) == (12, 0)


def test_verify_names_stock_that_came_back_without_a_return(back: Returning) -> None:
    row = back.back("2", "")
    row.items.update(stocked=3)
    assert any("3 pieces came back into stock, its moves say 2" in one for one in problems())


def test_a_replacement_is_reserved_sent_and_no_money_moves(back: Returning, listing: Listing) -> None:
    row = back.approve(back.ask("2", ""), "replacement")
    assert counted(listing) == (10, 2)
    parcel = back.replace(row)
    assert back.replace(row) == parcel, "a second click sends nothing more"
    assert [(item.line_id, item.quantity) for item in parcel.items.all()] == [(back.packing.lines[0].pk, "2")]
    assert counted(listing) == (10, 0)
    back.send(row)
    back.receive(row)
    assert counted(listing) == (12, 0)
    assert (back.deal.money.refunded, back.deal.order.status) == (0, "fulfilled")
    assert back.deal.milestones.count("shipment.sent") == 2
    assert back.deal.wrote(back.deal.ben, "Tracking number: NEW1") == 1


def test_what_cannot_be_replaced_is_refused_and_nothing_is_taken(back: Returning, listing: Listing) -> None:
    stock.take_stock(listing_id=listing.pk, quantity=11, cause=uuid4(), now=back.deal.now)
    row = back.ask("2", "")
    with refused("return.sold_out"):
        back.approve(row, "replacement")
    row.refresh_from_db()
    assert (row.status, row.outcome) == ("requested", "")
    listing.refresh_from_db()
    assert listing.stock == 1


def test_a_replacement_that_is_not_wanted_any_more_is_not_reserved(back: Returning, listing: Listing) -> None:
    back.cancel(back.approve(back.ask("2", ""), "replacement"))
    assert counted(listing) == (12, 0)


def test_a_return_whose_replacement_has_left_is_not_withdrawn(back: Returning) -> None:
    row = back.approve(back.ask("2", ""), "replacement")
    back.replace(row)
    with refused("return.state"):
        back.cancel(row)


def test_no_replacement_is_sent_that_was_not_agreed(back: Returning) -> None:
    row = back.approve(back.ask("2", ""))
    with refused("return.no_replacement"):
        back.replace(row)


def test_what_replaced_something_can_be_received_and_sent_back_in_turn(back: Returning) -> None:
    row = back.approve(back.ask("5", ""), "replacement")
    assert returnable(back.deal.order) == ["0", "2.5"]
    with refused("receipt.return_open"):
        back.deal.receive()
    parcel = back.replace(row)
    back.send(row)
    back.receive(row)
    with refused("receipt.return_open"):
        back.deal.receive()
    back.packing.track(parcel, "deliver")
    assert returnable(back.deal.order) == ["5", "2.5"]
    back.deal.receive()
    assert back.deal.money.held == 0
    assert problems() == []


def come_back(packing: Packing, parcel: Shipment) -> Shipment:
    packing.track(parcel, "send_back")
    return packing.track(parcel, "come_back")


def test_a_parcel_that_comes_back_is_owed_again_and_its_pieces_are_reserved(
    deal: Deal, listing: Listing
) -> None:
    packing = packing_of(deal, listing)
    packing.send("3", "")
    second = packing.send("2", "2.5")
    assert (deal.order.status, counted(listing)) == ("fulfilled", (12, 0))
    come_back(packing, second)
    packing.track(second, "come_back")
    assert (deal.order.status, packing.left) == ("partially_fulfilled", ["2", "2.5"])
    assert counted(listing) == (12, 5)
    packing.send("2", "2.5")
    assert (deal.order.status, counted(listing)) == ("fulfilled", (12, 0))
    assert deal.wrote(deal.ben, "It will be sent again") == 1
    assert deal.milestones.count("shipment.came_back") == 1


def test_what_was_returned_in_part_is_so_again_once_a_parcel_that_came_back_is_sent_anew(
    deal: Deal, listing: Listing
) -> None:
    packing = packing_of(deal, listing)
    packing.track(packing.send("3", "1"), "deliver")
    second = packing.send("2", "1.5")
    Returning(packing).back("1", "", sellable=False)
    assert deal.order.status == "partially_returned"
    come_back(packing, second)
    assert (deal.order.status, packing.left) == ("partially_fulfilled", ["2", "1.5"])
    assert counted(listing) == (12, 4)
    packing.send("2", "1.5")
    assert (deal.order.status, counted(listing)) == ("partially_returned", (12, 0))


def test_when_all_came_back_nothing_is_sent(deal: Deal, listing: Listing) -> None:
    packing = packing_of(deal, listing)
    come_back(packing, packing.send("5", "2.5"))
    assert (deal.order.status, packing.left) == ("unfulfilled", ["5", "2.5"])
    assert counted(listing) == (12, 8)
    packing.track(packing.send("5", "2.5"), "deliver")
    deal.receive()
    assert (deal.money.held, counted(listing)) == (0, (12, 0))


def test_a_parcel_comes_back_only_on_its_way_back(deal: Deal, listing: Listing) -> None:
    packing = packing_of(deal, listing)
    parcel = packing.send("5", "2.5")
    with refused("shipment.state"):
        packing.track(parcel, "come_back")
    with refused("not_permitted"):
        services.track_shipment(shipment_id=parcel.pk, actor=deal.ben, event="come_back", now=deal.now)


def test_a_replacement_that_comes_back_is_owed_again(back: Returning, listing: Listing) -> None:
    row = back.approve(back.ask("2", ""), "replacement")
    first = back.replace(row)
    come_back(back.packing, first)
    assert counted(listing) == (10, 2)
    assert back.replace(row) != first
    assert counted(listing) == (10, 0)
