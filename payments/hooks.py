"""What orders want to know of payments, and payments of orders. Orders register functions here when their app
is ready.

A hook of `payment_changed` runs inside the transaction that changed the payment. It may only insert rows and
write to the outbox: orders and streams are above payments in the order of locks.
"""

from collections.abc import Callable, Collection
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


@dataclass(frozen=True, slots=True)
class OrderLink:
    """Where a row about an order leads to."""

    order_id: UUID
    title: str
    number: str  # for people
    url: str  # of the order
    room_id: UUID  # in which it was negotiated
    room_url: str


order_links: list[Callable[[Collection[UUID]], dict[UUID, OrderLink]]] = []


def links_of(order_ids: Collection[UUID]) -> dict[UUID, OrderLink]:
    """Where rows about these orders lead to, by order; one query for each hook. Who may see the rows is the
    caller's question.
    """
    found: dict[UUID, OrderLink] = {}
    for hook in order_links if order_ids else ():
        found.update(hook(order_ids))
    return found
