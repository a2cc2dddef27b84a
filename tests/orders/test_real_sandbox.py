"""An order's whole way through the real adapter, the real SDK, the sandbox, its page and its messages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from orders import audit
from orders.models import Receipt
from tests.orders.deal import Deal, Provider
from tests.payments.sandbox.harness import KEY, WEBHOOK_SECRET, Receiver, Sandbox, running_front

CARD = "4242424242424242"


@pytest.fixture
def sandbox(tmp_path: Path, settings: Settings) -> Iterator[Sandbox]:
    receiver = Receiver()
    with running_front() as front:
        running = Sandbox(tmp_path / "sandbox.sqlite3", receiver, front)
        with running.running():
            settings.PAYMENT_PROVIDER = "sandbox"
            settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, WEBHOOK_SECRET
            settings.STRIPE_API_BASE = running.base
            yield running
        receiver.close()
        running.web.close()


def listen(deal: Deal, sandbox: Sandbox, *kinds: str) -> None:
    """Takes the provider's messages once these have come, and does what follows."""
    sandbox.receiver.wait_for(*kinds)
    for raw, headers in sandbox.receiver.received:
        answer = Client().post(
            reverse("payments:webhook", args=["sandbox"]),
            raw,
            content_type="application/json",
            headers={"Stripe-Signature": headers["Stripe-Signature"]},
        )
        assert answer.status_code == 200
    deal.work()


def test_an_order_is_paid_sent_received_and_its_money_released(db: None, sandbox: Sandbox) -> None:
    deal = Deal(None, Provider())
    deal.place()
    buyer = Client()
    buyer.force_login(deal.ben)
    page = buyer.post(reverse("orders:pay", args=[deal.order_id]))["Location"]
    sandbox.fill(page, CARD)
    listen(deal, sandbox, "payment_intent.amount_capturable_updated")
    assert (deal.order.authorize_status, deal.order.charge_status) == ("full", "none")
    assert buyer.get(reverse("orders:paid", args=[deal.order_id])).status_code == 302

    deal.ship()
    listen(deal, sandbox, "payment_intent.succeeded")
    assert deal.order.charge_status == "full"
    deal.deliver()
    deal.receive()
    receipt = Receipt.objects.get(order=deal.order_id)
    assert (receipt.released_amount, receipt.released_fee) == (6_002_500, 122_500)
    assert deal.milestones == [
        "funds.released",
        "order.placed",
        "order.received",
        "payment.authorized",
        "payment.captured",
        "shipment.delivered",
        "shipment.sent",
    ]
    assert [str(problem) for problem in audit.check()] == []
