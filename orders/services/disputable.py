"""What of an order's goods can be disputed, and what a dispute of them can come to. Only reads."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from orders import disputed, lateness, returned
from orders.lifecycle import DisputeReason, Status
from orders.models import GoodsDispute, Order, OrderLine, Receipt
from orders.parts import gone, goods_lines
from orders.services import common, part_receipts, return_money
from payments.queries import order_money

LIVE: Final = frozenset(
    {Status.UNFULFILLED, Status.PARTIALLY_FULFILLED, Status.FULFILLED, Status.PARTIALLY_RETURNED}
)


@dataclass(frozen=True, slots=True)
class Disputable:
    """What of a line can be disputed: what has left the seller and is not confirmed, that of it which was
    delivered, and what should have left by the agreed day. `late` is whether that day has passed.
    """

    left: Decimal
    delivered: Decimal
    unsent: Decimal
    late: bool

    def at_most(self, reason: str) -> Decimal:
        """How much of it, for this reason: nobody misses what may still come in time."""
        if reason != DisputeReason.NOT_RECEIVED:
            return self.left
        return self.left + self.unsent if self.late else self.delivered


def disputable(order: Order, now: datetime) -> dict[UUID, Disputable]:
    """By goods line."""
    if order.status not in LIVE or Receipt.objects.filter(order=order).exists():
        return {
            line.pk: Disputable(Decimal(0), Decimal(0), Decimal(0), late=False) for line in goods_lines(order)
        }
    left, had = part_receipts.receivable(order), part_receipts.done(order)
    there, back, held = returned.arrived(order), returned.held_back(order), disputed.held(order)
    unsent, asked = disputed.unsent(order), disputed.missing(order)
    paid = common.paid_in_full(order)
    return {
        line.pk: Disputable(
            left=left[line.pk],
            delivered=min(
                left[line.pk], max(Decimal(0), there[line.pk] - had[line.pk] - back[line.pk] - held[line.pk])
            ),
            unsent=unsent[line.pk] - asked[line.pk] if paid and _is_due(order, line, now) else Decimal(0),
            late=_is_late(order, line, now),
        )
        for line in goods_lines(order)
    }


def not_sent(order: Order, row: GoodsDispute) -> bool:
    """Whether something of it has not left the seller, or is with them again."""
    unsent = disputed.missing(order)
    had, back, held = part_receipts.done(order), returned.held_back(order), disputed.held(order)
    at_sellers = disputed.unsent(order)
    for item in row.items.select_related("line"):
        there = Decimal(item.line.quantity) - at_sellers[item.line_id]
        if unsent[item.line_id] and Decimal(item.missing):
            return True
        if had[item.line_id] + back[item.line_id] + held[item.line_id] > there:
            return True
    return False


def sum_at_most(order: Order, row: GoodsDispute) -> int:
    """What can go back for it, in minor units: its share of what was paid and not given back."""
    if row.status not in disputed.OPEN:
        return 0
    money = order_money(order.pk)
    return min(share_of(order, row), return_money.refundable(order) + money.authorized)


def share_of(order: Order, row: GoodsDispute) -> int:
    """What it is of the gross, in minor units, after what is dealt with already."""
    items = {item.line_id: Decimal(item.quantity) for item in row.items.all()}
    return part_receipts.share_of(order, items)


def _is_due(order: Order, line: OrderLine, now: datetime) -> bool:
    due = lateness.agreed_on(order, line)
    return due is not None and due < now.date()


def _is_late(order: Order, line: OrderLine, now: datetime) -> bool:
    """Whether the agreed day has passed; where none was agreed, the carrier's, or nobody ever named one."""
    if lateness.agreed_on(order, line) is not None:
        return _is_due(order, line, now)
    days = [
        row.expected_on
        for row in gone(order.shipments.all())
        if row.delivered_at is None and any(item.line_id == line.pk for item in row.items.all())
    ]
    return any(day is None or day < now.date() for day in days)
