"""The buyer says that goods are not as agreed; both end it, and the money goes where that says.

What is disputed is received by nobody meanwhile, and its share stays held. The rest goes on.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.people.models import User
from orders import dispute_mails, disputed, lifecycle
from orders.hooks import milestone
from orders.lifecycle import DISPUTE, DisputeEnd, DisputeOutcome, DisputeReason, DisputeStatus, Who
from orders.models import DisputeChange, DisputeItem, GoodsDispute, Order, PartReceipt, Receipt
from orders.parts import decimal_text
from orders.services import common, disputes, part_receipts, receiving, return_money, return_records, wanted
from orders.services.disputable import LIVE, disputable, not_sent, share_of, sum_at_most

_ASK_WHY: Final = _("Please say why in 1 to 500 characters.")


class DisputeQuantity(Malformed):
    """A quantity is no number, is nothing, or is more than can be disputed for this reason."""

    code = "dispute.quantity"
    message = _(
        "Please say how much: at most what has come and you have not confirmed; as never come only what was "
        "delivered or is late."
    )

    def __init__(self, line: UUID | None = None) -> None:
        self.line = line  # the one that it is about
        super().__init__()


class DisputeOver(Refusal):
    """The dispute has ended, or the proposal is not the one that stands."""

    code = "dispute.over"
    message = _("The dispute is not at the point where this can be done any more.")


class DisputeNotSent(Refusal):
    """Something of it has not left the seller, or is with them again: it can be neither had nor settled."""

    code = "dispute.not_sent"
    message = _(
        "Not all of what is disputed has been sent. The seller sends it or cancels the order; or both change "
        "the order in the room."
    )


class DisputeSum(Malformed):
    """A sum that is nothing, or more than the share of what is disputed, or than was charged and is there."""

    code = "dispute.sum"
    message = _("Please name a sum: at most the share of what is disputed that was paid and not given back.")


def dispute_goods(
    *,
    order_id: UUID,
    actor: User,
    items: Mapping[UUID, str],
    reason: str,
    words: str,
    now: datetime,
    dispute_id: UUID | None = None,
) -> GoodsDispute:
    """The buyer says what is wrong with so much of these lines; until that is over its share stays held.

    `items` are decimal texts by line. Repeated with one `dispute_id` it is the same dispute.
    Raises DisputeQuantity, DisputeReasonMissing, OrderState, NotPermitted, NotFound.
    """
    if reason not in set(DisputeReason):
        raise disputes.DisputeReasonMissing(_("Please choose what is wrong."))
    words = disputes.said(words)
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.BUYER)
        known = None if dispute_id is None else GoodsDispute.objects.filter(pk=dispute_id).first()
        if known is not None:
            if known.order_id != order.pk:
                raise NotFound
            return known
        common.refresh_money(order)
        if order.status not in LIVE or Receipt.objects.filter(order=order).exists():
            raise common.OrderState
        open_yet = disputable(order, now)
        most = {line: one.at_most(reason) for line, one in open_yet.items()}
        chosen = wanted.quantities(order, items, most, DisputeQuantity)
        row = GoodsDispute.objects.create(
            id=dispute_id or uuid7(), order=order, reason=reason, words=words, by=actor.pk, at=now
        )
        DisputeItem.objects.bulk_create(
            DisputeItem(
                dispute=row,
                line_id=line,
                quantity=decimal_text(number),
                missing=decimal_text(max(Decimal(0), number - open_yet[line].left)),
            )
            for line, number in chosen.items()
        )
        change = DisputeChange.objects.create(
            dispute=row, seq=1, event="dispute", after=row.status, actor=actor.pk, at=now
        )
        _tell(order, row, "order.disputed", change, words)
        dispute_mails.goods_disputed(order, row)
    return row


def propose_outcome(
    *,
    dispute_id: UUID,
    actor: User,
    outcome: str,
    now: datetime,
    amount: int | None = None,
    reason: str = "",
    proposal_id: UUID | None = None,
) -> GoodsDispute:
    """The seller proposes how it ends, instead of what stands: others, a sum (`amount` in minor units), or
    that nothing is wrong, which needs a `reason`. Repeated with one `proposal_id` it happens once.

    Raises DisputeSum, DisputeReasonMissing, DisputeNotSent, DisputeOver, NothingToReplace, NotPermitted,
    NotFound.
    """
    if outcome not in set(DisputeOutcome):
        raise Malformed
    reason = disputes.said(reason, needed=outcome == DisputeOutcome.REJECTION, ask=_ASK_WHY)
    with commit.transact():
        row, order = _locked(dispute_id, actor, "propose")
        if proposal_id is not None and row.changes.filter(pk=proposal_id).exists():
            return row
        if row.status != DisputeStatus.DISPUTED:
            raise DisputeOver
        if outcome != DisputeOutcome.REJECTION and not_sent(order, row):
            raise DisputeNotSent
        sum_ = amount if outcome == DisputeOutcome.REFUND else None
        if outcome == DisputeOutcome.REFUND and not 0 < (sum_ or 0) <= sum_at_most(order, row):
            raise DisputeSum
        row.proposal = proposal_id or uuid7()
        change = _move(
            row,
            "propose",
            by=actor.pk,
            now=now,
            id=row.proposal,
            outcome=outcome,
            amount=sum_,
            reason=reason,
        )
        _tell(order, row, "order.dispute_proposed", change, reason)
        dispute_mails.outcome_proposed(order, row, change)
        if outcome == DisputeOutcome.REPLACEMENT:
            return_records.check_stock(row)
    return row


def decline_outcome(
    *, dispute_id: UUID, actor: User, proposal: UUID, now: datetime, reason: str = ""
) -> GoodsDispute:
    """The buyer does not take what the seller proposes: the dispute stays. Said again it changes nothing.

    Raises DisputeReasonMissing, DisputeOver, NotPermitted, NotFound.
    """
    reason = disputes.said(reason, needed=False, ask=_ASK_WHY)
    with commit.transact():
        row, order = _locked(dispute_id, actor, "decline")
        if row.status == DisputeStatus.DISPUTED and row.proposal is None and _was_proposed(row, proposal):
            return row
        if row.proposal != proposal:
            raise DisputeOver
        row.proposal = None
        change = _move(row, "decline", by=actor.pk, now=now, reason=reason)
        _tell(order, row, "order.dispute_declined", change, reason)
        dispute_mails.outcome_declined(order, row, change)
    return row


def agree_outcome(*, dispute_id: UUID, actor: User, proposal: UUID, now: datetime) -> GoodsDispute:
    """The buyer takes what the seller proposes, by the proposal's id: that ends the dispute, and what was
    agreed is done. Said again it changes nothing.

    Raises DisputeOver (also where another one stands by now), DisputeSum, DisputeNotSent, NothingToReplace,
    NotPermitted, NotFound.
    """
    with commit.transact():
        row, order = _locked(dispute_id, actor, "agree")
        agreed = _was_proposed(row, proposal)
        if row.status == DisputeStatus.RESOLVED and row.proposal == proposal and agreed is not None:
            return row
        if row.proposal != proposal or agreed is None:
            raise DisputeOver
        if agreed.outcome != DisputeOutcome.REJECTION and not_sent(order, row):
            raise DisputeNotSent
        if agreed.outcome == DisputeOutcome.REFUND:
            _settle(order, row, agreed.amount or 0, by=actor.pk, now=now)
        _resolve(order, row, "agree", DisputeEnd(agreed.outcome), by=actor.pk, now=now)
        if agreed.outcome == DisputeOutcome.REFUND:
            return_money.refund_due(order, now)
            part_receipts.release_parts(order, now)
            receiving.conclude(order, by=actor.pk, now=now)
        if agreed.outcome == DisputeOutcome.REPLACEMENT:
            return_records.replace_disputed(order, row, by=agreed.actor, now=now)
    row.refresh_from_db()
    return row


def receive_disputed(*, dispute_id: UUID, actor: User, now: datetime) -> GoodsDispute:
    """The buyer has what was disputed, as agreed: its share of the held funds goes to the seller. Said again
    it changes nothing.

    Raises DisputeNotSent, DisputeOver, OrderState, NotPermitted, NotFound.
    """
    with commit.transact():
        row, order = _locked(dispute_id, actor, "receive")
        if row.end == DisputeEnd.RECEIVED:
            return row
        if not_sent(order, row):
            raise DisputeNotSent
        _resolve(order, row, "receive", DisputeEnd.RECEIVED, by=actor.pk, now=now)
        items = {item.line_id: item.quantity for item in row.items.all()}
        part_receipts.add_part(order, items, by=actor.pk, now=now, receipt_id=uuid5(row.pk, "received"))
        receiving.conclude(order, by=actor.pk, now=now)
    return row


def withdraw_goods_dispute(*, dispute_id: UUID, actor: User, now: datetime) -> GoodsDispute:
    """The buyer takes it back; the days of silence begin anew. Said again it changes nothing.

    Raises DisputeOver, NotPermitted, NotFound.
    """
    with commit.transact():
        row, order = _locked(dispute_id, actor, "withdraw")
        if row.end != DisputeEnd.WITHDRAWN:
            _resolve(order, row, "withdraw", DisputeEnd.WITHDRAWN, by=actor.pk, now=now)
    return row


def end_of_order(order: Order, now: datetime) -> None:
    """What is disputed of an order ends with it, in the caller's transaction."""
    for row in disputed.open_of(order):
        _resolve(order, row, "end", DisputeEnd.ENDED, by=None, now=now)


def amended(order: Order, *, by: UUID, now: datetime) -> None:
    """Both have agreed anew what is to be delivered: what was disputed as never sent is part of that."""
    for row in disputed.open_of(order):
        if any(Decimal(item.missing) for item in row.items.all()):
            _resolve(order, row, "end", DisputeEnd.AMENDED, by=by, now=now)


def _settle(order: Order, row: GoodsDispute, amount: int, *, by: UUID, now: datetime) -> None:
    """What both agreed on: the sum goes back, the rest of the share to the seller."""
    if amount > sum_at_most(order, row):
        raise DisputeSum
    row.share, row.refund = share_of(order, row), amount
    PartReceipt.objects.create(
        id=uuid5(row.pk, "settled"),
        order=order,
        dispute=row,
        by=by,
        received_at=now,
        share=row.share - amount,
    )


def _resolve(
    order: Order, row: GoodsDispute, event: str, end: DisputeEnd, *, by: UUID | None, now: datetime
) -> None:
    row.end, row.ended_at, row.ended_by = end.value, now, by
    if event != "agree":
        row.proposal = None
    change = _move(row, event, by=by, now=now)
    if not Receipt.objects.filter(order=order).exists():
        common.silence_from(order, change.pk, now)
    _tell(order, row, "order.dispute_ended", change, "")
    dispute_mails.goods_dispute_ended(order, row)


def _move(row: GoodsDispute, event: str, *, by: UUID | None, now: datetime, **fields: Any) -> DisputeChange:
    step = lifecycle.step(DISPUTE, event, DisputeStatus(row.status))
    if step is None:
        raise DisputeOver
    before, row.status = row.status, step.after.value
    row.save()
    seq = row.changes.count() + 1
    return DisputeChange.objects.create(
        dispute=row, seq=seq, event=event, before=before, after=row.status, actor=by, at=now, **fields
    )


def _was_proposed(row: GoodsDispute, proposal: UUID) -> DisputeChange | None:
    return row.changes.filter(pk=proposal, event="propose").first()


def _locked(dispute_id: UUID, actor: User, event: str) -> tuple[GoodsDispute, Order]:
    """The dispute and its order, locked, for who may cause this event. Raises NotPermitted, NotFound."""
    owner = GoodsDispute.objects.filter(pk=dispute_id).values_list("order_id", flat=True).first()
    if owner is None:
        raise NotFound
    order = common.locked(owner)
    common.require(order, actor, next(row.who for row in DISPUTE if row.event == event))
    return GoodsDispute.objects.get(pk=dispute_id), order


def _tell(order: Order, row: GoodsDispute, kind: str, change: DisputeChange, words: str) -> None:
    """`reason` is what was said, in words; the dispute's own reason is a code."""
    proposed = change if change.event == "propose" else None
    shown = {
        "id": str(row.pk),
        "reason": row.reason,
        "outcome": proposed.outcome if proposed else "",
        "amount": proposed.amount if proposed else row.refund,
        "end": row.end,
        "by": str(change.actor) if change.actor else None,
        "items": [
            {"title": item.line.title, "quantity": item.quantity, "unit": item.line.unit}
            for item in row.items.select_related("line")
        ],
    }
    milestone(order, kind, change.pk, change.at, dispute=shown, reason=words or None)
