"""Silence about what was delivered is its receipt: after the days that were agreed, and a reminder."""

from typing import Any

import pytest

from negotiation_hub.kernel import limits
from orders import audit, silence
from orders.models import PartReceipt, Receipt
from orders.order_facts import Facts
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.returns import Returning

pytestmark = pytest.mark.django_db
WEEK = [{"name": "Receipt by silence", "value": "7 days"}]


def delivered(deal: Deal, **fields: Any) -> Returning:
    """All of it is with the buyer."""
    packing = Packing.paid(deal, **fields)
    packing.track(packing.send("5", "2.5"), "deliver")
    return Returning(packing)


@pytest.mark.parametrize(
    ("name", "value", "days"),
    [
        ("Receipt by silence", "7 days", 7),
        ("recepción por silencio", "10 días", 10),
        ("Receipt by silence", 30, 30),
        ("Receipt by silence", "a while", 14),
        ("Receipt by silence", "91", 14),
        ("Receipt by silence", "0", 14),
        ("Something else", "7", 14),
    ],
)
def test_the_days_are_those_of_the_agreement(deal: Deal, name: str, value: object, days: int) -> None:
    order = deal.agree(issues=[{"name": name, "value": value}])
    assert silence.period(order).days == days


def test_agreed_days_of_silence_are_receipt_once_and_are_told_as_silence(deal: Deal) -> None:
    delivered(deal, issues=WEEK)
    deal.pass_time(days=6)
    assert not Receipt.objects.exists()
    deal.pass_time(days=1)
    deal.pass_time(days=30)
    assert Receipt.objects.get().by is None
    assert deal.money.held == 0
    told = [job["body"] for job in deal.told if job["kind"] == "order.received"]
    assert [body.get("silent") for body in told] == [True]
    assert deal.wrote(deal.sol, "has not objected") == 1


def test_the_buyer_is_reminded_once_before(deal: Deal) -> None:
    delivered(deal)
    deal.pass_time(days=10)
    assert deal.wrote(deal.ben, "is everything right?") == 0
    deal.pass_time(days=1, seconds=1)
    deal.pass_time(days=1)
    assert deal.wrote(deal.ben, "is everything right?") == 1


def test_who_has_received_it_is_not_reminded(deal: Deal) -> None:
    delivered(deal)
    deal.receive()
    deal.pass_time(days=12)
    assert deal.wrote(deal.ben, "is everything right?") == 0


def test_silence_is_counted_from_the_last_parcel(deal: Deal) -> None:
    packing = Packing.paid(deal)
    packing.track(packing.send("3", "1"), "deliver")
    deal.pass_time(days=5)
    packing.track(packing.send("2", "1.5"), "deliver")
    at = Facts.of(deal.order).silence_at()
    assert at is not None
    assert (at - deal.now).total_seconds() == limits.RECEIPT_SILENCE_S
    deal.pass_time(days=10)
    assert not Receipt.objects.exists()
    deal.pass_time(days=5)
    assert Receipt.objects.exists()


def test_silence_is_receipt_of_the_rest_while_something_is_in_a_return(deal: Deal) -> None:
    back = delivered(deal)
    row = back.ask("2", "")
    deal.pass_time(days=15)
    part = PartReceipt.objects.get()
    assert (part.by, part.share) == (None, 41_250)
    assert (deal.money.released, deal.money.held) == (41_250, 20_000)
    assert not Receipt.objects.exists()
    back.refuse(row)
    deal.pass_time(days=13)
    assert not Receipt.objects.exists(), "after a refusal there is time anew"
    deal.pass_time(days=2)
    assert (Receipt.objects.get().by, deal.money.held) == (None, 0)
    assert list(audit.check_order(deal.order)) == []


def test_what_is_left_of_a_return_in_part_is_received_by_silence(deal: Deal) -> None:
    back = delivered(deal)
    back.back("2", "")
    assert deal.order.status == "partially_returned"
    deal.pass_time(days=15)
    assert (Receipt.objects.get().by, deal.money.held) == (None, 0)
    assert list(audit.check_order(deal.order)) == []
