"""What is done at the provider, and what is asked of it: outbox jobs, outside any transaction. Each may run
more than once.

What a call returns is evidence like a message: it is stored as an event of its own and taken in the same way.
"""

import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from negotiation_hub.kernel import canonical, commit, limits, outbox
from payments import batches, gateway, ledger, provider, refunds, settlement
from payments.machine import OPEN, Fact, RefundStatus, Status
from payments.models import Payment, ProviderEvent, Refund
from payments.settlement import Truth

log = logging.getLogger(__name__)
_POLLS_AT_ONCE: Final = (
    200  # of one round; a provider allows about 100 reads a second, and the rest waits a minute
)
_POLL_LEASE: Final = timedelta(minutes=10)  # when a poll that never ended is asked for again


def take_answer(payment: Payment, truth: Truth, now: datetime) -> None:
    """Takes in what a call returned. An answer that says what we know already is not stored again."""
    content = canonical.dumps({**asdict(truth), "refunds": [_plain(asdict(row)) for row in truth.refunds]})
    digest = canonical.digest([str(payment.pk), content]).hex()
    with commit.transact():
        event = ProviderEvent(
            provider=payment.provider,
            event_id=f"answer:{digest}",
            kind="answer",
            object_ref=payment.provider_ref or "",
            received_at=now,
        )
        event.put(content.encode())
        ProviderEvent.objects.bulk_create([event], ignore_conflicts=True)
        event = ProviderEvent.objects.get(provider=payment.provider, event_id=event.event_id)
        settlement.apply(payment_id=payment.pk, truth=truth, event=event, now=now)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in row.items()}


def _of_order(payload: dict[str, Any], statuses: frozenset[Status]) -> list[Payment]:
    rows = Payment.objects.filter(
        order_id=UUID(payload["order"]), status__in=[status.value for status in statuses]
    )
    if "payment" in payload:
        rows = rows.filter(pk=UUID(payload["payment"]))
    return list(rows.exclude(provider_ref=None, intent_ref="").order_by("id"))


@outbox.handler("payments.capture")
def capture(payload: dict[str, Any], now: datetime) -> None:
    """Captures every authorised payment of an order."""
    gateway.outside()
    for payment in _of_order(payload, frozenset({Status.REQUIRES_CAPTURE})):
        try:
            truth = provider.current().capture(payment)
        except gateway.ProviderRefused:
            truth = provider.current().fetch(payment)  # it was captured or canceled meanwhile, or has lapsed
        take_answer(payment, truth, now)


@outbox.handler("payments.cancel")
def cancel(payload: dict[str, Any], now: datetime) -> None:
    """Cancels every open payment of an order, or the one that is named. One that was paid in the same moment
    stays paid.
    """
    gateway.outside()
    for payment in _of_order(payload, OPEN):
        try:
            truth = provider.current().cancel(payment)
        except gateway.ProviderRefused:
            truth = provider.current().fetch(payment)
        take_answer(payment, truth, now)


@outbox.handler("payments.refund")
def refund(payload: dict[str, Any], now: datetime) -> None:
    """Asks the provider to give money back."""
    gateway.outside()
    row = Refund.objects.select_related("payment").get(pk=UUID(payload["refund"]))
    if row.status != RefundStatus.REQUESTED:
        return
    try:
        truth = provider.current().refund(row.payment, row)
    except gateway.ProviderRefused as refusal:
        refunds.fail(refund_id=row.pk, failure_code=refusal.reason, now=now)
        return
    take_answer(row.payment, truth, now)


@outbox.handler("payments.event")
def event(payload: dict[str, Any], now: datetime) -> None:
    """Takes in a message: asks the provider how the payment is now, since messages come late, twice and in
    any order.
    """
    gateway.outside()
    row = ProviderEvent.objects.get(pk=UUID(payload["event"]))
    if row.handled_at is not None:
        return
    payment = Payment.objects.get(pk=UUID(payload["payment"]))
    # Should we have died before we wrote down what the provider calls it, the message says so too.
    payment.intent_ref = payment.intent_ref or row.object_ref
    settlement.apply(payment_id=payment.pk, truth=provider.current().fetch(payment), event=row, now=now)


@outbox.handler("payments.poll")
def poll(payload: dict[str, Any], now: datetime) -> None:
    """Asks about one payment whose message may have been lost."""
    gateway.outside()
    payment = Payment.objects.get(pk=UUID(payload["payment"]))
    if payment.provider_ref is None and not payment.intent_ref:
        # We never read the answer, so the payer never saw a page: nobody can pay on it.
        truth = Truth(Fact.FAILED, 0, 0, 0, failure_code="never_made")
        settlement.apply(payment_id=payment.pk, truth=truth, event=None, now=now)
        return
    take_answer(payment, provider.current().fetch(payment), now)


@outbox.every("payments.poll", 30)
def queue_polls(now: datetime) -> None:
    """Queues a question for each payment that has been silent for too long."""
    silent = Payment.objects.filter(poll_at__lte=now).order_by("poll_at")
    for payment in list(silent.only("poll_at")[:_POLLS_AT_ONCE]):
        same = Payment.objects.filter(pk=payment.pk, poll_at=payment.poll_at)
        dedupe = f"payments.poll:{payment.pk}:{payment.poll_at}"
        with commit.transact():
            if same.update(poll_at=now + _POLL_LEASE):
                outbox.enqueue("payments.poll", {"payment": str(payment.pk)}, dedupe=dedupe)


@outbox.every("payments.holds", 60)
def expire_holds(now: datetime) -> None:
    """Frees what was held for too long."""
    ledger.expire_holds(now)


@outbox.every("payments.payouts", limits.PAYOUT_FILE_INTERVAL_S)
def make_payout_files(now: datetime) -> None:
    """Makes the bank's files with all payouts that are requested."""
    for batch in batches.make_batches(now=now):
        log.info("payout file %s: %s payouts", batch.message_id, batch.count)


@outbox.handler("payments.batch_confirmed")
def book_confirmed(payload: dict[str, Any], now: datetime) -> None:
    """Books the payouts of a file that the bank has carried out."""
    batches.book_confirmed(batch_id=UUID(payload["batch"]), now=now)
