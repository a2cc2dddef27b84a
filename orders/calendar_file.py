"""An appointment for people's calendars: one iCalendar object (RFC 5545), the same UID whenever it moves."""

from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from icalendar import Calendar, Event

from negotiation_hub.kernel import mail
from orders.lifecycle import Appointed
from orders.mails import order_url
from orders.models import Appointment, Order

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_PRODUCT: Final = "-//Negotiation Hub//Appointments//EN"


def moment_of(text: str) -> datetime:
    """A start as proposals keep it."""
    return datetime.fromisoformat(text)


def uid_of(row: Appointment) -> str:
    """The name by which calendars know it again (RFC 7986, 5.3)."""
    return f"{row.pk}@{settings.MAIL_DOMAIN}"


def text_of(order: Order, row: Appointment) -> str:
    """The object as text, with METHOD: PUBLISH, or CANCEL when it is canceled (RFC 5546, 3.2). Empty while no
    time is agreed.

    Times are UTC: every calendar shows them by its own clock, and no zone has to be described. DTSTAMP is
    the moment of the last change, so that the same state gives the same bytes.
    """
    change = row.changes.last()
    if row.starts_at is None or row.ends_at is None or change is None:
        return ""
    canceled = row.status == Appointed.CANCELED
    calendar, event = Calendar(), Event()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if canceled else "PUBLISH")
    event.add("uid", uid_of(row))
    event.add("sequence", max(row.sequence - 1, 0))
    event.add("dtstamp", change.at.astimezone(UTC))
    event.add("dtstart", row.starts_at.astimezone(UTC))
    event.add("dtend", row.ends_at.astimezone(UTC))
    event.add("summary", row.line.title)
    event.add("status", "CANCELLED" if canceled else "CONFIRMED")
    event.add("organizer", f"mailto:{mail.from_address()}", parameters={"CN": order.seller_name})
    if row.place:
        event.add("location", row.place)
    lines = [order.number, *([row.who] if row.who else []), order_url(order)]
    event.add("description", "\n".join(lines))
    event.add("url", order_url(order))
    calendar.add_component(event)
    return str(calendar.to_ical().decode())
