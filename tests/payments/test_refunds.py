"""Release and refund: before and after each other, asked for here or made at the provider."""

from uuid import uuid4

import pytest

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.money import Money
from payments import chart, queries, refunds, services
from payments.machine import Fact, RefundStatus
from payments.models import Account, Cause, Refund, Transfer
from payments.settlement import Truth
from tests.payments.books import balance, earned, held, owed, refund, spend, wallet
from tests.payments.conftest import Deal

pytestmark = pytest.mark.django_db


# --- release


def test_a_release_gives_seller_and_platform_their_parts(deal: Deal) -> None:
    deal.captured()
    released = deal.release()
    assert released is not None
    assert (released.amount, released.fee, released.currency) == (9_800, 200, "EUR")
    assert (held(deal), wallet(deal), earned(deal)) == (0, 9_800, 200)
    assert queries.order_money(deal.order_id).released == 10_000


def test_the_same_cause_releases_once_and_answers_the_same(deal: Deal) -> None:
    deal.captured()
    assert deal.release() == deal.release()
    assert wallet(deal) == 9_800


def test_nothing_held_is_nothing_released(deal: Deal) -> None:
    assert deal.release() is None
    deal.captured()
    deal.release("one")
    assert deal.release("two") is None


def test_a_part_can_be_released(deal: Deal) -> None:
    deal.captured()
    with commit.transact():
        released = services.release_funds(
            order_id=deal.order_id,
            payee_id=deal.payee.pk,
            fee_bp=200,
            cause="first half",
            now=deal.now,
            amount=Money(5_000, "EUR"),
        )
    assert released is not None
    assert (released.amount, held(deal)) == (4_900, 5_000)


# --- refunds


def test_a_refund_before_the_release_comes_from_what_is_held(deal: Deal) -> None:
    payment = deal.captured()
    refund(deal, 3_000)
    assert Account.objects.get(kind="held").available == Money(7_000, "EUR")
    deal.work()
    assert (held(deal), deal.fresh(payment).refunded) == (7_000, 3_000)
    assert queries.order_money(deal.order_id).refunded == 3_000
    assert deal.heard[-1].refunded_now == 3_000


def test_what_is_set_aside_for_a_refund_is_not_released(deal: Deal) -> None:
    deal.captured()
    refund(deal, 3_000)
    released = deal.release()
    assert released is not None
    assert released.amount + released.fee == 7_000
    deal.work()
    assert (held(deal), wallet(deal)) == (0, 6_860)


def test_a_refund_after_the_release_takes_from_seller_and_platform_in_proportion(deal: Deal) -> None:
    deal.captured()
    deal.release()
    refund(deal, 5_000)
    deal.work()
    assert (wallet(deal), earned(deal), owed(deal)) == (4_900, 100, 0)


def test_refunds_in_odd_parts_give_back_exactly_the_fee_that_was_taken(deal: Deal) -> None:
    deal.captured(9_999)
    deal.release()
    fee = earned(deal)
    for part, cause in ((3_333, "a"), (3_333, "b"), (3_333, "c")):
        refund(deal, part, cause)
    deal.work()
    assert (wallet(deal), earned(deal), owed(deal)) == (0, 0, 0)
    assert fee == 200


def test_what_the_wallet_cannot_cover_becomes_a_debt_collected_from_later_releases(deal: Deal) -> None:
    deal.captured()
    deal.release()
    spend(deal, 9_000)
    refund(deal, None)
    deal.work()
    assert (wallet(deal), earned(deal), owed(deal)) == (0, 0, 9_000)
    first, deal.order_id = deal.order_id, uuid4()
    deal.captured(20_000)
    released = deal.release()
    assert released is not None
    assert (released.amount, released.collected) == (19_600, 9_000)
    assert (wallet(deal), owed(deal)) == (10_600, 0)
    assert queries.order_money(first).refunded == 10_000


def test_the_same_cause_refunds_once(deal: Deal) -> None:
    deal.captured()
    assert refund(deal, 3_000) == refund(deal, 3_000)
    deal.work()
    assert held(deal) == 7_000


def test_more_than_what_is_left_is_not_refunded(deal: Deal) -> None:
    deal.captured()
    refund(deal, 8_000, "first")
    with pytest.raises(services.RefundTooMuch):
        refund(deal, 2_001, "second")
    assert refund(deal, None, "rest")[0].amount == 2_000
    assert refund(deal, None, "nothing") == []


def test_a_refund_that_the_provider_refuses_frees_what_was_set_aside(deal: Deal) -> None:
    payment = deal.captured()
    deal.gateway.refuse_refunds = True
    refund(deal, 3_000)
    deal.work()
    row = Refund.objects.get()
    assert (row.status, row.failure_code) == (RefundStatus.FAILED, "charge_disputed")
    assert Account.objects.get(kind="held").available == Money(10_000, "EUR")
    assert deal.heard[-1].failure_code == "refund:charge_disputed"
    assert deal.fresh(payment).refunded == 0


def test_a_refund_made_at_the_provider_is_a_fact_even_when_nobody_asked(deal: Deal) -> None:
    payment = deal.captured()
    deal.release()
    spend(deal, 9_800)
    deal.gateway.give_back(payment, 10_000)
    deal.tell(payment)
    assert (wallet(deal), earned(deal), owed(deal)) == (0, 0, 9_800)
    assert deal.fresh(payment).refunded == 10_000


def test_our_own_refund_seen_by_message_before_our_call_returned_counts_once(deal: Deal) -> None:
    payment = deal.captured()
    row = refund(deal, 3_000)[0]
    deal.gateway.give_back(payment, 3_000, ours=row.pk)
    deal.tell(payment)
    assert Refund.objects.count() == 1
    assert (held(deal), deal.fresh(payment).refunded) == (7_000, 3_000)
    assert not Transfer.objects.filter(phase="pending", ending__isnull=True).exists()


def test_a_refund_that_comes_back_is_put_where_it_came_from(deal: Deal) -> None:
    payment = deal.captured()
    refund(deal, 3_000)
    deal.work()
    deal.gateway.bounce(payment, Refund.objects.get().provider_ref or "")
    deal.tell(payment)
    assert (held(deal), deal.fresh(payment).refunded) == (10_000, 0)
    assert deal.heard[-1].refunded_now == -3_000


def test_a_debt_that_was_collected_meanwhile_comes_back_to_the_wallet(deal: Deal) -> None:
    payment = deal.captured()
    deal.release()
    spend(deal, 9_800)
    refund(deal, None)
    deal.work()
    deal.order_id = uuid4()
    deal.captured(20_000)
    deal.release()
    deal.gateway.bounce(payment, Refund.objects.get().provider_ref or "")
    deal.tell(payment)
    assert (wallet(deal), earned(deal), owed(deal)) == (19_600, 600, 0)


def test_reserving_again_after_a_crash_writes_nothing_new(deal: Deal) -> None:
    payment = deal.captured()
    row = refund(deal, 3_000)[0]
    causes = Cause.objects.count()
    with commit.transact(), pytest.raises(Exception, match="booking"):
        refunds.reserve(payment, Refund(id=row.pk, payment=payment, amount=2_999), deal.now)
    assert Cause.objects.count() == causes


def test_the_example_of_the_documentation_comes_out_as_it_says(deal: Deal) -> None:
    payment = deal.authorized()
    deal.gateway.truths[payment.pk] = Truth(Fact.CAPTURED, 0, 10_000, 320)
    deal.tell(payment)
    deal.release()
    spend(deal, 8_900)
    refund(deal, 5_000)
    deal.work()
    seller = deal.payee.pk
    assert (held(deal), wallet(deal), earned(deal), owed(deal)) == (0, 0, 100, 4_000)
    assert (balance(chart.psp_fee(seller, "EUR")), balance(chart.psp_clearing(seller, "EUR"))) == (320, 4_680)
