"""Two windows of the buyer confirm what has come at once: nothing is received, or released, twice."""

from functools import partial

import pytest

from orders import audit, services
from orders.models import PartReceipt
from payments.queries import order_money
from tests.orders.conftest import deal, provider  # noqa: F401 - fixtures
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.races.test_one_wins import race

pytestmark = pytest.mark.django_db(transaction=True)


def confirm(packing: Packing, quantity: str) -> object:
    """One window, with a form of its own."""
    return services.receive_part(
        order_id=packing.deal.order_id,
        actor=packing.deal.ben,
        items=packing.items(quantity),
        now=packing.deal.now,
    )


def test_of_three_windows_that_confirm_the_same_pumps_one_wins(deal: Deal) -> None:  # noqa: F811
    packing = Packing.paid(deal)
    packing.send("3", "")
    deal.work()
    ends = race(*(partial(confirm, packing, "2") for _ in range(3)))
    assert sorted(ends) == ["receipt.quantity", "receipt.quantity", "won"]
    assert PartReceipt.objects.count() == 1
    assert order_money(deal.order_id).released == 20_000
    assert list(audit.check_order(deal.order)) == []
