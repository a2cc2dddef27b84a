"""Who carries goods: what we ask a carrier for, and how it tells us where a parcel is.

The one that is always there is typed by hand: a name and a number, and the seller says what the carrier says.
A carrier that reports by itself has an adapter here; its messages come to `/carriers/<name>/events/`.
"""

from django.conf import settings

from orders.carriers.base import BadEvent, Carrier, TrackingNews
from orders.carriers.demo_parcel import DemoParcel
from orders.carriers.pages import tracking_url

__all__ = ["BadEvent", "Carrier", "TrackingNews", "by_name", "tracking_url"]


def by_name(name: str) -> Carrier | None:
    """The carrier that reports under this name; None for one that there is not."""
    if name == DemoParcel.name and settings.DEMO_PARCEL_SECRET:
        return DemoParcel(settings.DEMO_PARCEL_SECRET.split(","))
    return None
