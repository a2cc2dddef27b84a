"""What it costs the buyer to cancel a placed order, where the sides agreed on it. Only reads.

It is agreed by an issue of the offer named "Cancellation" whose value has one of these plain forms, each with
or without what it costs afterwards, of the gross:

    free until 2026-12-03, then 20 %
    free until 10 days before delivery, then 20 %
    free for 3 days, then 20 %
    20 %

Days end at midnight, UTC. Those for which it is free are counted from the day on which the order was placed.
Without what it costs afterwards, the buyer may not cancel by themselves any more. Any other value is a clause
for people, and nothing follows from it.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from orders.models import Order

NAME: Final = "Cancellation"
_NAMES: Final = frozenset({NAME.casefold(), "cancelación", "anulación"})
_PERCENT: Final = r"(?P<percent>[0-9]{1,3}(?:[.,][0-9]{1,4})?) ?%"
_FREE: Final = (
    r"(?:free|gratis) (?:(?:until|hasta)(?: el)? (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?:until |hasta )?(?P<before>[0-9]{1,3}) (?:days? before delivery|d[ií]as? antes de la entrega)"
    r"|(?:for|durante) (?P<within>[0-9]{1,3}) (?:days?|d[ií]as?))"
)
_FORM: Final = re.compile(rf"{_FREE}(?:, (?:then|después) {_PERCENT})?", re.IGNORECASE)
_ALWAYS: Final = re.compile(_PERCENT)


@dataclass(frozen=True, slots=True)
class Terms:
    """Until when it is free, by one of the three; all None: never. `share` of the gross afterwards; None:
    the buyer may not cancel by themselves any more.
    """

    day: date | None = None
    before: int | None = None  # days before delivery
    within: int | None = None  # days from the day on which it was placed
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What the agreed terms say at a moment. `cost` is what canceling takes of the gross now, `afterwards`
    what once it is not free, in minor units; None: the buyer cannot cancel it. `free_until` is the last day
    on which it is free.
    """

    clause: str
    free_until: date | None
    cost: int | None
    afterwards: int | None


def parse(clause: Any) -> Terms | None:
    """The terms of a clause; None where it is not in a plain form."""
    text = clause.strip() if isinstance(clause, str) else ""
    if (always := _ALWAYS.fullmatch(text)) is not None:
        share = _share(always["percent"])
        return None if share is None else Terms(share=share)
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    share = _share(found["percent"]) if found["percent"] else None
    if found["percent"] and share is None:
        return None
    try:
        day = date.fromisoformat(found["day"]) if found["day"] else None
    except ValueError:
        return None
    before, within = (int(found[name]) if found[name] else None for name in ("before", "within"))
    return Terms(day, before, within, share)


def quote(order: Order, at: datetime) -> Quote | None:
    """What the terms of a placed order say at a moment; None where nothing was agreed in a plain form."""
    clause = next(
        (issue["value"] for issue in order.issues if str(issue["name"]).strip().casefold() in _NAMES), None
    )
    terms = parse(clause)
    if terms is None or order.placed_at is None:
        return None
    last = _last_free_day(order, terms)
    afterwards = None if terms.share is None else _of(order.gross, terms.share)
    is_free = last is not None and at.astimezone(UTC).date() <= last
    known = None if last == date.max else last
    return Quote(str(clause).strip(), known, 0 if is_free else afterwards, afterwards)


def _share(text: str) -> Fraction | None:
    share = Fraction(text.replace(",", ".")) / 100
    return share if share <= 1 else None


def _of(gross: int, share: Fraction) -> int:
    return math.floor(gross * share + Fraction(1, 2))  # rounded half up, once


def _last_free_day(order: Order, terms: Terms) -> date | None:
    if terms.day is not None:
        return terms.day
    if terms.within is not None and order.placed_at is not None:
        return order.placed_at.astimezone(UTC).date() + timedelta(days=terms.within)
    if terms.before is None:
        return None
    # Where no day was agreed or wished for, none comes near: it is free.
    return date.max if order.expected_on is None else order.expected_on - timedelta(days=terms.before)
