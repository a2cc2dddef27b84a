"""Returns that the buyer has not asked for: goods that the seller has back, and the end of a dispute."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog import queries as catalog
from negotiation_hub.kernel import commit
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import Malformed, NotFound
from negotiation_hub.kernel.text import one_line
from negotiation_hub.people.models import User
from orders import returned
from orders.lifecycle import (
    RETURN_BEGINS,
    DisputeReason,
    ReturnOutcome,
    ReturnReason,
    ReturnStatus,
    Who,
)
from orders.models import GoodsDispute, GoodsReturn, Order, ReturnChange
from orders.services import common, return_money, returning, stock, wanted


def record_return(
    *,
    order_id: UUID,
    actor: User,
    items: Mapping[UUID, str],
    outcome: str,
    sellable: bool,
    now: datetime,
    reason: str = ReturnReason.NO_LONGER_WANTED,
    note: str = "",
    return_id: UUID | None = None,
) -> GoodsReturn:
    """The seller has so much of these lines back, without a request: agreed and received at once, for money
    or for others. `items` are decimal texts by line. Repeated with one `return_id` it is the same return.

    Raises ReturnQuantity, ReturnReasonMissing, NothingToReplace, OrderState, Malformed, NotPermitted,
    NotFound.
    """
    if outcome not in set(ReturnOutcome):
        raise Malformed
    note = one_line(note)
    if reason not in returning.ASKED_FOR or not returning.is_said(note, needed=reason == ReturnReason.OTHER):
        raise returning.ReturnReasonMissing
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.SALES)
        known = None if return_id is None else GoodsReturn.objects.filter(pk=return_id).first()
        if known is not None:
            if known.order_id != order.pk:
                raise NotFound
            return known
        if order.status not in returning.RETURNABLE:
            raise common.OrderState
        chosen = wanted.quantities(order, items, returned.returnable(order), returning.ReturnQuantity)
        facts: dict[str, Any] = {
            "reason": reason,
            "note": note,
            "requested_by": actor.pk,
            "requested_at": now,
        }
        facts |= {"status": ReturnStatus.RECEIVED.value, "outcome": outcome, "sellable": sellable}
        row = returning.begin(order, chosen, id=return_id or uuid7(), closed_at=now, **facts)
        if outcome == ReturnOutcome.REFUND:
            row.share = return_money.share_of(row)
            row.save(update_fields=["share"])
        change = _first(row, "record", by=actor.pk, now=now)
        returning.came_back(order, row, change, buyer=order.buyer_person_id, now=now)
        if outcome == ReturnOutcome.REPLACEMENT:
            returning.reserve(row, now)
    row.refresh_from_db()
    return row


def replace_disputed(order: Order, dispute: GoodsDispute, *, by: UUID | None, now: datetime) -> GoodsReturn:
    """Both agreed that what is disputed is replaced: a return that is agreed. What never came does not come
    back either: it is written off. In the caller's transaction. Raises NothingToReplace.
    """
    never_came = dispute.reason == DisputeReason.NOT_RECEIVED
    event = "write_off" if never_came else "settle"
    chosen = {item.line_id: Decimal(item.quantity) for item in dispute.items.all()}
    row = returning.begin(
        order,
        chosen,
        fresh=chosen,  # nobody confirms what is disputed
        dispute=dispute,
        reason=dispute.reason,
        note=dispute.words,
        requested_by=dispute.by,
        requested_at=now,
        status=RETURN_BEGINS[event].value,
        outcome=ReturnOutcome.REPLACEMENT.value,
        closed_at=now if never_came else None,
        sellable=False if never_came else None,
    )
    change = _first(row, event, by=by, now=now)
    if not never_came:
        returning.tell_room(order, row, "order.return_approved", change)
    returning.reserve(row, now)
    return row


def check_stock(dispute: GoodsDispute) -> None:
    """Whether there are others to send instead, as it looks now. Raises NothingToReplace."""
    wants: Counter[UUID] = Counter()
    for item in dispute.items.select_related("line"):
        if item.line.listing_id is not None:
            wants[item.line.listing_id] += stock.pieces_of(item.line, Decimal(item.quantity))
    for pk, listing in catalog.listings_by_ids(wants).items():
        if listing.stock is not None and listing.stock < wants[pk]:
            raise returning.NothingToReplace


def _first(row: GoodsReturn, event: str, *, by: UUID | None, now: datetime) -> ReturnChange:
    return ReturnChange.objects.create(
        goods_return=row, seq=1, event=event, after=row.status, actor=by, at=now
    )
