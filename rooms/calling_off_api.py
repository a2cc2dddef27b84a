"""REST for what is called off of a frame agreement. Reading one is in `orders/frame_api.py`."""

from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest
from ninja import Router

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.people.models import User
from orders import frames
from orders import queries as order_queries
from orders.facts import OrderDetails
from orders.frame_schemas import CallOffIn, CallOffsOut, PricesIn, PricesOut
from orders.frames import offered
from orders.models import OrderLine
from orders.schemas import ItemIn
from orders.services import FramePriceChanged
from rooms import calling_off

router = Router(tags=["rooms"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


@router.post("/frames/{uuid:frame_id}/prices", response=PricesOut, summary="What a call-off would cost now")
def prices(request: Person, frame_id: UUID, payload: PricesIn) -> dict[str, Any]:
    """For both sides. Nothing is called off by it."""
    frame = frames.frame_for(request.auth, frame_id)
    shown = calling_off.preview(frame, _quantities(payload.items))
    lines = [
        {**line, "total": total} for line, total in zip(offered(shown.called), shown.totals, strict=True)
    ]
    return {
        "currency": frame.currency,
        "net": shown.net,
        "tax": shown.tax,
        "gross": shown.gross,
        "lines": lines,
    }


@router.get("/frames/{uuid:frame_id}/call-offs", response=CallOffsOut, summary="What was called off")
def list_call_offs(request: Person, frame_id: UUID, after: UUID | None = None) -> dict[str, Any]:
    """Newest first; `after` is the last id of the page before, `next` is null on the last page."""
    frame = frames.frame_for(request.auth, frame_id)
    rows = frames.orders_of_frame(frame).prefetch_related("lines")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    page = list(rows[: order_queries.PAGE])
    return {
        "call_offs": [
            {
                **order_queries.order_view(order),
                "room": order.room_id,
                "created_at": order.created_at,
                "lines": [_line(line) for line in order.lines.all()],
            }
            for order in page
        ],
        "next": page[-1].pk if len(page) == order_queries.PAGE else None,
    }


@router.post("/frames/{uuid:frame_id}/call-offs", summary="Call off at the agreed prices (buyer)")
def call_off(request: Person, frame_id: UUID, payload: CallOffIn) -> dict[str, Any]:
    """Opens a room, accepts the agreed terms in it, and makes the order. Send an `id` of yours, or an
    `Idempotency-Key`: the same one never calls off twice. `gross` must be what it costs now. `order` is null
    where your organisation asks for a second factor: then accept the standing offer in the room.
    """
    frame = frames.frame_for(request.auth, frame_id)
    if payload.gross.currency != frame.currency:
        raise FramePriceChanged
    key = request.headers.get("Idempotency-Key", "")
    call = calling_off.Call(
        id=payload.id or (uuid5(request.auth.pk, key) if key else uuid7()),
        frame=frame.pk,
        quantities=_quantities(payload.items),
        seen=payload.gross.minor,
    )
    details = OrderDetails(**payload.details.model_dump()) if payload.details else None
    bought = calling_off.call_off(actor=request.auth, call=call, details=details, now=clock.now())
    return {
        "room": str(bought.room.pk),
        "order": None if bought.order is None else order_queries.order_view(bought.order),
        "placed": bought.placed,
    }


def _quantities(items: list[ItemIn]) -> dict[UUID, str]:
    found = {item.line: item.quantity for item in items}
    if len(found) != len(items):
        raise frames.FrameQuantity
    return found


def _line(line: OrderLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in ("title", "quantity", "unit", "unit_price", "total")}
