"""What orders tell the room above them: milestones, written to the outbox and appended to the table by
`rooms`.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from negotiation_hub.kernel import commit, outbox
from orders.models import Milestone, Order
from orders.queries import order_view

TOPIC: Final = "rooms.milestone"
KINDS: Final = frozenset(
    {
        "order.placed",
        "order.converted",
        "order.confirmed",
        "order.expired",
        "order.canceled",
        "order.reinstated",
        "order.reopened",
        "order.received",
        "payment.authorized",
        "payment.captured",
        "payment.failed",
        "payment.late",
        "payment.refunded",
        "shipment.sent",
        "shipment.delivered",
        "download.released",
        "download.taken",
        "service.reported",
        "service.received",
        "service.changes_requested",
        "funds.released",
    }
)


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
