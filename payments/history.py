"""One step of a payment: postings, history row, the payment itself, and word to orders. Always together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from payments import hooks, ledger
from payments.ledger import Leg
from payments.machine import Status
from payments.models import Payment, PaymentStep, ProviderEvent


@dataclass(frozen=True, slots=True)
class Totals:
    """What a step may change of a payment."""

    status: Status
    authorized: int
    captured: int
    refunded: int
    fee: int
    failure_code: str

    @staticmethod
    def of(payment: Payment) -> "Totals":
        """As they are now."""
        return Totals(
            status=Status(payment.status),
            authorized=payment.authorized,
            captured=payment.captured,
            refunded=payment.refunded,
            fee=payment.fee,
            failure_code=payment.failure_code,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """The ledger cause of a step, before it is written."""

    cause_id: UUID
    kind: str
    legs: Sequence[Leg]


def step(
    payment: Payment, before: Totals, posting: Posting, *, event: ProviderEvent | None, now: datetime
) -> None:
    """Writes down that a locked payment is no longer as it was `before`. A posting without legs moves
    nothing.
    """
    payment.steps += 1
    cause = None
    if posting.legs:
        cause = ledger.post(
            cause_id=posting.cause_id,
            kind=posting.kind,
            reference=event.reference if event else f"payment:{payment.pk}",
            order_id=payment.order_id,
            legs=posting.legs,
            now=now,
        )
    row = PaymentStep.objects.create(
        payment=payment,
        seq=payment.steps,
        before=before.status.value,
        after=payment.status,
        authorized=payment.authorized,
        captured=payment.captured,
        refunded=payment.refunded,
        fee=payment.fee,
        failure_code=payment.failure_code,
        cause=cause,
        event=event,
        at=now,
    )
    payment.save()
    hooks.tell_payment_changed(
        hooks.PaymentChanged(
            payment_id=payment.pk,
            order_id=payment.order_id,
            status=Status(payment.status),
            previous=before.status,
            amount=payment.amount,
            currency=payment.currency,
            event_id=row.pk,
            authorized=payment.authorized,
            captured=payment.captured,
            refunded=payment.refunded,
            captured_now=payment.captured - before.captured,
            refunded_now=payment.refunded - before.refunded,
            failure_code=payment.failure_code if payment.failure_code != before.failure_code else "",
        )
    )
