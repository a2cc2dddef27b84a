"""The seller's forms about parcels, and what comes back. They work without JavaScript."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.pictures import PictureTooLarge, PictureUnreadable
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from orders import carriers, queries, services
from orders.booking_views import ask
from orders.lifecycle import Tracking
from orders.shipping_forms import ProofForm, ShipForm
from orders.views import STATUS_INVALID, order_page, person_of


@login_required
@require_POST
def ship(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The seller packs a parcel, and mostly hands it over."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    booked = carriers.to_book(request.POST.get("book", ""))
    typed = request.POST.copy()
    if booked is not None:
        # The other button: the carrier and its number come from the booking.
        typed["carrier"], typed["tracking"], typed["packed_only"] = booked.title, "", "on"
    form = ShipForm(typed, order=found)
    if form.is_valid():
        data = form.cleaned_data
        try:
            parcel = services.ship_order(
                order_id=order_id,
                actor=person,
                carrier=data["carrier"],
                tracking=data["tracking"],
                items=form.items(),
                complete="part" not in request.POST,  # of a page from before there were rows
                shipment_id=data["shipment_id"],
                expected_on=data["expected_on"],
                handed_over=not data["packed_only"],
                now=clock.now(),
            )
        except services.CarrierMissing as refusal:
            form.add_error("carrier", _(refusal.message))
        except services.ShipmentQuantity as refusal:
            form.refuse(refusal.message, refusal.line)
        else:
            if booked is not None:
                ask(request, person, parcel.pk, booked.name)
            elif parcel.status == Tracking.PENDING:
                messages.success(request, _("Packed. Nobody is told before you hand it over."))
            else:
                messages.success(request, _("Sent. The card is being charged, and the buyer has a mail."))
            return redirect("orders:order", order_id)
    return order_page(request, found, ship_form=form, status=STATUS_INVALID)


@login_required
@require_POST
def track(request: HttpRequest, order_id: UUID, shipment_id: UUID) -> HttpResponse:
    """The seller says what the carrier says: one event of the shipment's table."""
    person = _of_the_order(request, order_id, shipment_id)
    event = request.POST.get("event", "")
    services.track_shipment(shipment_id=shipment_id, actor=person, event=event, now=clock.now())
    return redirect("orders:order", order_id)


@login_required
@require_POST
def delivered(request: HttpRequest, order_id: UUID, shipment_id: UUID) -> HttpResponse:
    """The goods are there."""
    person = _of_the_order(request, order_id, shipment_id)
    services.mark_delivered(shipment_id=shipment_id, actor=person, now=clock.now())
    return redirect("orders:order", order_id)


@login_required
@require_POST
def proof(request: HttpRequest, order_id: UUID, shipment_id: UUID) -> HttpResponse:
    """The seller adds a picture of the delivery."""
    person = _of_the_order(request, order_id, shipment_id)
    form = ProofForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data["picture"].read(limits.FILE_BYTES_MAX + 1)
        try:
            services.add_proof(shipment_id=shipment_id, actor=person, data=data, now=clock.now())
        except (services.ProofsTooMany, PictureUnreadable, PictureTooLarge) as refusal:
            form.add_error("picture", _(refusal.message))
        else:
            messages.success(request, _("The picture is there for both sides."))
            return redirect("orders:order", order_id)
    found = queries.order_for(person, order_id)
    return order_page(request, found, status=STATUS_INVALID, proof_form=form, proof_of=shipment_id)


@login_required
@require_safe
def proof_picture(request: HttpRequest, order_id: UUID, proof_id: UUID) -> HttpResponse:
    """A picture of a delivery, for both sides."""
    found = services.proof_for(person_of(request), order_id, proof_id)
    response = HttpResponse(found.picture(), content_type=found.media_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _of_the_order(request: HttpRequest, order_id: UUID, shipment_id: UUID) -> User:
    """Who asks, if the parcel belongs to the order and the order to them. Raises NotFound."""
    person = person_of(request)
    if not queries.order_for(person, order_id).shipments.filter(pk=shipment_id).exists():
        raise NotFound
    return person
