"""The seller's pages about booking parcels. They work without JavaScript."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from orders import queries, services
from orders.carriers import ManualCarrier
from orders.models import Booking
from orders.shipping_forms import CarryForm, CourierForm
from orders.views import STATUS_INVALID, order_page, person_of


@login_required
@require_POST
def book(request: HttpRequest, order_id: UUID, shipment_id: UUID) -> HttpResponse:
    """The seller books a packed parcel, or tries once more."""
    person = _of_the_order(request, order_id, shipment_id)
    carrier, form = request.POST.get("carrier", ""), CourierForm(request.POST)
    if carrier != ManualCarrier.name:
        ask(request, person, shipment_id, carrier)
        return redirect("orders:order", order_id)
    if form.is_valid():
        try:
            courier = services.Courier.of(**form.cleaned_data)
        except services.CourierMissing as refusal:
            form.add_error("mail", _(refusal.message))
        else:
            ask(request, person, shipment_id, carrier, courier)
            return redirect("orders:order", order_id)
    found = queries.order_for(person, order_id)
    return order_page(request, found, status=STATUS_INVALID, courier_form=form, courier_of=shipment_id)


def ask(
    request: HttpRequest,
    person: User,
    shipment_id: UUID,
    carrier: str,
    courier: services.Courier | None = None,
) -> None:
    """Books, and says what comes of it."""
    try:
        services.book_shipment(
            shipment_id=shipment_id,
            actor=person,
            carrier=carrier,
            now=clock.now(),
            language=get_language() or "en",
            courier=courier,
        )
    except services.AddressMissing as refusal:
        messages.error(request, _(refusal.message))
    else:
        messages.success(request, _("The carrier is being asked. Number and label appear here in a moment."))


@login_required
@require_POST
def by_hand(request: HttpRequest, order_id: UUID, shipment_id: UUID) -> HttpResponse:
    """The seller hands a packed parcel to another carrier."""
    person = _of_the_order(request, order_id, shipment_id)
    form = CarryForm(request.POST)
    if form.is_valid():
        try:
            services.carry_by_hand(
                shipment_id=shipment_id, actor=person, now=clock.now(), **form.cleaned_data
            )
        except services.CarrierMissing as refusal:
            form.add_error("carrier", _(refusal.message))
        else:
            messages.success(request, _("Sent. The card is being charged, and the buyer has a mail."))
            return redirect("orders:order", order_id)
    found = queries.order_for(person, order_id)
    return order_page(request, found, status=STATUS_INVALID, carry_form=form, carry_of=shipment_id)


@login_required
@require_safe
def label(request: HttpRequest, order_id: UUID, shipment_id: UUID) -> HttpResponse:
    """The label as PDF, for the seller's people."""
    return label_response(services.label_for(_of_the_order(request, order_id, shipment_id), shipment_id))


def label_response(booking: Booking) -> HttpResponse:
    """The label as a download that no shared cache keeps. Raises files.FileDamaged, crypto.BadSeal."""
    answer = HttpResponse(booking.label_pdf(), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="label-{booking.pk}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _of_the_order(request: HttpRequest, order_id: UUID, shipment_id: UUID) -> User:
    """Who asks, if the parcel belongs to the order and the order to them. Raises NotFound."""
    person = person_of(request)
    if not queries.order_for(person, order_id).shipments.filter(pk=shipment_id).exists():
        raise NotFound
    return person
