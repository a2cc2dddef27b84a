"""Who carries goods: what we ask a carrier for, and how it tells us where a parcel is.

The one that is always there is typed by hand: a name and a number, and the seller says what the carrier says.
A carrier that takes bookings, or reports by itself, has an adapter here; the messages come to
`/carriers/<name>/events/`.
"""

from django.conf import settings

from orders.carriers.base import (
    Address,
    BadEvent,
    Booked,
    Carrier,
    CarrierAway,
    CarrierRefused,
    Consignment,
    ReportingCarrier,
    TrackingNews,
)
from orders.carriers.demo_parcel import NUMBER as DEMO_NUMBER
from orders.carriers.demo_parcel import DemoParcel
from orders.carriers.demo_parcel import read as read_demo_parcel
from orders.carriers.manual import ManualCarrier
from orders.carriers.pages import tracking_url as public_page

__all__ = [
    "Address",
    "BadEvent",
    "Booked",
    "Carrier",
    "CarrierAway",
    "CarrierRefused",
    "Consignment",
    "ManualCarrier",
    "ReportingCarrier",
    "TrackingNews",
    "bookable",
    "by_name",
    "read",
    "reporting",
    "to_book",
    "tracking_url",
]


def by_name(name: str) -> ReportingCarrier | None:
    """The carrier that reports under this name; None for one that there is not."""
    if name == DemoParcel.name and settings.DEMO_PARCEL_SECRET:
        return DemoParcel(
            settings.DEMO_PARCEL_SECRET.split(","),
            settings.DEMO_PARCEL_API_BASE,
            settings.DEMO_PARCEL_API_KEY,
        )
    return None


def tracking_url(carrier: str, number: str) -> str | None:
    """The carrier's page for this number; None where the carrier is not known or the number cannot be one."""
    if settings.DEMO_PARCEL_EMBEDDED and reporting(carrier) and DEMO_NUMBER.fullmatch(number):
        return f"{settings.PUBLIC_URL}/demo-parcel/parcels/{number}/"
    return public_page(carrier, number)


def reporting(title: str) -> str | None:
    """The name of the carrier that reports by itself and that a seller means by this title, whether it is
    switched on or not.
    """
    return DemoParcel.name if title.casefold() == DemoParcel.title.casefold() else None


def read(name: str, id: str, raw: bytes) -> TrackingNews:
    """What a message says that was taken in before, even of a carrier that is off. Raises BadEvent."""
    if name != DemoParcel.name:
        raise BadEvent
    return read_demo_parcel(id, raw)


def bookable() -> list[Carrier]:
    """The carriers that we have an account with, in the order in which they are offered."""
    demo = by_name(DemoParcel.name)
    return [demo] if demo is not None and settings.DEMO_PARCEL_API_BASE else []


def to_book(name: str) -> Carrier | None:
    """The one of them with this name."""
    return next((one for one in bookable() if one.name == name), None)
