"""What has happened to an order so far and what is still to come, for the page."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from orders.lifecycle import ChargeStatus, Status
from orders.models import Milestone, Order
from orders.next_step import Facts


@dataclass(frozen=True, slots=True)
class Stop:
    """One point on the way: `state` is done, current, failed or ahead."""

    state: str
    title: str
    at: datetime | None = None


def way(facts: Facts) -> list[Stop]:
    """The way of the order: agreed, placed, paid for, sent, delivered, received."""
    order = facts.order
    sent = facts.shipments[-1].shipped_at if facts.shipments else None
    delivered = (
        max((s.delivered_at for s in facts.shipments if s.delivered_at), default=None)
        if facts.delivered
        else None
    )
    receipt = facts.receipt
    told = dict(Milestone.objects.filter(order=order).order_by("-id").values_list("kind", "created_at"))
    charged = order.charge_status in {ChargeStatus.FULL, ChargeStatus.OVERCHARGED}
    points = [
        (_("Agreed"), True, order.created_at),
        (_("Placed"), order.placed_at is not None, order.placed_at),
        (_("Payment authorised"), facts.paid, told.get("payment.authorized")),
        (_("Sent"), facts.status in {Status.FULFILLED, Status.PARTIALLY_RETURNED, Status.RETURNED}, sent),
        (_("Card charged"), charged, told.get("payment.captured")),
        (_("Delivered"), facts.delivered, delivered),
        (_("Received"), receipt is not None, receipt.received_at if receipt else None),
        (
            _("Funds released"),
            bool(receipt and receipt.released_at),
            receipt.released_at if receipt else None,
        ),
    ]
    ended = {Status.EXPIRED: _("Expired"), Status.CANCELED: _("Canceled")}.get(facts.status)
    if ended is not None:
        done = [Stop("done", title, at) for title, reached, at in points if reached]
        return [*done, Stop("failed", ended, order.changes.last().at)]  # type: ignore[union-attr]  # there is always one
    stops, current = [], False
    for title, reached, at in points:
        state = "done" if reached else "ahead" if current else "current"
        current = current or not reached
        stops.append(Stop(state, title, at if reached else None))
    return stops


def milestone_words() -> dict[str, str]:
    """The kinds of milestones for people."""
    return {
        "order.placed": _("Order placed"),
        "order.converted": _("Order filled in by the seller"),
        "order.confirmed": _("Order confirmed by the buyer"),
        "order.expired": _("Order expired"),
        "order.canceled": _("Order canceled"),
        "order.reinstated": _("Order continued after a late payment"),
        "order.reopened": _("Order continued after a late payment"),
        "order.received": _("Receipt confirmed"),
        "payment.authorized": _("Payment authorised"),
        "payment.captured": _("Card charged"),
        "payment.failed": _("Payment failed"),
        "payment.late": _("Payment arrived late"),
        "payment.refunded": _("Money given back"),
        "shipment.sent": _("Goods sent"),
        "shipment.delivered": _("Goods delivered"),
        "funds.released": _("Funds released to the seller"),
        "feedback.given": _("Survey answered"),
    }


def history(order: Order) -> list[tuple[datetime, str]]:
    """The milestones so far in words, the newest first."""
    words = milestone_words()
    return [
        (row.created_at, words.get(row.kind, row.kind))
        for row in Milestone.objects.filter(order=order).order_by("-id")
    ]
