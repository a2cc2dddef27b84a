"""What becomes of a deal is told at its table, exactly once, from the outbox."""

from datetime import datetime
from typing import Any
from uuid import UUID

from negotiation_hub.kernel import commit, outbox, stream
from negotiation_hub.kernel.stream import Draft
from orders.models import Order
from orders.queries import order_view
from rooms import negotiation, services
from rooms.models import Room


@outbox.handler("rooms.milestone")
def append_milestone(payload: dict[str, Any], now: datetime) -> None:
    """Appends a milestone under the id of its cause: a repeated job finds it there."""
    cause, room_id = UUID(payload["cause"]), UUID(payload["room_id"])
    with commit.transact():
        head = stream.lock(room_id)
        if head is None or stream.answered(room_id, by=None, command=cause) is not None:
            return
        room = Room.objects.get(pk=room_id)
        room.status = negotiation.after(payload["kind"], negotiation.Status(room.status))
        # The order as it is now: jobs may be retried out of order, and an old view must not come after a new
        # one.
        order = Order.objects.get(pk=UUID(payload["body"]["order"]["id"]))
        room.order = order_view(order)
        room.save(update_fields=["status", "order"])
        body = {**payload["body"], "order": room.order, "cause": str(cause)}
        stream.append(head, [Draft(payload["kind"], body, milestone=True)], by=None, at=now, command=cause)


@outbox.handler("rooms.expire_offer")
def expire_offer(payload: dict[str, Any], now: datetime) -> None:
    """At an offer's last moment: marks it, if it still stands."""
    services.expire_offer(room_id=UUID(payload["room"]), version=payload["version"], now=now)
