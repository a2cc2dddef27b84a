"""Several orders placed by one form and one summary; each stays an order of its own. No JavaScript needed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.models import User
from orders import hooks, queries, services, wording
from orders.details_form import DetailsForm, as_initial, languages_of
from orders.facts import OrderDetails
from orders.models import Order
from orders.next_step import actions
from orders.order_facts import Facts
from orders.placing_views import typed
from orders.views import STATUS_INVALID, person_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest) -> HttpResponse:
    """The form for the ticked orders, its summary, and the button that places them all."""
    person, now = person_of(request), clock.now()
    posted = request.method == "POST"
    found = _orders(request.POST if posted else request.GET, person)
    open_yet = [one for one in found if "place" in actions(Facts.of(one), person)]
    step = request.POST.get("step", "")
    # Sent again after it was done, all are placed: that is what was wanted.
    if step == "bind" and found and not open_yet and all(one.placed_at for one in found):
        return redirect(_placed(found))
    if not open_yet:
        messages.info(request, _("Please tick the orders that you want to place together."))
        return redirect("orders:orders")
    if not posted:
        return _form(request, open_yet, _first_form(request, open_yet, person))
    form = DetailsForm(request.POST, today=now.date())
    valid = form.is_valid()
    for one in open_yet:
        services.save_details(order_id=one.pk, actor=person, changes=typed(request.POST), now=now)
    if not valid or step == "change":
        return _form(request, open_yet, form)
    if step != "bind":
        return _summary(request, open_yet, form)
    ids = [one.pk for one in found]
    try:
        services.place_together(order_ids=ids, actor=person, details=form.details(), now=now)
    except Refusal as refusal:
        form.add_error(None, f"{_(refusal.message)} {_('None of the orders was placed.')}")
        return _form(request, open_yet, form)
    return redirect(_placed(found))


@login_required
@require_safe
def placed(request: HttpRequest) -> HttpResponse:
    """The numbers of orders that were placed together, each with its payment."""
    person = person_of(request)
    found = [one for one in _orders(request.GET, person) if one.placed_at is not None]
    if not found:
        return redirect("orders:orders")
    rows = [
        {"order": queries.with_money_as_it_is(one), "can": actions(Facts.of(one), person)} for one in found
    ]
    return _private(render(request, "orders/together_placed.html", {"rows": rows}))


def _orders(data: QueryDict, person: User) -> list[Order]:
    """The orders that are named, as far as they are the person's, in the order of their ids."""
    found = {}
    for text in data.getlist("order")[: limits.PLACED_TOGETHER_MAX]:
        try:
            one = queries.order_for(person, UUID(text))
        except (ValueError, NotFound):
            continue
        found[one.pk] = one
    return [found[key] for key in sorted(found)]


def _first_form(request: HttpRequest, found: list[Order], person: User) -> DetailsForm:
    """What was typed into the first of them that has something, else what is known of the person."""
    kept = (queries.details_of(one) for one in found)
    known = next((one for one in kept if one), None) or queries.known_details(person, found[0].buyer_id)
    initial = as_initial(known, languages_of(request))
    initial["contact_name"] = known.contact_name or person.name
    return DetailsForm(initial=initial, today=clock.now().date())


def _form(request: HttpRequest, found: list[Order], form: DetailsForm) -> HttpResponse:
    missing = [] if form.is_bound else form.mark_missing(OrderDetails())
    context = {"orders": found, "form": form, "missing": missing}
    status = STATUS_INVALID if form.errors else 200
    return _private(render(request, "orders/together.html", context, status=status))


def _summary(request: HttpRequest, found: list[Order], form: DetailsForm) -> HttpResponse:
    parts: list[dict[str, Any]] = [
        {
            "order": one,
            "lines": one.lines.all(),
            "source": hooks.source_of(one),
            "when_charged": wording.when_charged(one),
        }
        for one in found
    ]
    totals: dict[str, int] = {}
    for one in found:
        totals[one.currency] = totals.get(one.currency, 0) + one.gross
    context = {
        "parts": parts,
        "totals": [wording.amount(minor, currency) for currency, minor in sorted(totals.items())],
        "details": form.details(),
        "carried": {field.html_name: field.value() for field in form},
    }
    return _private(render(request, "orders/together_summary.html", context))


def _placed(found: list[Order]) -> str:
    named = QueryDict(mutable=True)
    named.setlist("order", [str(one.pk) for one in found])
    return f"{reverse('orders:together_placed')}?{named.urlencode()}"


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
