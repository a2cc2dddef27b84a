"""Pages of payouts: the bank account, asking, canceling. They work without JavaScript."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User
from payments import bank_accounts, payout_queries, payouts
from payments.forms import BankAccountForm, PayoutForm
from payments.ledger import FundsInsufficient
from payments.views import accounts_page

_STATUS_INVALID = 422  # the page again, with what is wrong


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bank_account(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Where the organisation's money goes, for its managers."""
    user = cast("User", request.user)
    organisation = bank_accounts.manager_of(user, organisation_id).organisation
    form = BankAccountForm(request.POST or None, initial={"holder": organisation.name})
    if request.method == "POST" and form.is_valid():
        try:
            bank_accounts.set_bank_account(
                actor=user, organisation_id=organisation_id, now=clock.now(), **form.cleaned_data
            )
        except bank_accounts.BankAccountInvalid as refusal:
            form.add_error(refusal.field, _(refusal.message))
        else:
            messages.success(request, _("Payouts go to this account from now on."))
            return redirect("payments:accounts")
    context = {
        "form": form,
        "organisation": organisation,
        "known": payout_queries.active_account(organisation_id),
    }
    status = _STATUS_INVALID if request.method == "POST" else 200
    return render(request, "payments/bank_account.html", context, status=status)


@login_required
@require_POST
def request_payout(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The organisation's money goes to its bank."""
    user = cast("User", request.user)
    bank_accounts.manager_of(user, organisation_id)
    form = PayoutForm(request.POST, currency=payouts.CURRENCIES[0], auto_id=f"payout-{organisation_id}-%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            payouts.request_payout(
                actor=user,
                organisation_id=organisation_id,
                amount=data["amount"],
                payout_id=data["payout_id"],
                bank_account_id=data["bank_account"],
                now=clock.now(),
            )
        except (payouts.PayoutAmount, FundsInsufficient) as refusal:
            form.add_error("amount", _(refusal.message))
        else:
            messages.success(request, _("The money goes to your bank with the next file."))
            return redirect("payments:accounts")
    return accounts_page(request, {organisation_id: form}, _STATUS_INVALID)


@login_required
@require_POST
def cancel_payout(request: HttpRequest, payout_id: UUID) -> HttpResponse:
    """The money stays here after all."""
    payouts.cancel_payout(actor=cast("User", request.user), payout_id=payout_id, now=clock.now())
    messages.info(request, _("The payout is canceled, and the money is back in the account."))
    return redirect("payments:accounts")
