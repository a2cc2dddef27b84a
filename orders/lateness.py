"""When goods came, or will, against when it was agreed. Only reads.

Days are those of UTC, as all days here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import ngettext

from orders.lifecycle import Status
from orders.models import Order, OrderLine, Shipment
from orders.parts import NOT_SENT, gone, goods_lines, left_of

# As the offer's form stores it, and as people write it themselves (frontend/src/room/readyIssues.ts).
_DELIVERY_DATE: Final = frozenset({"delivery date", "fecha de entrega"})
_WATCHED: Final = frozenset({Status.UNFULFILLED, Status.PARTIALLY_FULFILLED, Status.FULFILLED})


@dataclass(frozen=True, slots=True)
class Timing:
    """How a line, a parcel or an order stands to the day that was agreed.

    `days` are whole days after `due`, zero when it is in time: of the day on which the last of it was
    delivered, or until that is known of today or the carrier's day, whichever is later.
    """

    due: date
    delivered_on: date | None
    expected_on: date | None
    days: int

    @property
    def words(self) -> str:
        """`2 days after what was agreed`; empty when it is in time."""
        if not self.days:
            return ""
        if self.delivered_on is not None:
            text = ngettext(
                "%(days)d day after what was agreed", "%(days)d days after what was agreed", self.days
            )
        elif self.expected_on is not None and (self.expected_on - self.due).days == self.days:
            text = ngettext(
                "expected %(days)d day after what was agreed",
                "expected %(days)d days after what was agreed",
                self.days,
            )
        else:
            text = ngettext(
                "%(days)d day over what was agreed, and not there yet",
                "%(days)d days over what was agreed, and not there yet",
                self.days,
            )
        return text % {"days": self.days}


def agreed_on(order: Order, line: OrderLine) -> date | None:
    """The day on which a line is to be there: its own, else the offer's, where that is a day."""
    return line.due or _of_all(order)


def line_timing(order: Order, line: OrderLine, today: date) -> Timing | None:
    """How a goods line stands; None where no day was agreed. A line is there when the last of it is."""
    due = agreed_on(order, line)
    if due is None:
        return None
    live = gone(order.shipments.all())
    whole = left_of(order, live).get(line.pk, 1) <= 0
    own = [row for row in live if row.replaces_id is None]
    holding = [row for row in own if any(item.line_id == line.pk for item in row.items.all())]
    return _timing(due, holding if whole else [], today)


def parcel_timing(order: Order, parcel: Shipment, today: date) -> Timing | None:
    """How a parcel stands to the earliest day of what is in it; None where there is none."""
    inside = {item.line_id for item in parcel.items.all()}
    days = [agreed_on(order, line) for line in goods_lines(order) if line.pk in inside]
    known = [day for day in days if day is not None]
    if not known or parcel.status in NOT_SENT or parcel.replaces_id is not None:
        return None
    return _timing(min(known), [parcel], today)


def latest(order: Order, today: date) -> Timing | None:
    """The line of a placed order that is latest; None where all are in time, or nothing is awaited."""
    if order.status not in _WATCHED or getattr(order, "receipt", None) is not None:
        return None
    found = (line_timing(order, line, today) for line in goods_lines(order))
    return max((one for one in found if one is not None and one.days), key=lambda one: one.days, default=None)


def _of_all(order: Order) -> date | None:
    for issue in order.issues:
        if str(issue["name"]).strip().casefold() in _DELIVERY_DATE and isinstance(issue["value"], str):
            try:
                return date.fromisoformat(issue["value"])
            except ValueError:
                return None  # "within a week" is for people
    return None


def _timing(due: date, parcels: Iterable[Shipment], today: date) -> Timing:
    rows = list(parcels)
    arrivals = [row.delivered_at.date() for row in rows if row.delivered_at is not None]
    if rows and len(arrivals) == len(rows):
        day = max(arrivals)
        return Timing(due, day, None, max(0, (day - due).days))
    known = [row.expected_on for row in rows if row.expected_on is not None and row.delivered_at is None]
    expected = max(known, default=None)
    return Timing(due, None, expected, max(0, (max(today, expected or today) - due).days))
