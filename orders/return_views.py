"""Pages of returns: the buyer's steps and the seller's. They work without JavaScript."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from orders import queries, return_sections, services
from orders.models import Order
from orders.return_forms import ApproveForm, ParcelForm, RecordForm, RefuseForm, ReturnForm
from orders.views import STATUS_INVALID, order_page, person_of


@login_required
@require_POST
def ask(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The buyer asks to send something back."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    form = ReturnForm(request.POST, order=found)
    if form.is_valid():
        try:
            services.request_return(
                order_id=order_id,
                actor=person,
                items=form.items() or {},
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                return_id=form.cleaned_data["return_id"],
                now=clock.now(),
            )
        except services.ReturnQuantity as refusal:
            form.refuse(refusal.message, refusal.line)
        except services.ReturnReasonMissing as refusal:
            form.add_error("note", _(refusal.message))
        else:
            messages.success(request, _("The seller has a mail and answers here. The money stays held."))
            return redirect("orders:order", order_id)
    return order_page(request, found, return_form=form, status=STATUS_INVALID)


@login_required
@require_POST
def approve(request: HttpRequest, order_id: UUID, return_id: UUID) -> HttpResponse:
    """The seller agrees, for money or for a replacement."""
    person, _order = _of_the_order(request, order_id, return_id)
    outcome = request.POST.get("outcome", "")
    try:
        services.approve_return(return_id=return_id, actor=person, outcome=outcome, now=clock.now())
    except services.NothingToReplace as refusal:
        messages.error(request, _(refusal.message))
    else:
        messages.success(request, _("Agreed. The buyer has a mail and sends it back."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def agree_in_part(request: HttpRequest, order_id: UUID, return_id: UUID) -> HttpResponse:
    """The seller agrees to so much of it, and says why not to the rest."""
    person, found = _of_the_order(request, order_id, return_id)
    row = found.returns.get(pk=return_id)
    form = ApproveForm(request.POST, row=row, **return_sections.named(row, "part"))
    if form.is_valid():
        try:
            services.approve_return(
                return_id=return_id,
                actor=person,
                outcome=form.cleaned_data["outcome"],
                items=form.items() or {},
                reason=form.cleaned_data["reason"],
                now=clock.now(),
            )
        except services.ReturnQuantity as refusal:
            form.refuse(_("Please say to how much you agree: at most what was asked for."), refusal.line)
        except services.ReturnReasonMissing as refusal:
            form.add_error("reason", _(refusal.message))
        except services.NothingToReplace as refusal:
            form.add_error("outcome", _(refusal.message))
        else:
            messages.success(
                request, _("Agreed to that. The buyer has a mail with your reason for the rest.")
            )
            return redirect("orders:order", order_id)
    wrong = return_sections.shown(found, person, {"of": return_id, "name": "part", "form": form})
    return order_page(request, found, returns=wrong, status=STATUS_INVALID)


@login_required
@require_POST
def record(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The seller has something back without a request."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    form = RecordForm(request.POST, order=found)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.record_return(
                order_id=order_id,
                actor=person,
                items=form.items() or {},
                outcome=data["outcome"],
                sellable=data["sellable"] == "yes",
                return_id=data["return_id"],
                now=clock.now(),
            )
        except services.ReturnQuantity as refusal:
            form.refuse(_("Please say how much came back: at most what the buyer has had."), refusal.line)
        except services.NothingToReplace as refusal:
            form.add_error("outcome", _(refusal.message))
        else:
            messages.success(request, _("Received. The buyer has a mail."))
            return redirect("orders:order", order_id)
    return order_page(request, found, record_form=form, status=STATUS_INVALID)


@login_required
@require_POST
def refuse(request: HttpRequest, order_id: UUID, return_id: UUID) -> HttpResponse:
    """The seller does not agree."""

    def call(form: Form, actor: User, now: datetime) -> None:
        services.refuse_return(return_id=return_id, actor=actor, reason=form.cleaned_data["reason"], now=now)

    words = _("Refused. The buyer has a mail with your reason.")
    return _by_form(request, order_id, return_id, ("refuse", "refuse", RefuseForm), call, words)


@login_required
@require_POST
def sent(request: HttpRequest, order_id: UUID, return_id: UUID) -> HttpResponse:
    """The buyer has sent it back."""

    def call(form: Form, actor: User, now: datetime) -> None:
        services.send_back(return_id=return_id, actor=actor, now=now, **form.cleaned_data)

    words = _("Thank you. The seller has a mail with the tracking number.")
    return _by_form(request, order_id, return_id, ("send_back", "back", ParcelForm), call, words)


@login_required
@require_POST
def replace(request: HttpRequest, order_id: UUID, return_id: UUID) -> HttpResponse:
    """The seller sends a replacement."""

    def call(form: Form, actor: User, now: datetime) -> None:
        services.send_replacement(return_id=return_id, actor=actor, now=now, **form.cleaned_data)

    words = _("Sent. The buyer has a mail.")
    return _by_form(request, order_id, return_id, ("replace", "replace", ParcelForm), call, words)


@login_required
@require_POST
def receive(request: HttpRequest, order_id: UUID, return_id: UUID) -> HttpResponse:
    """It is back."""
    person, _order = _of_the_order(request, order_id, return_id)
    sellable = request.POST.get("sellable") == "yes"
    services.receive_return(return_id=return_id, actor=person, sellable=sellable, now=clock.now())
    messages.success(request, _("Received. The buyer has a mail."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def cancel(request: HttpRequest, order_id: UUID, return_id: UUID) -> HttpResponse:
    """The buyer keeps it after all."""
    person, _order = _of_the_order(request, order_id, return_id)
    services.cancel_return(return_id=return_id, actor=person, now=clock.now())
    messages.info(request, _("The return is withdrawn."))
    return redirect("orders:order", order_id)


def _by_form(
    request: HttpRequest,
    order_id: UUID,
    return_id: UUID,
    what: tuple[str, str, type[Form]],
    call: Callable[[Form, User, datetime], None],
    words: str,
) -> HttpResponse:
    """One of the steps that asks for something; the page again, with what is wrong beside its field."""
    person, found = _of_the_order(request, order_id, return_id)
    name, prefix, kind = what
    form = kind(request.POST, prefix=f"r{return_id.hex[-8:]}-{prefix}")
    if form.is_valid():
        try:
            call(form, person, clock.now())
        except (services.ReturnReasonMissing, services.ReturnCarrierMissing) as refusal:
            form.add_error("reason" if name == "refuse" else "carrier", _(refusal.message))
        else:
            messages.success(request, words)
            return redirect("orders:order", order_id)
    wrong = return_sections.shown(found, person, {"of": return_id, "name": name, "form": form})
    return order_page(request, found, returns=wrong, status=STATUS_INVALID)


def _of_the_order(request: HttpRequest, order_id: UUID, return_id: UUID) -> tuple[User, Order]:
    """Who asks, and the order, if the return belongs to it and it to them. Raises NotFound."""
    person = person_of(request)
    order = queries.order_for(person, order_id)
    if not order.returns.filter(pk=return_id).exists():
        raise NotFound
    return person, order
