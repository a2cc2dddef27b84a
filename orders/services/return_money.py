"""What goes back to the buyer, once: the share of what they have sent back, the sum of a dispute."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from negotiation_hub.kernel.money import Money
from orders import returned, shares
from orders.models import GoodsDispute, GoodsReturn, Order
from orders.services import common, part_receipts
from payments import services as payments
from payments.machine import RefundStatus
from payments.models import Refund
from payments.queries import order_money


def refund_due(order: Order, now: datetime) -> None:
    """Gives back the money of what has come back, and the sums that disputes ended with, each once, as soon
    as the charge is made. The order is locked.
    """
    for back in order.returns.filter(share__isnull=False, refunded_at=None).order_by("id"):
        if not _refund(order, back, back.share or 0, refund_cause(back), now):
            return
    for row in order.disputes.filter(refund__isnull=False, refunded_at=None).order_by("id"):
        if not _refund(order, row, row.refund or 0, dispute_cause(row), now):
            return


def _refund(order: Order, row: GoodsReturn | GoodsDispute, owed: int, cause: str, now: datetime) -> bool:
    """Whether it is dealt with."""
    if order_money(order.pk).authorized > 0:
        return False  # the charge is under way: it comes with the provider's word
    # What was given back for another reason is no longer there.
    amount = min(owed, refundable(order))
    if amount > 0:
        common.note(order, "refund", by=None, now=now, amount=amount, refund=str(row.pk))
        payments.refund_order(
            order_id=order.pk, amount=Money(amount, order.currency), cause=cause, actor=None, now=now
        )
    row.refunded_at, row.refunded_amount = now, max(amount, 0)
    row.save(update_fields=["refunded_at", "refunded_amount"])
    return True


def refundable(order: Order) -> int:
    """What was charged, is not given back, and is not on its way back, in minor units."""
    money = order_money(order.pk)
    # What was asked for and not done yet is on its way too: a second click must not ask for it again.
    asked = Refund.objects.filter(payment__order_id=order.pk).exclude(status=RefundStatus.FAILED)
    return money.captured - max(money.refunded, asked.aggregate(sum=Sum("amount"))["sum"] or 0)


def refund_cause(row: GoodsReturn) -> str:
    """Under which name payments know the refund of a return."""
    return f"return:{row.pk}"


def dispute_cause(row: GoodsDispute) -> str:
    """Under which name payments know the refund of a sum that a dispute ended with."""
    return f"dispute:{row.pk}"


def share_of(row: GoodsReturn) -> int:
    """What the pieces of a return are of the gross, in minor units, after those that came back before."""
    of_lines, before = part_receipts.shares_of_lines(row.order), returned.for_money(row.order, but=row)
    return sum(
        shares.of_quantity(
            of_lines[item.line_id],
            before=before[item.line_id],
            now=before[item.line_id] + Decimal(item.stands),
            ordered=Decimal(item.line.quantity),
        )
        for item in row.items.select_related("line")
    )
