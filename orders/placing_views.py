"""Pages on which an order is filled in, looked over and placed. They work without JavaScript."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people.models import User
from orders import hooks, queries, reminding, services, wording
from orders.details_form import DetailsForm, form_for_buyer, offering
from orders.facts import OrderDetails
from orders.lifecycle import Status
from orders.next_step import actions
from orders.order_facts import Facts
from orders.views import STATUS_INVALID, order_page, person_of

_OPEN: Final = frozenset({Status.DRAFT, Status.UNCONFIRMED})


@login_required
@require_POST
def details(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The buyer's form: keeps what was typed, and goes on to the summary when it is complete."""
    person, now = person_of(request), clock.now()
    found = queries.order_for(person, order_id)
    if found.status not in _OPEN:
        return redirect("orders:order", order_id)
    form = DetailsForm(request.POST, today=now.date(), seller=offering(found))
    valid = form.is_valid()
    services.save_details(
        order_id=order_id, actor=person, changes=typed(request.POST, offering(found)), now=now
    )
    if "later" in request.POST:
        messages.success(request, _("Saved as you typed it. Nothing is ordered yet."))
        return redirect("orders:order", order_id)
    if not valid:
        return order_page(request, found, place_form=form, status=STATUS_INVALID)
    return redirect("orders:review", order_id)


@login_required
@require_POST
def save(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Keeps the fields that the page has sent: those that have changed since it last did."""
    try:
        found = queries.order_for(person_of(request), order_id)
        services.save_details(
            order_id=order_id,
            actor=person_of(request),
            changes=typed(request.POST, offering(found)),
            now=clock.now(),
        )
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@login_required
@require_safe
def review(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """All that the order is, before it binds: lines and where they come from, money, addresses."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    known = queries.details_of(found) or OrderDetails()
    if "place" not in actions(Facts.of(found), person) or known.errors(clock.now().date()):
        return redirect("orders:order", order_id)
    context = {
        "order": found,
        "lines": found.lines.all(),
        "details": known,
        "when_charged": wording.when_charged(found),
        "source": hooks.source_of(found),
    }
    response = render(request, "orders/review.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def place(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The button of the summary: places exactly what it showed. A whole form places what it says."""
    person, now = person_of(request), clock.now()
    found = queries.order_for(person, order_id)
    if "seen" in request.POST:
        known = queries.details_of(found) or OrderDetails()
        if found.status in _OPEN and known.digest != request.POST["seen"]:
            messages.warning(
                request, _("The order was changed on another page. Please look at it once more.")
            )
            return redirect("orders:review", order_id)
    else:
        form = DetailsForm(request.POST, today=now.date(), seller=offering(found))
        if not form.is_valid():
            return order_page(request, found, place_form=form, status=STATUS_INVALID)
        known = form.details()
    try:
        services.place_order(order_id=order_id, actor=person, details=known, now=now)
    except services.DetailsMissing as refusal:
        messages.error(request, refusal.message)
        return redirect("orders:order", order_id)
    return redirect("orders:placed", order_id)


@login_required
@require_safe
def placed(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The number that the buyer quotes, and what is left to do. To be printed, and found again."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    if found.placed_at is None:
        return redirect("orders:order", order_id)
    queries.with_money_as_it_is(found)
    context = {
        "order": found,
        "lines": found.lines.all(),
        "details": queries.details_of(found),
        "sides": queries.sides_of(found, person),
        "can": actions(Facts.of(found), person),
        "when_charged": wording.when_charged(found),
        "source": hooks.source_of(found),
    }
    response = render(request, "orders/placed.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def convert(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The sales staff's form: the buyer gets a link to confirm it."""
    person, now = person_of(request), clock.now()
    found = queries.order_for(person, order_id)
    form = DetailsForm(request.POST, today=now.date(), complete=False, seller=offering(found))
    if not form.is_valid():
        return order_page(request, found, convert_form=form, status=STATUS_INVALID)
    services.convert_order(order_id=order_id, actor=person, details=form.details(), now=now)
    messages.success(request, _("Filled in. The buyer has a mail with a link to confirm the order."))
    return redirect("orders:order", order_id)


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What a link would confirm, with a form for what is missing; the button confirms it. Whoever holds the
    link acts for the buyer.
    """
    now = clock.now()
    if request.method != "POST":
        return _confirm_page(request, token, None)
    form = None
    if "contact_name" in request.POST:
        seller = offering(services.order_of_link(token=token, now=now))
        form = DetailsForm(request.POST, today=now.date(), seller=seller)
        if not form.is_valid():
            return _confirm_page(request, token, form)
    try:
        services.confirm_order(token=token, now=now, details=form.details() if form else None)
    except services.DetailsMissing:
        # The button alone was sent, but the sales staff left something open.
        linked = services.order_of_link(token=token, now=now)
        known = queries.details_of(linked)
        initial = {name: getattr(known, name) for name in DetailsForm.base_fields} if known else {}
        return _confirm_page(request, token, DetailsForm(initial, today=now.date(), seller=offering(linked)))
    return redirect("orders:confirm", token)


@require_POST
def confirm_again(request: HttpRequest, token: str) -> HttpResponse:
    """The confirmation once more, for who holds the link."""
    try:
        services.resend_by_link(token=token, now=clock.now())
    except services.ConfirmationTooSoon as refusal:
        messages.info(request, _(refusal.message))
    else:
        messages.success(request, _("The confirmation is on its way to you by mail."))
    return redirect("orders:confirm", token)


def _confirm_page(request: HttpRequest, token: str, form: DetailsForm | None) -> HttpResponse:
    found = services.order_of_link(token=token, now=clock.now())
    details = queries.details_of(found)
    mine = isinstance(request.user, User) and bool(queries.sides_of(found, request.user))
    missing: list[BoundField] = []
    status = STATUS_INVALID if form else HTTPStatus.OK
    if form is None:
        form = form_for_buyer(request, found, details)
        missing = form.mark_missing(details or OrderDetails())
    context = {
        "order": found,
        "lines": found.lines.all(),
        "details": details,
        "form": form,
        "missing": missing,
        "whole": details is not None and not details.missing(),
        "when_charged": wording.when_charged(found),
        "confirmed": found.status != Status.UNCONFIRMED,
        "mine": mine,
        "token": token,
    }
    response = render(request, "orders/confirm.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@csrf_exempt  # mail programs post here by themselves (RFC 8058): the token says who stops what
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_reminders(request: HttpRequest, token: str) -> HttpResponse:
    """The way out of reminders: a page with a button, or one POST. What a mail scanner opens stops none."""
    now = clock.now()
    if request.method == "POST":
        found, done = reminding.stop(token=token, now=now), True
    else:
        found, done = reminding.stopped(token=token, now=now)
    return render(request, "orders/stop_reminders.html", {"order": found, "done": done})


def typed(data: QueryDict, seller: UUID | None = None) -> dict[str, Any]:
    """What was sent of the details, as far as it can be kept: a day that is none is not."""
    form = DetailsForm(data, today=clock.now().date(), complete=False, seller=seller)
    found: dict[str, Any] = {}
    for name, field in form.fields.items():
        if name not in data:
            continue
        text = str(data[name]).replace("\x00", "").strip()
        if name == "expected_on":
            form.is_valid()
            if text and name not in form.cleaned_data:
                continue
            found[name] = form.cleaned_data.get(name)
        elif name in {"payment_plan", "pick_up"} and not field.valid_value(text):  # type: ignore[attr-defined]
            continue
        else:
            found[name] = text
    return found
