"""Pages of disputes of goods: the buyer's steps and the seller's. They work without JavaScript."""

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
from orders import dispute_sections, queries, services
from orders.dispute_forms import DisputeForm
from orders.models import GoodsDispute, Order
from orders.views import STATUS_INVALID, order_page, person_of


@login_required
@require_POST
def dispute(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The buyer says what is wrong."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    form = DisputeForm(request.POST, order=found)
    if form.is_valid():
        try:
            services.dispute_goods(
                order_id=order_id,
                actor=person,
                items=form.items() or {},
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
                dispute_id=form.cleaned_data["dispute_id"],
                now=clock.now(),
            )
        except services.DisputeQuantity as refusal:
            form.refuse(refusal.message, refusal.line)
        except services.DisputeReasonMissing as refusal:
            form.add_error("words", _(refusal.message))
        else:
            messages.info(request, _("Both sides have a mail. Its share stays held until this has an end."))
            return redirect("orders:order", order_id)
    return order_page(request, found, dispute_goods_form=form, status=STATUS_INVALID)


@login_required
@require_POST
def propose(request: HttpRequest, order_id: UUID, dispute_id: UUID) -> HttpResponse:
    """The seller proposes how it ends."""
    person, found, row = _of_the_order(request, order_id, dispute_id)
    form = dispute_sections.propose_form(found, row, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.propose_outcome(
                dispute_id=dispute_id,
                actor=person,
                outcome=data["outcome"],
                amount=data.get("amount"),
                reason=data["reason"],
                proposal_id=data["proposal_id"],
                now=clock.now(),
            )
        except services.DisputeSum as refusal:
            form.add_error("amount", _(refusal.message))
        except services.DisputeReasonMissing as refusal:
            form.add_error("reason", _(refusal.message))
        except (services.NothingToReplace, services.DisputeNotSent) as refusal:
            form.add_error("outcome", _(refusal.message))
        else:
            messages.success(request, _("Proposed. The buyer has a mail and takes it or not."))
            return redirect("orders:order", order_id)
    return _again(request, found, row, "propose", form)


@login_required
@require_POST
def decline(request: HttpRequest, order_id: UUID, dispute_id: UUID) -> HttpResponse:
    """The buyer does not take it."""
    person, found, row = _of_the_order(request, order_id, dispute_id)
    form = dispute_sections.decline_form(row, request.POST)
    if not form.is_valid():
        return _again(request, found, row, "decline", form)
    services.decline_outcome(dispute_id=dispute_id, actor=person, now=clock.now(), **form.cleaned_data)
    messages.info(request, _("The seller has a mail. The dispute goes on."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def agree(request: HttpRequest, order_id: UUID, dispute_id: UUID) -> HttpResponse:
    """The buyer takes it."""
    person, _found, _row = _of_the_order(request, order_id, dispute_id)
    try:
        proposal = UUID(request.POST.get("proposal", ""))
    except ValueError:
        raise services.DisputeOver from None
    try:
        services.agree_outcome(dispute_id=dispute_id, actor=person, proposal=proposal, now=clock.now())
    except (services.NothingToReplace, services.DisputeNotSent, services.DisputeSum) as refusal:
        messages.error(request, _(refusal.message))
    else:
        messages.success(request, _("Agreed. Both sides have a mail, and what was agreed is done."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def receive(request: HttpRequest, order_id: UUID, dispute_id: UUID) -> HttpResponse:
    """The buyer has it now, as agreed."""
    person, _found, _row = _of_the_order(request, order_id, dispute_id)
    services.receive_disputed(dispute_id=dispute_id, actor=person, now=clock.now())
    messages.success(request, _("Thank you. What has come is confirmed, and its share is released."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def withdraw(request: HttpRequest, order_id: UUID, dispute_id: UUID) -> HttpResponse:
    """The buyer takes it back."""
    person, _found, _row = _of_the_order(request, order_id, dispute_id)
    services.withdraw_goods_dispute(dispute_id=dispute_id, actor=person, now=clock.now())
    messages.info(request, _("The dispute is taken back."))
    return redirect("orders:order", order_id)


def _again(request: HttpRequest, order: Order, row: GoodsDispute, name: str, form: Form) -> HttpResponse:
    """The page, with what is wrong beside its field."""
    sent = {"of": row.pk, "name": name, "form": form}
    rows = dispute_sections.shown(order, person_of(request), sent)
    return order_page(request, order, disputes=rows, status=STATUS_INVALID)


def _of_the_order(request: HttpRequest, order_id: UUID, dispute_id: UUID) -> tuple[User, Order, GoodsDispute]:
    """Who asks, the order and the dispute, if it belongs to the order and that to them. Raises NotFound."""
    person = person_of(request)
    order = queries.order_for(person, order_id)
    row = order.disputes.filter(pk=dispute_id).first()
    if row is None:
        raise NotFound
    return person, order, row
