"""Returns: the buyer asks to send pieces back, the seller agrees or refuses, the pieces come back, and the
buyer has their money, or others.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

from django.utils.translation import gettext_noop as _

from catalog import stock as listings
from catalog.refusals import SoldOut
from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.people.models import User
from orders import lifecycle, return_mails, returned
from orders.hooks import milestone
from orders.lifecycle import RETURN, ReturnOutcome, ReturnReason, ReturnStatus, Status, Who
from orders.models import GoodsReturn, Order, Receipt, ReturnChange, ReturnItem
from orders.parts import decimal_text, goods_lines
from orders.services import common, receiving, return_money, stock, wanted

RETURNABLE: Final = frozenset({Status.PARTIALLY_FULFILLED, Status.FULFILLED, Status.PARTIALLY_RETURNED})
ASKED_FOR: Final = frozenset(ReturnReason) - {ReturnReason.NOT_RECEIVED}
_NAME_CHARS_MAX: Final = 100  # of a carrier or a tracking number, as of a shipment


class ReturnState(Refusal):
    """The return is not at the point where this can be done."""

    code = "return.state"
    message = _("The return is not at the point where this can be done any more.")


class ReturnQuantity(Malformed):
    """A quantity is no number, is nothing, or is more than has come and is not coming back already."""

    code = "return.quantity"
    message = _("Please say how much you send back: at most what you have received and have not sent back.")

    def __init__(self, line: UUID | None = None) -> None:
        self.line = line  # the one that it is about
        super().__init__()


class ReturnReasonMissing(Malformed):
    """No reason that there is, or words that are too long, cannot be shown, or are missing."""

    code = "return.reason"
    message = _("Please choose a reason; where it is another one, say it in 1 to 500 characters.")


class ReturnCarrierMissing(Malformed):
    """A parcel that is sent names who carries it, on one line."""

    code = "return.carrier"
    message = _("Please say who carries the parcel, in at most 100 characters.")


class NothingToReplace(Refusal):
    """There are not as many pieces in stock as would have to be replaced."""

    code = "return.sold_out"
    message = _("There are not enough pieces left to replace it. Give the money back instead.")


def request_return(
    *,
    order_id: UUID,
    actor: User,
    items: Mapping[UUID, str],
    reason: str,
    now: datetime,
    note: str = "",
    return_id: UUID | None = None,
) -> GoodsReturn:
    """The buyer asks to send so much of these lines back; until that is over its share stays held.

    `items` are decimal texts by line. Repeated with one `return_id` it is the same return.
    Raises ReturnQuantity, ReturnReasonMissing, OrderState, NotPermitted, NotFound.
    """
    note = one_line(note)
    if reason not in ASKED_FOR or not is_said(note, needed=reason == ReturnReason.OTHER):
        raise ReturnReasonMissing
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.BUYER)
        known = None if return_id is None else GoodsReturn.objects.filter(pk=return_id).first()
        if known is not None:
            if known.order_id != order.pk:
                raise NotFound
            return known
        if order.status not in RETURNABLE:
            raise common.OrderState
        chosen = wanted.quantities(order, items, returned.returnable(order), ReturnQuantity)
        facts: dict[str, Any] = {
            "reason": reason,
            "note": note,
            "requested_by": actor.pk,
            "requested_at": now,
        }
        row = begin(order, chosen, id=return_id or uuid7(), **facts)
        change = ReturnChange.objects.create(
            goods_return=row, seq=1, event="request", after=row.status, actor=actor.pk, at=now
        )
        tell_room(order, row, "order.return_requested", change)
        return_mails.requested(order, row)
    return row


def approve_return(
    *,
    return_id: UUID,
    actor: User,
    outcome: str,
    now: datetime,
    items: Mapping[UUID, str] | None = None,
    reason: str = "",
) -> GoodsReturn:
    """The seller agrees, and says what the buyer gets for it: their money, when it is back, or others.

    With `items`, decimal texts by line, to so much of it; `reason` says why not to the rest, which the buyer
    may ask for again. Others are reserved in stock at once. An approved return of the same outcome is
    returned as it is. Raises ReturnQuantity, ReturnReasonMissing, NothingToReplace, ReturnState, Malformed,
    NotPermitted, NotFound.
    """
    if outcome not in set(ReturnOutcome):
        raise Malformed
    reason = one_line(reason)
    with commit.transact():
        row, order = _locked(return_id, actor, "approve")
        if row.status == ReturnStatus.APPROVED and row.outcome == outcome:
            return row
        in_part = items is not None and _agree_to(order, row, items)
        if not is_said(reason, needed=in_part):
            raise ReturnReasonMissing(_("Please say why not to the rest, in 1 to 500 characters."))
        row.outcome = outcome
        change = _move(row, "approve", by=actor.pk, now=now, reason=reason if in_part else "")
        if outcome == ReturnOutcome.REPLACEMENT:
            reserve(row, now)
        tell_room(order, row, "order.return_approved", change, **({"reason": reason} if in_part else {}))
        return_mails.approved(order, row, change.reason)
    return row


def refuse_return(*, return_id: UUID, actor: User, reason: str, now: datetime) -> GoodsReturn:
    """The seller does not agree, and says why. A refused return is returned as it is.

    Raises ReturnReasonMissing, ReturnState, NotPermitted, NotFound.
    """
    reason = one_line(reason)
    if not is_said(reason, needed=True):
        raise ReturnReasonMissing(_("Please say why in 1 to 500 characters."))
    with commit.transact():
        row, order = _locked(return_id, actor, "refuse")
        if row.status == ReturnStatus.REFUSED:
            return row
        change = _move(row, "refuse", by=actor.pk, now=now, reason=reason)
        over(order, row, change, now)
        tell_room(order, row, "order.return_refused", change, reason=reason)
        return_mails.refused(order, row, reason)
    return row


def cancel_return(*, return_id: UUID, actor: User, now: datetime) -> GoodsReturn:
    """The buyer keeps it after all, before they have sent it. A canceled return is returned as it is.

    Raises ReturnState (also where a replacement is on its way), NotPermitted, NotFound.
    """
    with commit.transact():
        row, order = _locked(return_id, actor, "cancel")
        if row.status == ReturnStatus.CANCELED:
            return row
        if returned.replacement_of(row) is not None:
            raise ReturnState
        change = _move(row, "cancel", by=actor.pk, now=now)
        if row.outcome == ReturnOutcome.REPLACEMENT:
            listings.return_stock(cause=stock_cause(row), now=now)
        over(order, row, change, now)
        tell_room(order, row, "order.return_canceled", change)
        return_mails.canceled(order, row)
    return row


def send_back(*, return_id: UUID, actor: User, carrier: str, tracking: str, now: datetime) -> GoodsReturn:
    """The buyer has handed the parcel over. Said again it changes nothing.

    Raises ReturnCarrierMissing, ReturnState, NotPermitted, NotFound.
    """
    carrier, tracking = parcel_names(carrier, tracking)
    with commit.transact():
        row, order = _locked(return_id, actor, "send_back")
        if row.status == ReturnStatus.SENT_BACK:
            return row
        row.carrier, row.tracking = carrier, tracking
        change = _move(row, "send_back", by=actor.pk, now=now)
        tell_room(order, row, "order.return_sent_back", change)
        return_mails.sent_back(order, row)
    return row


def receive_return(*, return_id: UUID, actor: User, sellable: bool, now: datetime) -> GoodsReturn:
    """It is back: into stock again, or written off, as the seller says; the buyer's money goes back to them,
    where that was agreed. A received return is returned as it is.

    Raises ReturnState, NotPermitted, NotFound.
    """
    with commit.transact():
        row, order = _locked(return_id, actor, "receive")
        if row.status == ReturnStatus.RECEIVED:
            return row
        row.sellable = sellable
        if row.outcome == ReturnOutcome.REFUND:
            row.share = return_money.share_of(row)
        change = _move(row, "receive", by=actor.pk, now=now)
        came_back(order, row, change, buyer=row.requested_by, now=now)
    row.refresh_from_db()
    return row


def begin(
    order: Order,
    chosen: Mapping[UUID, Decimal],
    *,
    fresh: Mapping[UUID, Decimal] | None = None,
    **fields: Any,
) -> GoodsReturn:
    """A return of so much of these lines, with its items; its first step is the caller's. `fresh` is what of
    it the buyer has not confirmed, where the caller knows that.
    """
    fresh = returned.unconfirmed(order) if fresh is None else fresh
    row = GoodsReturn.objects.create(order=order, **fields)
    ReturnItem.objects.bulk_create(
        ReturnItem(
            goods_return=row,
            line_id=line,
            quantity=decimal_text(number),
            unconfirmed=decimal_text(min(number, fresh[line])),
        )
        for line, number in chosen.items()
    )
    return row


def came_back(
    order: Order, row: GoodsReturn, change: ReturnChange, *, buyer: UUID | None, now: datetime
) -> None:
    """What follows once the seller has it again: stock, status, money, and everybody who must hear of it."""
    if row.sellable:
        _restock(row, now)
    if row.outcome == ReturnOutcome.REFUND:
        common.returned_more(order, by=change.actor, now=now, goods_return=str(row.pk))
    tell_room(order, row, "order.return_received", change)
    return_mails.received(order, row)
    return_money.refund_due(order, now)
    receiving.conclude(order, by=buyer, now=now)
    over(order, row, change, now)


def stock_cause(row: GoodsReturn) -> UUID:
    """For what the pieces are taken from stock that replace it."""
    return uuid5(row.pk, "replacement")


def restock_cause(row: GoodsReturn) -> UUID:
    """With what its pieces are put back into stock."""
    return uuid5(row.pk, "came back")


def pieces(row: GoodsReturn) -> Counter[UUID]:
    """By listing: how many whole pieces are sent back."""
    found: Counter[UUID] = Counter()
    for item in row.items.select_related("line"):
        if item.line.listing_id is not None and (count := _pieces(item)):
            found[item.line.listing_id] += count
    return found


def _agree_to(order: Order, row: GoodsReturn, items: Mapping[UUID, str]) -> bool:
    """Notes to how much of it the seller agrees. Whether that is less than was asked for. Raises
    ReturnQuantity.
    """
    rows = list(row.items.all())
    asked = {item.line_id: Decimal(item.quantity) for item in rows}
    most = {line.pk: asked.get(line.pk, Decimal(0)) for line in goods_lines(order)}
    chosen = wanted.quantities(order, items, most, ReturnQuantity)
    for item in rows:
        item.agreed = decimal_text(chosen.get(item.line_id, Decimal(0)))
        item.save(update_fields=["agreed"])
    return any(chosen.get(line) != number for line, number in asked.items())


def parcel_names(carrier: str, tracking: str) -> tuple[str, str]:
    """Carrier and tracking number as they are stored. Raises ReturnCarrierMissing."""
    carrier, tracking = one_line(carrier), one_line(tracking)
    if not 0 < len(carrier) <= _NAME_CHARS_MAX or len(tracking) > _NAME_CHARS_MAX:
        raise ReturnCarrierMissing
    if not can_be_shown(carrier + tracking):
        raise ReturnCarrierMissing
    return carrier, tracking


def _pieces(item: ReturnItem) -> int:
    return stock.pieces_of(item.line, Decimal(item.stands))


def reserve(row: GoodsReturn, now: datetime) -> None:
    """Takes from stock what replaces it. Listings are locked in the order of their ids, after all else.

    Raises NothingToReplace.
    """
    try:
        for listing_id, count in sorted(pieces(row).items()):
            listings.take_stock(listing_id=listing_id, quantity=count, cause=stock_cause(row), now=now)
    except SoldOut:
        raise NothingToReplace from None


def _restock(row: GoodsReturn, now: datetime) -> None:
    found: dict[UUID, list[ReturnItem]] = {}
    for item in row.items.select_related("line"):
        if item.line.listing_id is not None and _pieces(item):
            found.setdefault(item.line.listing_id, []).append(item)
    for listing_id, items in sorted(found.items()):
        count = sum(_pieces(item) for item in items)
        put = listings.bring_back(listing_id=listing_id, quantity=count, cause=restock_cause(row), now=now)
        for item in items:
            item.stocked = _pieces(item) if put else 0
            item.save(update_fields=["stocked"])


def over(order: Order, row: GoodsReturn, change: ReturnChange, now: datetime) -> None:
    """Nothing more comes of it: the buyer has time anew to say a word about the rest."""
    if row.status in {ReturnStatus.REFUSED, ReturnStatus.CANCELED, ReturnStatus.RECEIVED} and not (
        Receipt.objects.filter(order=order).exists()
    ):
        common.silence_from(order, change.pk, now)


def _locked(return_id: UUID, actor: User, event: str) -> tuple[GoodsReturn, Order]:
    """The return and its order, locked, for who may cause this event. Raises NotPermitted, NotFound."""
    owner = GoodsReturn.objects.filter(pk=return_id).values_list("order_id", flat=True).first()
    if owner is None:
        raise NotFound
    order = common.locked(owner)
    common.require(order, actor, next(row.who for row in RETURN if row.event == event))
    return GoodsReturn.objects.get(pk=return_id), order


def _move(row: GoodsReturn, event: str, *, by: UUID | None, now: datetime, reason: str = "") -> ReturnChange:
    step = lifecycle.step(RETURN, event, ReturnStatus(row.status))
    if step is None:
        raise ReturnState
    before, row.status = row.status, step.after.value
    if step.after not in returned.OPEN:
        row.closed_at = now
    row.save()
    return ReturnChange.objects.create(
        goods_return=row,
        seq=row.changes.count() + 1,
        event=event,
        before=before,
        after=row.status,
        actor=by,
        at=now,
        reason=reason,
    )


def is_said(text: str, *, needed: bool) -> bool:
    """Whether these words can be stored and shown."""
    return bool(text or not needed) and len(text) <= limits.REASON_CHARS_MAX and can_be_shown(text)


def shown(row: GoodsReturn) -> dict[str, Any]:
    """The return as milestones show it: never the buyer's own words."""
    return {
        "id": str(row.pk),
        "reason": row.reason,
        "outcome": row.outcome,
        "carrier": row.carrier,
        "tracking": row.tracking,
        "items": [
            {"title": item.line.title, "quantity": item.stands, "unit": item.line.unit}
            for item in row.items.select_related("line")
            if Decimal(item.stands)
        ],
    }


def tell_room(order: Order, row: GoodsReturn, kind: str, change: ReturnChange, **more: Any) -> None:
    """Tells the table of a step."""
    milestone(order, kind, change.pk, change.at, **{"return": shown(row), **more})
