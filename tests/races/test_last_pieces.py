"""A hundred buyers, each with a connection, agree on the last ten pieces at once: ten get one."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from catalog import audit, queries, services
from catalog.models import Listing
from catalog.services import Supply
from negotiation_hub.kernel import commit
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal
from orders.models import Order
from tests.orders.conftest import deal, provider  # noqa: F401 - fixtures
from tests.orders.deal import Deal
from tests.orders.test_audit import problems

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS, PIECES = 100, 10
TOGETHER_SECONDS = 60  # until all of them have a thread; far more than it takes


def test_of_a_hundred_buyers_of_the_last_ten_pieces_ten_get_one(deal: Deal) -> None:  # noqa: F811
    listing = services.create_listing(
        actor=deal.ada,
        title="Pump",
        description="",
        price=Money(10_000, "EUR"),
        supply=Supply(stock=PIECES),
        now=deal.now,
    )
    first = deal.lines[0]
    deal.lines = [{**first, "quantity": "1", "total": 10_000, "listing": listing.pk, "pieces": 1}]

    start = Barrier(BUYERS)

    def agree(_buyer: int) -> str:
        start.wait(TOGETHER_SECONDS)
        try:
            commit.retrying(deal.agree)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(BUYERS) as pool:
        ends = Counter(pool.map(agree, range(BUYERS)))
    assert ends == {"done": PIECES, "listing.sold_out": BUYERS - PIECES}
    assert Listing.objects.get(pk=listing.pk).stock == 0
    assert queries.reserved(listing) == PIECES
    assert Order.objects.filter(lines__listing_id=listing.pk).count() == PIECES
    assert [*audit.check(), *problems()] == []
