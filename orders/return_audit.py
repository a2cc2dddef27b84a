"""What `negotiation-hub verify` asks of the returns of an order: no more comes back than was received, and
steps, stock, money and credit notes are what the returns say.
"""

from collections.abc import Iterator
from decimal import Decimal

from catalog.models import StockMove
from negotiation_hub.kernel import crypto
from orders import lifecycle, returned
from orders.lifecycle import ReturnOutcome, ReturnStatus
from orders.models import GoodsReturn, Order, Paper, PaperKind
from orders.parts import NOT_SENT, goods_lines
from orders.services import return_money, returning
from payments.machine import RefundStatus
from payments.models import Refund

_OF_DISPUTES = frozenset({"settle", "write_off"})
_DROPPED = frozenset({ReturnStatus.REFUSED, ReturnStatus.CANCELED})


def of_order(order: Order) -> Iterator[str]:
    """Checks each return of an order, and all of them against what was received."""
    rows = list(order.returns.prefetch_related("changes", "items__line", "replacements__items"))
    if not rows:
        return
    yield from _quantities(order, rows)
    for row in rows:
        for what in (*_steps(row), *_stock(row), *_money(row), *_replacement(row)):
            yield f"return {row.pk}: {what}"


def _quantities(order: Order, rows: list[GoodsReturn]) -> Iterator[str]:
    goods = {line.pk: line for line in goods_lines(order)}
    back = dict.fromkeys(goods, Decimal(0))
    for row in rows:
        for item in row.items.all():
            if item.line_id not in goods:
                yield f"return {row.pk} holds what is no goods line of this order"
            elif row.status not in _DROPPED:
                back[item.line_id] += Decimal(item.stands)
            if not 0 <= Decimal(item.stands) <= Decimal(item.quantity):
                yield f"return {row.pk} takes more back than was asked for"
            if not 0 <= Decimal(item.unconfirmed) <= Decimal(item.quantity):
                yield f"return {row.pk} holds back more than is sent back"
    had, again = returned.arrived(order), returned.replaced(order)
    for pk, line in goods.items():
        if back[pk] > had[pk] + again[pk]:
            yield f"of line {line.position} {back[pk]} are in returns, {had[pk] + again[pk]} were received"


def _steps(row: GoodsReturn) -> Iterator[str]:
    status = ""
    for seq, change in enumerate(sorted(row.changes.all(), key=lambda one: one.seq), 1):
        if change.seq != seq or change.before != status:
            yield f"step {change.seq} ({change.event}) does not follow from {status or 'nothing'}"
        if not change.before:
            follows = lifecycle.RETURN_BEGINS.get(change.event) == change.after
            if follows and (change.event in _OF_DISPUTES) != (row.dispute_id is not None):
                yield f"it begins with {change.event}, which is not how it came about"
        else:
            step = lifecycle.step(lifecycle.RETURN, change.event, ReturnStatus(change.before))
            follows = step is not None and step.after == change.after
        if not follows:
            yield f"step {change.seq}: {change.event} does not lead from {change.before} to {change.after}"
        status = change.after
    less = any(Decimal(item.stands) < Decimal(item.quantity) for item in row.items.all())
    if less and not any(one.event == "approve" and one.reason for one in row.changes.all()):
        yield "less was agreed to than was asked for, and nobody has said why"
    if row.status != status:
        yield f"it is {row.status}, but its history ends at {status or 'nothing'}"
    try:
        _read = (row.note, [change.reason for change in row.changes.all()])
    except crypto.BadSeal:
        yield "its words were changed, or belong to another row"


def _stock(row: GoodsReturn) -> Iterator[str]:
    """What came back into stock is what the return says, and nothing did before it was there."""
    moves = StockMove.objects.filter(cause=returning.restock_cause(row)).values_list("listing", "change")
    moved = dict(moves)
    said: dict[object, int] = {}
    for item in row.items.all():
        if item.stocked:
            said[item.line.listing_id] = said.get(item.line.listing_id, 0) + item.stocked
    if moved != said:
        yield f"{sum(said.values())} pieces came back into stock, its moves say {sum(moved.values())}"
    if moved and not (row.status == ReturnStatus.RECEIVED and row.sellable):
        yield "its pieces are for sale again, but nobody has received them as sellable"


def _money(row: GoodsReturn) -> Iterator[str]:
    """The refunds that were asked for are what the return says, and the credit notes are the refunds."""
    refunds = list(Refund.objects.filter(cause=return_money.refund_cause(row)))
    asked = sum(refund.amount for refund in refunds)
    if asked != (row.refunded_amount or 0):
        yield f"{row.refunded_amount or 0} were to be given back, its refunds say {asked}"
    for_money = row.status == ReturnStatus.RECEIVED and row.outcome == ReturnOutcome.REFUND
    if (row.share is not None) != for_money:
        yield "it has a share of the gross without having come back for money, or none though it has"
    if any(refund.payment.order_id != row.order_id for refund in refunds):
        yield "its refund is of another order's payment"
    notes = Paper.objects.filter(kind=PaperKind.CREDIT_NOTE, cause__in=[one.pk for one in refunds])
    by_refund = {one.pk: one for one in refunds}
    for note in notes:
        refund = by_refund[note.cause]
        if refund.status == RefundStatus.SUCCEEDED and note.gross != refund.amount:
            yield f"credit note {note.number} says {note.gross}, given back were {refund.amount}"


def _replacement(row: GoodsReturn) -> Iterator[str]:
    parcels = [one for one in row.replacements.all() if one.status not in NOT_SENT]
    if len(parcels) > 1:
        yield f"{len(parcels)} parcels replace it"
    if row.replacements.all() and row.outcome != ReturnOutcome.REPLACEMENT:
        yield "something was sent instead of it, though no replacement was agreed"
    wanted = {item.line_id: item.stands for item in row.items.all() if Decimal(item.stands)}
    for parcel in row.replacements.all():
        if {item.line_id: item.quantity for item in parcel.items.all()} != wanted:
            yield f"shipment {parcel.pk} replaces it with something else"
