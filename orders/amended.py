"""How an amended agreement becomes changes of an order's lines, and what an amendment may not take back.

A line that is named and measured as before is the same line, whatever its quantity, price or day: parcels,
receipts and files stay with it. What has another name or unit is another line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from orders.facts import LineFacts
from orders.models import Amendment, Order, OrderLine
from orders.parts import left_of, received


@dataclass(frozen=True, slots=True)
class Pairs:
    """What becomes of the lines: `kept` with what each is now and its index in the offer, what is new, and
    what is no more.
    """

    kept: list[tuple[OrderLine, LineFacts, int]]
    added: list[tuple[LineFacts, int]]
    removed: list[OrderLine]


def pair(lines: Sequence[OrderLine], wanted: Sequence[LineFacts]) -> Pairs:
    """Which of the lines each wanted one is: the first that is left of the same title, unit and kind."""
    left = list(lines)
    kept: list[tuple[OrderLine, LineFacts, int]] = []
    added: list[tuple[LineFacts, int]] = []
    for index, facts in enumerate(wanted):
        same = next((line for line in left if _alike(line, facts)), None)
        if same is None:
            added.append((facts, index))
        else:
            left.remove(same)
            kept.append((same, facts, index))
    return Pairs(kept, added, left)


def _alike(line: OrderLine, facts: LineFacts) -> bool:
    return (line.title, line.unit, line.kind) == (facts["title"], facts["unit"], facts["kind"])


def changes(line: OrderLine, facts: LineFacts) -> bool:
    """Whether anything of the line is agreed anew: what is not keeps the clause that it came from."""
    before = (Decimal(line.quantity), line.unit_price, line.total, line.due)
    return before != (Decimal(facts["quantity"]), facts["unit_price"], facts["total"], facts["due"])


def too_little(order: Order, pairs: Pairs, gross: int) -> list[str]:
    """The titles of the lines of which less is wanted than is on its way or received, or at a lower price
    than was received of it already; all that an amendment may not do. Empty: it may.
    """
    left, had = left_of(order, order.shipments.all()), received(order)
    wrong = []
    for line, facts, _index in pairs.kept:
        gone = Decimal(line.quantity) - left[line.pk] if line.pk in left else Decimal(0)
        less = Decimal(facts["quantity"]) < gone
        cheaper = facts["unit_price"] < line.unit_price and had.get(line.pk, Decimal(0)) > 0
        if less or cheaper or (_is_begun(order, line) and changes(line, facts)):
            wrong.append(line.title)
    for line in pairs.removed:
        packed = line.pk in left and left[line.pk] != Decimal(line.quantity)
        # Work and files have their own way to the buyer, which a line that is gone would leave open.
        if packed or line.kind != "goods":
            wrong.append(line.title)
    released = sum(part.share for part in order.part_receipts.all())
    if not wrong and gross < released:
        wrong.append(order.title)
    return wrong


def _is_begun(order: Order, line: OrderLine) -> bool:
    """Whether files of the line are released, or its work is reported."""
    if line.kind == "information":
        return line.grants.exists() or line.licence_keys.exists()
    return line.kind == "service" and order.work.filter(line=line).exclude(status="open").exists()


def terms_of(order: Order) -> dict[str, Any]:
    """All that an amendment may change, as it is now: kept with each one, before and after."""
    return {
        "net": order.net,
        "tax": order.tax,
        "gross": order.gross,
        "issues": order.issues,
        "terms_hash": order.terms_hash,
        "offer_version": order.offer_version,
        "package": order.package,
        "annexes": order.annexes,
        "lines": [_line(line) for line in order.lines.order_by("position")],
    }


def _line(line: OrderLine) -> dict[str, Any]:
    names = ("position", "title", "quantity", "unit", "unit_price", "total", "offer_version", "offer_line")
    return {
        "id": str(line.pk),
        **{name: getattr(line, name) for name in names},
        "kind": line.kind,
        "listing": None if line.listing_id is None else str(line.listing_id),
        "pieces": line.pieces,
        "due": None if line.due is None else line.due.isoformat(),
    }


def terms_at(order: Order, agreement: UUID) -> dict[str, Any] | None:
    """The terms as this agreement of the order made them; None where it made none of them."""
    rows = list(Amendment.objects.filter(order=order).order_by("number"))
    if agreement == order.agreement_id:
        found: dict[str, Any] = rows[0].before if rows else terms_of(order)
        return found
    made = next((row for row in rows if row.agreement_id == agreement), None)
    return None if made is None else made.after


def in_force(order: Order) -> UUID:
    """The agreement whose terms are in force: the first one, or the newest that amends it."""
    newest = Amendment.objects.filter(order=order).order_by("-number").first()
    return order.agreement_id if newest is None else newest.agreement_id


@dataclass(frozen=True, slots=True)
class LineChange:
    """How one line was before and is after; None where it was, or is, not there."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def line_changes(amendment: Amendment) -> list[LineChange]:
    """The lines that an amendment changed, by their position."""
    before, after = _by_id(amendment.before["lines"]), _by_id(amendment.after["lines"])
    rows = [LineChange(before.get(key), after.get(key)) for key in {**before, **after}]
    changed = [row for row in rows if row.before != row.after]
    return sorted(changed, key=lambda row: (row.after or row.before or {})["position"])


def _by_id(lines: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {line["id"]: line for line in lines}
