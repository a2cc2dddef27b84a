"""The lines of a credit note for goods that came back: what, and how much of it."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from orders.documents import amounts
from orders.documents.facts import InvoiceFacts, LineFacts
from orders.models import GoodsReturn
from payments.models import Refund

_CAUSE: Final = "return:"  # as orders.services.return_money names it
_PIECE: Final = "C62"  # UNECE Rec 20: one


def of_return(said: InvoiceFacts, refund: Refund, amount: int, net: int) -> tuple[LineFacts, ...]:
    """The lines that came back, whose net amounts add up to `net`. Empty where the refund is of no return, or
    gives back another sum than what they cost: then nobody can say of which line how much it is.
    """
    if not refund.cause.startswith(_CAUSE):
        return ()
    row = GoodsReturn.objects.get(pk=UUID(refund.cause.removeprefix(_CAUSE)))
    if row.share != amount:
        return ()
    rows = row.items.select_related("line").order_by("line__position")
    items = [item for item in rows if Decimal(item.stands)]
    billed = {line.position: line for line in said.lines}
    if any(item.line.position not in billed for item in items):
        return ()  # an amendment brought the line: another invoice has it
    costs = [
        int(one.total * Decimal(item.stands) / Decimal(one.quantity))
        for item in items
        for one in [billed[item.line.position]]
    ]
    included = said.taxed.basis == "included"
    totals = amounts.nets(costs, amount if included else net, said.currency)
    nets = amounts.nets(costs, net, said.currency)
    return tuple(
        LineFacts(
            position=place,
            title=item.line.title,
            quantity=item.stands,
            unit=item.line.unit,
            unit_price=billed[item.line.position].unit_price,
            total=total,
            net=part,
        )
        for place, (item, total, part) in enumerate(zip(items, totals, nets, strict=True), 1)
    )


def unnamed(said: InvoiceFacts, amount: int, net: int) -> tuple[LineFacts, ...]:
    """One line for a part of which nobody said from which of the invoice's lines it is."""
    price = amount if said.taxed.basis == "included" else net
    line = LineFacts(
        position=1, title=said.title, quantity="1", unit=_PIECE, unit_price=price, total=price, net=net
    )
    return (line,)
