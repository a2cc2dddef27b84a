"""Both sides, two windows and the clock at once about one dispute: one step wins, and money moves once."""

from functools import partial
from uuid import uuid4

import pytest

from orders import audit, services
from orders.models import DisputeChange, GoodsDispute, PartReceipt, Receipt
from payments.models import Refund
from tests.orders.conftest import deal, provider  # noqa: F401 - fixtures
from tests.orders.deal import Deal
from tests.orders.disputes import Disputing
from tests.orders.parcels import Packing
from tests.races.test_one_wins import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def whole(deal: Deal) -> Disputing:  # noqa: F811
    """All of it is with the buyer."""
    packing = Packing.paid(deal)
    packing.track(packing.send("5", "2.5"), "deliver")
    return Disputing(packing)


def dispute(whole: Disputing, *quantities: str) -> object:
    """One window, with a form of its own."""
    return services.dispute_goods(
        order_id=whole.deal.order_id,
        actor=whole.deal.ben,
        items=whole.packing.items(*quantities),
        reason="damaged",
        words="Cracked",
        now=whole.deal.now,
    )


def test_two_windows_that_dispute_the_same_pumps_make_one_dispute(whole: Disputing) -> None:
    assert sorted(race(*[partial(dispute, whole, "3", "")] * 2)) == ["dispute.quantity", "won"]
    assert GoodsDispute.objects.count() == 1


def test_of_taking_it_back_and_settling_at_once_one_wins(whole: Disputing) -> None:
    row, now = whole.propose(whole.dispute("2", "")), whole.deal.now
    stands = whole.standing(row)
    ends = race(
        partial(services.withdraw_goods_dispute, dispute_id=row.pk, actor=whole.deal.ben, now=now),
        partial(services.agree_outcome, dispute_id=row.pk, actor=whole.deal.ben, proposal=stands, now=now),
    )
    whole.deal.work()
    row.refresh_from_db()
    assert sorted(ends) == ["dispute.over", "won"]
    assert Refund.objects.count() == PartReceipt.objects.count() == (row.end == "refund")
    assert list(audit.check_order(whole.deal.order)) == []


def test_of_taking_it_back_and_proposing_at_once_nothing_is_left_to_answer(whole: Disputing) -> None:
    row, now = whole.dispute("2", ""), whole.deal.now
    propose = partial(
        services.propose_outcome,
        dispute_id=row.pk,
        actor=whole.deal.sol,
        outcome="refund",
        amount=100,
        now=now,
    )
    ends = race(
        partial(services.withdraw_goods_dispute, dispute_id=row.pk, actor=whole.deal.ben, now=now), propose
    )
    row.refresh_from_db()
    assert (row.end, row.proposal) == ("withdrawn", None)
    assert ends in (["won", "won"], ["won", "dispute.over"])
    assert list(audit.check_order(whole.deal.order)) == []


def test_two_clicks_on_taking_it_give_the_sum_back_once(whole: Disputing) -> None:
    row = whole.propose(whole.dispute("2", ""))
    agree = partial(
        services.agree_outcome,
        dispute_id=row.pk,
        actor=whole.deal.ben,
        proposal=whole.standing(row),
        now=whole.deal.now,
    )
    assert race(agree, agree, agree) == ["won"] * 3
    whole.deal.work()
    assert [refund.amount for refund in Refund.objects.all()] == [5_000]
    assert list(audit.check_order(whole.deal.order)) == []


def test_two_clicks_on_proposing_propose_once(whole: Disputing) -> None:
    row = whole.dispute("2", "")
    propose = partial(
        services.propose_outcome,
        dispute_id=row.pk,
        actor=whole.deal.sol,
        outcome="refund",
        amount=100,
        proposal_id=uuid4(),
        now=whole.deal.now,
    )
    assert race(propose, propose) == ["won"] * 2
    assert DisputeChange.objects.filter(event="propose").count() == 1


def test_silence_and_a_dispute_at_once_release_the_money_or_hold_it(whole: Disputing) -> None:
    assert whole.deal.clock is not None
    whole.deal.clock.shift(15 * 86_400)
    ends = race(
        partial(services.receipt_by_silence, order_id=whole.deal.order_id, now=whole.deal.now),
        partial(dispute, whole, "2", ""),
    )
    whole.deal.work()
    if GoodsDispute.objects.exists():
        assert ends == ["won", "won"]
        assert (whole.deal.money.released, whole.deal.money.held) == (41_250, 20_000)
    else:
        assert ends == ["won", "order.state"]
        assert Receipt.objects.exists()
        assert whole.deal.money.held == 0
    assert list(audit.check_order(whole.deal.order)) == []
