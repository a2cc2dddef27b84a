"""Canceling as agreed against whatever else ends or moves an order: one wins, and money moves once."""

from functools import partial

import pytest

from orders import audit, services
from orders.models import Cancellation
from payments.models import Refund
from tests.orders.conftest import deal, provider  # noqa: F401 - fixtures
from tests.orders.deal import Deal
from tests.orders.test_cancelling import COSTS, FEE, GROSS, agreed, books
from tests.races.test_one_wins import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bought(deal: Deal) -> Deal:  # noqa: F811
    """Placed and paid; canceling costs a fifth."""
    return agreed(deal, COSTS)


def cancel(bought: Deal) -> object:
    """The buyer, who knows what it costs."""
    return services.cancel_order(order_id=bought.order_id, actor=bought.ben, now=bought.now, cost=FEE)


def test_an_order_is_canceled_or_sent(bought: Deal) -> None:
    send = partial(
        services.ship_order, order_id=bought.order_id, actor=bought.max, carrier="Correos", tracking="PQ1"
    )
    ends = race(partial(cancel, bought), partial(send, now=bought.now))
    bought.work()
    assert sorted(ends) == ["order.state", "won"]
    canceled = ends[0] == "won"
    assert bought.order.status == ("canceled" if canceled else "fulfilled")
    assert books(bought) == ((GROSS, GROSS - FEE, FEE, 0) if canceled else (GROSS, 0, 0, GROSS))
    assert list(audit.check_order(bought.order)) == []


def test_two_windows_cancel_once(bought: Deal) -> None:
    assert race(*[partial(cancel, bought)] * 2) == ["won", "won"]
    bought.work()
    assert (Cancellation.objects.count(), Refund.objects.count()) == (1, 1)
    assert books(bought) == (GROSS, GROSS - FEE, FEE, 0)


def test_of_both_sides_who_cancel_the_first_one_says_what_it_costs(bought: Deal) -> None:
    by_seller = partial(services.cancel_order, order_id=bought.order_id, actor=bought.sol, now=bought.now)
    assert race(partial(cancel, bought), by_seller) == ["won", "won"]
    bought.work()
    costs = Cancellation.objects.exists()
    assert books(bought) == ((GROSS, GROSS - FEE, FEE, 0) if costs else (0, 0, 0, 0))
    assert list(audit.check_order(bought.order)) == []
