"""The machines of payments and payouts: a table each. What they do not list changes nothing.

Of a payment the provider is the truth and its messages arrive in any order, any number of times. So states
that moved no money may follow each other freely, those that did only go forward, and a later fact about money
is never refused, whatever we believed before.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """The states of a payment; the words of the card world."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    PARTIALLY_CAPTURED = "partially_captured"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    FAILED = "failed"


class Fact(StrEnum):
    """What the provider, or our own call to it, says of a payment."""

    METHOD_NEEDED = "method_needed"  # none was given, or the one given was declined
    CONFIRMATION_NEEDED = "confirmation_needed"
    ACTION_NEEDED = "action_needed"  # 3-D Secure
    IN_PROGRESS = "in_progress"
    AUTHORIZED = "authorized"
    CAPTURED_IN_PART = "captured_in_part"
    CAPTURED = "captured"
    CANCELED = "canceled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """A fact leads from any of these states to another."""

    fact: Fact
    before: frozenset[Status]
    after: Status


UNPAID: Final = frozenset(
    {Status.REQUIRES_PAYMENT_METHOD, Status.REQUIRES_CONFIRMATION, Status.REQUIRES_ACTION, Status.PROCESSING}
)
AUTHORIZED: Final = frozenset({Status.REQUIRES_CAPTURE})
IN_PART: Final = frozenset({Status.PARTIALLY_CAPTURED})
ENDED: Final = frozenset({Status.CANCELED, Status.FAILED})
OPEN: Final = UNPAID | AUTHORIZED  # something may still come of it, and it may still be canceled
CAPTURED: Final = frozenset({Status.PARTIALLY_CAPTURED, Status.SUCCEEDED})

STEPS: Final = (
    # fact                          before                              after
    Step(Fact.METHOD_NEEDED,        UNPAID,                             Status.REQUIRES_PAYMENT_METHOD),
    Step(Fact.CONFIRMATION_NEEDED,  UNPAID,                             Status.REQUIRES_CONFIRMATION),
    Step(Fact.ACTION_NEEDED,        UNPAID,                             Status.REQUIRES_ACTION),
    Step(Fact.IN_PROGRESS,          UNPAID,                             Status.PROCESSING),
    # A failure was our own verdict and may be wrong; a cancellation is the provider's and final.
    Step(Fact.AUTHORIZED,           UNPAID | {Status.FAILED},           Status.REQUIRES_CAPTURE),
    Step(Fact.CAPTURED_IN_PART,     UNPAID | AUTHORIZED | ENDED,        Status.PARTIALLY_CAPTURED),
    Step(Fact.CAPTURED,             UNPAID | AUTHORIZED | IN_PART | ENDED, Status.SUCCEEDED),
    Step(Fact.CANCELED,             UNPAID | AUTHORIZED | {Status.FAILED}, Status.CANCELED),
    Step(Fact.FAILED,               UNPAID | AUTHORIZED,                Status.FAILED),
)  # fmt: skip

_TABLE: Final = {(step.fact, before): step.after for step in STEPS for before in step.before}


def after(status: Status, fact: Fact) -> Status:
    """The state that a fact leads to; the same state when the fact is old news."""
    return _TABLE.get((fact, status), status)


class RefundStatus(StrEnum):
    """The states of a refund. A bank may send the money back later, so even `succeeded` is not the end."""

    REQUESTED = "requested"  # asked for here, not yet taken by the provider
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


_REFUND_ORDER: Final = tuple(RefundStatus)


def refund_after(status: RefundStatus, reported: RefundStatus) -> RefundStatus:
    """The state of a refund after a report: only forward in the order above."""
    return max(status, reported, key=_REFUND_ORDER.index)


class PayoutStatus(StrEnum):
    """The states of a payout."""

    REQUESTED = "requested"
    SENT = "sent"  # in a file for the bank: from here on only the bank knows
    PAID = "paid"
    FAILED = "failed"  # the bank returned it
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class PayoutMove:
    """One row: `event` leads from `before` to `after`."""

    event: str
    before: PayoutStatus
    after: PayoutStatus


PAYOUT_WAITING: Final = (PayoutStatus.REQUESTED, PayoutStatus.CANCELED)  # those that no file ever held

PAYOUT_MOVES: Final = (
    # event      before                  after
    PayoutMove("send",    PayoutStatus.REQUESTED, PayoutStatus.SENT),
    PayoutMove("cancel",  PayoutStatus.REQUESTED, PayoutStatus.CANCELED),
    PayoutMove("confirm", PayoutStatus.SENT,      PayoutStatus.PAID),
    PayoutMove("fail",    PayoutStatus.SENT,      PayoutStatus.FAILED),
)  # fmt: skip


def payout_move(event: str) -> PayoutMove:
    """The row of an event; each has one."""
    return next(row for row in PAYOUT_MOVES if row.event == event)
