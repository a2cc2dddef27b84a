"""The pages of electronic accounts: what an organisation has, what is held, and how it came there."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.money import CURRENCIES, Money
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import Organisation, User
from negotiation_hub.people.queries import may_pay_out, memberships_of, organisations_by_ids, organisations_of
from payments import batches, hooks, payout_queries, payouts, queries, statements
from payments.chart import Kind
from payments.forms import PayoutForm
from payments.statements import Line

WORDS = {
    "captured": _("Paid by card"),
    "released": _("Released for an order"),
    "refund_reserved": _("Set aside for a refund"),
    "refunded": _("Refunded to the buyer"),
    "refund_failed": _("Refund not possible"),
    "refund_returned": _("Refund came back"),
    "hold_expired": _("No longer set aside"),
    "provider_fee": _("Fee of the payment provider"),
    "payout_requested": _("Payout to your bank"),
    "payout_canceled": _("Payout canceled"),
    "payout_failed": _("Payout returned by the bank"),
}
# Where the other account says more than the cause.
_COUNTER_WORDS = {
    ("released", Kind.PLATFORM_FEE.value): _("Fee of the platform"),
    ("released", Kind.RECEIVABLE.value): _("Kept for what was owed"),
    ("payout_canceled", Kind.RECEIVABLE.value): _("Kept for what was owed"),
    ("payout_failed", Kind.RECEIVABLE.value): _("Kept for what was owed"),
}
_HELD = {"seller": _("Held for your sales"), "buyer": _("Paid by you, held")}
PAYOUT_WORDS = {
    "requested": (_("waits for the next file"), "chip-warn"),
    "sent": (_("with the bank"), "chip-accent"),
    "paid": (_("paid"), "chip-good"),
    "failed": (_("returned by the bank"), "chip-bad"),
    "canceled": (_("canceled"), "chip-muted"),
}
_PAYOUTS_SHOWN = 20  # of each organisation; REST has them all


@login_required
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts of the person's organisations, the funds held for their orders, and their payouts."""
    return accounts_page(request)


def accounts_page(
    request: HttpRequest, forms: Mapping[UUID, PayoutForm] | None = None, status: int = 200
) -> HttpResponse:
    """The page of accounts, with the form of an organisation as it was filled in, if it was."""
    user = cast("User", request.user)
    groups = [
        _group(member.organisation, (forms or {}).get(member.organisation_id), manager=may_pay_out(member))
        for member in memberships_of(user)
    ]
    context = {
        "groups": [group for group in groups if group["filled"]],
        "for_staff": batches.may_see(user),
        "minimum": Money(limits.PAYOUT_MINOR_MIN, payouts.CURRENCIES[0]),
    }
    return render(request, "payments/accounts.html", context, status=status)


def _group(organisation: Organisation, form: PayoutForm | None, *, manager: bool) -> dict[str, Any]:
    """What the page shows of one organisation."""
    accounts = queries.accounts_of([organisation.pk])
    funds, held = queries.funds_of(organisation.pk), queries.held_for(organisation.pk)
    bank_account = payout_queries.active_account(organisation.pk)
    asked = payout_queries.payouts_of([organisation.pk], limit=_PAYOUTS_SHOWN)
    links = hooks.links_of({row.order_id for row in held})
    if form is None and bank_account is not None:
        form = payout_form(organisation.pk, bank_account.pk)
    return {
        "organisation": organisation,
        "manager": manager,
        "funds": funds,
        "statements": accounts,
        "held": [
            {"link": links.get(row.order_id), "side": row.side, "money": Money(row.amount, row.currency)}
            for row in held
        ],
        "bank_account": bank_account,
        "form": form,
        "payouts": [
            {"row": row, "words": PAYOUT_WORDS[row.status][0], "tone": PAYOUT_WORDS[row.status][1]}
            for row in asked
        ],
        "filled": bool(funds or accounts or bank_account or asked),
    }


def payout_form(organisation_id: UUID, bank_account_id: UUID) -> PayoutForm:
    """An empty form."""
    return PayoutForm(
        initial={"bank_account": bank_account_id},
        currency=payouts.CURRENCIES[0],
        auto_id=f"payout-{organisation_id}-%s",
    )


@login_required
@require_safe
def statement(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The rows of one account, the newest first, each with the way to the room where it was negotiated."""
    account = queries.account_for(cast("User", request.user), account_id)
    page = statements.statement(account, before=request.GET.get("before"))
    title = _("Statement") if account.kind == Kind.WALLET else _("Owed to the platform")
    context = {
        "title": title,
        "organisation": organisations_by_ids([account.subject])[account.subject],
        "currency": account.currency,
        "tiles": [
            (_("Balance"), account.balance),
            (_("Reserved"), account.reserved),
            (_("Available"), account.available),
        ],
        "lines": _rows(page.lines),
        "next": page.next,
    }
    return render(request, "payments/statement.html", context)


@login_required
@require_safe
def held_statement(request: HttpRequest, organisation_id: UUID, currency: str, side: str) -> HttpResponse:
    """What was paid into the held funds of an organisation's orders, and what became of it."""
    mine = organisations_of(cast("User", request.user))
    organisation = next((row for row in mine if row.pk == organisation_id), None)
    if organisation is None or currency not in CURRENCIES or side not in _HELD:
        raise NotFound
    page = statements.held_statement(organisation_id, currency, side, before=request.GET.get("before"))
    context = {
        "title": _HELD[side],
        "organisation": organisation,
        "currency": currency,
        "tiles": [(_("Held"), page.balance), (_("Reserved"), page.reserved)],
        "lines": _rows(page.lines),
        "next": page.next,
    }
    return render(request, "payments/statement.html", context)


def _rows(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Lines in words, those about an order with the ways to it and to its room."""
    links = hooks.links_of({line.order_id for line in lines if line.order_id})
    return [
        {
            "at": line.at,
            "words": _COUNTER_WORDS.get((line.kind, line.counterpart)) or WORDS.get(line.kind, line.kind),
            "link": links.get(line.order_id) if line.order_id else None,
            "change": Money(line.change, line.currency) if line.change else None,
            "reserved": Money(line.reserved, line.currency) if line.reserved else None,
            "balance": Money(line.balance, line.currency),
        }
        for line in lines
    ]
