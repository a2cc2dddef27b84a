"""Pages of work that is reported, received or asked to be changed, and the confirmation once more. They work
without JavaScript.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.pictures import PictureTooLarge
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from orders import queries, services
from orders.appointment_forms import ReportForm
from orders.forms import ChangesForm
from orders.views import STATUS_INVALID, order_page, person_of


@login_required
@require_POST
def report(request: HttpRequest, order_id: UUID, work_id: UUID) -> HttpResponse:
    """The seller has done the work, and shows it."""
    person, now = _of_the_order(request, order_id, work_id), clock.now()
    form = ReportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            for data, name in form.cleaned_data["proofs"]:
                services.add_work_proof(work_id=work_id, actor=person, data=data, name=name, now=now)
        except (services.WorkProofsTooMany, services.WorkProofUnreadable, PictureTooLarge) as refusal:
            form.add_error("proofs", _(refusal.message))
    if form.is_valid():
        try:
            services.report_work(work_id=work_id, actor=person, note=form.cleaned_data["note"], now=now)
        except services.NoteInvalid as refusal:
            form.add_error("note", _(refusal.message))
        else:
            messages.success(request, _("Reported. The buyer has a mail and looks at it."))
            return redirect("orders:order", order_id)
    found = queries.order_for(person, order_id)
    return order_page(request, found, status=STATUS_INVALID, report_form=form, report_of=work_id)


@login_required
@require_POST
def receive(request: HttpRequest, order_id: UUID, work_id: UUID) -> HttpResponse:
    """The buyer has what was to be done."""
    person = _of_the_order(request, order_id, work_id)
    services.receive_work(work_id=work_id, actor=person, now=clock.now())
    messages.success(request, _("Thank you. The work is received."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def changes(request: HttpRequest, order_id: UUID, work_id: UUID) -> HttpResponse:
    """The buyer wants something to be different."""
    person = _of_the_order(request, order_id, work_id)
    found = queries.order_for(person, order_id)
    form = ChangesForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.request_changes(work_id=work_id, actor=person, reason=reason, now=clock.now())
        except services.ReasonMissing as refusal:
            form.add_error("reason", _(refusal.message))
        else:
            messages.success(request, _("The seller has a mail with what should be different."))
            return redirect("orders:order", order_id)
    return order_page(request, found, status=STATUS_INVALID, changes_form=form, changes_of=work_id)


@login_required
@require_POST
def resend(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The buyer's confirmation once more."""
    try:
        services.resend_confirmation(order_id=order_id, actor=person_of(request), now=clock.now())
    except services.ConfirmationTooSoon as refusal:
        messages.info(request, _(refusal.message))
    else:
        messages.success(request, _("The confirmation is on its way to you by mail."))
    return redirect("orders:order", order_id)


def _of_the_order(request: HttpRequest, order_id: UUID, work_id: UUID) -> User:
    """Who asks, if the work belongs to the order and the order to them. Raises NotFound."""
    person = person_of(request)
    if not queries.order_for(person, order_id).work.filter(pk=work_id).exists():
        raise NotFound
    return person
