"""What has happened to an order so far and what is still to come, for the page."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from orders.lifecycle import Appointed, ChargeStatus, Status
from orders.models import Milestone, Order
from orders.order_facts import Facts
from orders.parts import gone


@dataclass(frozen=True, slots=True)
class Stop:
    """One point on the way: `state` is done, current, failed or ahead."""

    state: str
    title: str
    at: datetime | None = None


def way(facts: Facts) -> list[Stop]:
    """The way of the order: agreed, placed, paid for, delivered in each of its kinds, received."""
    order, receipt = facts.order, facts.receipt
    told = dict(Milestone.objects.filter(order=order).order_by("-id").values_list("kind", "created_at"))
    charged = order.charge_status in {ChargeStatus.FULL, ChargeStatus.OVERCHARGED}
    points = [
        (_("Agreed"), True, order.created_at),
        (_("Placed"), order.placed_at is not None, order.placed_at),
        (_("Payment authorised"), facts.paid, told.get("payment.authorized")),
        *_deliveries(facts),
        (_("Card charged"), charged, told.get("payment.captured")),
        *_arrival(facts),
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


def _deliveries(facts: Facts) -> list[tuple[str, bool, datetime | None]]:
    """What has left the seller, one point for each kind that the order has."""
    parts, order = facts.parts, facts.order
    points: list[tuple[str, bool, datetime | None]] = []
    if parts.information:
        last = max((grant.granted_at for grant in order.grants.all()), default=None)
        points.append((_("Files released"), parts.released == parts.information, last))
    if parts.goods:
        sent = max((row.shipped_at for row in gone(facts.shipments)), default=None)
        points.append((_("Sent"), parts.sent, sent))
    if facts.appointments:
        agreed = [row for row in facts.appointments if row.status == Appointed.AGREED]
        told = Milestone.objects.filter(
            order=order, kind__in=("appointment.agreed", "appointment.moved")
        ).last()
        whole = len(agreed) == len(facts.appointments) or parts.reported == parts.work
        points.append((_("Appointment agreed"), whole, told.created_at if told else None))
    if parts.work:
        last = max((row.reported_at for row in facts.work if row.reported_at), default=None)
        points.append((_("Work done"), parts.reported == parts.work, last))
    return points


def _arrival(facts: Facts) -> list[tuple[str, bool, datetime | None]]:
    if not facts.parts.goods:
        return []
    last = max((row.delivered_at for row in facts.shipments if row.delivered_at), default=None)
    return [(_("Delivered"), facts.parts.sent and facts.arrived, last)]


def milestone_words() -> dict[str, str]:
    """The kinds of milestones for people."""
    return {
        "order.placed": _("Order placed"),
        "order.converted": _("Order filled in by the seller"),
        "order.confirmed": _("Order confirmed by the buyer"),
        "order.amended": _("Order changed by both sides"),
        "order.expired": _("Order expired"),
        "order.canceled": _("Order canceled"),
        "order.reinstated": _("Order continued after a late payment"),
        "order.reopened": _("Order continued after a late payment"),
        "order.received": _("Receipt confirmed"),
        "order.received_part": _("A part received"),
        "order.return_requested": _("Return asked for"),
        "order.return_approved": _("Return agreed"),
        "order.return_refused": _("Return refused"),
        "order.return_sent_back": _("Goods on their way back"),
        "order.return_received": _("Return received"),
        "order.return_canceled": _("Return withdrawn by the buyer"),
        "order.disputed": _("Goods disputed"),
        "order.dispute_proposed": _("An end of the dispute proposed"),
        "order.dispute_declined": _("Proposed end of the dispute declined"),
        "order.dispute_ended": _("Dispute about goods ended"),
        "payment.authorized": _("Payment authorised"),
        "payment.captured": _("Card charged"),
        "payment.failed": _("Payment failed"),
        "payment.late": _("Payment arrived late"),
        "payment.refunded": _("Money given back"),
        "shipment.sent": _("Goods sent"),
        "shipment.delivered": _("Goods delivered"),
        "shipment.late": _("Goods late"),
        "shipment.came_back": _("Parcel came back to the seller"),
        "download.released": _("Files released"),
        "download.taken": _("File downloaded"),
        "service.reported": _("Work reported as done"),
        "service.received": _("Work received"),
        "service.changes_requested": _("Changes of the work asked for"),
        "service.disputed": _("Work disputed"),
        "service.dispute_ended": _("Dispute about work ended"),
        "appointment.proposed": _("Times for the appointment proposed"),
        "appointment.declined": _("Proposed times declined"),
        "appointment.agreed": _("Appointment agreed"),
        "appointment.moved": _("Appointment moved"),
        "appointment.missed": _("Appointment missed"),
        "appointment.canceled": _("Appointment canceled"),
        "funds.released": _("Funds released to the seller"),
        "funds.released_part": _("A part of the funds released to the seller"),
        "feedback.given": _("Survey answered"),
    }


def history(order: Order) -> list[tuple[datetime, str]]:
    """The milestones so far in words, the newest first."""
    words = milestone_words()
    return [
        (row.created_at, words.get(row.kind, row.kind))
        for row in Milestone.objects.filter(order=order).order_by("-id")
    ]
