"""What an amendment means for the appointments of an order."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from negotiation_hub.kernel import commit, limits
from orders.appointment_times import agreed_in
from orders.lifecycle import Appointed
from orders.models import Order
from orders.services import appointments, capacity


def amended(order: Order, before: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """New work is appointed; a time that the issues name now, and did not `before`, is the first one's; the
    others follow the days of their lines. The order is locked.

    Raises AppointmentTaken.
    """
    commit.require_transaction()
    appointments.create(order, now)
    named = agreed_in(order.issues)
    row = order.appointments.select_related("line").order_by("line__position").first()
    if row is not None and named is not None and named != agreed_in(before):
        rule = capacity.rule_of(row.listing_id)
        row.zone, row.due = named.zone, row.line.due
        if row.status != Appointed.AGREED or row.starts_at != named.starts_at:
            minutes = rule.minutes if rule else limits.APPOINTMENT_USUAL_MINUTES
            appointments.book(row, named.starts_at, minutes, by=None, now=now)
    appointments.follow(order, now)
