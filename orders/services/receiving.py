"""The receipt of whatever was delivered: so much of some lines, a milestone of work, the whole order."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people.models import User
from orders import disputed, lifecycle, mails, returned, silence
from orders.hooks import cause_id, milestone, tell_received
from orders.lifecycle import SHIPMENT, Status, Tracking, Who, Work
from orders.models import Order, PartReceipt, Receipt, WorkMilestone
from orders.parts import decimal_text
from orders.services import common, disputes, part_receipts, tracking, work
from payments import services as payments
from payments.queries import order_money

_RECEIVABLE = frozenset({Status.FULFILLED, Status.PARTIALLY_RETURNED, Status.RETURNED})
_SILENT = frozenset({Status.FULFILLED, Status.PARTIALLY_RETURNED})


class NotShipped(Refusal):
    """Receipt is confirmed of what the seller has delivered in whole."""

    code = "order.not_shipped"
    message = _("Not everything has been delivered yet.")


class ReturnOpen(Refusal):
    """Something that the buyer does not have yet, or not as agreed, is in a return."""

    code = "receipt.return_open"
    message = _("Something of it is being sent back. Please confirm what you keep, line by line.")


class GoodsDisputed(Refusal):
    """The buyer says that something is wrong with a part of it."""

    code = "receipt.disputed"
    message = _("Something of it is disputed. Please confirm what is right, line by line.")


def confirm_receipt(*, order_id: UUID, actor: User, now: datetime) -> Receipt:
    """The buyer has what was agreed: held funds go to the seller, less the platform's fee, once they are
    captured.

    Said again it changes nothing. Raises NotShipped, ReturnOpen, GoodsDisputed, OrderState, NotPermitted,
    NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.BUYER)
        if returned.blocks_receipt(order) and not Receipt.objects.filter(order=order).exists():
            raise ReturnOpen
        if disputed.blocks_receipt(order):
            raise GoodsDisputed
        return _receive(order, by=actor.pk, now=now)


def receive_part(
    *,
    order_id: UUID,
    actor: User,
    items: Mapping[UUID, str],
    now: datetime,
    receipt_id: UUID | None = None,
) -> PartReceipt:
    """The buyer has so much of these lines: its share of the held funds goes to the seller, less the fee.

    `items` are decimal texts by line. With the last of an order its receipt is confirmed. Repeated with one
    `receipt_id` it happens once. Raises ReceiptQuantity, OrderState, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.BUYER)
        part = part_receipts.add_part(order, items, by=actor.pk, now=now, receipt_id=receipt_id)
        conclude(order, by=actor.pk, now=now)
    part.refresh_from_db()
    return part


def receive_work(*, work_id: UUID, actor: User, now: datetime) -> WorkMilestone:
    """The buyer has what was to be done: its share of the held funds goes to the seller, less the fee.

    With the last of an order its receipt is confirmed. Received work is returned as it is.
    Raises WorkState, OrderState, NotPermitted, NotFound.
    """
    with commit.transact():
        one, order = work.locked_for(work_id, actor, "receive")
        if one.status != Work.RECEIVED:
            work.receive(order, one, by=actor.pk, now=now)
            part_receipts.receive_milestone(order, one, by=actor.pk, now=now)
            conclude(order, by=actor.pk, now=now)
    return one


def receipt_by_silence(*, order_id: UUID, now: datetime) -> Receipt | None:
    """Records the receipt of an order about which nobody has said a word for as long as was agreed since the
    last of it was delivered; of what is in a return or disputed it records nothing. None while that is not
    so.
    """
    with commit.transact():
        order = common.locked(order_id)
        if order.status not in _SILENT or Receipt.objects.filter(order=order).exists():
            return None
        if disputes.open_in(order):
            return None  # somebody has said a word
        at = silence.ends_at(order)
        if at is None or at > now:
            return None
        if not (returned.blocks_receipt(order) or disputed.blocks_receipt(order)):
            return _receive(order, by=None, now=now)
        rest = {line: decimal_text(left) for line, left in part_receipts.receivable(order).items() if left}
        if rest:
            part_receipts.add_part(order, rest, by=None, now=now, receipt_id=None)
    return None


def remind_of_silence(*, order_id: UUID, now: datetime) -> None:
    """Tells the buyer, once for each day on which silence ends, that it will count as receipt soon."""
    with commit.transact():
        order = common.locked(order_id)
        if order.status not in _SILENT or Receipt.objects.filter(order=order).exists():
            return
        at = silence.ends_at(order)
        if at is not None and silence.reminder_at(order, at) <= now < at:
            mails.silence_soon(order, at)


def release_if_due(order: Order, now: datetime) -> None:
    """Gives the held funds of a received order to the seller, once, as soon as nothing is left to capture."""
    part_receipts.release_parts(order, now)
    receipt = Receipt.objects.filter(order=order, released_at=None).first()
    if receipt is None:
        return
    money = order_money(order.pk)
    if money.authorized > 0:
        return
    if money.held <= 0:
        if money.released > 0:  # all of it with its parts
            receipt.released_at, receipt.released_amount, receipt.released_fee = now, 0, 0
            receipt.save()
        return
    released = payments.release_funds(
        order_id=order.pk,
        payee_id=order.seller_id,
        fee_bp=limits.PLATFORM_FEE_BP,
        cause=f"receipt:{receipt.pk}",
        now=now,
    )
    if released is None:
        return
    receipt.released_at = now
    receipt.released_amount, receipt.released_fee = released.amount, released.fee
    receipt.save()
    shown = {"amount": released.amount, "fee": released.fee, "currency": order.currency}
    milestone(order, "funds.released", cause_id(order, "released", receipt.pk), now, released=shown)
    mails.funds_released(order, receipt)


def conclude(order: Order, *, by: UUID | None, now: datetime) -> None:
    """Once everything was received in parts, the whole is. The order is locked."""
    if order.status in _SILENT and part_receipts.all_received(order):
        _receive(order, by=by, now=now)


def _receive(order: Order, *, by: UUID | None, now: datetime) -> Receipt:
    existing = Receipt.objects.filter(order=order).first()
    if existing is not None:
        return existing
    if order.status not in _RECEIVABLE:
        raise NotShipped
    for shipment in order.shipments.all():
        if lifecycle.step(SHIPMENT, "deliver", Tracking(shipment.status)) is not None:
            tracking.deliver(order, shipment, by=by, now=now)
    work.receive_reported(order, by=by, now=now)
    receipt = Receipt.objects.create(order=order, by=by, received_at=now)
    milestone(order, "order.received", receipt.pk, now, **({"silent": True} if by is None else {}))
    mails.received(order, receipt)
    tell_received(order.pk, now)
    release_if_due(order, now)
    return receipt
