"""The outbox jobs about carriers. Each may run more than once."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from negotiation_hub.kernel import outbox
from negotiation_hub.kernel.pictures import PictureTooLarge, PictureUnreadable
from orders import carriers
from orders.carriers import CarrierRefused, fetching
from orders.models import CarrierEvent
from orders.services import booking, carrier_events, proving, shipping

log = logging.getLogger(__name__)


@outbox.handler("orders.book")
def book(payload: dict[str, Any], now: datetime) -> None:
    """Books a parcel; tried again while the carrier is away."""
    booking.ask_carrier(booking_id=UUID(payload["booking"]), round=payload["round"], now=now)


@outbox.handler("orders.unbook")
def unbook(payload: dict[str, Any], now: datetime) -> None:
    """Takes a booking back."""
    booking.unbook(shipment_id=UUID(payload["shipment"]))


@outbox.handler("orders.forget_booking")
def forget_booking(payload: dict[str, Any], now: datetime) -> None:
    """Takes back what is booked with another carrier now."""
    booking.forget(carrier=payload["carrier"], key=payload["key"])


@outbox.handler("orders.kept_news")
def kept_news(payload: dict[str, Any], now: datetime) -> None:
    """A parcel was named of which the carrier may have spoken before."""
    carrier_events.give_kept(number_id=UUID(payload["number"]), now=now)


@outbox.handler("orders.carrier_picture")
def carrier_picture(payload: dict[str, Any], now: datetime) -> None:
    """Fetches a picture of a delivery; what is none is left, and noted in the log."""
    event = CarrierEvent.objects.filter(pk=UUID(payload["event"])).first()
    if event is None or event.shipment_id is None or (news := carrier_events.said(event)) is None:
        return
    carrier = carriers.by_name(event.carrier)
    try:
        data = fetching.fetch(news.picture, origin="" if carrier is None else carrier.origin)
        proving.add_carriers_proof(shipment_id=event.shipment_id, data=data, now=now)
    except (
        CarrierRefused,
        PictureTooLarge,
        PictureUnreadable,
        proving.ProofsTooMany,
        shipping.ShipmentState,
    ) as error:
        log.warning("picture of carrier's message %s: %s", event.pk, error)
