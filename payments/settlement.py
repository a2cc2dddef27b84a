"""What a verified fact of a provider does here: state forward, postings, history, and word to orders, in one
transaction.

Nothing in this file refuses. What the provider says has happened, has happened; the question is only through
which accounts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from negotiation_hub.kernel import commit
from payments import chart, ledger, refunds
from payments.history import Posting, Totals, step
from payments.ledger import Leg
from payments.machine import CAPTURED, OPEN, Fact, Status, after
from payments.models import Cause, Payment, ProviderEvent
from payments.refunds import RefundTruth

_POLL_FIRST: Final = timedelta(seconds=60)
_POLL_LATEST: Final = timedelta(hours=6)
_POLL_SETTLED: Final = timedelta(days=1)  # for refunds made at the provider itself
_POLL_ENDS: Final = timedelta(days=180)  # card schemes close a case after about four months


@dataclass(frozen=True, slots=True)
class Truth:
    """A payment as the provider has it. All amounts in minor units."""

    fact: Fact
    authorized: int  # can be captured now
    captured: int
    fee: int  # what the provider kept so far
    refunds: tuple[RefundTruth, ...] = ()
    failure_code: str = ""
    intent_ref: str = ""  # the provider's name for what was tried on its page, once something was


def apply(*, payment_id: UUID, truth: Truth, event: ProviderEvent | None, now: datetime) -> Payment:
    """Takes in what the provider says. Any order, any number of times. Without an event it is our own
    verdict.
    """
    with commit.transact():
        payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
        if truth.captured > payment.captured or truth.refunds:
            # All at once, in the order of their ids: several causes may follow.
            ledger.lock_accounts(refunds.accounts_of(payment))
        _apply_state(payment, truth, event, now)
        refunds.apply(payment, truth.refunds, event, now)
        payment.poll_at = _next_poll(payment, now)
        payment.intent_ref = payment.intent_ref or truth.intent_ref
        payment.save(update_fields=["poll_at", "intent_ref"])
        if event is not None:
            _handled(event, now)
    return payment


def _apply_state(payment: Payment, truth: Truth, event: ProviderEvent | None, now: datetime) -> None:
    before = Totals.of(payment)
    payment.status = after(before.status, truth.fact).value
    payment.captured = max(payment.captured, truth.captured)
    payment.fee = max(payment.fee, truth.fee)
    if payment.status == Status.REQUIRES_CAPTURE:
        payment.authorized = truth.authorized
    if Status(payment.status) in OPEN | {Status.FAILED}:
        payment.failure_code = truth.failure_code[:64]
    if Totals.of(payment) == before:
        return
    seller, currency = payment.payee_id, payment.currency
    clearing = chart.psp_clearing(seller, currency)
    legs = []
    if payment.captured > before.captured:
        held = chart.held(payment.order_id, currency)
        legs.append(Leg(clearing, held, payment.money(payment.captured - before.captured)))
    if payment.fee > before.fee:
        legs.append(Leg(chart.psp_fee(seller, currency), clearing, payment.money(payment.fee - before.fee)))
    posting = Posting(
        cause_id=ledger.cause_id("payment", payment.pk, payment.steps + 1),
        kind="captured" if payment.captured > before.captured else "provider_fee",
        legs=legs,
    )
    step(payment, before, posting, event=event, now=now)


def _next_poll(payment: Payment, now: datetime) -> datetime | None:
    """When to ask again, should no message come: soon while it is young, less and less often later."""
    age = now - payment.created_at
    if Status(payment.status) in OPEN:
        return now + min(max(age / 4, _POLL_FIRST), _POLL_LATEST)
    return now + _POLL_SETTLED if Status(payment.status) in CAPTURED and age < _POLL_ENDS else None


def _handled(event: ProviderEvent, now: datetime) -> None:
    causes = Cause.objects.filter(reference=event.reference).count()
    ProviderEvent.objects.filter(pk=event.pk).update(handled_at=event.handled_at or now, causes=causes)
