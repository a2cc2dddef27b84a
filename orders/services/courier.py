"""Carriers that are booked by mail: the link in it reports, once each, that a parcel was picked up,
delivered, or could not be.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, crypto, limits
from negotiation_hub.kernel.refusals import Malformed, Refusal
from orders import courier_mails, lifecycle, mails
from orders.lifecycle import SHIPMENT, Tracking
from orders.models import Booking, BookingStatus
from orders.services import common, punctuality, shipping, tracking

_PURPOSE: Final = "orders.courier"
EVENTS: Final = ("pick_up", "deliver", "fail")
_NAME_CHARS_MAX: Final = 100
_MAIL_CHARS_MAX: Final = 254  # RFC 5321, path without its brackets


class CourierMissing(Malformed):
    """A carrier that is booked by mail has a name and a mail address."""

    code = "booking.courier"
    message = _("Please give the carrier's name and a mail address, such as name@example.com.")


class CourierLinkInvalid(Refusal):
    """The link was changed, is too old, or is of a booking that was taken back."""

    code = "booking.link"
    message = _("This link is not valid any more. Please ask whoever sent it to you.")
    status = 410


@dataclass(frozen=True, slots=True)
class Courier:
    """Who is booked by mail."""

    title: str
    mail: str

    @classmethod
    def of(cls, title: str, mail: str) -> "Courier":
        """With both checked. Raises CourierMissing."""
        title, mail = " ".join(title.split()), mail.strip()
        if not 0 < len(title) <= _NAME_CHARS_MAX or len(mail) > _MAIL_CHARS_MAX:
            raise CourierMissing
        try:
            validate_email(mail)
        except ValidationError:
            raise CourierMissing from None
        return cls(title, mail)


def mail_link(booking: Booking, now: datetime) -> None:
    """Mails the carrier what to carry, with its link; in the open transaction, once for each booking."""
    token = crypto.make_token(_PURPOSE, {"booking": str(booking.pk)}, ttl_s=limits.COURIER_LINK_S, now=now)
    courier_mails.carry_this(booking, token)


def booking_of_link(*, token: str, now: datetime) -> Booking:
    """What a link is about. Raises CourierLinkInvalid."""
    try:
        payload = crypto.read_token(_PURPOSE, token, now=now)
        wanted = UUID(cast("str", payload["booking"]))
    except (crypto.BadToken, KeyError, TypeError, ValueError):
        raise CourierLinkInvalid from None
    booking = Booking.objects.select_related("shipment__order", "label").filter(pk=wanted).first()
    if booking is None or booking.status != BookingStatus.BOOKED:
        raise CourierLinkInvalid
    return booking


def reportable(booking: Booking) -> list[str]:
    """What the carrier may still report, in the order of its way."""
    done = set(booking.shipment.changes.values_list("event", flat=True))
    status = Tracking(booking.shipment.status)
    return [
        event
        for event in EVENTS
        if event not in done
        and (status == Tracking.PENDING or lifecycle.step(SHIPMENT, event, status) is not None)
    ]


def report_by_link(*, token: str, event: str, now: datetime) -> Booking:
    """The carrier reports a step; a second time it changes nothing.

    Raises CourierLinkInvalid, Malformed, ShipmentState, OrderUnpaid and OrderState (it must not leave).
    """
    if event not in EVENTS:
        raise Malformed
    found = booking_of_link(token=token, now=now)
    with commit.transact():
        order = common.locked(found.shipment.order_id)
        booking = Booking.objects.select_for_update().get(pk=found.pk)
        if booking.status != BookingStatus.BOOKED:
            raise CourierLinkInvalid
        shipment = booking.shipment
        if shipment.changes.filter(event=event).exists():
            return booking
        if shipment.status == Tracking.PENDING:
            shipping.hand_over(order, shipment, "pick_up", by=None, now=now)
        if event == "deliver":
            tracking.deliver(order, shipment, by=None, now=now)
            mails.delivered(order, shipment, now + timedelta(seconds=limits.RECEIPT_SILENCE_S))
        elif event == "fail" or shipment.status != Tracking.PICKED_UP:
            shipping.record(shipment, event, by=None, now=now)
            punctuality.tell(order, now)
    return booking
