"""Those who race for the last pieces: nobody gets what is not there, nothing is counted twice."""

import threading
from collections import Counter
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import connection

from catalog import audit, services
from catalog.models import Listing, StockMove
from catalog.services import Supply
from catalog.stock import return_stock, take_stock
from negotiation_hub.kernel import commit
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal
from tests.personas import START, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def together(*acts: Callable[[], object]) -> list[str]:
    """Runs all at once, each on a connection of its own; says how each ended."""
    barrier, ends = threading.Barrier(len(acts)), [""] * len(acts)

    def run(index: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            commit.retrying(acts[index])
            ends[index] = "done"
        except Refusal as refusal:
            ends[index] = refusal.code
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says so
            ends[index] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


def counted(stock: int) -> Listing:
    return services.create_listing(
        actor=make_cast().ada,
        title="Pump",
        description="",
        price=Money(1, "EUR"),
        supply=Supply(stock=stock),
        now=START,
    )


def taking(listing: Listing, cause: UUID | None = None, quantity: int = 1) -> Callable[[], object]:
    cause = cause or uuid4()
    return lambda: take_stock(listing_id=listing.pk, quantity=quantity, cause=cause, now=START)


def left(listing: Listing) -> int | None:
    assert list(audit.check()) == []
    return Listing.objects.get(pk=listing.pk).stock


def test_of_two_who_take_the_last_piece_one_gets_it() -> None:
    listing = counted(1)
    assert Counter(together(taking(listing), taking(listing))) == {"done": 1, "listing.sold_out": 1}
    assert left(listing) == 0


def test_of_many_as_many_get_one_as_there_are() -> None:
    listing = counted(5)
    ends = together(*[taking(listing) for _ in range(THREADS)])
    assert Counter(ends) == {"done": 5, "listing.sold_out": THREADS - 5}
    assert left(listing) == 0


def test_the_same_cause_at_once_takes_once_and_returns_once() -> None:
    listing, cause = counted(5), uuid4()
    assert set(together(*[taking(listing, cause, 2)] * THREADS)) == {"done"}
    assert left(listing) == 3
    assert set(together(*[lambda: return_stock(cause=cause, now=START)] * THREADS)) == {"done"}
    assert (left(listing), StockMove.objects.count()) == (5, 3)


def test_what_comes_back_while_others_take_is_neither_lost_nor_made() -> None:
    listing = counted(4)
    causes = [uuid4() for _ in range(4)]
    together(*[taking(listing, cause) for cause in causes])
    acts: list[Callable[[], object]] = [taking(listing) for _ in range(4)]
    acts += [lambda cause=cause: return_stock(cause=cause, now=START) for cause in causes]  # type: ignore[misc]
    ends = together(*acts)
    taken = ends[:4].count("done")
    assert set(ends) <= {"done", "listing.sold_out"}
    assert left(listing) == 4 - taken


def test_a_seller_who_counts_while_somebody_takes_overwrites_nothing() -> None:
    listing = counted(8)
    seller = listing.author

    def count() -> object:
        return services.edit_listing(
            actor=seller,
            listing_id=listing.pk,
            title="Pump",
            description="",
            price=Money(1, "EUR"),
            kind="goods",
            supply=Supply(stock=20, seen=8),
            now=START,
        )

    ends = together(count, taking(listing))
    assert ends[1] == "done"
    assert (ends[0], left(listing)) in {("done", 19), ("listing.stock_changed", 7)}
