"""Pages of services: appointments, what shows that work was done, disputes. They work without JavaScript."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import queries as catalog
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import NotFound
from orders import calendar_file, queries, services
from orders.appointment_forms import ProposalForm, RuleForm, WordForm
from orders.models import Appointment, AppointmentProposal, Order
from orders.views import STATUS_INVALID, order_page, person_of


@login_required
@require_POST
def propose(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponse:
    """Up to three times, for the other side to choose from."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    line = found.lines.filter(pk=line_id, kind="service").first()
    if line is None:
        raise NotFound
    form = ProposalForm(request.POST, line=line, row=Appointment.objects.filter(line=line).first())
    if form.is_valid():
        try:
            services.propose(
                line_id=line_id,
                actor=person,
                proposal=form.made(),
                proposal_id=form.cleaned_data["proposal"],
                now=clock.now(),
            )
        except services.AppointmentInvalid as refusal:
            field = "first" if refusal.field == "times" else refusal.field
            form.add_error(field, _(refusal.message))
        except services.AppointmentState as refusal:
            form.add_error(None, _(refusal.message))
        else:
            messages.success(request, _("The other side has a mail with the times to choose from."))
            return redirect("orders:order", order_id)
    return order_page(request, found, status=STATUS_INVALID, proposal_form=form, proposal_of=line_id)


@login_required
@require_POST
def take(request: HttpRequest, order_id: UUID, proposal_id: UUID) -> HttpResponse:
    """One of the proposed times."""
    found = _proposed(request, order_id, proposal_id)
    try:
        at = datetime.fromisoformat(request.POST.get("at", ""))
        services.take(proposal_id=proposal_id, actor=person_of(request), at=at, now=clock.now())
    except (ValueError, services.AppointmentInvalid):
        messages.error(request, _("Please choose one of the proposed times that is still to come."))
    except (services.AppointmentTaken, services.AppointmentState) as refusal:
        messages.error(request, _(refusal.message))
    else:
        messages.success(
            request, _("The appointment is agreed. Both sides have it by mail for their calendar.")
        )
    return redirect("orders:order", found.pk)


@login_required
@require_POST
def decline(request: HttpRequest, order_id: UUID, proposal_id: UUID) -> HttpResponse:
    """None of the proposed times."""
    found, form = _proposed(request, order_id, proposal_id), WordForm(request.POST)
    if not form.is_valid():
        return order_page(request, found, status=STATUS_INVALID, decline_form=form, decline_of=proposal_id)
    reason = form.cleaned_data["reason"]
    services.decline(proposal_id=proposal_id, actor=person_of(request), reason=reason, now=clock.now())
    messages.info(request, _("The other side has a mail: none of the times suits you."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def miss(request: HttpRequest, order_id: UUID, appointment_id: UUID) -> HttpResponse:
    """The other side did not come."""
    row = _appointment(request, order_id, appointment_id)
    form = WordForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.miss(appointment_id=row.pk, actor=person_of(request), reason=reason, now=clock.now())
        except services.AppointmentInvalid:
            form.add_error("reason", _("Please say in 1 to 500 characters what happened."))
        else:
            messages.info(request, _("Noted. The other side has a mail."))
            return redirect("orders:order", order_id)
    return order_page(request, row.order, status=STATUS_INVALID, miss_form=form, miss_of=appointment_id)


@login_required
@require_safe
def calendar(request: HttpRequest, order_id: UUID, appointment_id: UUID) -> HttpResponse:
    """The appointment as a file for calendars."""
    row = _appointment(request, order_id, appointment_id)
    text = calendar_file.text_of(row.order, row)
    if not text:
        raise NotFound
    response = HttpResponse(text, content_type=calendar_file.MEDIA_TYPE)
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def proof(request: HttpRequest, order_id: UUID, proof_id: UUID) -> HttpResponse:
    """What shows that work was done, for both sides: a picture to look at, a paper to keep."""
    found = services.work_proof_for(person_of(request), order_id, proof_id)
    response = HttpResponse(found.content(), content_type=found.media_type)
    if not found.is_picture:
        response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def dispute(request: HttpRequest, order_id: UUID, work_id: UUID) -> HttpResponse:
    """The buyer says that work was not done as agreed."""
    person = person_of(request)
    found = _with_work(request, order_id, work_id)
    form = WordForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.dispute_work(work_id=work_id, actor=person, reason=reason, now=clock.now())
        except services.DisputeReasonMissing as refusal:
            form.add_error("reason", _(refusal.message))
        else:
            messages.info(request, _("The seller has a mail. Until this has an end, silence is no receipt."))
            return redirect("orders:order", order_id)
    return order_page(request, found, status=STATUS_INVALID, dispute_form=form, dispute_of=work_id)


@login_required
@require_POST
def withdraw(request: HttpRequest, order_id: UUID, work_id: UUID) -> HttpResponse:
    """The buyer takes a dispute back."""
    _with_work(request, order_id, work_id)
    services.withdraw_dispute(work_id=work_id, actor=person_of(request), now=clock.now())
    messages.success(request, _("The dispute is taken back."))
    return redirect("orders:order", order_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """How the appointments of a listing are booked."""
    person = person_of(request)
    listing = catalog.listing_for(person, listing_id)
    catalog.require_editor(person, listing)
    known, status = services.rule_of(listing_id), HTTPStatus.OK
    form = RuleForm(initial={"minutes": known.minutes, "at_once": known.at_once} if known else None)
    if request.method == "POST":
        form, status = RuleForm(request.POST), HTTPStatus(STATUS_INVALID)
        if form.is_valid():
            try:
                services.set_rule(actor=person, listing_id=listing_id, now=clock.now(), **form.cleaned_data)
            except services.AppointmentRuleInvalid as refusal:
                form.add_error(None, _(refusal.message))
            else:
                messages.success(request, _("Saved. It holds for orders from now on."))
                return redirect("orders:appointment_rule", listing_id)
    response = render(
        request, "orders/appointment_rule.html", {"listing": listing, "form": form}, status=status
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _proposed(request: HttpRequest, order_id: UUID, proposal_id: UUID) -> Order:
    """The order, if the proposal belongs to it and it to who asks. Raises NotFound."""
    found = queries.order_for(person_of(request), order_id)
    if not AppointmentProposal.objects.filter(pk=proposal_id, appointment__order=found).exists():
        raise NotFound
    return found


def _appointment(request: HttpRequest, order_id: UUID, appointment_id: UUID) -> Appointment:
    found = queries.order_for(person_of(request), order_id)
    row = found.appointments.select_related("line", "order").filter(pk=appointment_id).first()
    if row is None:
        raise NotFound
    return row


def _with_work(request: HttpRequest, order_id: UUID, work_id: UUID) -> Order:
    found = queries.order_for(person_of(request), order_id)
    if not found.work.filter(pk=work_id).exists():
        raise NotFound
    return found
