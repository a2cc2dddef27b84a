"""The buyer's word that something has come. They work without JavaScript."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from negotiation_hub.kernel import clock
from orders import queries, services
from orders.receiving_forms import ReceiptForm
from orders.views import STATUS_INVALID, order_page, person_of


@login_required
@require_POST
def receipt(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The buyer has what was agreed."""
    services.confirm_receipt(order_id=order_id, actor=person_of(request), now=clock.now())
    messages.success(request, _("Thank you. The receipt is confirmed."))
    return redirect("orders:order", order_id)


@login_required
@require_POST
def receipt_part(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The buyer has a part of it."""
    person = person_of(request)
    found = queries.order_for(person, order_id)
    form = ReceiptForm(request.POST, order=found)
    if form.is_valid():
        try:
            services.receive_part(
                order_id=order_id,
                actor=person,
                items=form.items() or {},
                receipt_id=form.cleaned_data["receipt_id"],
                now=clock.now(),
            )
        except services.ReceiptQuantity as refusal:
            form.refuse(refusal.message, refusal.line)
        else:
            messages.success(request, _("Thank you. What has come is confirmed, and its share is released."))
            return redirect("orders:order", order_id)
    return order_page(request, found, receipt_form=form, status=STATUS_INVALID)
