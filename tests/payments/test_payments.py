"""A payment from the request to the release and back, with the provider's facts in any order."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.models import Job
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.models import Membership, User
from payments import chart, gateway, jobs, queries, refunds, services
from payments.machine import Fact, RefundStatus, Status
from payments.models import Account, Cause, Payment, PaymentRequest, ProviderEvent, Refund, Transfer
from payments.settlement import Truth
from tests.payments.conftest import Deal
from tests.payments.fake import FEE

pytestmark = pytest.mark.django_db


def balance(key: chart.AccountKey) -> int:
    row = Account.objects.filter(code=key.code).first()
    return row.balance.minor if row else 0


def held(deal: Deal) -> int:
    return balance(chart.held(deal.order_id, "EUR"))


def wallet(deal: Deal) -> int:
    return balance(chart.wallet(deal.payee.pk, "EUR"))


def owed(deal: Deal) -> int:
    return balance(chart.receivable(deal.payee.pk, "EUR"))


def earned(deal: Deal) -> int:
    return balance(chart.platform_fee(deal.payee.pk, "EUR"))


def refund(deal: Deal, minor: int | None, cause: str = "change of mind") -> list[Refund]:
    amount = None if minor is None else Money(minor, "EUR")
    with commit.transact():
        return services.refund_order(
            order_id=deal.order_id, amount=amount, cause=cause, actor=deal.seller, now=deal.now
        )


# --- asking and starting


def test_the_same_cause_is_the_same_request(deal: Deal) -> None:
    assert deal.ask(cause="agreement:1") == deal.ask(cause="agreement:1")
    assert PaymentRequest.objects.count() == 1


def test_starting_again_while_one_is_open_answers_the_same_payment(deal: Deal) -> None:
    request = deal.ask()
    first, again = deal.start(request), deal.start(request)
    assert first == again
    assert first.hosted_url
    assert deal.gateway.calls == ["create"]


def test_a_payment_whose_answer_was_lost_is_asked_for_again_not_made_twice(deal: Deal) -> None:
    request = deal.ask()
    deal.gateway.down = True
    with pytest.raises(gateway.ProviderUnavailable):
        deal.start(request)
    deal.gateway.down = False
    payment = deal.start(request)
    assert payment.hosted_url
    assert Payment.objects.count() == 1


def test_a_page_that_nobody_ever_saw_is_given_up(deal: Deal) -> None:
    request = deal.ask()
    deal.gateway.down = True
    with pytest.raises(gateway.ProviderUnavailable):
        deal.start(request)
    deal.gateway.down = False
    jobs.poll({"payment": str(Payment.objects.get().pk)}, deal.now)
    assert Payment.objects.get().status == Status.FAILED
    assert deal.start(request).hosted_url


def test_what_the_provider_will_not_take_fails_and_may_be_tried_again(deal: Deal) -> None:
    request = deal.ask()
    deal.gateway.refuse_pages = True
    with pytest.raises(gateway.ProviderRefused):
        deal.start(request)
    assert (Payment.objects.get().status, deal.heard[-1].failure_code) == (Status.FAILED, "amount_too_small")
    deal.gateway.refuse_pages = False
    assert deal.start(request).hosted_url


def test_only_those_who_may_buy_for_the_payer_start_a_payment(deal: Deal) -> None:
    request = deal.ask()
    stranger = User.objects.create_user("stranger@example.test", name="Stranger")
    with pytest.raises(NotFound):
        services.start_payment(request_id=request.pk, actor=stranger, return_url="", now=deal.now)
    with pytest.raises(NotPermitted):
        services.start_payment(request_id=request.pk, actor=deal.seller, return_url="", now=deal.now)
    Membership.objects.create(user=stranger, organisation=deal.payer, role="member")
    with pytest.raises(NotPermitted):
        services.start_payment(request_id=request.pk, actor=stranger, return_url="", now=deal.now)
    assert not Payment.objects.exists()


def test_after_its_due_time_nothing_can_be_started(deal: Deal) -> None:
    request = deal.ask()
    with pytest.raises(services.RequestClosed):
        services.start_payment(request_id=request.pk, actor=deal.buyer, return_url="", now=request.due_at)


def test_what_is_authorised_cannot_be_paid_again(deal: Deal) -> None:
    payment = deal.authorized()
    with pytest.raises(services.AlreadyPaid):
        deal.start(payment.request)


def test_after_a_refund_the_request_is_open_again(deal: Deal) -> None:
    payment = deal.captured()
    refund(deal, 4_000)
    deal.work()
    assert deal.start(payment.request).amount == 4_000


@pytest.mark.django_db(transaction=True)
def test_a_provider_is_never_called_inside_a_transaction(deal: Deal) -> None:
    request = deal.ask()
    with pytest.raises(RuntimeError), commit.transact():
        deal.start(request)
    assert not connection.in_atomic_block
    assert deal.gateway.calls == []


# --- authorising and capturing


def test_an_authorisation_moves_no_money_and_is_told(deal: Deal) -> None:
    payment = deal.authorized()
    assert payment.status == Status.REQUIRES_CAPTURE
    assert queries.order_money(deal.order_id).authorized == 10_000
    assert not Cause.objects.exists()
    assert [(change.status, change.previous) for change in deal.heard] == [
        (Status.REQUIRES_CAPTURE, Status.REQUIRES_PAYMENT_METHOD)
    ]


def test_a_capture_fills_the_held_account_and_books_the_providers_fee(deal: Deal) -> None:
    payment = deal.captured()
    assert payment.status == Status.SUCCEEDED
    assert held(deal) == 10_000
    assert balance(chart.psp_clearing(deal.payee.pk, "EUR")) == 10_000 - FEE
    assert balance(chart.psp_fee(deal.payee.pk, "EUR")) == FEE
    assert deal.heard[-1].captured_now == 10_000


def test_asking_twice_captures_once(deal: Deal) -> None:
    payment = deal.captured()
    with commit.transact():
        services.capture_order(order_id=deal.order_id, cause="again", now=deal.now)
    deal.work()
    deal.tell(payment)
    assert held(deal) == 10_000
    assert deal.gateway.calls.count("capture") == 1


def test_a_part_that_was_captured_is_what_is_held(deal: Deal) -> None:
    payment = deal.authorized()
    deal.gateway.take(payment, 6_000)
    deal.tell(payment)
    assert (deal.fresh(payment).status, held(deal)) == (Status.PARTIALLY_CAPTURED, 6_000)


def test_a_decline_leaves_the_payment_open_and_says_why(deal: Deal) -> None:
    payment = deal.start()
    deal.gateway.decline(payment, "insufficient_funds")
    deal.tell(payment)
    assert deal.fresh(payment).status == Status.REQUIRES_PAYMENT_METHOD
    assert [change.failure_code for change in deal.heard] == ["insufficient_funds"]


def test_a_capture_that_the_provider_refuses_takes_in_what_is_true(deal: Deal) -> None:
    payment = deal.authorized()
    deal.gateway.truths[payment.pk] = Truth(Fact.CANCELED, 0, 0, 0)  # the authorisation has lapsed
    with commit.transact():
        services.capture_order(order_id=deal.order_id, cause="ship", now=deal.now)
    deal.work()
    assert deal.fresh(payment).status == Status.CANCELED


def test_canceling_lets_the_authorisation_go_and_takes_no_new_payment(deal: Deal) -> None:
    payment = deal.authorized()
    with commit.transact():
        services.cancel_authorization(order_id=deal.order_id, cause="expired", now=deal.now)
    deal.work()
    assert deal.fresh(payment).status == Status.CANCELED
    with pytest.raises(services.RequestClosed):
        deal.start(payment.request)


def test_money_captured_after_the_cancellation_is_never_lost(deal: Deal) -> None:
    payment = deal.authorized()
    with commit.transact():
        services.cancel_authorization(order_id=deal.order_id, cause="expired", now=deal.now)
    deal.gateway.take(payment)  # the payer was quicker than our job
    deal.work()
    assert deal.fresh(payment).status == Status.SUCCEEDED
    assert held(deal) == 10_000


def test_a_capture_is_taken_in_whatever_we_believed_before(deal: Deal) -> None:
    payment = deal.authorized()
    with commit.transact():
        services.cancel_authorization(order_id=deal.order_id, cause="expired", now=deal.now)
    deal.work()
    deal.gateway.take(payment)
    deal.tell(payment)
    assert (deal.fresh(payment).status, held(deal)) == (Status.SUCCEEDED, 10_000)


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


def spend(deal: Deal, minor: int) -> None:
    """The seller's money goes elsewhere, as it will with a payout."""
    from payments import ledger
    from payments.ledger import Leg

    leg = Leg(chart.wallet(deal.payee.pk, "EUR"), chart.wallet(uuid4(), "EUR"), Money(minor, "EUR"))
    ledger.post(cause_id=uuid4(), kind="paid_out", reference="test", legs=[leg], now=deal.now)


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


# --- silence


def test_a_payment_whose_message_never_came_is_found_by_asking(deal: Deal) -> None:
    payment = deal.start()
    deal.gateway.authorize(payment)
    later = deal.now + timedelta(seconds=61)
    jobs.queue_polls(later)
    jobs.queue_polls(later)
    assert Job.objects.filter(topic="payments.poll").count() == 1
    deal.work()
    assert deal.fresh(payment).status == Status.REQUIRES_CAPTURE


def test_what_nobody_finishes_is_asked_about_less_and_less_often(deal: Deal) -> None:
    payment = deal.start()
    waits = []
    for hours in (0, 1, 10, 100):
        moment = payment.created_at + timedelta(hours=hours)
        jobs.poll({"payment": str(payment.pk)}, moment)
        poll_at = deal.fresh(payment).poll_at
        assert poll_at is not None
        waits.append((poll_at - moment).total_seconds())
    assert waits == [60, 900, 9_000, 21_600]


def test_answers_that_say_nothing_new_are_stored_once(deal: Deal) -> None:
    payment = deal.authorized()
    for _ in range(3):
        jobs.poll({"payment": str(payment.pk)}, deal.now)
    assert ProviderEvent.objects.filter(kind="answer").count() == 1


def test_an_order_that_nothing_was_asked_for_has_no_money() -> None:
    money = queries.order_money(uuid4())
    assert (money.requested, money.captured, money.held, money.currency) == (0, 0, 0, "")


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
