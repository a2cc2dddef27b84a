"""What `negotiation-hub verify` asks of the disputes of an order's goods: steps, quantities and money are
what the disputes say, and nothing that is disputed was received.
"""

from collections.abc import Iterator
from decimal import Decimal

from negotiation_hub.kernel import crypto
from orders import disputed, lifecycle, returned
from orders.lifecycle import DisputeEnd, DisputeOutcome, DisputeStatus
from orders.models import DisputeChange, GoodsDispute, Order, PartReceipt, Receipt
from orders.parts import goods_lines
from orders.services import part_receipts, return_money
from payments.models import Refund

_AGREED = frozenset({DisputeEnd.REFUND, DisputeEnd.REPLACEMENT, DisputeEnd.REJECTION})
# How an end is reached.
_BY = {
    DisputeEnd.RECEIVED: "receive",
    DisputeEnd.WITHDRAWN: "withdraw",
    DisputeEnd.AMENDED: "end",
    DisputeEnd.ENDED: "end",
    **dict.fromkeys(_AGREED, "agree"),
}


def of_order(order: Order) -> Iterator[str]:
    """Checks each dispute of an order's goods, and all of them against what is there."""
    rows = list(order.disputes.prefetch_related("changes", "items__line"))
    if not rows:
        return
    yield from _quantities(order, rows)
    for row in rows:
        for what in (*_steps(row), *_end(row), *_money(row)):
            yield f"dispute {row.pk}: {what}"


def _quantities(order: Order, rows: list[GoodsDispute]) -> Iterator[str]:
    goods = {line.pk: line for line in goods_lines(order)}
    whole = dict.fromkeys(goods, Decimal(0))
    for row in rows:
        for item in row.items.all():
            if item.line_id not in goods and row.end != DisputeEnd.AMENDED:
                yield f"dispute {row.pk} holds what is no goods line of this order"
            elif row.status in disputed.OPEN:
                whole[item.line_id] += Decimal(item.quantity)
            if not 0 <= Decimal(item.missing) <= Decimal(item.quantity):
                yield f"dispute {row.pk} misses more than it is about"
    done, back = part_receipts.done(order), returned.held_back(order)
    for pk, line in goods.items():
        known = done[pk] + back[pk]
        if whole[pk] and whole[pk] + known > Decimal(line.quantity):
            yield f"of line {line.position} {whole[pk]} are disputed, {known} of {line.quantity} are not open"
    if any(whole.values()) and Receipt.objects.filter(order=order).exists():
        yield "all of it is received, and something of it still disputed"


def _steps(row: GoodsDispute) -> Iterator[str]:
    status, standing = "", None
    for seq, change in enumerate(_changes(row), 1):
        if (change.seq, change.before) != (seq, status):
            yield f"step {change.seq} ({change.event}) does not follow from {status or 'nothing'}"
        if not change.before:
            follows = (change.event, change.after) == ("dispute", DisputeStatus.DISPUTED)
        else:
            step = lifecycle.step(lifecycle.DISPUTE, change.event, DisputeStatus(change.before))
            follows = step is not None and step.after == change.after
        if not follows:
            yield f"step {change.seq}: {change.event} does not lead from {change.before} to {change.after}"
        if change.event == "propose":
            standing = change.pk
        elif change.event != "agree":
            standing = None
        status = change.after
    if row.status != status:
        yield f"it is {row.status}, but its history ends at {status or 'nothing'}"
    if row.proposal != standing:
        yield "what is proposed is not what its history says"
    try:
        _read = (row.words, [change.reason for change in row.changes.all()])
    except crypto.BadSeal:
        yield "its words were changed, or belong to another row"


def _end(row: GoodsDispute) -> Iterator[str]:
    """It ended as its last step says; what was agreed is what the proposal said."""
    if row.status != DisputeStatus.RESOLVED:
        return
    changes = _changes(row)
    if not changes or changes[-1].event != _BY[DisputeEnd(row.end)]:
        yield f"it ended as {row.end}, its last step is {changes[-1].event if changes else 'missing'}"
    proposal = next((one for one in changes if one.pk == row.proposal), None)
    if row.end in _AGREED and (
        proposal is None or (proposal.outcome, proposal.amount) != (row.end, row.refund)
    ):
        yield f"agreed were {row.end} and {row.refund}, its proposal says otherwise"
    back = getattr(row, "goods_return", None)
    if (back is not None) != (row.end == DisputeOutcome.REPLACEMENT):
        yield "it is replaced without having ended so, or is not though it has"
    elif back is not None and _items(back.items.all()) != _items(row.items.all()):
        yield f"return {back.pk} replaces something else"


def _money(row: GoodsDispute) -> Iterator[str]:
    """What went back in its name is what was agreed; the seller has the rest of its share, and no more."""
    refunds = list(Refund.objects.filter(cause=return_money.dispute_cause(row)).select_related("payment"))
    asked = sum(refund.amount for refund in refunds)
    if asked != (row.refunded_amount or 0):
        yield f"{row.refunded_amount or 0} were to be given back, its refunds say {asked}"
    if any(refund.payment.order_id != row.order_id for refund in refunds):
        yield "its refund is of another order's payment"
    part = PartReceipt.objects.filter(dispute=row).first()
    if (part is not None) != (row.end == DisputeEnd.REFUND):
        yield "the rest of its share goes to the seller without a sum, or does not though there is one"
    elif part is not None and part.share + (row.refund or 0) != row.share:
        yield f"its share is {row.share}, but {row.refund} go back and {part.share} to the seller"


def _changes(row: GoodsDispute) -> list[DisputeChange]:
    return sorted(row.changes.all(), key=lambda one: one.seq)


def _items(rows: object) -> dict[object, str]:
    return {item.line_id: item.quantity for item in rows}  # type: ignore[attr-defined]
