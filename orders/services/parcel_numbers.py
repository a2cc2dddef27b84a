"""Whom a carrier's number belongs to, so that its news go to one parcel and to no other.

Two meet here: the carrier, who names a number, and whoever names the parcel that it is. Both lock the
number's row, after the order; so one of them sees the other, and no news falls between.
"""

from uuid import UUID

from orders import carriers
from orders.lifecycle import Tracking
from orders.models import CarrierNumber, Shipment


def normal(number: str) -> str:
    """A number as it is compared: people type blanks and small letters."""
    return "".join(number.split()).upper()


def owner(carrier: str, number: str) -> tuple[UUID, UUID] | None:
    """The parcel of a number and its order, without a lock."""
    rows = CarrierNumber.objects.filter(carrier=carrier, number=normal(number), shipment__isnull=False)
    return rows.values_list("shipment", "shipment__order").first()


def locked(carrier: str, number: str) -> CarrierNumber:
    """The row of a number, made when it is heard for the first time, locked until the transaction ends."""
    key = normal(number)
    CarrierNumber.objects.bulk_create([CarrierNumber(carrier=carrier, number=key)], ignore_conflicts=True)
    return CarrierNumber.objects.select_for_update().get(carrier=carrier, number=key)


def claim(shipment: Shipment, *, booked: str = "") -> CarrierNumber | None:
    """The parcel's number becomes its own, if it can: what was `booked` with this carrier always does; what
    was typed only where nobody was before. None where the carrier does not report, or it is another's.
    """
    carrier = booked or carriers.reporting(shipment.carrier)
    if not carrier or not normal(shipment.tracking):
        return None
    row = locked(carrier, shipment.tracking)
    if row.shipment_id == shipment.pk:
        return row
    before = row.shipment
    free = before is None or (not row.booked and before.status == Tracking.CANCELED)
    if not booked and not free:
        return None
    row.shipment, row.booked = shipment, bool(booked)
    row.save()
    return row
