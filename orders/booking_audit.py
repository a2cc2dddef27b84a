"""What `negotiation-hub verify` asks of bookings: what was booked has its label and its own number."""

from collections.abc import Iterator

from negotiation_hub.kernel import crypto, files
from orders.models import Booking, BookingStatus, CarrierNumber, Order
from orders.services import parcel_numbers


def of_order(order: Order) -> Iterator[str]:
    """What is wrong with the bookings of an order's parcels."""
    for booking in Booking.objects.filter(shipment__order=order).select_related("shipment", "label"):
        where = f"booking {booking.pk}"
        if booking.label is not None:
            try:
                booking.label_pdf()
            except (crypto.BadSeal, files.FileDamaged):
                yield f"the label of {where} was changed, or belongs to another row"
        if booking.status != BookingStatus.BOOKED:
            continue
        number = parcel_numbers.normal(booking.number)
        if parcel_numbers.normal(booking.shipment.tracking) != number:
            yield f"{where} is {booking.number}, but its parcel says {booking.shipment.tracking}"
        owner = CarrierNumber.objects.filter(carrier=booking.carrier, number=number).first()
        if owner is None or owner.shipment_id != booking.shipment_id or not owner.booked:
            yield f"the number of {where} does not belong to its parcel"
    for one in CarrierNumber.objects.filter(shipment__order=order):
        stray = one.shipment.carrier_events.exclude(carrier=one.carrier) if one.shipment else None
        if stray is not None and stray.exists():
            yield f"parcel {one.shipment_id} has messages of another carrier than its number's"
