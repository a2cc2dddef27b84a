"""The whole way over HTTP: our services, the adapter, the real SDK, the sandbox, its page, its messages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.money import Money
from payments import audit, queries, services
from payments.machine import Status
from payments.models import Payment, ProviderEvent, Refund
from tests.payments.conftest import Deal
from tests.payments.sandbox.harness import KEY, WEBHOOK_SECRET, Front, Receiver, Sandbox, running_front

pytestmark = pytest.mark.django_db

GOOD, DECLINED = "4242424242424242", "4000000000000002"


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with running_front() as front:
        yield front


@pytest.fixture
def sandbox(tmp_path: Path, front: Front, settings: Settings) -> Iterator[Sandbox]:
    receiver = Receiver()
    running = Sandbox(tmp_path / "sandbox.sqlite3", receiver, front)
    with running.running():
        settings.PAYMENT_PROVIDER = "sandbox"
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, WEBHOOK_SECRET
        settings.STRIPE_API_BASE = running.base
        yield running
    receiver.close()
    running.web.close()


@pytest.fixture
def shop(db: None, sandbox: Sandbox, deal: Deal, monkeypatch: pytest.MonkeyPatch) -> "Shop":
    monkeypatch.undo()  # the provider in memory, and its hook, make room for the real way
    return Shop(deal, sandbox)


class Shop:
    """A deal that is paid in the sandbox."""

    def __init__(self, deal: Deal, sandbox: Sandbox) -> None:
        self.deal = deal
        self.sandbox = sandbox
        self.taken = 0

    def listen(self, *kinds: str) -> None:
        """Takes the provider's messages, once these have come, to our address; then works."""
        self.sandbox.receiver.wait_for(*kinds)
        received = self.sandbox.receiver.received
        for raw, headers in received[self.taken :]:
            signature = {"Stripe-Signature": headers["Stripe-Signature"]}
            answer = Client().post(
                "/payments/webhooks/sandbox", raw, content_type="application/json", headers=signature
            )
            assert answer.status_code == 200
        self.taken = len(received)
        self.deal.work()


def test_a_deal_is_paid_captured_refunded_and_released(shop: Shop) -> None:
    deal = shop.deal
    payment = deal.start()
    shop.sandbox.fill(payment.hosted_url, GOOD)
    shop.listen("payment_intent.amount_capturable_updated")
    assert deal.fresh(payment).status == Status.REQUIRES_CAPTURE
    with commit.transact():
        services.capture_order(order_id=deal.order_id, cause="ship", now=deal.now)
    deal.work()
    paid = deal.fresh(payment)
    assert (paid.status, paid.captured) == (Status.SUCCEEDED, 10_000)
    assert paid.fee > 0
    with commit.transact():
        services.refund_order(
            order_id=deal.order_id, amount=Money(2_500, "EUR"), cause="part", actor=deal.seller, now=deal.now
        )
    deal.work()
    shop.listen("charge.refunded")
    assert [refund.status for refund in Refund.objects.all()] == ["succeeded"]
    released = deal.release()
    assert released is not None
    assert released.amount + released.fee == 7_500
    money = queries.order_money(deal.order_id)
    assert (money.captured, money.refunded, money.released, money.held) == (10_000, 2_500, 7_500, 0)
    assert list(audit.check()) == []


def test_a_declined_card_is_told_and_another_one_pays(shop: Shop) -> None:
    payment = shop.deal.start()
    shop.sandbox.fill(payment.hosted_url, DECLINED)
    shop.listen("payment_intent.payment_failed")
    assert shop.deal.fresh(payment).failure_code
    shop.sandbox.fill(payment.hosted_url, GOOD)
    shop.listen("payment_intent.amount_capturable_updated")
    assert shop.deal.fresh(payment).status == Status.REQUIRES_CAPTURE
    assert shop.deal.fresh(payment).failure_code == ""


def test_a_page_that_nobody_paid_on_is_closed_with_the_order(shop: Shop) -> None:
    payment = shop.deal.start()
    with commit.transact():
        services.cancel_authorization(order_id=shop.deal.order_id, cause="expired", now=shop.deal.now)
    shop.deal.work()
    assert shop.deal.fresh(payment).status == Status.CANCELED
    assert "expired" in shop.sandbox.web.get(payment.hosted_url).text.lower()


def test_a_payment_is_found_though_we_died_before_we_wrote_down_its_name(shop: Shop) -> None:
    payment = shop.deal.start()
    Payment.objects.filter(pk=payment.pk).update(provider_ref=None)
    shop.sandbox.fill(payment.hosted_url, GOOD)
    shop.listen("payment_intent.amount_capturable_updated")
    with commit.transact():
        services.capture_order(order_id=shop.deal.order_id, cause="ship", now=shop.deal.now)
    shop.deal.work()
    assert shop.deal.fresh(payment).captured == 10_000


def test_a_forged_message_is_refused(shop: Shop) -> None:
    answer = Client().post(
        "/payments/webhooks/sandbox",
        b"{}",
        content_type="application/json",
        headers={"Stripe-Signature": "t=1,v1=00"},
    )
    assert answer.status_code == 400
    assert not ProviderEvent.objects.exists()


def test_a_refund_made_at_the_provider_reaches_our_books(shop: Shop) -> None:
    deal = shop.deal
    payment = deal.start()
    shop.sandbox.fill(payment.hosted_url, GOOD)
    shop.listen("payment_intent.amount_capturable_updated")
    with commit.transact():
        services.capture_order(order_id=deal.order_id, cause="ship", now=deal.now)
    deal.work()
    shop.sandbox.api.v1.refunds.create(
        params={"payment_intent": deal.fresh(payment).intent_ref, "amount": 400}
    )
    shop.listen("refund.created", "charge.refunded")
    assert queries.order_money(deal.order_id).refunded == 400
    assert list(audit.check()) == []
