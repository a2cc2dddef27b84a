"""The pages of electronic accounts: what an organisation has, what is held, and how it came there."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import organisations_by_ids, organisations_of
from payments import queries

WORDS = {
    "captured": _("Paid by card"),
    "released": _("Released for an order"),
    "refund_reserved": _("Set aside for a refund"),
    "refunded": _("Refunded to the buyer"),
    "refund_failed": _("Refund not possible"),
    "refund_returned": _("Refund came back"),
    "hold_expired": _("No longer set aside"),
    "provider_fee": _("Fee of the payment provider"),
}


@login_required
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts of the person's organisations, and the funds that are held for their orders."""
    organisations = organisations_of(cast("User", request.user))
    groups = [
        {
            "organisation": organisation,
            "accounts": queries.accounts_of([organisation.pk]),
            "held": [
                {"order_id": row.order_id, "side": row.side, "money": Money(row.amount, row.currency)}
                for row in queries.held_for(organisation.pk)
            ],
        }
        for organisation in organisations
    ]
    return render(
        request, "payments/accounts.html", {"groups": [group for group in groups if _filled(group)]}
    )


def _filled(group: dict[str, Any]) -> bool:
    return bool(group["accounts"] or group["held"])


@login_required
@require_safe
def statement(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The rows of one account, the newest first."""
    account = queries.account_for(cast("User", request.user), account_id)
    page = queries.statement(account, before=request.GET.get("before"))
    lines = [
        {
            "at": line.at,
            "words": WORDS.get(line.kind, line.kind),
            "order_id": line.order_id,
            "change": Money(line.change, line.currency) if line.change else None,
            "reserved": Money(line.reserved, line.currency) if line.reserved else None,
            "balance": Money(line.balance, line.currency),
        }
        for line in page.lines
    ]
    organisation = organisations_by_ids([account.subject])[account.subject]
    context = {"account": account, "organisation": organisation, "lines": lines, "next": page.next}
    return render(request, "payments/statement.html", context)
