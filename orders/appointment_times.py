"""Times of appointments as people write and read them: kept in UTC, said in the zone of the place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from django.utils import formats

from orders.models import Appointment

# The issue by which an offer names the time, in both languages: `2026-12-03 10:00 Europe/Madrid`.
ISSUE_NAMES: Final = frozenset({"appointment", "cita"})
_NAMED: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?: +([A-Za-z][A-Za-z0-9_+/-]{1,60}))?")


@dataclass(frozen=True, slots=True)
class Named:
    """A time that an offer names."""

    starts_at: datetime
    zone: str


@cache
def zones() -> list[str]:
    """The IANA zones that are known, by name: places first by continent, UTC before all."""
    return ["UTC", *sorted(zone for zone in available_timezones() if "/" in zone and zone[:4] != "Etc/")]


def known_zone(name: str) -> bool:
    """Whether there is such a zone."""
    return name == "UTC" or name in available_timezones()


def local(text: str, zone: str) -> datetime | None:
    """A wall-clock time (`2026-12-03T10:00`) of a zone, in UTC. None where it is none: not written so, or
    skipped when the clocks go forward. Of an hour that comes twice it is the first (PEP 495).
    """
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        return None
    if wall.tzinfo is not None or not known_zone(zone):
        return None
    place = ZoneInfo(zone)
    found = wall.replace(tzinfo=place).astimezone(UTC)
    return found if found.astimezone(place).replace(tzinfo=None) == wall else None


def agreed_in(issues: Iterable[Mapping[str, Any]]) -> Named | None:
    """The time that the agreed issues name, if one does. Without a zone it is UTC."""
    for issue in issues:
        if str(issue.get("name", "")).strip().casefold() not in ISSUE_NAMES:
            continue
        found = _NAMED.fullmatch(str(issue.get("value", "")).strip())
        if found is None:
            continue
        zone = found[3] or "UTC"
        starts_at = local(f"{found[1]}T{found[2]}", zone)
        if starts_at is not None:
            return Named(starts_at, zone)
    return None


def words(at: datetime, zone: str) -> str:
    """A time in a zone, in the reader's language: `Dec. 3, 2026, 10 a.m. (Europe/Madrid)`."""
    shown = formats.date_format(at.astimezone(ZoneInfo(zone)), "DATETIME_FORMAT")
    return f"{shown} ({zone})"


def when(row: Appointment) -> str:
    """From when to when, in the zone of the place; empty while nothing is agreed."""
    if row.starts_at is None or row.ends_at is None:
        return ""
    zone = ZoneInfo(row.zone)
    starts, ends = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    kind = "TIME_FORMAT" if starts.date() == ends.date() else "DATETIME_FORMAT"
    first = formats.date_format(starts, "DATETIME_FORMAT")
    return f"{first} – {formats.date_format(ends, kind)} ({row.zone})"
