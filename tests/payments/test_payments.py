"""A payment from the request to the release and back, with the provider's facts in any order."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.models import Job
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.models import Membership, User
from payments import chart, gateway, jobs, queries, services
from payments.machine import Fact, Status
from payments.models import Cause, Payment, PaymentRequest, ProviderEvent
from payments.settlement import Truth
from tests.payments.books import balance, held, refund
from tests.payments.conftest import Deal
from tests.payments.fake import FEE

pytestmark = pytest.mark.django_db


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


def test_what_was_given_back_in_part_is_not_asked_for_again(deal: Deal) -> None:
    payment = deal.captured()
    refund(deal, 4_000)
    deal.work()
    assert queries.missing(payment.request) == 0
    with pytest.raises(services.AlreadyPaid):
        deal.start(payment.request)


def test_after_a_refund_in_whole_the_request_is_open_again(deal: Deal) -> None:
    payment = deal.captured()
    refund(deal, 4_000)
    refund(deal, 6_000, cause="the rest")
    deal.work()
    assert deal.start(payment.request).amount == 10_000


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
