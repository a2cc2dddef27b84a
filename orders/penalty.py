"""What late delivery costs, where the sides agreed on it. Pure; no money moves by it.

It is agreed by an issue of the offer named "Late delivery penalty" whose value has the plain form
`0.5 % per day, at most 5 %`, with a point or a comma. Any other value is a clause for people, and nothing is
computed from it.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from orders.lateness import line_timing
from orders.models import Order
from orders.parts import goods_lines

NAME: Final = "Late delivery penalty"
_NAMES: Final = frozenset({NAME.casefold(), "penalización por retraso"})
_PERCENT: Final = r"([0-9]{1,3}(?:[.,][0-9]{1,4})?) %"
_FORM: Final = re.compile(rf"{_PERCENT} per day, at most {_PERCENT}")


@dataclass(frozen=True, slots=True)
class Terms:
    """Parts of a line's gross: `per_day` for each whole day, never more than `at_most`."""

    per_day: Fraction
    at_most: Fraction


@dataclass(frozen=True, slots=True)
class Penalty:
    """What is owed by an order's late lines: minor units, as gross. `final` once all of them are there."""

    clause: str
    amount: int
    days: int  # of the latest line
    final: bool


def parse(clause: Any) -> Terms | None:
    """The terms of a clause; None where it is not in the plain form, or says nothing that could be owed."""
    found = _FORM.fullmatch(clause) if isinstance(clause, str) else None
    if found is None:
        return None
    per_day, at_most = (Fraction(text.replace(",", ".")) / 100 for text in found.groups())
    return Terms(per_day, at_most) if 0 < per_day <= at_most <= 1 else None


def amount(late: Iterable[tuple[Fraction, int]], terms: Terms) -> int:
    """What is owed for lines of which gross (in minor units, maybe a broken number) and whole days are given:
    minor units, rounded half up once, at the end.
    """
    owed = sum((gross * min(days * terms.per_day, terms.at_most) for gross, days in late), Fraction())
    return math.floor(owed + Fraction(1, 2))


def clause_of(order: Order) -> str | None:
    """What was agreed about it, in the words of the offer."""
    agreed = (issue for issue in order.issues if str(issue["name"]).strip().casefold() in _NAMES)
    return next((issue["value"] for issue in agreed if isinstance(issue["value"], str)), None)


def of_order(order: Order, today: date) -> Penalty | None:
    """What the late lines of an order cost by `today`; None where nothing was agreed or nothing is late."""
    clause = clause_of(order)
    terms = parse(clause)
    if clause is None or terms is None:
        return None
    late, days, final = [], 0, True
    for line in goods_lines(order):
        timing = line_timing(order, line, today)
        # The carrier's estimate is no delay yet: an undelivered line counts by the days that have passed.
        passed = 0 if timing is None else ((timing.delivered_on or today) - timing.due).days
        if timing is not None and passed > 0:
            late.append((_gross(order, line.total), passed))
            days, final = max(days, passed), final and timing.delivered_on is not None
    owed = amount(late, terms)
    return Penalty(clause, owed, days, final) if owed else None


def _gross(order: Order, total: int) -> Fraction:
    if order.tax_basis == "added":
        return Fraction(total * (10_000 + order.tax_rate_bp), 10_000)
    return Fraction(total)
