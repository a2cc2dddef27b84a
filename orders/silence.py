"""When silence about what was delivered counts as its receipt. Only reads.

The days are those of the agreement, where an issue of the offer says so in a number; else 14.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from negotiation_hub.kernel import limits
from orders.models import Order
from orders.parts import delivered_at

# As people name it in an offer, in both languages.
_NAMES: Final = frozenset({"receipt by silence", "recepción por silencio"})
_DAYS: Final = re.compile(r"([1-9][0-9]?)(?:\s*(?:days?|d[ií]as?))?", re.IGNORECASE)


def period(order: Order) -> timedelta:
    """How long nobody may say a word: the agreement's days, from 1 to 90, else the usual ones."""
    for issue in order.issues:
        if str(issue["name"]).strip().casefold() in _NAMES:
            found = _DAYS.fullmatch(str(issue["value"]).strip())
            if found is not None and int(found[1]) <= limits.SILENCE_DAYS_MAX:
                return timedelta(days=int(found[1]))
    return timedelta(seconds=limits.RECEIPT_SILENCE_S)


def ends_at(order: Order) -> datetime | None:
    """When silence becomes receipt: counted from the delivery of the last of it, and anew from the end of
    each return and each dispute of goods. None while something is not delivered.
    """
    last = delivered_at(order)
    if last is None:
        return None
    closed = [row.closed_at for row in order.returns.all() if row.closed_at is not None]
    closed += [row.ended_at for row in order.disputes.all() if row.ended_at is not None]
    return max([last, *closed]) + period(order)


def reminder_at(order: Order, at: datetime) -> datetime:
    """When the buyer is reminded of a silence that ends then: days before, or half-way in a short one."""
    return at - min(timedelta(seconds=limits.SILENCE_REMINDER_S), period(order) / 2)
