"""What `negotiation-hub verify` asks of payouts: each explained by the ledger, each sent one in its file, and
files and bank accounts as they were written.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.db.models import Exists, OuterRef

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.audit import Problem
from negotiation_hub.kernel.files import FileDamaged
from payments import batches, payout_file
from payments.chart import Kind
from payments.machine import PAYOUT_MOVES, PayoutStatus
from payments.models import BankAccount, Cause, Payout, PayoutBatch, PayoutStep, Phase
from payments.payout_file import FileLine
from payments.payout_proof import is_genuine
from payments.payouts import cause_of

_CHUNK: Final = 500
# What a step that leads there books; sending books nothing.
_KINDS: Final = {
    PayoutStatus.REQUESTED.value: "payout_requested",
    PayoutStatus.CANCELED.value: "payout_canceled",
    PayoutStatus.FAILED.value: "payout_failed",
    PayoutStatus.PAID.value: "payout_paid",
}
_ALLOWED: Final = {("", PayoutStatus.REQUESTED.value)} | {
    (row.before.value, row.after.value) for row in PAYOUT_MOVES
}


def check() -> Iterator[Problem]:
    """Yields what is wrong."""
    for account in BankAccount.objects.order_by("pk").iterator(chunk_size=_CHUNK):
        if not _iban(account).endswith(account.last4) or not account.last4:
            yield Problem(
                f"bank account {account.pk}", "its holder, owner or numbers are not what was written"
            )
    yield from _check_payouts()
    yield from _check_batches()


def _iban(account: BankAccount) -> str:
    try:
        return account.details().iban
    except crypto.BadSeal:
        return ""


def _check_payouts() -> Iterator[Problem]:
    rows = Payout.objects.select_related("bank_account").order_by("pk")
    rows = rows.prefetch_related("history__cause__transfers__debit", "history__cause__transfers__credit")
    for payout in rows.iterator(chunk_size=_CHUNK):
        where = f"payout {payout.pk}"
        if not is_genuine(payout):
            yield Problem(where, "the ledger does not have its amount, its wallet and its bank account")
        yield from _check_history(where, payout)
    stepless = Cause.objects.filter(kind__in=_KINDS.values()).exclude(
        Exists(PayoutStep.objects.filter(cause=OuterRef("pk")))
    )
    for cause in stepless.iterator(chunk_size=_CHUNK):
        yield Problem(f"cause {cause.pk}", f"({cause.kind}) no step of a payout made it")


def _check_history(where: str, payout: Payout) -> Iterator[Problem]:
    steps = sorted(payout.history.all(), key=lambda step: step.seq)
    if [step.seq for step in steps] != list(range(1, payout.steps + 1)) or not steps:
        yield Problem(where, f"its history does not have the steps 1 to {payout.steps}")
        return
    before = ""
    for step in steps:
        if step.before != before or (step.before, step.after) not in _ALLOWED:
            yield Problem(f"{where} step {step.seq}", f"leads from {step.before!r} to {step.after!r}")
        if not _moved_what_it_says(payout, step):
            yield Problem(f"{where} step {step.seq}", "the ledger did not move what it says")
        before = step.after
    if payout.status != before:
        yield Problem(where, f"is {payout.status}, its history ends at {before}")


def _moved_what_it_says(payout: Payout, step: PayoutStep) -> bool:
    kind = _KINDS.get(step.after)
    if kind is None or step.cause is None:
        return kind is None and step.cause is None
    named = (step.cause.pk, step.cause.kind, step.cause.reference)
    if named != (cause_of(payout.pk, PayoutStatus(step.after)), kind, payout.reference):
        return False
    moved = 0
    for line in step.cause.transfers.all():
        if line.phase == Phase.POSTED and line.currency == payout.currency:
            moved += line.amount if line.credit.kind == Kind.PAYOUT_TRANSIT else 0
            moved -= line.amount if line.debit.kind == Kind.PAYOUT_TRANSIT else 0
    return moved == (payout.amount if step.after == PayoutStatus.REQUESTED else -payout.amount)


def _check_batches() -> Iterator[Problem]:
    rows = PayoutBatch.objects.select_related("file").prefetch_related("payouts__bank_account")
    for batch in rows.order_by("pk").iterator(chunk_size=50):
        where = f"payout file {batch.pk}"
        try:
            xml = batches.xml_of(batch)
        except (FileDamaged, crypto.BadSeal) as damage:
            yield Problem(where, f"is not what was made: {damage}")
            continue
        if hashlib.sha256(xml).hexdigest() != batch.sha256:
            yield Problem(where, "is not what was made")
            continue
        yield from _check_lines(where, batch, payout_file.lines_of(xml))


def _check_lines(where: str, batch: PayoutBatch, lines: list[FileLine]) -> Iterator[Problem]:
    mine = [
        FileLine(row.end_to_end_id, row.amount, row.currency, _iban(row.bank_account))
        for row in batch.payouts.all()
    ]
    for line, times in (Counter(lines) - Counter(mine)).items():
        yield Problem(where, f"pays {line.end_to_end_id} {times} time(s) more than its payouts say")
    for line in Counter(mine) - Counter(lines):
        yield Problem(where, f"does not have the payout {line.end_to_end_id} as it is")
    if (batch.count, batch.total) != (len(lines), sum(line.minor for line in lines)):
        yield Problem(where, f"has {len(lines)} payouts, its row says {batch.count} with {batch.total}")
