"""What of an order's goods is disputed, or was settled for a sum: by line, in the line's unit. Only reads."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from orders.lifecycle import DisputeEnd, DisputeReason, DisputeStatus
from orders.models import GoodsDispute, Order
from orders.parts import gone, goods_lines, left_of

OPEN: Final = frozenset({DisputeStatus.DISPUTED, DisputeStatus.DECIDED})

Quantities = dict[UUID, Decimal]


def open_of(order: Order) -> list[GoodsDispute]:
    """The disputes that are not resolved, the oldest first."""
    return [row for row in order.disputes.all() if row.status in OPEN]


def held(order: Order) -> Quantities:
    """What has left the seller and is disputed: nobody receives it and nobody sends it back until it is over.

    What had not left when it was disputed counts as soon as it leaves, before anything else of its line.
    """
    whole, missing = _sums(order)
    return {line: whole[line] - missing[line] for line in whole}


def unsent(order: Order) -> Quantities:
    """What has not left the seller, whether disputed or not."""
    return {
        line: max(number, Decimal(0)) for line, number in left_of(order, gone(order.shipments.all())).items()
    }


def missing(order: Order) -> Quantities:
    """What has not left the seller and is disputed."""
    return _sums(order)[1]


def settled(order: Order) -> Quantities:
    """What ended with a sum: the buyer claims nothing more of it, the seller has the rest of its share."""
    found = _none(order)
    for row in order.disputes.all():
        if row.end == DisputeEnd.REFUND:
            for item in row.items.all():
                found[item.line_id] += Decimal(item.quantity)
    return found


def written_off(order: Order) -> Quantities:
    """What never came to the buyer and is replaced: it has been on its way, and is looked for no more."""
    found = _none(order)
    for row in order.returns.all():
        if row.dispute is not None and row.dispute.reason == DisputeReason.NOT_RECEIVED:
            for item in row.items.all():
                found[item.line_id] += Decimal(item.quantity)
    return found


def blocks_receipt(order: Order) -> bool:
    """Whether the whole cannot be received, since the buyer says that something is wrong with a part."""
    return bool(open_of(order))


def _sums(order: Order) -> tuple[Quantities, Quantities]:
    """What is disputed in all, and what of it has not left yet."""
    whole, then = _none(order), _none(order)
    rows = open_of(order)
    if not rows:
        return whole, then
    for row in rows:
        for item in row.items.all():
            if item.line_id in whole:  # else both have taken the line out, which ends the dispute
                whole[item.line_id] += Decimal(item.quantity)
                then[item.line_id] += Decimal(item.missing)
    now = unsent(order)
    return whole, {line: min(number, now[line]) for line, number in then.items()}


def _none(order: Order) -> Quantities:
    return {line.pk: Decimal(0) for line in goods_lines(order)}
