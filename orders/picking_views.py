"""What a place opens that was asked by mail to pick a parcel: a page with forms, which works on any phone,
without signing in and without JavaScript; and the seller's button that asks the places.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import Refusal
from orders import queries, wording
from orders.models import Picking
from orders.picking_forms import FetchedForm, SentForm, ShortForm
from orders.queries import details_of
from orders.services import CarrierMissing
from orders.services import picking as service
from orders.views import STATUS_INVALID, person_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def picking(request: HttpRequest, token: str) -> HttpResponse:
    """What is to be picked, and what may be reported of it. What a mail scanner opens reports nothing."""
    found = service.picking_of_link(token=token, now=clock.now())
    with translation.override(found.place.language):
        request.LANGUAGE_CODE = translation.get_language() or found.place.language
        return _posted(request, token, found) if request.method == "POST" else _page(request, token, found)


def _posted(request: HttpRequest, token: str, found: Picking) -> HttpResponse:
    event, now = request.POST.get("event", ""), clock.now()
    form: forms.Form
    if event == "pack":
        service.report_packed(token=token, now=now)
    elif event == "ready":
        service.report_ready(token=token, now=now)
    elif event == "fetched":
        form = FetchedForm(request.POST)
        if not _done(form, "code", lambda: service.report_fetched(token=token, now=now, **form.cleaned_data)):
            return _page(request, token, found, fetched=form)
    elif event == "short":
        short = ShortForm(request.POST, picking=found)
        if not _done(short, None, lambda: service.report_short(token=token, now=now, found=short.found())):
            return _page(request, token, found, short=short)
    else:
        form = SentForm(request.POST)
        if not _done(form, "carrier", lambda: service.report_sent(token=token, now=now, **form.cleaned_data)):
            return _page(request, token, found, sent=form)
    return redirect("orders:picking", token)


def _done(form: forms.Form, field: str | None, report: Callable[[], object]) -> bool:
    """Whether the form was right and its report taken; else the form says what is wrong."""
    if not form.is_valid():
        return False
    try:
        report()
    except service.PickingCount as refusal:
        assert isinstance(form, ShortForm)  # noqa: S101 - no other form has counts
        form.refuse(_(refusal.message), refusal.item)
    except (CarrierMissing, service.PickUpCode, service.PickUpLocked) as refusal:
        form.add_error(field, _(refusal.message))
    return form.is_valid()


def _page(request: HttpRequest, token: str, found: Picking, **shown: Any) -> HttpResponse:
    order = found.shipment.order
    items = found.shipment.items.select_related("line").order_by("line__position")
    context = {
        "picking": found,
        "shipment": found.shipment,
        "order": order,
        "details": None if found.to_fetch else details_of(order),
        "items": [(item.line.title, wording.quantity(item.quantity, item.line.unit)) for item in items],
        "can": service.reportable(found),
        "sent": SentForm(),
        "fetched": FetchedForm(),
        "short": ShortForm(picking=found),
        **shown,
    }
    status = STATUS_INVALID if shown else 200
    return render(request, "orders/picking.html", {**context, "invalid": list(shown)}, status=status)


@login_required
@require_POST
def let_pick(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The seller asks the places for what is left to send."""
    person = person_of(request)
    queries.order_for(person, order_id)
    try:
        asked = service.let_places_pick(order_id=order_id, actor=person, now=clock.now())
    except Refusal as refusal:
        messages.error(request, _(refusal.message))
    else:
        if asked:
            words = ngettext("%(count)d place was asked.", "%(count)d places were asked.", len(asked))
            messages.success(request, words % {"count": len(asked)})
        else:
            messages.error(request, _("What is left to send lies at none of your places."))
    return redirect("orders:order", order_id)
