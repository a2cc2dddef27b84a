"""What orders want to know of payments. They register functions here when their app is ready.

A hook runs inside the transaction that changed the payment. It may only insert rows and write to the outbox:
orders and streams are above payments in the order of locks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from payments.machine import Status


@dataclass(frozen=True, slots=True)
class PaymentChanged:
    """A payment has another state, other totals, or was declined. Amounts in minor units of `currency`."""

    payment_id: UUID
    order_id: UUID
    status: Status
    previous: Status
    amount: int  # of the payment
    currency: str
    event_id: UUID  # of this change: the same change has the same id, however often it is told
    authorized: int
    captured: int
    refunded: int
    captured_now: int  # what this change added
    refunded_now: int  # what this change added; negative when a bank sent a refund back
    failure_code: str  # why the provider declined, or a refund failed; empty else


payment_changed: list[Callable[[PaymentChanged], None]] = []


def tell_payment_changed(change: PaymentChanged) -> None:
    """Calls every registered hook, in the order of registration."""
    for hook in payment_changed:
        hook(change)
