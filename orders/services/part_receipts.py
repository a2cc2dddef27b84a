"""Receipt in part: the buyer has so much of some lines, or a milestone; its share is released."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID, uuid5

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Malformed
from orders import disputed, mails, returned, shares
from orders.hooks import cause_id, milestone
from orders.lifecycle import Status, Tracking, Work
from orders.models import Order, OrderLine, PartReceipt, PartReceiptItem, Receipt, WorkMilestone
from orders.parts import decimal_text, gone, goods_lines, left_of, received
from orders.services import common
from payments import services as payments
from payments.queries import order_money

_RECEIVABLE: Final = frozenset({Status.PARTIALLY_FULFILLED, Status.FULFILLED, Status.PARTIALLY_RETURNED})


class ReceiptQuantity(Malformed):
    """A quantity is no number, is nothing, or is more than has come and is not received yet."""

    code = "receipt.quantity"
    message = _("Please say how much you have received: at most what was sent and is not received yet.")

    def __init__(self, line: UUID | None = None) -> None:
        self.line = line  # the one that it is about
        super().__init__()


def receivable(order: Order) -> dict[UUID, Decimal]:
    """By goods line: what has left the seller, is not on its way back to them, is in no return, not disputed,
    not settled for a sum, and is not received yet.
    """
    left = left_of(
        order, [row for row in gone(order.shipments.all()) if row.status != Tracking.RETURN_TO_SENDER]
    )
    had, back = done(order), returned.held_back(order)
    held = disputed.held(order)
    return {
        line.pk: max(
            Decimal(line.quantity) - left[line.pk] - had[line.pk] - back[line.pk] - held[line.pk], Decimal(0)
        )
        for line in goods_lines(order)
    }


def done(order: Order) -> dict[UUID, Decimal]:
    """By goods line: what was received in parts, or settled for a sum. Its share is dealt with."""
    had, settled = received(order), disputed.settled(order)
    return {line: number + had.get(line, Decimal(0)) for line, number in settled.items()}


def add_part(
    order: Order, items: Mapping[UUID, str], *, by: UUID | None, now: datetime, receipt_id: UUID | None
) -> PartReceipt:
    """Notes that the buyer has so much of these lines, and releases its share. In the caller's transaction.

    Repeated with one `receipt_id` it happens once. Raises ReceiptQuantity, OrderState.
    """
    known = None if receipt_id is None else PartReceipt.objects.filter(pk=receipt_id).first()
    if known is not None:
        if known.order_id != order.pk:
            raise ReceiptQuantity
        return known
    if order.status not in _RECEIVABLE or Receipt.objects.filter(order=order).exists():
        raise common.OrderState
    wanted = _wanted(order, items)
    part = PartReceipt.objects.create(
        id=receipt_id or uuid7(), order=order, by=by, received_at=now, share=share_of(order, wanted)
    )
    PartReceiptItem.objects.bulk_create(
        PartReceiptItem(receipt=part, line_id=line, quantity=decimal_text(quantity))
        for line, quantity in wanted.items()
    )
    _told(order, part, now)
    release_parts(order, now)
    return part


def receive_milestone(order: Order, work: WorkMilestone, *, by: UUID, now: datetime) -> PartReceipt:
    """A milestone is received: its share of its line is released, once, in the caller's transaction."""
    part, new = PartReceipt.objects.get_or_create(
        pk=uuid5(work.pk, "receipt"),
        defaults={
            "order": order,
            "work": work,
            "by": by,
            "received_at": now,
            "share": share_of_work(order, work),
        },
    )
    if new:
        release_parts(order, now)
    return part


def share_of_work(order: Order, work: WorkMilestone) -> int:
    """A milestone's share of the gross, in minor units."""
    of_line = list(order.work.filter(line=work.line_id).order_by("position"))
    place = [one.pk for one in of_line].index(work.pk)
    return shares.of_parts(shares_of_lines(order)[work.line_id], order.currency, len(of_line))[place]


def all_received(order: Order) -> bool:
    """Whether every line was received in parts: goods in full, but for what was sent back for money, every
    milestone, and there is nothing else.
    """
    had, back = done(order), returned.given_up(order)
    goods = all(had[line.pk] + back[line.pk] >= Decimal(line.quantity) for line in goods_lines(order))
    work = not order.work.exclude(status=Work.RECEIVED.value).exists()
    only = all(line.kind != "information" for line in order.lines.all())
    return goods and work and only


def release_parts(order: Order, now: datetime) -> None:
    """Gives the shares of received parts to the seller, each once, as far as money is held for them."""
    money = order_money(order.pk)
    if money.authorized > 0:
        return  # the charge is under way: it comes with the provider's word
    for part in PartReceipt.objects.filter(order=order, released_at=None).order_by("id"):
        held = order_money(order.pk).held
        # What was given back meanwhile is no longer there; a part gets what is left of its share.
        amount = min(part.share, held)
        if held <= 0 and part.share > 0:
            return
        _release(order, part, amount, now)


def _release(order: Order, part: PartReceipt, amount: int, now: datetime) -> None:
    released = None
    if amount > 0:
        released = payments.release_funds(
            order_id=order.pk,
            payee_id=order.seller_id,
            fee_bp=limits.PLATFORM_FEE_BP,
            cause=f"part:{part.pk}",
            now=now,
            amount=Money(amount, order.currency),
        )
    part.released_at = now
    part.released_amount = released.amount if released else 0
    part.released_fee = released.fee if released else 0
    part.save(update_fields=["released_at", "released_amount", "released_fee"])
    if released is None:
        return
    shown = {"amount": released.amount, "fee": released.fee, "currency": order.currency}
    milestone(order, "funds.released_part", cause_id(order, "released", part.pk), now, released=shown)
    mails.funds_released(order, part)


def _wanted(order: Order, items: Mapping[UUID, str]) -> dict[UUID, Decimal]:
    """The quantities above nothing, by line. Raises ReceiptQuantity."""
    open_yet, found = receivable(order), {}
    for line, text in items.items():
        try:
            quantity = Decimal(text.strip().replace(",", ".") or "0")
        except InvalidOperation:
            raise ReceiptQuantity(line) from None
        if not quantity.is_finite() or quantity < 0 or quantity > open_yet.get(line, Decimal(0)):
            raise ReceiptQuantity(line)
        if quantity:
            found[line] = quantity
    if not found:
        raise ReceiptQuantity
    return found


def share_of(order: Order, wanted: Mapping[UUID, Decimal]) -> int:
    """What so much of these lines is of the gross, in minor units, after what is dealt with already."""
    had, of_lines = done(order), shares_of_lines(order)
    ordered = {line.pk: Decimal(line.quantity) for line in order.lines.all()}
    return sum(
        shares.of_quantity(of_lines[line], before=had[line], now=had[line] + quantity, ordered=ordered[line])
        for line, quantity in wanted.items()
    )


def shares_of_lines(order: Order) -> dict[UUID, int]:
    """By line: its share of the gross, in minor units."""
    lines: list[OrderLine] = list(order.lines.order_by("position"))
    found = shares.of_lines([line.total for line in lines], order.money())
    return {line.pk: share for line, share in zip(lines, found, strict=True)}


def _told(order: Order, part: PartReceipt, now: datetime) -> None:
    shown = [
        {"title": item.line.title, "quantity": item.quantity, "unit": item.line.unit}
        for item in part.items.select_related("line")
    ]
    silent = {"silent": True} if part.by is None else {}
    milestone(order, "order.received_part", part.pk, now, received=shown, **silent)
    mails.received_part(order, part)
