"""What `negotiation-hub verify` asks of the ledger: every row genuine, none missing, sums right, payments
explained.

Each part reads with one streamed statement, so that it sees one moment of the database while others write,
and holds little in memory.
"""

from collections.abc import Generator, Iterable, Iterator
from itertools import groupby
from typing import Final

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.audit import Problem
from payments import ledger, payout_audit
from payments.chart import RULES, AccountKey, Bound, Kind
from payments.machine import RefundStatus
from payments.models import Account, Cause, Payment, PaymentStep, Phase, ProviderEvent, Transfer

_CHUNK: Final = 1000
_MOVED: Final = (Phase.POSTED.value, Phase.POST.value)
# Kinds of causes that only a step of a payment may have made.
_BY_STEPS: Final = ("captured", "provider_fee", "refunded", "refund_failed", "refund_returned")


def check() -> Generator[Problem, None, int]:
    """Yields what is wrong; returns how many transfers were checked (`yield from` gives it)."""
    transfers = yield from _check_causes()
    yield from _check_strays()
    yield from _check_accounts()
    yield from _check_currencies()
    yield from _check_payments()
    yield from _check_events()
    yield from payout_audit.check()
    return transfers


def _check_causes() -> Generator[Problem, None, int]:
    rows = Transfer.objects.select_related("cause", "pending").order_by("cause_id", "position")
    transfers = 0
    for _cause_id, group in groupby(rows.iterator(chunk_size=_CHUNK), key=lambda row: row.cause_id):
        lines = list(group)
        transfers += len(lines)
        yield from _check_cause(lines[0].cause, lines)
    return transfers


def _check_cause(cause: Cause, lines: list[Transfer]) -> Iterator[Problem]:
    expected = {ledger.transfer_id(cause.pk, position) for position in range(cause.size)}
    found = {line.pk for line in lines}
    for gone in sorted(expected - found):
        yield Problem(f"transfer {gone}", f"is missing from its cause {cause.pk} ({cause.kind})")
    for line in lines:
        where = f"transfer {line.pk}"
        if line.pk not in expected:
            yield Problem(where, f"was added to the cause {cause.pk} ({cause.kind})")
        if not crypto.check_mac(ledger.TRANSFER_MAC, ledger.transfer_content(line, cause), bytes(line.mac)):
            yield Problem(where, "its content is not what was written")
        if line.pending_id is not None:
            yield from _check_ending(where, line, line.pending)
    if not crypto.check_mac(ledger.CAUSE_MAC, ledger.cause_content(cause, lines), bytes(cause.mac)):
        yield Problem(f"cause {cause.pk}", f"({cause.kind}) it or its transfers are not what was written")


def _check_ending(where: str, line: Transfer, hold: Transfer | None) -> Iterator[Problem]:
    if hold is None or hold.phase != Phase.PENDING:
        yield Problem(where, f"ends a hold that is not there: {line.pending_id}")
    elif (hold.debit_id, hold.credit_id, hold.currency) != (line.debit_id, line.credit_id, line.currency):
        yield Problem(where, f"ends the hold {hold.pk} between other accounts")
    elif line.amount > hold.amount:
        yield Problem(where, f"takes {line.amount} of the hold {hold.pk}, which is {hold.amount}")


def _check_strays() -> Iterator[Problem]:
    """What a join does not show: rows whose other half is gone."""
    orphans = Transfer.objects.exclude(Exists(Cause.objects.filter(pk=OuterRef("cause_id"))))
    for orphan in orphans.values_list("pk", "cause_id").iterator(chunk_size=_CHUNK):
        yield Problem(f"transfer {orphan[0]}", f"its cause {orphan[1]} is gone")
    empty = Cause.objects.exclude(Exists(Transfer.objects.filter(cause=OuterRef("pk"))))
    for cause in empty.iterator(chunk_size=_CHUNK):
        for position in range(cause.size):
            gone = ledger.transfer_id(cause.pk, position)
            yield Problem(f"transfer {gone}", f"is missing from its cause {cause.pk} ({cause.kind})")
    for side in ("debit", "credit"):
        known = Exists(Account.objects.filter(pk=OuterRef(f"{side}_id")))
        for lost in (
            Transfer.objects.exclude(known).values_list("pk", f"{side}_id").iterator(chunk_size=_CHUNK)
        ):
            yield Problem(f"transfer {lost[0]}", f"its {side} account {lost[1]} is gone")
    twice = (
        Transfer.objects.exclude(pending=None)
        .values("pending")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    for row in twice.iterator(chunk_size=_CHUNK):
        yield Problem(f"transfer {row['pending']}", f"this hold was ended {row['times']} times")


def _total(side: str, rows: Q) -> Coalesce:
    of_account = Transfer.objects.filter(**{side: OuterRef("pk")}).order_by().values(side)
    return Coalesce(Subquery(of_account.annotate(sum=Sum("amount", filter=rows)).values("sum")), 0)


def _entries(side: str) -> Coalesce:
    of_account = Transfer.objects.filter(**{side: OuterRef("pk")}).order_by().values(side)
    return Coalesce(Subquery(of_account.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def _with_sums() -> QuerySet[Account]:
    moved, reserved = Q(phase__in=_MOVED), Q(phase=Phase.PENDING.value, ending__isnull=True)
    return Account.objects.annotate(
        real_debits_posted=_total("debit", moved),
        real_credits_posted=_total("credit", moved),
        real_debits_pending=_total("debit", reserved),
        real_credits_pending=_total("credit", reserved),
        real_entries=_entries("debit") + _entries("credit"),
    )


def _check_accounts() -> Iterator[Problem]:
    for row in _with_sums().order_by("pk").iterator(chunk_size=_CHUNK):
        where = f"account {row.code}"
        if not crypto.check_mac(ledger.ACCOUNT_MAC, ledger.account_content(row), bytes(row.seal)):
            yield Problem(where, "its sums or its owner are not what was written")
        for name in ("debits_posted", "credits_posted", "debits_pending", "credits_pending", "entries"):
            said, real = getattr(row, name), int(getattr(row, f"real_{name}"))
            if said != real:
                yield Problem(where, f"{name} says {said}, its transfers add up to {real}")
        kind = Kind(row.kind)
        if (
            row.bound != RULES[kind].bound.value
            or row.code != AccountKey(kind, row.subject, row.currency).code
        ):
            yield Problem(where, "its name or its bound is not the one of its kind")
        yield from _check_bound(where, row)


def _check_bound(where: str, row: Account) -> Iterator[Problem]:
    real = {
        name: int(getattr(row, f"real_{name}"))
        for name in ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
    }
    covered = {
        Bound.CREDIT: real["credits_posted"] - real["debits_posted"] - real["debits_pending"],
        Bound.DEBIT: real["debits_posted"] - real["credits_posted"] - real["credits_pending"],
        Bound.NONE: 0,
    }[Bound(row.bound)]
    if covered < 0:
        yield Problem(where, f"is {-covered} {row.currency} (minor units) below its bound")


def _check_currencies() -> Iterator[Problem]:
    for row in Account.objects.values("currency").annotate(
        all_debits=Sum("debits_posted"), all_credits=Sum("credits_posted")
    ):
        if row["all_debits"] != row["all_credits"]:
            what = f"debits are {row['all_debits']}, credits {row['all_credits']}"
            yield Problem(f"currency {row['currency']}", what)
    mixed = Transfer.objects.exclude(debit__currency=F("currency"), credit__currency=F("currency"))
    for pk in mixed.values_list("pk", flat=True).iterator(chunk_size=_CHUNK):
        yield Problem(f"transfer {pk}", "is in another currency than its accounts")


def _check_payments() -> Iterator[Problem]:
    rows = Payment.objects.order_by("pk").prefetch_related(
        "refunds", "history__cause__transfers__debit", "history__cause__transfers__credit"
    )
    for payment in rows.iterator(chunk_size=200):
        yield from _check_payment(payment)
    stepless = Cause.objects.filter(kind__in=_BY_STEPS).exclude(
        Exists(PaymentStep.objects.filter(cause=OuterRef("pk")))
    )
    for cause in stepless.iterator(chunk_size=_CHUNK):
        yield Problem(f"cause {cause.pk}", f"({cause.kind}) no step of a payment made it")


def _check_payment(payment: Payment) -> Iterator[Problem]:
    where = f"payment {payment.pk}"
    steps = sorted(payment.history.all(), key=lambda step: step.seq)
    if [step.seq for step in steps] != list(range(1, payment.steps + 1)):
        yield Problem(where, f"its history does not have the steps 1 to {payment.steps}")
    captured = refunded = fee = 0
    for step in steps:
        expected = (step.captured - captured) - (step.refunded - refunded) - (step.fee - fee)
        lines = list(step.cause.transfers.all()) if step.cause else []
        if (
            _sum(lines, into=Kind.PSP_CLEARING) != expected
            or -_sum(lines, into=Kind.PSP_FEE) != fee - step.fee
        ):
            yield Problem(f"{where} step {step.seq}", "its totals changed otherwise than the ledger")
        captured, refunded, fee = step.captured, step.refunded, step.fee
    if (payment.captured, payment.refunded, payment.fee) != (captured, refunded, fee):
        yield Problem(where, "its totals are not those of its history")
    if steps and payment.status != steps[-1].after:
        yield Problem(where, f"is {payment.status}, its history ends at {steps[-1].after}")
    taken = {RefundStatus.PENDING.value, RefundStatus.SUCCEEDED.value}
    if sum(refund.amount for refund in payment.refunds.all() if refund.status in taken) != payment.refunded:
        yield Problem(where, "its refunds do not add up to what it says was refunded")


def _sum(lines: Iterable[Transfer], *, into: Kind) -> int:
    """What these transfers add to the debit side of accounts of a kind."""
    moved = [line for line in lines if line.phase in _MOVED]
    gained = sum(line.amount for line in moved if line.debit.kind == into)
    return gained - sum(line.amount for line in moved if line.credit.kind == into)


def _check_events() -> Iterator[Problem]:
    # `reference` is text, so the join is made here and not by the database.
    for event in ProviderEvent.objects.exclude(handled_at=None).order_by("pk").iterator(chunk_size=_CHUNK):
        where = f"event {event.provider} {event.event_id}"
        try:
            event.raw()
        except crypto.BadSeal:
            yield Problem(where, "the stored message is not what was received")
        causes = Cause.objects.filter(reference=event.reference).count()
        if causes != event.causes:
            yield Problem(where, f"led to {event.causes} causes in the ledger, {causes} are there")
