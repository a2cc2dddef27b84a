"""REST: returns of goods, by the buyer and by the seller."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from negotiation_hub.kernel import clock
from orders import queries, services
from orders.delivery_api import person_of, shown_shipment
from orders.models import GoodsReturn
from orders.return_schemas import (
    ApproveReturnIn,
    GoodsReturnOut,
    GoodsReturnsOut,
    ReceiveReturnIn,
    RecordReturnIn,
    RefuseReturnIn,
    ReturnedIn,
    ReturnParcelIn,
    ReturnRequestIn,
    ReturnStepOut,
)
from orders.schemas import ShipmentOut

router = Router(tags=["orders"])
_OTHERS = frozenset({"order", "dispute", "items", "replacements", "steps"})


def shown_return(row: GoodsReturn) -> dict[str, Any]:
    """A return for `GoodsReturnOut`."""
    return {
        **{name: getattr(row, name) for name in GoodsReturnOut.model_fields if name not in _OTHERS},
        "order": row.order_id,
        "dispute": row.dispute_id,
        "items": [
            {"line": item.line_id, "quantity": item.quantity, "agreed": item.agreed}
            for item in row.items.all()
        ],
        "replacements": [parcel.pk for parcel in row.replacements.all()],
        "steps": [
            {name: getattr(change, name) for name in ReturnStepOut.model_fields}
            for change in row.changes.all()
        ],
    }


@router.get("/returns", response=GoodsReturnsOut, summary="The returns of an order")
def list_returns(request: HttpRequest, order: UUID) -> dict[str, Any]:
    """The oldest first."""
    found = queries.order_for(person_of(request), order)
    return {"returns": [shown_return(row) for row in found.returns.all()]}


@router.post("/returns", response=GoodsReturnOut, summary="Ask to send something back (buyer)")
def ask(request: HttpRequest, data: ReturnRequestIn) -> dict[str, Any]:
    """At most what has come and is in no return yet. Its share stays held until that is over."""
    row = services.request_return(
        order_id=data.order,
        actor=person_of(request),
        items=_items(data.items),
        reason=data.reason,
        note=data.note,
        return_id=data.id,
        now=clock.now(),
    )
    return shown_return(row)


@router.post("/returns/recorded", response=GoodsReturnOut, summary="Record what came back (seller)")
def record(request: HttpRequest, data: RecordReturnIn) -> dict[str, Any]:
    """Without a request of the buyer: agreed and received at once. Money goes back as for any return."""
    row = services.record_return(
        order_id=data.order,
        actor=person_of(request),
        items=_items(data.items),
        outcome=data.outcome,
        sellable=data.sellable,
        reason=data.reason,
        note=data.note,
        return_id=data.id,
        now=clock.now(),
    )
    return shown_return(row)


@router.post("/returns/{uuid:return_id}/approve", response=GoodsReturnOut, summary="Agree to it (seller)")
def approve(request: HttpRequest, return_id: UUID, data: ApproveReturnIn) -> dict[str, Any]:
    """To all of it, or to `items` with a `reason`; the rest may be asked for again. A replacement is reserved
    in stock at once, and refused as `return.sold_out` where none is left.
    """
    row = services.approve_return(
        return_id=return_id,
        actor=person_of(request),
        outcome=data.outcome,
        items=None if data.items is None else _items(data.items),
        reason=data.reason,
        now=clock.now(),
    )
    return shown_return(row)


@router.post("/returns/{uuid:return_id}/refuse", response=GoodsReturnOut, summary="Refuse it (seller)")
def refuse(request: HttpRequest, return_id: UUID, data: RefuseReturnIn) -> dict[str, Any]:
    """With the reason, which the buyer reads."""
    row = services.refuse_return(
        return_id=return_id, actor=person_of(request), reason=data.reason, now=clock.now()
    )
    return shown_return(row)


@router.post("/returns/{uuid:return_id}/cancel", response=GoodsReturnOut, summary="Keep it after all (buyer)")
def cancel(request: HttpRequest, return_id: UUID) -> dict[str, Any]:
    """Before it is sent."""
    row = services.cancel_return(return_id=return_id, actor=person_of(request), now=clock.now())
    return shown_return(row)


@router.post("/returns/{uuid:return_id}/sent", response=GoodsReturnOut, summary="It is on its way (buyer)")
def sent(request: HttpRequest, return_id: UUID, data: ReturnParcelIn) -> dict[str, Any]:
    """With carrier and tracking number."""
    row = services.send_back(
        return_id=return_id,
        actor=person_of(request),
        carrier=data.carrier,
        tracking=data.tracking,
        now=clock.now(),
    )
    return shown_return(row)


@router.post("/returns/{uuid:return_id}/receive", response=GoodsReturnOut, summary="It is back (seller)")
def receive(request: HttpRequest, return_id: UUID, data: ReceiveReturnIn) -> dict[str, Any]:
    """Into stock again, or written off; the money goes back where that was agreed."""
    row = services.receive_return(
        return_id=return_id, actor=person_of(request), sellable=data.sellable, now=clock.now()
    )
    return shown_return(row)


@router.post(
    "/returns/{uuid:return_id}/replacement", response=ShipmentOut, summary="Send a replacement (seller)"
)
def replacement(request: HttpRequest, return_id: UUID, data: ReturnParcelIn) -> dict[str, Any]:
    """The same lines and quantities again, once; no money moves."""
    parcel = services.send_replacement(
        return_id=return_id,
        actor=person_of(request),
        carrier=data.carrier,
        tracking=data.tracking,
        now=clock.now(),
    )
    return shown_shipment(parcel)


def _items(rows: list[ReturnedIn]) -> dict[UUID, str]:
    """By line. Raises ReturnQuantity for a line that is named twice."""
    items = {item.line: item.quantity for item in rows}
    if len(items) != len(rows):
        raise services.ReturnQuantity
    return items
