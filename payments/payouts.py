"""Payouts: an organisation's money on its way to its bank.

Asked for, the money leaves the wallet for `payout_transit`, so that it is neither spent nor asked for twice.
From there it goes to `bank` when the bank has carried the file out, or back when somebody thought better of
it or the bank returned it. Lock order: payout, then accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop

from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.models import User
from payments import chart, ledger
from payments.bank_accounts import BankAccountMissing, manager_of
from payments.ledger import CauseConflict, Leg
from payments.machine import PayoutStatus, payout_move
from payments.models import BankAccount, Cause, Payout, PayoutStep

CURRENCIES: Final = ("EUR",)  # what the bank's file can carry: SEPA is in euros


class PayoutCurrency(Refusal):
    """No bank file is made for this currency."""

    code = "payout.currency"
    message = gettext_noop("Payouts are made in EUR only.")
    status = 422


class PayoutAmount(Refusal):
    """Less than a payout costs, or more than one transfer carries."""

    code = "payout.amount"
    message = gettext_noop("A payout is between 10.00 and 999,999,999.99 EUR.")
    status = 422


class PayoutOver(Refusal):
    """The payout is at another step: it is with the bank already, or has ended."""

    code = "payout.over"
    message = gettext_noop("This can no longer be done: the payout is with the bank, or has ended.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What a step of a payout books."""

    kind: str
    legs: Sequence[Leg]


def request_payout(
    *,
    actor: User,
    organisation_id: UUID,
    amount: Money,
    now: datetime,
    payout_id: UUID,
    bank_account_id: UUID | None = None,
) -> Payout:
    """Takes money out of the wallet for the organisation's bank account; once per `payout_id`, which the
    caller makes. `bank_account_id` is the account that the person saw; without it the active one is taken.

    Raises NotFound, NotPermitted, PayoutCurrency, PayoutAmount, BankAccountMissing, FundsInsufficient, and
    CauseConflict for an id that is another payout's.
    """
    manager_of(actor, organisation_id)
    if amount.currency not in CURRENCIES:
        raise PayoutCurrency
    if not limits.PAYOUT_MINOR_MIN <= amount.minor <= limits.PAYOUT_MINOR_MAX:
        raise PayoutAmount
    with commit.transact():
        wallet = chart.wallet(organisation_id, amount.currency)
        transit = chart.payout_transit(organisation_id, amount.currency)
        # A second click waits here, and then finds what the first one made.
        ledger.lock_accounts([wallet, transit])
        first = Payout.objects.filter(pk=payout_id).first()
        if first is not None:
            return _same(first, organisation_id, amount, bank_account_id)
        account = BankAccount.objects.filter(organisation=organisation_id, active=True).first()
        if account is None or bank_account_id not in {None, account.pk}:
            raise BankAccountMissing
        payout = Payout(
            id=payout_id,
            organisation_id=organisation_id,
            bank_account=account,
            amount=amount.minor,
            currency=amount.currency,
            requested_by=actor.pk,
            requested_at=now,
        )
        posting = Posting(kind="payout_requested", legs=[Leg(wallet, transit, amount)])
        cause = _post(payout, PayoutStatus.REQUESTED, posting, now)
        payout.steps = 1
        payout.save(force_insert=True)
        PayoutStep.objects.create(payout=payout, seq=1, after=payout.status, cause=cause, by=actor.pk, at=now)
    return payout


def _same(first: Payout, organisation_id: UUID, amount: Money, bank_account_id: UUID | None) -> Payout:
    asked = (first.organisation_id, first.money)
    if asked != (organisation_id, amount) or bank_account_id not in {None, first.bank_account_id}:
        raise CauseConflict
    return first


def cancel_payout(*, actor: User, payout_id: UUID, now: datetime) -> Payout:
    """Books the money back while no file holds the payout; again, nothing happens.

    Raises NotFound, NotPermitted, PayoutOver.
    """
    known = Payout.objects.filter(pk=payout_id).values_list("organisation_id", flat=True).first()
    if known is None:
        raise NotFound
    manager_of(actor, known)
    with commit.transact():
        payout = locked(payout_id)
        return move(payout, "cancel", by=actor.pk, now=now)


def locked(payout_id: UUID) -> Payout:
    """The payout, locked in the open transaction. Raises NotFound."""
    payout = Payout.objects.select_for_update(no_key=True).filter(pk=payout_id).first()
    if payout is None:
        raise NotFound
    return payout


def move(payout: Payout, event: str, *, by: UUID | None, now: datetime, note: str = "") -> Payout:
    """One step of a locked payout with its booking and its history; none when it was made before.

    For `cancel`, `confirm` and `fail`: `send` is made for a whole file at once (payments/batches.py). Raises
    PayoutOver.
    """
    row = payout_move(event)
    if payout.status == row.after:
        return payout
    if payout.status != row.before:
        raise PayoutOver
    cause = _post(payout, row.after, _postings(payout, row.after), now)
    payout.status, payout.steps = row.after.value, payout.steps + 1
    payout.save(update_fields=["status", "steps"])
    PayoutStep.objects.create(
        payout=payout,
        seq=payout.steps,
        before=row.before.value,
        after=row.after.value,
        cause=cause,
        note=note[:140],
        by=by,
        at=now,
    )
    return payout


def _postings(payout: Payout, after: PayoutStatus) -> Posting:
    organisation, currency = payout.organisation_id, payout.currency
    transit = chart.payout_transit(organisation, currency)
    if after is PayoutStatus.PAID:
        leg = Leg(transit, chart.bank(organisation, currency), payout.money)
        return Posting(kind="payout_paid", legs=[leg])
    wallet, owed = chart.wallet(organisation, currency), chart.receivable(organisation, currency)
    accounts = ledger.lock_accounts([transit, wallet, owed])
    # What the organisation has come to owe us meanwhile is collected from it, as from a release.
    collected = Money(min(accounts[owed].available.minor, payout.amount), currency)
    legs = [Leg(transit, wallet, payout.money), Leg(wallet, owed, collected)]
    kind = "payout_canceled" if after is PayoutStatus.CANCELED else "payout_failed"
    return Posting(kind=kind, legs=[leg for leg in legs if leg.amount.minor > 0])


def cause_of(payout_id: UUID, status: PayoutStatus) -> UUID:
    """The id of the ledger cause of a step: known before it is written, and still when it was deleted."""
    return ledger.cause_id("payout", payout_id, status.value)


def _post(payout: Payout, status: PayoutStatus, posting: Posting, now: datetime) -> Cause:
    return ledger.post(
        cause_id=cause_of(payout.pk, status),
        kind=posting.kind,
        reference=payout.reference,
        legs=posting.legs,
        now=now,
    )
