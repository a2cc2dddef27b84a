"""Both sides and two windows at once about one return: one step wins, and money and stock move once."""

from functools import partial

import pytest

from orders import audit, services
from orders.models import GoodsReturn, ReturnChange
from payments.models import Refund
from tests.orders.conftest import deal, provider  # noqa: F401 - fixtures
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.returns import Returning
from tests.races.test_one_wins import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def back(deal: Deal) -> Returning:  # noqa: F811
    """Five pumps are with the buyer."""
    packing = Packing.paid(deal)
    packing.track(packing.send("5", ""), "deliver")
    return Returning(packing)


def ask(back: Returning) -> object:
    """One window, with a form of its own."""
    return services.request_return(
        order_id=back.deal.order_id,
        actor=back.deal.ben,
        items=back.packing.items("3"),
        reason="damaged",
        now=back.deal.now,
    )


def test_two_windows_that_ask_for_the_same_pumps_make_one_return(back: Returning) -> None:
    assert sorted(race(*[partial(ask, back)] * 2)) == ["return.quantity", "won"]
    assert GoodsReturn.objects.count() == 1


def test_of_agreeing_and_withdrawing_at_once_the_later_says_so_or_follows(back: Returning) -> None:
    row, now = back.ask("2", ""), back.deal.now
    ends = race(
        partial(services.approve_return, return_id=row.pk, actor=back.deal.sol, outcome="refund", now=now),
        partial(services.cancel_return, return_id=row.pk, actor=back.deal.ben, now=now),
    )
    row.refresh_from_db()
    assert row.status == "canceled", "what was agreed first can still be withdrawn"
    assert ends in (["won", "won"], ["return.state", "won"])
    assert list(audit.check_order(back.deal.order)) == []


def test_of_agreeing_and_refusing_at_once_one_wins(back: Returning) -> None:
    row, now = back.ask("2", ""), back.deal.now
    ends = race(
        partial(services.approve_return, return_id=row.pk, actor=back.deal.sol, outcome="refund", now=now),
        partial(services.refuse_return, return_id=row.pk, actor=back.deal.ada, reason="No", now=now),
    )
    assert sorted(ends) == ["return.state", "won"]
    assert ReturnChange.objects.filter(goods_return=row).count() == 2


def test_two_clicks_on_received_give_the_money_back_once(back: Returning) -> None:
    row = back.approve(back.ask("2", ""))
    back.send(row)
    receive = partial(
        services.receive_return, return_id=row.pk, actor=back.deal.max, sellable=True, now=back.deal.now
    )
    assert race(receive, receive, receive) == ["won"] * 3
    back.deal.work()
    assert [refund.amount for refund in Refund.objects.all()] == [20_000]
    assert list(audit.check_order(back.deal.order)) == []


def test_two_clicks_on_replacing_send_one_parcel(back: Returning) -> None:
    row = back.approve(back.ask("2", ""), "replacement")
    send = partial(
        services.send_replacement,
        return_id=row.pk,
        actor=back.deal.max,
        carrier="DHL",
        tracking="",
        now=back.deal.now,
    )
    assert race(send, send) == ["won"] * 2
    assert row.replacements.count() == 1
    assert list(audit.check_order(back.deal.order)) == []
