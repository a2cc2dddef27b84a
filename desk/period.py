"""A stretch of whole days in UTC, and the one of the same length before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext as _

from negotiation_hub.kernel.refusals import Malformed

DAYS_MAX: Final = 366  # of a report: a year, leap or not; more is for a data warehouse


@dataclass(frozen=True, slots=True)
class Period:
    """From the first moment of `first` until the last one of `last`, in UTC."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment that belongs to it."""
        return datetime.combine(self.first, time.min, UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time.min, UTC)

    @property
    def days(self) -> int:
        """How long it is."""
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def after(self) -> "Period":
        """The period of the same length that begins where this one ends."""
        return Period(self.last + timedelta(days=1), self.last + timedelta(days=self.days))


def week_of(now: datetime) -> Period:
    """The week that a moment is in: Monday to Sunday, by the days of UTC (ISO 8601)."""
    day = now.astimezone(UTC).date()
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6))


def period_of(given: Mapping[str, str], now: datetime) -> Period:
    """The period that `from` and `to` name, both days included; this week without them.

    Raises Malformed for days that are none, that are in the wrong order, or more than a year apart.
    """
    week = week_of(now)
    first, last = _day(given.get("from", "")), _day(given.get("to", ""))
    if first is None and last is None:
        return week
    if first is None or last is None:
        first = first or min(week.first, last or week.first)
        last = last or max(week.last, first)
    if first > last:
        raise Malformed(_("The period ends before it begins."))
    if (last - first).days >= DAYS_MAX or not date(1971, 1, 1) <= first <= last <= date(9990, 1, 1):
        raise Malformed(_("A report covers at most a year."))
    return Period(first, last)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Malformed(_("A day is written like 2026-11-23.")) from None
