"""What of an order is being sent back, or was: by goods line, in the line's unit. Only reads."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final
from uuid import UUID

from orders import disputed
from orders.lifecycle import ReturnOutcome, ReturnStatus, Tracking
from orders.models import GoodsReturn, Order, Receipt, ReturnItem, Shipment
from orders.parts import NOT_SENT, goods_lines, left_of, received

OPEN: Final = frozenset({ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.SENT_BACK})
_DROPPED: Final = frozenset({ReturnStatus.REFUSED, ReturnStatus.CANCELED})

Quantities = dict[UUID, Decimal]


def arrived(order: Order) -> Quantities:
    """What the buyer has had in their hands: delivered, or confirmed, whichever is more. What never came and
    is replaced counts too, as it is in a return.
    """
    if Receipt.objects.filter(order=order).exists():
        return {line.pk: Decimal(line.quantity) for line in goods_lines(order)}
    delivered = [row for row in order.shipments.all() if row.status == Tracking.DELIVERED]
    left, had = left_of(order, delivered), received(order)
    lost, never_left = disputed.written_off(order), disputed.unsent(order)
    return {
        line.pk: min(
            max(Decimal(line.quantity) - left[line.pk], had.get(line.pk, Decimal(0))) + lost[line.pk],
            max(Decimal(line.quantity) - never_left[line.pk], had.get(line.pk, Decimal(0))),
        )
        for line in goods_lines(order)
    }


def returnable(order: Order) -> Quantities:
    """What can be asked to be sent back: what has arrived, with what replaced something, and is in no return
    that stands, not disputed, and not settled for a sum.
    """
    found, again = arrived(order), replaced(order)
    back = _sum(order, lambda row: row.status not in _DROPPED)
    held, settled = disputed.held(order), disputed.settled(order)
    return {
        line: max(had + again[line] - back[line] - held[line] - settled[line], Decimal(0))
        for line, had in found.items()
    }


def replaced(order: Order) -> Quantities:
    """What was delivered instead of something that was sent back."""
    found = _none(order)
    for row in order.shipments.all():
        if row.replaces_id is not None and row.status == Tracking.DELIVERED:
            for item in row.items.all():
                found[item.line_id] += Decimal(item.quantity)
    return found


def unconfirmed(order: Order) -> Quantities:
    """What has arrived, is not confirmed, in no return and not disputed: a new one is about this first."""
    if Receipt.objects.filter(order=order).exists():
        return _none(order)
    had, back = received(order), held_back(order)
    held, settled = disputed.held(order), disputed.settled(order)
    return {
        line: max(number - had.get(line, Decimal(0)) - back[line] - held[line] - settled[line], Decimal(0))
        for line, number in arrived(order).items()
    }


def held_back(order: Order) -> Quantities:
    """What the buyer has not confirmed and is not asked to: it is in a return, or was sent back for money.

    What is replaced counts again when the replacement is there.
    """
    return _sum(order, _holds, unconfirmed=True)


def given_up(order: Order) -> Quantities:
    """What the buyer had not confirmed and has sent back for money: they will never have it."""
    return _sum(order, _is_for_money, unconfirmed=True)


def for_money(order: Order, *, but: GoodsReturn | None = None) -> Quantities:
    """What has come back for money, in others than this return."""
    return _sum(order, lambda row: row != but and _is_for_money(row))


def any_for_money(order: Order) -> bool:
    """Whether anything has come back for money."""
    return any(for_money(order).values())


def all_for_money(order: Order) -> bool:
    """Whether everything has come back for money: there is nothing but goods, and each is back."""
    back = for_money(order)
    lines = list(order.lines.all())
    return len(back) == len(lines) and all(back[line.pk] >= Decimal(line.quantity) for line in lines)


def blocks_receipt(order: Order) -> bool:
    """Whether something that the buyer has not confirmed is in a return that is not over."""
    return any(
        _holds(row) and not _is_for_money(row) and any(Decimal(item.held) for item in row.items.all())
        for row in order.returns.all()
    )


def replacement_of(row: GoodsReturn) -> Shipment | None:
    """The parcel that replaces what is sent back, if it has left and has not come back."""
    return next((one for one in row.replacements.all() if one.status not in NOT_SENT), None)


def _holds(row: GoodsReturn) -> bool:
    if row.status in _DROPPED:
        return False
    parcel = replacement_of(row) if row.outcome == ReturnOutcome.REPLACEMENT else None
    return parcel is None or parcel.status != Tracking.DELIVERED


def _is_for_money(row: GoodsReturn) -> bool:
    return row.status == ReturnStatus.RECEIVED and row.outcome == ReturnOutcome.REFUND


def _sum(order: Order, wanted: Callable[[GoodsReturn], bool], *, unconfirmed: bool = False) -> Quantities:
    found = _none(order)
    for row in order.returns.all():
        if wanted(row):
            for item in row.items.all():
                found[item.line_id] += _number(item, unconfirmed=unconfirmed)
    return found


def _number(item: ReturnItem, *, unconfirmed: bool) -> Decimal:
    return Decimal(item.held if unconfirmed else item.stands)


def _none(order: Order) -> Quantities:
    return {line.pk: Decimal(0) for line in goods_lines(order)}
