"""Counted stock of an order: reserved at the agreement, gone with the parcels, back when it ends."""

from typing import Any

import pytest
from django.urls import reverse

from catalog import audit as catalog_audit
from catalog import queries as catalog
from catalog import services as listings
from catalog.models import Listing, StockHold
from catalog.services import Supply
from negotiation_hub.kernel.money import Money
from orders import services
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.test_audit import problems, without_guards
from tests.orders.test_rest import call
from tests.orders.three import browser


@pytest.fixture
def listing(deal: Deal) -> Listing:
    return listings.create_listing(
        actor=deal.ada,
        title="Pump",
        description="",
        price=Money(10_000, "EUR"),
        supply=Supply(stock=20),
        now=deal.now,
    )


def packing_of(deal: Deal, listing: Listing) -> Packing:
    """Five pumps, and resin that takes three pieces of the same stock."""
    first = deal.lines[0]
    deal.lines = [
        {**first, "quantity": "5", "total": 50_000, "listing": listing.pk, "pieces": 5},
        {**first, "quantity": "2.5", "unit": "KGM", "total": 11_250, "listing": listing.pk, "pieces": 3},
    ]
    deal.order_id = deal.agree().pk
    deal.place()
    deal.authorize()
    return Packing(deal)


def counted(listing: Listing) -> tuple[int | None, int]:
    """What can be sold, and what is reserved; both prove right."""
    assert list(catalog_audit.check()) == []
    assert problems() == []
    listing.refresh_from_db()
    return listing.stock, catalog.reserved(listing)


def test_what_is_agreed_is_reserved_and_goes_with_the_parcels(deal: Deal, listing: Listing) -> None:
    packing = packing_of(deal, listing)
    assert counted(listing) == (12, 8)
    packing.pack("1")
    assert counted(listing) == (12, 8)  # still in the house
    packing.send("2", "1")
    assert counted(listing) == (12, 5)  # two pumps, and one whole piece of the three
    packing.send("", "1.5")
    assert counted(listing) == (12, 3)
    packing.track(deal.order.shipments.get(status="pending"), "move")
    packing.send("2")
    assert counted(listing) == (12, 0)


def test_what_is_canceled_can_be_sold_again_and_is_reserved_no_more(deal: Deal, listing: Listing) -> None:
    packing = packing_of(deal, listing)
    packing.pack("5")
    for _ in range(2):
        services.cancel_order(order_id=deal.order_id, actor=deal.sol, now=deal.now)
    assert counted(listing) == (20, 0)


def test_the_seller_sees_both_numbers_and_nobody_else_the_reserved_one(deal: Deal, listing: Listing) -> None:
    packing_of(deal, listing)
    page = browser(deal.ada).get(reverse("catalog:edit", args=[listing.pk])).content.decode()
    assert "8 more are reserved for orders and not sent yet." in page
    assert 'value="12"' in page
    for who, reserved in ((deal.sol, 8), (deal.ben, None)):
        told = call(deal, who, "GET", f"listings/{listing.pk}")[1]
        assert (told["stock"], told["reserved"]) == (12, reserved)


@pytest.mark.parametrize(
    ("plant", "says"),
    [
        (lambda: StockHold.objects.all().delete(), "8 were taken, 0 are reserved"),
        (lambda: StockHold.objects.update(pieces=9), "8 were taken, 9 are reserved"),
        (lambda: StockHold.objects.update(gone=5), "3 pieces of listing"),
        (lambda: StockHold.objects.update(gone=1), "3 pieces of listing"),
    ],
)
def test_verify_names_a_hold_that_is_not_what_was_taken_or_sent(
    deal: Deal, listing: Listing, plant: Any, says: str
) -> None:
    packing = packing_of(deal, listing)
    packing.send("2", "1")
    without_guards("catalog_stockhold")
    plant()
    found = [*problems(), *(str(one) for one in catalog_audit.check())]
    assert any(says in one for one in found), found
