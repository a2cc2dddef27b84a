"""Files for the bank: for staff, and in the demo for everybody."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User
from payments import batches
from payments.views import PAYOUT_WORDS

PAGE = 100  # files


@login_required
@require_safe
def payouts(request: HttpRequest) -> HttpResponse:
    """The newest files, and what the bank has said of them."""
    rows = batches.batches(_person(request), limit=PAGE)
    return render(request, "devtools/payouts.html", {"batches": rows})


@login_required
@require_safe
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One file with its payouts."""
    found = batches.batch_for(_person(request), batch_id)
    rows = [
        {"row": row, "words": PAYOUT_WORDS[row.status][0], "tone": PAYOUT_WORDS[row.status][1]}
        for row in found.payouts.select_related("organisation", "bank_account").order_by("requested_at", "id")
    ]
    return render(request, "devtools/payout_batch.html", {"batch": found, "payouts": rows})


@login_required
@require_safe
def download(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The file itself, as the bank takes it."""
    found = batches.batch_for(_person(request), batch_id)
    response = HttpResponse(batches.xml_of(found), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Makes the file now, without waiting for the hour."""
    made = batches.make_for(actor=_person(request), now=clock.now())
    if made:
        messages.success(request, _("The file is made."))
    else:
        messages.info(request, _("No payout is waiting."))
    return redirect("devtools:payouts")


@login_required
@require_POST
def confirm(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The bank has carried the file out."""
    batches.confirm_batch(actor=_person(request), batch_id=batch_id, now=clock.now())
    messages.success(request, _("Confirmed. The payouts are being booked."))
    return redirect("devtools:payout_batch", batch_id)


@login_required
@require_POST
def returned(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The bank returned one transfer of the file."""
    batches.fail_payout(
        actor=_person(request),
        batch_id=batch_id,
        end_to_end_id=request.POST.get("end_to_end_id", ""),
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )
    messages.info(request, _("Its money is back in the account."))
    return redirect("devtools:payout_batch", batch_id)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
