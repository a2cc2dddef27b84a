"""How a listing's appointments are booked: how long one takes, and how many there may be at the same time."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop as _

from catalog import queries as catalog
from catalog.models import Listing
from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.refusals import Malformed, Refusal
from negotiation_hub.people.models import User
from orders.lifecycle import Appointed
from orders.models import Appointment, AppointmentRule


class AppointmentTaken(Refusal):
    """There is no place at this time any more: others have agreed on it."""

    code = "appointment.taken"
    message = _("This time is taken meanwhile. Please agree on another one.")


class AppointmentRuleInvalid(Malformed):
    """A length or a number of places that cannot be, or a listing that is no service."""

    code = "appointment.rule"
    message = _("Please give a length of 5 minutes to 7 days, and at least one place, for a service.")


def rule_of(listing_id: UUID | None) -> AppointmentRule | None:
    """How a listing is booked; None: its work needs no appointment."""
    if listing_id is None:
        return None
    return AppointmentRule.objects.filter(pk=listing_id).first()


def set_rule(
    *, actor: User, listing_id: UUID, minutes: int | None, at_once: int | None, now: datetime
) -> AppointmentRule | None:
    """The seller says how a service is booked; no minutes: without appointments. What is agreed stays.

    Raises AppointmentRuleInvalid, NotPermitted, NotFound.
    """
    listing = catalog.listing_for(actor, listing_id)
    catalog.require_editor(actor, listing)
    least, most = limits.APPOINTMENT_MIN_MINUTES, limits.APPOINTMENT_MAX_MINUTES
    wrong = minutes is not None and not least <= minutes <= most
    if at_once is not None and not 0 < at_once <= limits.APPOINTMENTS_AT_ONCE_MAX:
        wrong = True
    if wrong or listing.kind != Listing.Kind.SERVICE:
        raise AppointmentRuleInvalid
    with commit.transact():
        if minutes is None:
            AppointmentRule.objects.filter(pk=listing_id).delete()
            return None
        rule, _made = AppointmentRule.objects.update_or_create(
            listing=listing, defaults={"minutes": minutes, "at_once": at_once, "updated_at": now}
        )
    return rule


def require_place(appointment: Appointment, starts_at: datetime, ends_at: datetime) -> None:
    """Locks the listing's places until the transaction ends, and raises AppointmentTaken where all of them
    are given away at any moment between the two.
    """
    commit.require_transaction()
    if appointment.listing_id is None:
        return
    rule = AppointmentRule.objects.select_for_update().filter(pk=appointment.listing_id).first()
    if rule is None or rule.at_once is None:
        return
    others = list(
        Appointment.objects.filter(
            listing_id=appointment.listing_id,
            status=Appointed.AGREED.value,
            starts_at__lt=ends_at,
            ends_at__gt=starts_at,
        )
        .exclude(pk=appointment.pk)
        .values_list("starts_at", "ends_at")
    )
    spans = [(max(start, starts_at), end) for start, end in others if start is not None and end is not None]
    if most_at_once(spans) >= rule.at_once:
        raise AppointmentTaken


def most_at_once(spans: list[tuple[datetime, datetime]]) -> int:
    """How many of these overlap at most. It is most somewhere where one begins; an end is not in its span."""
    return max((sum(start <= at < end for start, end in spans) for at, _end in spans), default=0)


def length(minutes: int) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=minutes)
