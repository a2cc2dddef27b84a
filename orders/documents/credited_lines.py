"""The lines of a credit note for goods that came back: what, and how much of it."""

from decimal import Decimal
from uuid import UUID

from orders.documents import amounts
from orders.documents.facts import InvoiceFacts, LineFacts
from orders.models import GoodsReturn
from payments.models import Refund

_CAUSE = "return:"  # as orders.services.returning names it


def of_return(said: InvoiceFacts, refund: Refund, amount: int, net: int) -> tuple[LineFacts, ...]:
    """The lines that came back, whose net amounts add up to `net`. Empty where the refund is of no return, or
    gives back another sum than what they cost: then nobody can say of which line how much it is.
    """
    if not refund.cause.startswith(_CAUSE):
        return ()
    row = GoodsReturn.objects.get(pk=UUID(refund.cause.removeprefix(_CAUSE)))
    if row.share != amount:
        return ()
    items = list(row.items.select_related("line").order_by("line__position"))
    billed = {line.position: line for line in said.lines}
    costs = [
        int(billed[item.line.position].total * Decimal(item.quantity) / Decimal(item.line.quantity))
        for item in items
    ]
    included = said.taxed.basis == "included"
    totals = amounts.nets(costs, amount if included else net, said.currency)
    nets = amounts.nets(costs, net, said.currency)
    return tuple(
        LineFacts(
            position=place,
            title=item.line.title,
            quantity=item.quantity,
            unit=item.line.unit,
            unit_price=billed[item.line.position].unit_price,
            total=total,
            net=part,
        )
        for place, (item, total, part) in enumerate(zip(items, totals, nets, strict=True), 1)
    )
