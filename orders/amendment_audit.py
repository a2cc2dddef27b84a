"""What `negotiation-hub verify` asks of amendments: an unbroken chain from the first agreement to the terms
that are in force, each with its step of the order's history, and no more taken back than had not left.
"""

from collections.abc import Iterator
from typing import Any

from orders.amended import terms_of
from orders.models import Order, OrderLine


def first_gross(order: Order) -> int:
    """What the order cost as it was agreed first, in minor units."""
    first = order.amendments.order_by("number").first()
    return order.gross if first is None else int(first.before["gross"])


def of_order(order: Order) -> Iterator[str]:
    """Checks the amendments of one order."""
    rows = list(order.amendments.order_by("number"))
    if (rows[-1].pk if rows else None) != order.amendment:
        yield "the amendment that it names is not its newest"
        return
    agreement, terms = order.agreement_id, None
    steps = set(order.changes.filter(event__startswith="amend").values_list("facts__amendment", flat=True))
    for number, row in enumerate(rows, 1):
        if (row.number, row.amends) != (number, agreement):
            yield f"amendment {row.number} does not follow from the one before it"
        if terms is not None and row.before != terms:
            yield f"amendment {row.number} begins with other terms than the one before it made"
        if str(row.pk) not in steps:
            yield f"amendment {row.number} is not in its history"
        if _sum(row.after) != (row.after["gross"] if order.tax_basis == "included" else row.after["net"]):
            yield f"the lines of amendment {row.number} do not add up"
        agreement, terms = row.agreement_id, row.after
    if terms is not None and terms != terms_of(order):
        yield "its terms are not those that its newest amendment made"
    named = {row.pk for row in rows}
    for line in OrderLine.ever.filter(order=order).exclude(amendment=None):
        if line.amendment not in named:
            yield f"line {line.position} names an amendment that is not there"


def _sum(terms: dict[str, Any]) -> int:
    return sum(line["total"] for line in terms["lines"])
