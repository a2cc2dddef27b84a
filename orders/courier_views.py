"""What a carrier that is booked by mail opens: a page with buttons, which works on any phone, without signing
in and without JavaScript.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from negotiation_hub.kernel import clock
from orders import services
from orders.booking_views import label_response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def courier(request: HttpRequest, token: str) -> HttpResponse:
    """Where the parcel stands, and what may be reported of it. What a mail scanner opens reports nothing."""
    now = clock.now()
    if request.method == "POST":
        services.report_by_link(token=token, event=request.POST.get("event", ""), now=now)
        return redirect("orders:courier", token)
    booking = services.booking_of_link(token=token, now=now)
    context = {
        "booking": booking,
        "shipment": booking.shipment,
        "token": token,
        "can": services.reportable(booking),
    }
    return render(request, "orders/courier.html", context)


@never_cache
@require_safe
def label(request: HttpRequest, token: str) -> HttpResponse:
    """The label, for whoever carries the parcel."""
    return label_response(services.booking_of_link(token=token, now=clock.now()))
