"""REST: booking parcels with a carrier, and their labels."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, Router, Schema

from negotiation_hub.kernel import clock
from orders import carriers, services
from orders.booking_views import label_response
from orders.delivery_api import person_of, shown_shipment
from orders.models import Booking
from orders.schemas import ShipmentOut
from orders.services import picking

router = Router(tags=["orders"])


class BookingIn(Schema):
    carrier: Annotated[str, Field(description="as in GET /carriers; `mail`: one by mail", max_length=32)]
    courier: Annotated[str, Field(description="the name of one that is booked by mail", max_length=200)] = ""
    courier_mail: Annotated[str, Field(description="its mail address", max_length=300)] = ""
    language: Annotated[Literal["en", "es"], Field(description="of the label")] = "en"


class BookingOut(Schema):
    """A booking; `problem` is the carrier's reason why it failed, in the carrier's words."""

    shipment: UUID
    carrier: str
    status: Literal["asked", "booked", "failed", "canceled"]
    attempts: Annotated[int, Field(description="without an answer, since it was asked for last")]
    problem: str
    number: str
    label_url: str | None
    asked_at: datetime
    booked_at: datetime | None


class CarrierOut(Schema):
    name: str
    title: str


class CarriersOut(Schema):
    carriers: list[CarrierOut]


class CarryIn(Schema):
    carrier: Annotated[str, Field(max_length=200)]
    tracking: Annotated[str, Field(max_length=200)] = ""


def _shown(booking: Booking) -> dict[str, Any]:
    names = BookingOut.model_fields.keys() - {"shipment", "label_url"}
    label = reverse("api:shipment_label", args=[booking.shipment_id])
    return {
        **{name: getattr(booking, name) for name in names},
        "shipment": booking.shipment_id,
        "label_url": None if booking.label is None else settings.PUBLIC_URL + label,
    }


@router.get("/carriers", response=CarriersOut, summary="The carriers that parcels are booked with")
def list_carriers(request: HttpRequest) -> dict[str, Any]:
    """In the order in which the pages offer them."""
    return {"carriers": [{"name": one.name, "title": one.title} for one in carriers.bookable()]}


@router.post("/shipments/{uuid:shipment_id}/booking", response=BookingOut, summary="Book a parcel (seller)")
def book(request: HttpRequest, shipment_id: UUID, data: BookingIn) -> dict[str, Any]:
    """A packed parcel; the carrier is asked soon after. Repeated it is one booking; one that failed is tried
    once more.
    """
    by_mail = data.carrier == carriers.ManualCarrier.name
    booking = services.book_shipment(
        shipment_id=shipment_id,
        actor=person_of(request),
        carrier=data.carrier,
        language=data.language,
        courier=services.Courier.of(data.courier, data.courier_mail) if by_mail else None,
        now=clock.now(),
    )
    return _shown(booking)


@router.get("/shipments/{uuid:shipment_id}/booking", response=BookingOut, summary="A booking (seller)")
def get_booking(request: HttpRequest, shipment_id: UUID) -> dict[str, Any]:
    """How far it is."""
    return _shown(services.booking_for(person_of(request), shipment_id))


@router.get(
    "/shipments/{uuid:shipment_id}/label",
    summary="The label as PDF (seller)",
    url_name="shipment_label",
    openapi_extra={
        "responses": {"200": {"content": {"application/pdf": {}}, "description": "The label, A6"}}
    },
)
def get_label(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """Sender, receiver, reference and the number as Code 128."""
    return label_response(services.label_for(person_of(request), shipment_id))


class PickingOut(Schema):
    """A place was asked to pick a parcel; the parcel's status says how far it is."""

    shipment: UUID
    place: UUID
    fetched: Annotated[bool, Field(description="the buyer comes for it")]
    packed_at: datetime | None
    short: Annotated[bool, Field(description="fewer were found; what is left was asked for anew")]


class PickingsOut(Schema):
    pickings: list[PickingOut]


@router.post(
    "/orders/{uuid:order_id}/pick", response=PickingsOut, summary="Let places pick what is left (seller)"
)
def let_pick(request: HttpRequest, order_id: UUID) -> dict[str, Any]:
    """By itself it happens when an order is paid. Answers those that were asked now, each by a mail with a
    link.
    """
    asked = picking.let_places_pick(order_id=order_id, actor=person_of(request), now=clock.now())
    return {
        "pickings": [
            {
                "shipment": row.shipment_id,
                "place": row.place_id,
                "fetched": row.to_fetch,
                "packed_at": row.packed_at,
                "short": row.short,
            }
            for row in asked
        ]
    }


@router.post(
    "/shipments/{uuid:shipment_id}/by-hand", response=ShipmentOut, summary="Send it by hand (seller)"
)
def carry_by_hand(request: HttpRequest, shipment_id: UUID, data: CarryIn) -> dict[str, Any]:
    """Hands a packed parcel to a carrier of one's own choice; what was asked of another is taken back."""
    return shown_shipment(
        services.carry_by_hand(
            shipment_id=shipment_id,
            actor=person_of(request),
            carrier=data.carrier,
            tracking=data.tracking,
            now=clock.now(),
        )
    )
