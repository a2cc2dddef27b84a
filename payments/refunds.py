"""Money on its way back: set aside when it is asked for, posted when the provider has taken it, freed when it
refuses.

It comes from the held funds of the order first; after the release from the seller's wallet and the platform's
fee, in the proportion in which the release filled them; what the wallet cannot cover becomes a debt of the
seller.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.money import Money
from payments import chart, ledger
from payments.history import Posting, Totals, step
from payments.ledger import Leg
from payments.machine import RefundStatus, refund_after
from payments.models import Payment, Phase, ProviderEvent, Refund, Transfer

_MOVED: Final = (Phase.POSTED.value, Phase.POST.value)
_TAKEN: Final = frozenset({RefundStatus.PENDING, RefundStatus.SUCCEEDED})  # the provider has deducted it


@dataclass(frozen=True, slots=True)
class RefundTruth:
    """A refund as the provider has it. `ours` is the id of the refund that we asked for, if known."""

    ref: str
    amount: int  # minor units
    status: RefundStatus
    ours: UUID | None = None
    failure_code: str = ""


def accounts_of(payment: Payment) -> list[chart.AccountKey]:
    """Every account that a payment or its refund may touch."""
    seller, currency = payment.payee_id, payment.currency
    return [
        chart.held(payment.order_id, currency),
        chart.psp_clearing(seller, currency),
        chart.psp_fee(seller, currency),
        chart.wallet(seller, currency),
        chart.platform_fee(seller, currency),
        chart.receivable(seller, currency),
    ]


def reserve(payment: Payment, refund: Refund, now: datetime) -> None:
    """Sets a refund's money aside, so that it is neither released nor spent while the provider is asked."""
    ledger.post(
        cause_id=_cause(refund, "reserved"),
        kind="refund_reserved",
        reference=f"refund:{refund.pk}",
        order_id=payment.order_id,
        legs=_legs(payment, refund.amount, Phase.PENDING),
        now=now,
    )


def apply(
    payment: Payment, reported: tuple[RefundTruth, ...], event: ProviderEvent | None, now: datetime
) -> None:
    """Takes in what the provider says of the refunds of a locked payment."""
    if not reported:
        return
    known = list(payment.refunds.order_by("id"))
    for truth in reported:
        refund = _matching(truth, known)
        if refund is None:  # made at the provider, without us
            refund = Refund(
                payment=payment, amount=truth.amount, cause=f"provider:{truth.ref}"[:120], created_at=now
            )
            known.append(refund)
        was = RefundStatus(refund.status)
        refund.status = refund_after(was, truth.status).value
        refund.provider_ref = truth.ref
        if refund.status == RefundStatus.FAILED:
            refund.failure_code = truth.failure_code[:64] or "failed"
        refund.save()
        _post(payment, refund, was, event, now)


def fail(*, refund_id: UUID, failure_code: str, now: datetime) -> None:
    """The provider will not make this refund: what was set aside for it is free again."""
    with commit.transact():
        payment = Payment.objects.select_for_update(no_key=True).get(refunds=refund_id)
        refund = Refund.objects.get(pk=refund_id)
        if refund.status != RefundStatus.REQUESTED:
            return
        refund.status, refund.failure_code = RefundStatus.FAILED.value, failure_code[:64] or "failed"
        refund.save()
        _post(payment, refund, RefundStatus.REQUESTED, None, now)


def _matching(truth: RefundTruth, known: list[Refund]) -> Refund | None:
    for refund in known:
        if refund.provider_ref == truth.ref:
            return refund
    for refund in known:
        # Only the same amount shows that it is what we asked for.
        if refund.pk == truth.ours and refund.provider_ref is None and refund.amount == truth.amount:
            return refund
    return None


def _post(
    payment: Payment, refund: Refund, was: RefundStatus, event: ProviderEvent | None, now: datetime
) -> None:
    status, before = RefundStatus(refund.status), Totals.of(payment)
    if was is RefundStatus.REQUESTED and status in _TAKEN:
        payment.refunded += refund.amount
        holds = _holds(refund)
        legs = (
            [ledger.settle(hold) for hold in holds] if holds else _legs(payment, refund.amount, Phase.POSTED)
        )
        posting = Posting(cause_id=_cause(refund, "taken"), kind="refunded", legs=legs)
    elif was is RefundStatus.REQUESTED and status is RefundStatus.FAILED:
        legs = [ledger.void(hold) for hold in _holds(refund)]
        posting = Posting(cause_id=_cause(refund, "failed"), kind="refund_failed", legs=legs)
    elif was in _TAKEN and status is RefundStatus.FAILED:
        payment.refunded -= refund.amount
        posting = Posting(
            cause_id=_cause(refund, "returned"), kind="refund_returned", legs=_back(payment, refund)
        )
    else:
        return
    if status is RefundStatus.FAILED:
        payment.failure_code = f"refund:{refund.failure_code}"[:64]
    step(payment, before, posting, event=event, now=now)


def _cause(refund: Refund, part: str) -> UUID:
    return ledger.cause_id("refund", refund.pk, part)


def _holds(refund: Refund) -> list[Transfer]:
    rows = Transfer.objects.filter(cause=_cause(refund, "reserved"), ending__isnull=True)
    return list(rows.select_related("debit", "credit").order_by("position"))


def _legs(payment: Payment, amount: int, phase: Phase) -> list[Leg]:
    seller, currency = payment.payee_id, payment.currency
    accounts = ledger.lock_accounts(accounts_of(payment))
    held, wallet = chart.held(payment.order_id, currency), chart.wallet(seller, currency)
    from_held = min(accounts[held].available.minor, amount)
    from_fee = _fee_share(payment, amount - from_held)
    rest = amount - from_held - from_fee
    from_wallet = min(accounts[wallet].available.minor, rest)
    shares = (
        (held, from_held),
        (chart.platform_fee(seller, currency), from_fee),
        (wallet, from_wallet),
        (chart.receivable(seller, currency), rest - from_wallet),
    )
    clearing = chart.psp_clearing(seller, currency)
    return [Leg(key, clearing, Money(share, currency), phase) for key, share in shares if share > 0]


def _fee_share(payment: Payment, amount: int) -> int:
    """The platform's part of what is given back after the release: in proportion to the fee it took, over all
    refunds.
    """
    if amount <= 0:
        return 0
    about = Transfer.objects.filter(cause__order_id=payment.order_id, currency=payment.currency)
    released = about.filter(cause__kind="released", debit__kind=chart.Kind.HELD.value, phase__in=_MOVED)
    given = _sum(released)
    fee = _sum(released.filter(credit__kind=chart.Kind.PLATFORM_FEE.value))
    if not fee:
        return 0
    # Holds that still stand count too, or two refunds at once would both take the first part.
    taken = about.filter(cause__kind__in=("refund_reserved", "refunded")).exclude(phase=Phase.POST.value)
    taken = taken.exclude(ending__phase__in=(Phase.VOID.value, Phase.EXPIRE.value))
    after_release = taken.exclude(debit__kind=chart.Kind.HELD.value)
    back = about.filter(cause__kind="refund_returned").exclude(credit__kind=chart.Kind.HELD.value)
    fee_taken = _sum(taken.filter(debit__kind=chart.Kind.PLATFORM_FEE.value))
    fee_taken -= _sum(back.filter(credit__kind=chart.Kind.PLATFORM_FEE.value))
    due = (_sum(after_release) - _sum(back) + amount) * fee // given - fee_taken
    return max(0, min(due, amount, fee - fee_taken))


def _sum(rows: "QuerySet[Transfer]") -> int:
    return sum(rows.values_list("amount", flat=True))


def _back(payment: Payment, refund: Refund) -> list[Leg]:
    """The payer's bank sent the refund back: every leg the other way round. A debt that was collected
    meanwhile is the seller's again.
    """
    accounts = ledger.lock_accounts(accounts_of(payment))
    wallet = chart.wallet(payment.payee_id, payment.currency)
    legs = []
    for row in (
        Transfer.objects.filter(cause=_cause(refund, "taken"))
        .select_related("debit", "credit")
        .order_by("position")
    ):
        owed = row.amount
        if row.debit.kind == chart.Kind.RECEIVABLE:
            owed = min(accounts[row.debit.key].available.minor, row.amount)
        if owed:
            legs.append(
                Leg(row.credit.key, row.debit.key, row.money if owed == row.amount else payment.money(owed))
            )
        if row.amount > owed:
            legs.append(Leg(row.credit.key, wallet, payment.money(row.amount - owed)))
    return legs
