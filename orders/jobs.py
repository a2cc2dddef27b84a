"""The outbox jobs of orders. Each may run more than once."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from negotiation_hub.kernel import outbox
from negotiation_hub.kernel.ids import uuid7
from orders import documents, reminding, services  # noqa: F401 - importing `reminding` registers its job
from orders.documents import issue, renditions
from orders.models import Order
from orders.services import picking, punctuality
from payments.hooks import PaymentChanged

_SWEEP_S: Final = 3600  # papers that nothing asked for are at most an hour late


@outbox.handler("orders.expire")
def expire(payload: dict[str, Any], now: datetime) -> None:
    """Ends the order if its payment is due and missing."""
    services.expire_unpaid(order_id=UUID(payload["order"]), now=now)


@outbox.handler("orders.silence")
def silence(payload: dict[str, Any], now: datetime) -> None:
    """Silence is receipt."""
    services.receipt_by_silence(order_id=UUID(payload["order"]), now=now)


@outbox.handler("orders.silence_soon")
def silence_soon(payload: dict[str, Any], now: datetime) -> None:
    """Silence is receipt in some days."""
    services.remind_of_silence(order_id=UUID(payload["order"]), now=now)


@outbox.handler("orders.pick")
def pick(payload: dict[str, Any], now: datetime) -> None:
    """Places pick what is paid."""
    picking.pick_due(order_id=UUID(payload["order"]), now=now)


@outbox.handler("orders.unpick")
def unpick(payload: dict[str, Any], now: datetime) -> None:
    """A parcel that a place should have picked was canceled."""
    picking.put_picked_back(shipment_id=UUID(payload["shipment"]), now=now)


@outbox.handler("orders.lateness")
def lateness(payload: dict[str, Any], now: datetime) -> None:
    """A day that was agreed has passed."""
    punctuality.tell_if_late(order_id=UUID(payload["order"]), now=now)


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


@outbox.handler("orders.papers")
def papers(payload: dict[str, Any], now: datetime) -> None:
    """Issues what is due of an order's papers, and draws its invoices in the buyer's language."""
    order = Order.objects.select_related("buyer_person").get(pk=UUID(payload["order"]))
    _issue(order, now)


@outbox.handler("orders.papers_of_seller")
def papers_of_seller(payload: dict[str, Any], now: datetime) -> None:
    """Invoices that waited for what their seller says of itself."""
    for order in issue.waiting(UUID(payload["seller"])):
        _issue(order, now)


@outbox.every("orders.papers_due", _SWEEP_S)
def papers_due(now: datetime) -> None:
    """What no event told: a refund that the provider finished later, a late payment that was taken."""
    for order in issue.waiting():
        _issue(order, now)


def on_legal_facts_changed(organisation_id: UUID) -> None:
    """The hook: inside the transaction of the change, so it only queues."""
    payload = {"seller": str(organisation_id)}
    outbox.enqueue("orders.papers_of_seller", payload, dedupe=f"papers_of_seller:{uuid7()}")


def _issue(order: Order, now: datetime) -> None:
    issue.issue_due(order_id=order.pk, now=now)
    language = order.buyer_person.language if order.buyer_person else ""
    for paper in order.papers.filter(serial__isnull=False):
        for format in renditions.formats_of(paper):
            renditions.document(paper, format, language, now)


@outbox.handler("orders.agreement_pdf")
def agreement_pdf(payload: dict[str, Any], now: datetime) -> None:
    """Issues what is due when an order is placed, and draws up the agreement in the buyer's language; others
    follow when they are asked for.
    """
    order = Order.objects.select_related("buyer_person").get(pk=UUID(payload["order"]))
    _issue(order, now)
    documents.agreement(order, order.buyer_person.language if order.buyer_person else "", now)
