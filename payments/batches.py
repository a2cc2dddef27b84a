"""Files of payouts for the bank: made from what is requested, confirmed by staff when the bank has paid.

A payout is in one file. The file is made before the transaction that sends its payouts, since that takes
longer than anybody may hold the database, and thrown away when one of them was canceled meanwhile.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import commit, crypto, limits, outbox
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.models import User
from payments import payout_file, payouts
from payments.machine import PayoutStatus, payout_move
from payments.models import Payout, PayoutBatch, PayoutStep
from payments.models.payouts import PAYOUT_FILE, BankDetails
from payments.payout_proof import is_payable

log = logging.getLogger(__name__)
_TRIES_MAX: Final = 5  # each lost to somebody who canceled, or made a file, in the second that one takes


class BatchUnsettled(Refusal):
    """Payouts kept changing while their file was made."""

    code = "payout.batch_unsettled"
    message = gettext_noop("The payouts changed while their file was made. Please try again.")
    temporary = True
    status = 503


def make_batch(*, currency: str, now: datetime) -> PayoutBatch | None:
    """One file with the oldest requested payouts of a currency, at most 500; None when there are none.

    However many make one at once, a payout comes into one file. Raises payout_file.FileInvalid, and
    BatchUnsettled (temporary).
    """
    for _ in range(_TRIES_MAX):
        waiting = _waiting(currency)
        if not waiting:
            return None
        made = payout_file.build(waiting, currency, now.date())
        batch = commit.retrying(_send, [payout for payout, _ in waiting], made, currency, now)
        if batch is not None:
            return batch
    raise BatchUnsettled


def make_batches(*, now: datetime) -> Iterator[PayoutBatch]:
    """Files with everything that is requested, each when it is made."""
    for currency in payouts.CURRENCIES:
        while (batch := make_batch(currency=currency, now=now)) is not None:
            yield batch


def _waiting(currency: str) -> list[tuple[Payout, BankDetails]]:
    rows = Payout.objects.filter(currency=currency, status=PayoutStatus.REQUESTED.value)
    found = []
    for payout in rows.select_related("bank_account").order_by("requested_at", "id").iterator():
        try:
            details = payout.bank_account.details()
        except crypto.BadSeal:
            details = None
        if details is None or not is_payable(payout):
            # Somebody wrote to the database: no money follows, and `verify` names the row.
            log.error("payout %s is not what was requested; it is left out of the bank's file", payout.pk)
            continue
        found.append((payout, details))
        if len(found) == limits.PAYOUTS_PER_FILE_MAX:
            break
    return found


def _send(
    chosen: Sequence[Payout], made: payout_file.PaymentFile, currency: str, now: datetime
) -> PayoutBatch | None:
    """File, batch and payouts in one transaction; None, and nothing done, when a payout has moved."""
    ids = [payout.pk for payout in chosen]
    row = payout_move("send")
    batch = PayoutBatch(
        id=uuid7(),
        currency=currency,
        count=len(chosen),
        total=sum(payout.amount for payout in chosen),
        message_id=made.message_id,
        sha256=hashlib.sha256(made.xml).hexdigest(),
        created_at=now,
    )
    with commit.transact():
        still = Payout.objects.select_for_update(no_key=True).filter(pk__in=ids, status=row.before.value)
        steps = dict(still.order_by("id").values_list("id", "steps"))
        if len(steps) != len(ids):
            return None
        batch.file = PAYOUT_FILE.store(batch, made.xml)
        batch.save(force_insert=True)
        Payout.objects.filter(pk__in=ids).update(status=row.after.value, batch=batch, steps=F("steps") + 1)
        PayoutStep.objects.bulk_create(
            PayoutStep(payout_id=pk, seq=count + 1, before=row.before.value, after=row.after.value, at=now)
            for pk, count in steps.items()
        )
    return batch


def xml_of(batch: PayoutBatch) -> bytes:
    """The file as the bank takes it. Raises files.FileDamaged, crypto.BadSeal."""
    return PAYOUT_FILE.open(batch)


def may_see(actor: User) -> bool:
    """Whether the person looks after the bank's files: staff, and in the demo everybody."""
    return actor.is_active and (actor.is_staff or settings.DEMO)


def _for_staff(actor: User) -> None:
    if not may_see(actor):
        raise NotFound


def batches(actor: User, *, limit: int) -> list[PayoutBatch]:
    """The newest files, for those who may see them. Raises NotFound."""
    _for_staff(actor)
    return list(PayoutBatch.objects.order_by("-id")[:limit])


def make_for(*, actor: User, now: datetime) -> list[PayoutBatch]:
    """What `make_batches` makes, asked for by one of the same people. Raises NotFound."""
    _for_staff(actor)
    return list(make_batches(now=now))


def batch_for(actor: User, batch_id: UUID) -> PayoutBatch:
    """One file, for the same people. Raises NotFound."""
    _for_staff(actor)
    batch = PayoutBatch.objects.select_related("file").filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    return batch


def confirm_batch(*, actor: User, batch_id: UUID, now: datetime) -> PayoutBatch:
    """The bank has carried the file out: a job books each of its payouts. Again, nothing happens.

    Raises NotFound.
    """
    batch = batch_for(actor, batch_id)
    with commit.transact():
        first = PayoutBatch.objects.filter(pk=batch.pk, confirmed_at=None)
        if first.update(confirmed_at=now, confirmed_by=actor.pk):
            outbox.enqueue(
                "payments.batch_confirmed", {"batch": str(batch.pk)}, dedupe=f"payments.confirmed:{batch.pk}"
            )
    batch.refresh_from_db()
    return batch


def book_confirmed(*, batch_id: UUID, now: datetime) -> None:
    """Books what a confirmed file has paid, each payout in a transaction of its own."""
    batch = PayoutBatch.objects.exclude(confirmed_at=None).get(pk=batch_id)
    sent = batch.payouts.filter(status=PayoutStatus.SENT.value)
    for pk in sent.order_by("id").values_list("id", flat=True):
        commit.retrying(_book, pk, batch.confirmed_by, now)


def _book(payout_id: UUID, by: UUID | None, now: datetime) -> None:
    with commit.transact():
        payout = payouts.locked(payout_id)
        if payout.status == PayoutStatus.SENT:  # else the bank has returned it in the meantime
            payouts.move(payout, "confirm", by=by, now=now)


def fail_payout(*, actor: User, batch_id: UUID, end_to_end_id: str, reason: str, now: datetime) -> Payout:
    """The bank returned one transfer of a file: its money goes back to the wallet. Again, nothing happens.

    `end_to_end_id` is the name under which the bank's answer has it. Raises NotFound, payouts.PayoutOver.
    """
    batch = batch_for(actor, batch_id)
    try:
        payout_id = UUID(hex=end_to_end_id)
    except ValueError:
        raise NotFound from None
    with commit.transact():
        payout = payouts.locked(payout_id)
        if payout.batch_id != batch.pk:
            raise NotFound
        return payouts.move(payout, "fail", by=actor.pk, now=now, note=reason)
