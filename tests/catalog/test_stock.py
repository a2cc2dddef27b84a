from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from catalog import audit, queries, services
from catalog.models import Listing, StockMove
from catalog.refusals import SoldOut, StockChanged, StockInvalid
from catalog.services import Supply
from catalog.stock import return_stock, send_stock, take_stock
from negotiation_hub.kernel import commit
from negotiation_hub.kernel.limits import STOCK_MAX
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.verify import verify
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
PRICE = Money(125_000, "EUR")


def put_up(cast: Cast, stock: int | None = 3, **more: Any) -> Listing:
    facts = {"title": "Pump", "description": "", "price": PRICE, "now": START, **more}
    return services.create_listing(actor=cast.ada, supply=Supply(stock=stock), **facts)


def edit(cast: Cast, listing: Listing, supply: Supply | None) -> Listing:
    return services.edit_listing(
        actor=cast.ada,
        listing_id=listing.pk,
        title="Pump",
        description="",
        price=PRICE,
        kind="goods",
        supply=supply,
        now=START,
    )


def left(listing: Listing) -> int | None:
    assert list(audit.check()) == []
    return Listing.objects.get(pk=listing.pk).stock


def moves(listing: Listing) -> list[tuple[str, int]]:
    return [(move.reason, move.change) for move in StockMove.objects.filter(listing=listing).order_by("id")]


def take(listing: Listing, quantity: int = 1, cause: UUID | None = None) -> UUID:
    cause = cause or uuid4()
    take_stock(listing_id=listing.pk, quantity=quantity, cause=cause, now=START)
    return cause


def test_what_is_counted_goes_down_to_nothing_and_no_further(cast: Cast) -> None:
    listing = put_up(cast, 3)
    take(listing, 2)
    with pytest.raises(SoldOut) as refused:
        take(listing, 2)
    assert (refused.value.code, left(listing)) == ("listing.sold_out", 1)
    take(listing)
    with pytest.raises(SoldOut):
        take(listing)
    assert (left(listing), moves(listing)) == (0, [("counted", 3), ("taken", -2), ("taken", -1)])


def test_what_has_gone_does_not_come_back_and_never_more_goes_than_was_taken(cast: Cast) -> None:
    listing = put_up(cast, 5)
    cause = take(listing, 3)
    for gone, reserved in ((1, 2), (1, 2), (0, 2)):
        with commit.transact():
            send_stock(cause=cause, listing_id=listing.pk, gone=gone)
        assert queries.reserved(listing) == reserved
    return_stock(cause=cause, now=START)
    assert (left(listing), queries.reserved(listing)) == (4, 0)
    other = take(listing, 2)
    with commit.transact():
        send_stock(cause=other, listing_id=listing.pk, gone=9)
    assert (left(listing), queries.reserved(listing)) == (2, 0)


def test_the_same_cause_takes_once_and_returns_once(cast: Cast) -> None:
    listing = put_up(cast, 3)
    cause = take(listing, 2)
    take(listing, 2, cause)
    assert left(listing) == 1
    for _ in range(2):
        return_stock(cause=cause, now=START)
    assert left(listing) == 3
    take(listing, 2, cause)  # the deal it was taken for is over: a new one has a cause of its own
    assert left(listing) == 3
    assert moves(listing) == [("counted", 3), ("taken", -2), ("returned", 2)]


def test_one_cause_may_take_from_several_listings(cast: Cast) -> None:
    one, other = put_up(cast, 3), put_up(cast, 5)
    cause = take(one)
    take(other, 4, cause)
    return_stock(cause=cause, now=START)
    assert (left(one), left(other)) == (3, 5)


def test_what_is_not_counted_is_never_sold_out(cast: Cast) -> None:
    listing = put_up(cast, None)
    cause = take(listing, 1_000)
    return_stock(cause=cause, now=START)
    return_stock(cause=uuid4(), now=START)
    assert (left(listing), moves(listing)) == (None, [])


def test_taking_is_undone_with_the_callers_transaction(cast: Cast) -> None:
    listing = put_up(cast, 3)
    with pytest.raises(RuntimeError), commit.transact():
        take(listing)
        raise RuntimeError("the order could not be made")
    assert (left(listing), moves(listing)) == (3, [("counted", 3)])


@pytest.mark.parametrize("quantity", [0, -1])
def test_less_than_one_piece_is_a_mistake_of_the_caller(cast: Cast, quantity: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        take(put_up(cast), quantity)


def test_a_listing_that_is_not_there_has_nothing_to_take(cast: Cast) -> None:
    with pytest.raises(NotFound):
        take_stock(listing_id=uuid4(), quantity=1, cause=uuid4(), now=START)


def test_the_seller_counts_anew_and_each_time_is_a_move(cast: Cast) -> None:
    listing = put_up(cast, 3)
    assert edit(cast, listing, Supply(stock=8, seen=3)).stock == 8
    assert edit(cast, listing, Supply(stock=0, seen=8)).stock == 0
    assert edit(cast, listing, Supply(stock=None, seen=0)).stock is None
    assert edit(cast, listing, Supply(stock=0, seen=None)).stock == 0
    assert edit(cast, listing, Supply(stock=2, seen=0)).stock == 2
    assert left(listing) == 2
    assert moves(listing) == [("counted", 3), ("counted", 5), ("counted", -8), ("counted", 2)]


def test_a_number_of_pieces_that_are_no_longer_counted_is_no_number_left(cast: Cast) -> None:
    listing = put_up(cast, 3)
    cause = take(listing)
    edit(cast, listing, Supply(stock=None, seen=2))
    return_stock(cause=cause, now=START)
    assert left(listing) is None


def test_a_change_without_stock_leaves_it(cast: Cast) -> None:
    listing = put_up(cast, 3)
    edit(cast, listing, None)
    assert left(listing) == 3


def test_a_sale_between_looking_and_saying_is_not_overwritten(cast: Cast) -> None:
    listing = put_up(cast, 8)
    take(listing, 2)
    edit(cast, listing, Supply(stock=8, seen=8))  # the seller changed something else
    assert left(listing) == 6
    with pytest.raises(StockChanged):
        edit(cast, listing, Supply(stock=10, seen=8))
    assert left(listing) == 6
    edit(cast, listing, Supply(stock=10, seen=6))
    edit(cast, listing, Supply(stock=10, seen=6))  # a double click
    assert left(listing) == 10


@pytest.mark.parametrize("stock", [-1, STOCK_MAX + 1, 1.5, "3", True])
def test_a_stock_that_cannot_be_is_refused(cast: Cast, stock: Any) -> None:
    with pytest.raises(StockInvalid):
        put_up(cast, stock)
    listing = put_up(cast, STOCK_MAX)
    with pytest.raises(StockInvalid):
        edit(cast, listing, Supply(stock=stock, seen=STOCK_MAX))
    assert left(listing) == STOCK_MAX


def test_the_database_itself_refuses_a_stock_below_zero_and_changed_moves(cast: Cast) -> None:
    listing = put_up(cast, 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(stock=-1)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        StockMove.objects.filter(listing=listing).update(change=4)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_stockmove")
    move = StockMove.objects.get(listing=listing)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockMove.objects.create(listing=listing, cause=move.cause, change=1, reason="taken", at=START)


def test_verify_names_a_stock_that_is_not_the_sum_of_its_moves(cast: Cast) -> None:
    listing, uncounted = put_up(cast, 3), put_up(cast, 2)
    Listing.objects.filter(pk=listing.pk).update(stock=4)
    Listing.objects.filter(pk=uncounted.pk).update(stock=None)
    said: list[str] = []
    assert verify(said.append).problems == 2
    assert Counter(said) == Counter(
        [
            f"listing {listing.pk}: says 4 in stock, but its moves add up to 3",
            f"listing {uncounted.pk}: is not counted, but its moves add up to 2",
        ]
    )
