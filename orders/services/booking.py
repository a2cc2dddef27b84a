"""Booking packed parcels with a carrier that we have an account with.

The carrier is asked by a job, again and again while it gives no answer, and always with the same key, so that
it books once. When it refuses, or is away for too long, the seller tries once more or sends the parcel by
hand; a booking that may have come about meanwhile is taken back.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, limits, outbox
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.people.models import User
from orders import carriers
from orders.carriers import Address, Carrier, CarrierAway, CarrierRefused, Consignment, ManualCarrier
from orders.documents import parties
from orders.lifecycle import Tracking
from orders.models import Booking, BookingStatus, Shipment
from orders.queries import details_of, sides_of
from orders.services import carrier_events, common, parcel_numbers, shipping
from orders.services.courier import Courier, CourierMissing, mail_link

_OPEN: Final = (BookingStatus.ASKED, BookingStatus.FAILED)


class CarrierUnknown(Malformed):
    """We have no account with such a carrier."""

    code = "booking.carrier"
    message = _("Nothing can be booked with this carrier here.")


class AddressMissing(Refusal):
    """The order has no address that a parcel could go to."""

    code = "booking.address"
    message = _("The order has no complete address yet, so nothing can be booked.")


def book_shipment(
    *,
    shipment_id: UUID,
    actor: User,
    carrier: str,
    now: datetime,
    language: str = "en",
    courier: Courier | None = None,
) -> Booking:
    """The seller books a packed parcel with a carrier, which is asked soon after. One that is booked, or
    being booked, is returned as it is; one that failed is tried once more.

    `courier` is who is booked by mail, where `carrier` is `mail`.

    Raises CarrierUnknown, CourierMissing, AddressMissing, ShipmentState once it was handed over,
    NotPermitted, NotFound.
    """
    if carrier == ManualCarrier.name and courier is None:
        raise CourierMissing
    adapter = _adapter(carrier, courier.title if courier is not None else None)
    if adapter is None:
        raise CarrierUnknown
    with commit.transact():
        shipment, order = shipping.locked_shipment(shipment_id, actor, "pick_up")
        booking = Booking.objects.filter(shipment=shipment).first()
        if booking is not None and booking.status in {BookingStatus.ASKED, BookingStatus.BOOKED}:
            return booking
        if shipment.status != Tracking.PENDING:
            raise shipping.ShipmentState
        details = details_of(order)
        if details is None or details.missing():
            raise AddressMissing
        if booking is None:
            live = list(order.shipments.exclude(status=Tracking.CANCELED).values_list("pk", flat=True))
            booking = Booking(
                shipment=shipment,
                position=live.index(shipment.pk) + 1,
                count=len(live),
                language=language[:2],
                asked_by=actor.pk,
                asked_at=now,
            )
        else:
            booking.round += 1
            if booking.carrier != adapter.name:
                _forget(booking)
        booking.carrier, booking.status = adapter.name, BookingStatus.ASKED.value
        booking.attempts, booking.problem = 0, ""
        booking.courier = asdict(courier) if courier is not None else None
        booking.save()
        shipment.carrier, shipment.tracking = adapter.title, ""
        shipment.save(update_fields=["carrier", "tracking"])
        payload = {"booking": str(booking.pk), "round": booking.round}
        outbox.enqueue("orders.book", payload, dedupe=f"book:{booking.pk}:{booking.round}")
    return booking


def carry_by_hand(*, shipment_id: UUID, actor: User, carrier: str, tracking: str, now: datetime) -> Shipment:
    """The seller hands a packed parcel to a carrier of their own choice, and says to whom; what was asked of
    another is taken back. One that says the same and has left is returned as it is.

    Raises CarrierMissing, ShipmentState once it is booked or has left, OrderUnpaid, OrderState, NotPermitted,
    NotFound.
    """
    carrier, tracking = shipping.named(carrier, tracking)
    with commit.transact():
        shipment, order = shipping.locked_shipment(shipment_id, actor, "move")
        same = (shipment.carrier, shipment.tracking) == (carrier, tracking)
        if shipment.status != Tracking.PENDING:
            if same and shipment.status != Tracking.CANCELED:
                return shipment
            raise shipping.ShipmentState
        booking = Booking.objects.filter(shipment=shipment).first()
        if booking is not None and booking.status in _OPEN:
            _take_back(booking)
        elif booking is not None and booking.status == BookingStatus.BOOKED:
            raise shipping.ShipmentState
        shipment.carrier, shipment.tracking = carrier, tracking
        shipment.save(update_fields=["carrier", "tracking"])
        shipping.hand_over(order, shipment, "move", by=actor.pk, now=now)
        shipping.take_number(shipment)
    return shipment


def ask_carrier(*, booking_id: UUID, round: int, now: datetime) -> None:
    """Asks the carrier, and takes in what it says. Raises CarrierAway, to be asked again."""
    booking = Booking.objects.select_related("shipment__order").filter(pk=booking_id).first()
    if booking is None or not _is_asked(booking, round):
        return
    adapter = _adapter_of(booking)
    if adapter is None:
        _failed(booking_id, round, "")
        return
    try:
        consignment = _consignment(booking)
        answer = adapter.book(consignment, now)
    except (AddressMissing, CarrierRefused) as error:
        _failed(booking_id, round, str(error) if isinstance(error, CarrierRefused) else "")
    except CarrierAway:
        if not _away(booking_id, round):
            raise
    else:
        _booked(booking_id, adapter, answer, now)


def unbook(*, shipment_id: UUID) -> None:
    """Takes a booking back at the carrier, once its parcel does not need it. Raises CarrierAway."""
    found = Booking.objects.filter(shipment=shipment_id).first()
    if found is None:
        return
    with commit.transact():
        common.locked(found.shipment.order_id)
        booking = Booking.objects.select_for_update().get(pk=found.pk)
        gone = Shipment.objects.get(pk=shipment_id).status == Tracking.CANCELED
        if booking.status in _OPEN or (gone and booking.status == BookingStatus.BOOKED):
            booking.status = BookingStatus.CANCELED.value
            booking.save()
    adapter = _adapter_of(booking)
    if adapter is not None and booking.status == BookingStatus.CANCELED:
        adapter.cancel(str(booking.pk))


def label_for(actor: User, shipment_id: UUID) -> Booking:
    """A booking with its label, for the seller's people. Raises NotFound."""
    booking = booking_for(actor, shipment_id)
    if booking.label is None:
        raise NotFound
    return booking


def booking_for(actor: User, shipment_id: UUID) -> Booking:
    """The booking of a parcel, for the seller's people. Raises NotFound."""
    rows = Booking.objects.select_related("shipment__order", "label")
    booking = rows.filter(shipment=shipment_id).first()
    if booking is None or "seller" not in sides_of(booking.shipment.order, actor):
        raise NotFound
    return booking


def _adapter(carrier: str, title: str | None) -> Carrier | None:
    return ManualCarrier(title) if carrier == ManualCarrier.name and title else carriers.to_book(carrier)


def _adapter_of(booking: Booking) -> Carrier | None:
    return _adapter(booking.carrier, booking.courier and booking.courier["title"])


def _forget(booking: Booking) -> None:
    """In the open transaction: the carrier of the last round may have booked it all the same."""
    payload = {"carrier": booking.carrier, "key": str(booking.pk)}
    outbox.enqueue("orders.forget_booking", payload, dedupe=f"forget:{booking.pk}:{booking.round}")


def forget(*, carrier: str, key: str) -> None:
    """Takes back what a carrier may have booked that is not wanted any more. Raises CarrierAway."""
    adapter = carriers.to_book(carrier)
    if adapter is not None:
        adapter.cancel(key)


def _is_asked(booking: Booking, round: int) -> bool:
    return booking.status == BookingStatus.ASKED and booking.round == round


def _consignment(booking: Booking) -> Consignment:
    order = booking.shipment.order
    details, said = details_of(order), parties.seller(order)
    if details is None:
        raise AddressMissing
    return Consignment(
        key=str(booking.pk),
        reference=order.number,
        sender=Address(
            name=said.name,
            street=said.street,
            postal_code=said.postal_code,
            city=said.city,
            country=said.country,
        ),
        receiver=Address(
            name=details.contact_name,
            company=details.company,
            street=details.street,
            postal_code=details.postal_code,
            city=details.city,
            country=details.country,
            phone=details.phone,
        ),
        position=booking.position,
        count=booking.count,
        language=booking.language,
    )


def _locked(booking_id: UUID) -> Booking:
    """The booking, locked after its order."""
    common.locked(Booking.objects.values_list("shipment__order", flat=True).get(pk=booking_id))
    return Booking.objects.select_for_update().select_related("shipment__order").get(pk=booking_id)


def _booked(booking_id: UUID, carrier: Carrier, answer: carriers.Booked, now: datetime) -> None:
    with commit.transact():
        booking = _locked(booking_id)
        shipment = booking.shipment
        if booking.status == BookingStatus.BOOKED:
            return
        if booking.status == BookingStatus.CANCELED or shipment.status != Tracking.PENDING:
            _take_back(booking, late=True)
            return
        booking.status, booking.number, booking.booked_at = BookingStatus.BOOKED.value, answer.number, now
        booking.problem = ""
        booking.keep_label(answer.label)
        booking.save()
        shipment.tracking = answer.number
        shipment.save(update_fields=["tracking"])
        if booking.courier is not None:
            mail_link(booking, now)
        row = parcel_numbers.claim(shipment, booked=carrier.name)
        if row is not None:
            carrier_events.apply_kept(shipment.order, row, now)


def _failed(booking_id: UUID, round: int, reason: str) -> None:
    with commit.transact():
        booking = _locked(booking_id)
        if _is_asked(booking, round):
            booking.status = BookingStatus.FAILED.value
            booking.problem = reason[: limits.CARRIER_REASON_CHARS_MAX]
            booking.save()


def _away(booking_id: UUID, round: int) -> bool:
    """Counts an attempt without an answer: whether that was the last."""
    with commit.transact():
        booking = _locked(booking_id)
        if not _is_asked(booking, round):
            return True
        booking.attempts += 1
        if booking.attempts >= limits.BOOKING_ATTEMPTS_MAX:
            booking.status = BookingStatus.FAILED.value
        booking.save()
    return booking.status == BookingStatus.FAILED


def _take_back(booking: Booking, *, late: bool = False) -> None:
    """In the open transaction; the carrier is told by a job. `late`: its answer came after that was known."""
    booking.status = BookingStatus.CANCELED.value
    booking.save()
    payload, again = {"shipment": str(booking.shipment_id)}, ":late" if late else ""
    outbox.enqueue("orders.unbook", payload, dedupe=f"unbook:{booking.shipment_id}:{booking.round}{again}")
