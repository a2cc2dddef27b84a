"""What the order's page and REST show of the amendments: each line before and after, and its clause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from negotiation_hub.people.queries import people_by_ids
from orders import amended, hooks, wording
from orders.models import Amendment, Order


@dataclass(frozen=True, slots=True)
class LineRow:
    """One changed line, in words; empty: it was, or is, not there. `source` is the clause's address."""

    title: str
    before: str
    after: str
    clause: str
    source: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One amendment: who accepted it, and the lines that it changed."""

    row: Amendment
    by: str
    lines: list[LineRow]


def changes(order: Order) -> list[ChangeRow]:
    """The amendments of an order, the newest first."""
    rows = list(order.amendments.select_related("order").order_by("-number"))
    people = people_by_ids({row.by for row in rows})
    return [ChangeRow(row, people[row.by].name if row.by in people else "", _lines(row)) for row in rows]


def shown(order: Order) -> list[dict[str, Any]]:
    """The same for REST, the oldest first."""
    return [
        {
            "id": row.pk,
            "number": row.name,
            "agreement": row.agreement_id,
            "amends": row.amends,
            "by": row.by,
            "at": row.at,
            "gross_before": row.before["gross"],
            "gross_after": row.after["gross"],
            "lines": [{"before": one.before, "after": one.after} for one in amended.line_changes(row)],
        }
        for row in order.amendments.select_related("order").order_by("number")
    ]


def _lines(row: Amendment) -> list[LineRow]:
    found = []
    for change in amended.line_changes(row):
        line = change.after or change.before or {}
        clause = _("from offer %(version)s, line %(line)s") % {
            "version": line["offer_version"],
            "line": line["offer_line"] + 1,
        }
        # What is no more was left out by the offer that the amendment came from.
        version = row.after["offer_version"] if change.after is None else line["offer_version"]
        clause = (
            clause if change.after is not None else _("left out in offer %(version)s") % {"version": version}
        )
        source = hooks.source_of(row.order, version)
        found.append(
            LineRow(line["title"], _words(row, change.before), _words(row, change.after), clause, source)
        )
    return found


def _words(row: Amendment, line: Mapping[str, Any] | None) -> str:
    if line is None:
        return ""
    price = wording.amount(line["unit_price"], row.order.currency)
    words = f"{wording.quantity(line['quantity'], line['unit'])} × {price}"
    return words if line["due"] is None else f"{words}, {wording.due(date.fromisoformat(line['due']))}"
