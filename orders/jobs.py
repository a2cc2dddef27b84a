"""The outbox jobs of orders. Each may run more than once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from negotiation_hub.kernel import commit, outbox
from orders import documents, mails, services
from orders.lifecycle import Status
from orders.models import Order
from orders.services import common
from payments.hooks import PaymentChanged


@outbox.handler("orders.remind")
def remind(payload: dict[str, Any], now: datetime) -> None:
    """Reminds the buyer of a payment that is still open."""
    with commit.transact():
        order = common.locked(UUID(payload["order"]))
        common.refresh_money(order)
        open_yet = order.status in {Status.DRAFT, Status.UNCONFIRMED, Status.UNFULFILLED}
        if open_yet and now < order.due_at and not common.paid_in_full(order):
            mails.payment_reminder(order, f"remind:{order.pk}:{payload['before_s']}")


@outbox.handler("orders.expire")
def expire(payload: dict[str, Any], now: datetime) -> None:
    """Ends the order if its payment is due and missing."""
    services.expire_unpaid(order_id=UUID(payload["order"]), now=now)


@outbox.handler("orders.silence")
def silence(payload: dict[str, Any], now: datetime) -> None:
    """Silence is receipt."""
    services.receipt_by_silence(order_id=UUID(payload["order"]), now=now)


def on_payment_changed(change: PaymentChanged) -> None:
    """The hook: inside the payment's transaction, so it only queues."""
    payload = {
        "order_id": str(change.order_id),
        "payment_id": str(change.payment_id),
        "event_id": str(change.event_id),
        "status": change.status.value,
        "previous": change.previous.value,
        "amount": change.amount,
        "currency": change.currency,
        "captured_now": change.captured_now,
        "refunded_now": change.refunded_now,
        "failure_code": change.failure_code,
    }
    outbox.enqueue("orders.payment_changed", payload, dedupe=f"payment:{change.event_id}")


@outbox.handler("orders.payment_changed")
def payment_changed(payload: dict[str, Any], now: datetime) -> None:
    """Takes in what payments said."""
    if not Order.objects.filter(pk=UUID(payload["order_id"])).exists():
        return  # a payment of something that is not an order
    ids = {name: UUID(payload[name]) for name in ("order_id", "payment_id", "event_id")}
    services.payment_changed(fact=services.PaymentFact(**{**payload, **ids}), now=now)


@outbox.handler("orders.agreement_pdf")
def agreement_pdf(payload: dict[str, Any], now: datetime) -> None:
    """Draws up the agreement in the buyer's language; others follow when they are asked for."""
    order = Order.objects.select_related("buyer_person").get(pk=UUID(payload["order"]))
    documents.agreement(order, order.buyer_person.language if order.buyer_person else "", now)
