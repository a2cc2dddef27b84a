"""The paper of an order change: what both sides have agreed anew, line by line, once for each amendment."""

from datetime import date
from typing import Any, Final

from orders import amended
from orders.documents import amounts, parties
from orders.documents.facts import ChangedLine, ChangeFacts
from orders.facts import OrderDetails
from orders.models import Amendment, Order

# UNCL 1229, as Peppol's order change has it.
ADDED: Final = "1"
DELETED: Final = "2"
CHANGED: Final = "3"
UNCHANGED: Final = "4"


def facts_of(order: Order, amendment: Amendment, details: OrderDetails) -> ChangeFacts:
    """What the paper of an amendment says: the whole order as it is then, and what of it is new."""
    after = amendment.after
    return ChangeFacts(
        number=amendment.name,
        sequence=amendment.number,
        issued_on=amendment.at.date(),
        order_number=order.number,
        agreement=str(amendment.agreement_id),
        amends=str(amendment.amends),
        title=order.title,
        currency=order.currency,
        seller=parties.seller(order),
        buyer=parties.buyer(order, details),
        reference=details.reference,
        lines=_lines(order, amendment),
        taxed=amounts.taxed(order),
        net=after["net"],
        tax=after["tax"],
        gross=after["gross"],
        gross_before=amendment.before["gross"],
    )


def _lines(order: Order, amendment: Amendment) -> tuple[ChangedLine, ...]:
    changed = {(row.after or row.before or {})["id"]: row for row in amended.line_changes(amendment)}
    lines = amendment.after["lines"]
    nets = amounts.nets([line["total"] for line in lines], amendment.after["net"], order.currency)
    found = [
        _line(line, net, CHANGED if line["id"] in changed else UNCHANGED)
        for line, net in zip(lines, nets, strict=True)
    ]
    known = {line["id"] for line in amendment.before["lines"]}
    found = [
        _line(line, one.net, ADDED) if line["id"] not in known else one
        for line, one in zip(lines, found, strict=True)
    ]
    found += [_line(row.before, 0, DELETED) for row in changed.values() if row.after is None and row.before]
    return tuple(sorted(found, key=lambda line: line.position))


def _line(line: Any, net: int, status: str) -> ChangedLine:
    return ChangedLine(
        position=line["position"],
        title=line["title"],
        quantity=line["quantity"],
        unit=line["unit"],
        unit_price=line["unit_price"],
        total=line["total"],
        net=net,
        due=date.fromisoformat(line["due"]) if line["due"] else None,
        status=status,
        offer_version=line["offer_version"],
        offer_line=line["offer_line"],
    )


def due(order: Order) -> list[Amendment]:
    """The amendments of an order that have no paper yet, the oldest first."""
    known = order.papers.filter(kind="order_change").values("cause")
    return list(order.amendments.exclude(pk__in=known).order_by("number"))
