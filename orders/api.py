"""REST: orders. What is delivered of them is in `delivery_api`, their papers in `documents_api`."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from negotiation_hub.kernel import clock, money
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.people.models import User
from orders import change_rows, hooks, queries, services
from orders.delivery_api import (
    person_of,
    shown_cancellation,
    shown_downloads,
    shown_lines,
    shown_milestone,
    shown_penalty,
    shown_shipment,
)
from orders.delivery_api import router as deliveries
from orders.dispute_api import router as disputes
from orders.dispute_api import shown_dispute
from orders.documents_api import router as papers
from orders.facts import OrderDetails
from orders.frame_api import router as frames
from orders.lifecycle import Status
from orders.models import Order, PartReceipt, Receipt
from orders.next_step import actions, next_step
from orders.order_facts import Facts
from orders.return_api import router as returns
from orders.return_api import shown_return
from orders.schemas import (
    CancelIn,
    ConfirmIn,
    DetailsIn,
    KnownDetailsIn,
    LateIn,
    OrderDetailOut,
    OrdersOut,
    PartReceiptIn,
    ReceiptOut,
    RefundIn,
    TogetherIn,
)
from orders.service_api import router as appointments
from orders.service_api import shown_appointment

router = Router(tags=["orders"])
router.add_router("", deliveries)
router.add_router("", papers)
router.add_router("", frames)
router.add_router("", returns)
router.add_router("", disputes)
router.add_router("", appointments)


def _brief(order: Order) -> dict[str, Any]:
    return {
        **queries.order_view(order),
        "room": order.room_id,
        "agreement": order.agreement_id,
        "title": order.title,
        "buyer": {"id": order.buyer_id, "name": order.buyer_name},
        "seller": {"id": order.seller_id, "name": order.seller_name},
        "placed_at": order.placed_at,
    }


def _receipt(receipt: Receipt | None) -> dict[str, Any] | None:
    if receipt is None:
        return None
    return {name: getattr(receipt, name) for name in ReceiptOut.model_fields}


def _part(part: PartReceipt) -> dict[str, Any]:
    own = ("id", "received_at", "share", "released_at", "released_amount", "released_fee")
    items = [{"line": item.line_id, "quantity": item.quantity} for item in part.items.all()]
    return {
        **{name: getattr(part, name) for name in own},
        "milestone": part.work_id,
        "dispute": part.dispute_id,
        "items": items,
    }


def _whole(order_id: UUID, person: User) -> dict[str, Any]:
    order = queries.order_for(person, order_id)
    facts = Facts.of(order)
    # What a buyer has typed into a draft is theirs until they place it.
    theirs = order.status != Status.DRAFT or "buyer" in queries.sides_of(order, person)
    details = queries.details_of(order) if theirs else None
    late = facts.late
    return {
        **_brief(order),
        **{
            name: getattr(order, name)
            for name in ("net", "tax", "tax_basis", "tax_rate_bp", "terms_hash", "issues")
        },
        "lines": shown_lines(order),
        "changes": change_rows.shown(order),
        "source": hooks.source_of(order),
        "details": details and {name: getattr(details, name) for name in DetailsIn.model_fields},
        "shipments": [shown_shipment(row) for row in facts.shipments],
        "downloads": shown_downloads(order),
        "milestones": [shown_milestone(row) for row in facts.work],
        "appointments": [shown_appointment(row) for row in facts.appointments],
        "receipt": _receipt(facts.receipt),
        "part_receipts": [_part(row) for row in order.part_receipts.prefetch_related("items")],
        "returns": [shown_return(row) for row in facts.returns],
        "disputes": [shown_dispute(row) for row in facts.disputes],
        "silence_at": facts.silence_at(),
        "late_payment": late
        and {"id": late.pk, "payment": late.payment_id, "amount": late.amount, "currency": late.currency},
        "penalty": shown_penalty(order),
        "cancellation": shown_cancellation(facts),
        "turn": next_step(facts).turn,
        "actions": sorted(actions(facts, person)),
    }


@router.get("/orders", response=OrdersOut, summary="Orders of your organisations, newest first")
def list_orders(
    request: HttpRequest, room: UUID | None = None, after: UUID | None = None, q: str = ""
) -> dict[str, Any]:
    """`after` is the last id of the page before; `next` is null on the last page. `q` is a number, contact,
    telephone, VAT number or reference, in whole.
    """
    page = queries.page_of_orders(person_of(request), room=room, after=after, words=q)
    return {
        "orders": [_brief(row) for row in page],
        "next": page[-1].pk if len(page) == queries.PAGE else None,
    }


@router.get("/orders/{uuid:order_id}", response=OrderDetailOut, summary="One order, with all that it has")
def read_order(request: HttpRequest, order_id: UUID) -> dict[str, Any]:
    """`actions` names what you may do now."""
    return _whole(order_id, person_of(request))


@router.post("/orders/{uuid:order_id}/place", response=OrderDetailOut, summary="Place it (buyer)")
def place(request: HttpRequest, order_id: UUID, data: DetailsIn) -> dict[str, Any]:
    """Completes contact, address, tax and payment plan; the order becomes `unfulfilled`."""
    person = person_of(request)
    services.place_order(order_id=order_id, actor=person, details=_details(data), now=clock.now())
    return _whole(order_id, person)


@router.post("/orders/place", response=OrdersOut, summary="Place several, all or none (buyer)")
def place_together(request: HttpRequest, data: TogetherIn) -> dict[str, Any]:
    """With the same details; each stays an order of its own, with its own number and payment."""
    person, details = person_of(request), _details(data.details)
    services.place_together(order_ids=data.orders, actor=person, details=details, now=clock.now())
    found = [queries.order_for(person, order_id) for order_id in sorted(set(data.orders))]
    return {"orders": [_brief(row) for row in found], "next": None}


@router.post(
    "/orders/{uuid:order_id}/convert", response=OrderDetailOut, summary="Fill it in for the buyer (seller)"
)
def convert(request: HttpRequest, order_id: UUID, data: KnownDetailsIn) -> dict[str, Any]:
    """With what you know; the order becomes `unconfirmed`, and the buyer gets a signed link by mail to
    complete and confirm it.
    """
    person = person_of(request)
    services.convert_order(order_id=order_id, actor=person, details=_details(data), now=clock.now())
    return _whole(order_id, person)


@router.post(
    "/orders/{uuid:order_id}/confirm",
    response=OrderDetailOut,
    summary="Confirm it by the mailed link (buyer)",
)
def confirm(request: HttpRequest, order_id: UUID, data: ConfirmIn) -> dict[str, Any]:
    """The same link again changes nothing."""
    person, now = person_of(request), clock.now()
    if "buyer" not in queries.sides_of(queries.order_for(person, order_id), person):
        raise NotPermitted
    if services.read_link(data.token, now).order_id != order_id:
        raise services.LinkInvalid
    services.confirm_order(
        token=data.token, now=now, details=_details(data.details) if data.details else None
    )
    return _whole(order_id, person)


@router.post(
    "/orders/{uuid:order_id}/cancel", response=OrderDetailOut, summary="Cancel it before anything is sent"
)
def cancel(request: HttpRequest, order_id: UUID, data: CancelIn | None = None) -> dict[str, Any]:
    """The seller may until something is sent, the buyer until the order is placed, and afterwards as agreed:
    then `cost` says what `cancellation` says.
    """
    person = person_of(request)
    cost = data.cost if data else None
    services.cancel_order(order_id=order_id, actor=person, now=clock.now(), cost=cost)
    return _whole(order_id, person)


@router.post("/orders/{uuid:order_id}/refund", response=OrderDetailOut, summary="Give money back (seller)")
def refund(request: HttpRequest, order_id: UUID, data: RefundIn) -> dict[str, Any]:
    """In whole, or in part. Send an `Idempotency-Key`, so that a retry does not give back twice."""
    person = person_of(request)
    amount = None if data.amount is None else money.positive(data.amount.minor, data.amount.currency)
    services.refund_order(order_id=order_id, actor=person, amount=amount, now=clock.now())
    return _whole(order_id, person)


@router.post(
    "/orders/{uuid:order_id}/late-payment",
    response=OrderDetailOut,
    summary="Decide about a late payment (seller)",
)
def late_payment(request: HttpRequest, order_id: UUID, data: LateIn) -> dict[str, Any]:
    """`reinstate` continues the order, `return` gives the money back."""
    person = person_of(request)
    services.resolve_late_payment(order_id=order_id, actor=person, choice=data.choice, now=clock.now())
    return _whole(order_id, person)


@router.post(
    "/orders/{uuid:order_id}/receipt", response=OrderDetailOut, summary="Confirm the receipt (buyer)"
)
def receipt(request: HttpRequest, order_id: UUID) -> dict[str, Any]:
    """Releases the held funds to the seller, less the platform's fee."""
    person = person_of(request)
    services.confirm_receipt(order_id=order_id, actor=person, now=clock.now())
    return _whole(order_id, person)


@router.post(
    "/orders/{uuid:order_id}/receipt/part", response=OrderDetailOut, summary="Confirm a part (buyer)"
)
def receipt_part(request: HttpRequest, order_id: UUID, data: PartReceiptIn) -> dict[str, Any]:
    """Releases the share of so much of these lines, less the fee. With the last, the whole is received."""
    person = person_of(request)
    items = {item.line: item.quantity for item in data.items}
    services.receive_part(order_id=order_id, actor=person, items=items, receipt_id=data.id, now=clock.now())
    return _whole(order_id, person)


def _details(data: DetailsIn) -> OrderDetails:
    return OrderDetails(**data.model_dump())
