"""What orders tell the apps above them: milestones, written to the outbox and appended to the table by
`rooms`; functions that those apps register when they are ready.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.http import HttpRequest
from django.template.loader import render_to_string

from catalog.hooks import Panel
from negotiation_hub.kernel import commit, outbox
from negotiation_hub.people.models import User
from orders.models import Frame, Milestone, Order
from orders.queries import order_view

TOPIC: Final = "rooms.milestone"
KINDS: Final = frozenset(
    {
        "order.placed",
        "order.converted",
        "order.confirmed",
        "order.amended",
        "order.expired",
        "order.canceled",
        "order.reinstated",
        "order.reopened",
        "order.received",
        "order.received_part",
        "order.return_requested",
        "order.return_approved",
        "order.return_refused",
        "order.return_sent_back",
        "order.return_received",
        "order.return_canceled",
        "order.disputed",
        "order.dispute_proposed",
        "order.dispute_declined",
        "order.dispute_ended",
        "payment.authorized",
        "payment.captured",
        "payment.failed",
        "payment.late",
        "payment.refunded",
        "shipment.sent",
        "shipment.delivered",
        "shipment.late",
        "shipment.came_back",
        "download.released",
        "download.taken",
        "service.reported",
        "service.received",
        "service.changes_requested",
        "service.disputed",
        "service.dispute_ended",
        "appointment.proposed",
        "appointment.declined",
        "appointment.agreed",
        "appointment.moved",
        "appointment.missed",
        "appointment.canceled",
        "funds.released",
        "funds.released_part",
        "feedback.given",
    }
)

# Each is called with an annex of an agreement, as the order keeps it: its picture as PNG, or None when it is
# none of the app's. The same annex gives the same bytes.
annex_pictures: list[Callable[[dict[str, Any]], bytes | None]] = []

# Each is called with an order's id and the moment of its receipt, inside the receipt's transaction, which
# holds the order: it inserts rows or queues a job, and locks nothing.
order_received: list[Callable[[UUID, datetime], None]] = []

# Each is asked whenever an order's page is shown to one of its people. It only reads; None: nothing.
order_panels: list[Callable[[Order, User], Panel | None]] = []

# Each is asked whenever a frame agreement's page is shown to one of its people. It only reads; None: nothing.
frame_panels: list[Callable[[Frame, User], Panel | None]] = []

# Each is asked where in the room the terms of an order were made; the first that knows gives the address.
order_sources: list[Callable[[Order, int | None], str | None]] = []


def source_of(order: Order, version: int | None = None) -> str:
    """The address in the room where the offer stands that the order's terms come from, or the version that a
    line names; empty: nobody knows.
    """
    return next((address for ask in order_sources if (address := ask(order, version))), "")


def tell_received(order_id: UUID, at: datetime) -> None:
    """Tells everyone who has registered that the buyer has what was agreed."""
    for hook in order_received:
        hook(order_id, at)


def panels_of(order: Order, viewer: User, request: HttpRequest) -> list[str]:
    """The HTML of every registered panel that has something to show this person of an order."""
    return _shown((panel(order, viewer) for panel in order_panels), request)


def panels_of_frame(frame: Frame, viewer: User, request: HttpRequest) -> list[str]:
    """The same of a frame agreement."""
    return _shown((panel(frame, viewer) for panel in frame_panels), request)


def _shown(found: Iterable[Panel | None], request: HttpRequest) -> list[str]:
    return [render_to_string(panel.template, {**panel.context}, request) for panel in found if panel]


def cause_id(order: Order, kind: str, source: object) -> UUID:
    """The id of a cause that has none of its own, such as a provider's event: always the same for the same
    source.
    """
    return uuid5(order.pk, f"{kind}:{source}")


def milestone(order: Order, kind: str, cause: UUID, now: datetime, **extra: Any) -> None:
    """Notes a milestone and queues it for the room's table, in the open transaction; once per cause.

    `extra` joins the event's body beside `order` and `cause`.
    """
    commit.require_transaction()
    if kind not in KINDS:
        raise ValueError(f"{kind} is not a milestone of docs/protocol.md")
    _row, made = Milestone.objects.get_or_create(
        cause=cause, defaults={"order": order, "kind": kind, "created_at": now}
    )
    if not made:
        return
    body = {"order": order_view(order), **extra, "cause": str(cause)}
    payload = {"room_id": str(order.room_id), "kind": kind, "cause": str(cause), "body": body}
    outbox.enqueue(TOPIC, payload, dedupe=f"milestone:{cause}")
