"""What the project asks of a payment provider, in neutral words. Adapters translate; nobody else knows a
provider's.

All amounts are whole minor units of ISO 4217 in the currency that stands beside them; the adapter converts
where a provider counts differently. Every call that changes something takes an idempotency key: made from our
row's id, the same call repeated is done once. No call may be made inside a database transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from negotiation_hub.kernel.money import Money

Capture = Literal["manual", "automatic"]
Status = Literal[
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "partially_captured",
    "succeeded",
    "canceled",
]
RefundStatus = Literal["pending", "succeeded", "failed"]
PayoutStatus = Literal["pending", "succeeded", "failed", "canceled"]

SIGNATURE_TOLERANCE_S: Final = 300  # an older message may be a replay; the same value as the provider's own


class ProviderError(Exception):
    """A call to a provider that did not do what was asked."""

    temporary = False


class ProviderUnavailable(ProviderError):
    """The provider did not answer, answered with a fault, asked to wait, or does not know our key.

    What was asked may have been done all the same: repeat the call with the same idempotency key.
    """

    temporary = True


class ProviderRefused(ProviderError):
    """The provider's answer is no, and it will be the same next time. `code` is stable, `message` for the
    log.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class BadSignature(Exception):
    """A message that the provider did not sign, or not just now."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment that was just made. `intent_ref` may be unknown until the payer has tried to pay."""

    ref: str
    intent_ref: str | None
    hosted_url: str


@dataclass(frozen=True, slots=True)
class RefundState:
    """A refund as the provider has it. `metadata` is what it was asked for with."""

    ref: str
    intent_ref: str | None
    status: RefundStatus
    amount: int
    currency: str
    failure_code: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IntentState:
    """A payment as the provider has it now.

    `ref` is the reference that was asked about, `intent_ref` and `checkout_ref` the provider's own where
    known. A declined card leaves `requires_payment_method` and a `failure_code`. `partially_captured` means
    that less was captured than was authorised. `fee` is what the provider kept of the capture.
    """

    ref: str
    status: Status
    amount: int
    capturable: int
    captured: int
    refunded: int
    fee: int
    currency: str
    failure_code: str
    metadata: Mapping[str, str]
    intent_ref: str | None = None
    checkout_ref: str | None = None
    disputed: bool = False
    refunds: tuple[RefundState, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferState:
    """Money moved to a connected account; `reversed` is how much of it came back."""

    ref: str
    destination: str
    amount: int
    reversed: int
    currency: str


@dataclass(frozen=True, slots=True)
class ReversalState:
    """Money taken back from a connected account."""

    ref: str
    transfer_ref: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayoutState:
    """Money on its way to a bank."""

    ref: str
    status: PayoutStatus
    amount: int
    currency: str
    failure_code: str = ""


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A genuine message of the provider. It is a hint: messages come late, twice and in any order; `fetch`
    tells.

    `kind` is the provider's own word (`payment_intent.succeeded`). `ref` is the payment it is about where
    there is one, else the object; `refs` are all references in it; `payment_id` is ours, where the message
    names it; `data` is the object as it was then.
    """

    id: str
    kind: str
    created_at: datetime
    ref: str
    data: Mapping[str, Any]
    refs: tuple[str, ...] = ()
    payment_id: str | None = None


class Provider(Protocol):
    """A payment provider. Calls raise ProviderUnavailable and ProviderRefused."""

    name: str

    def create_checkout(
        self,
        *,
        payment_id: str,
        amount: Money,
        capture: Capture,
        description: str,
        success_url: str,
        cancel_url: str,
        metadata: Mapping[str, str],
        idempotency_key: str,
    ) -> Checkout:
        """A payment with a page of the provider on which it is paid."""

    def fetch(self, ref: str) -> IntentState:
        """How the payment is now. `ref` is a checkout's or an intent's."""

    def capture(self, ref: str, *, amount: Money | None, idempotency_key: str) -> IntentState:
        """Takes what is authorised, or the given part of it; the rest is let go."""

    def cancel(self, ref: str, *, idempotency_key: str) -> IntentState:
        """Lets go of what is authorised, or closes a page that nobody paid on."""

    def refund(
        self,
        ref: str,
        *,
        amount: Money | None,
        idempotency_key: str,
        metadata: Mapping[str, str] | None = None,
    ) -> RefundState:
        """Gives back what was captured, or the given part of it."""

    def transfer(
        self,
        *,
        amount: Money,
        destination: str,
        group: str,
        metadata: Mapping[str, str],
        idempotency_key: str,
    ) -> TransferState:
        """Moves our money at the provider to a connected account. `group` names what belongs together."""

    def reverse_transfer(self, ref: str, *, amount: Money | None, idempotency_key: str) -> ReversalState:
        """Takes back a transfer, or the given part of it."""

    def payout(
        self, *, amount: Money, account: str | None, metadata: Mapping[str, str], idempotency_key: str
    ) -> PayoutState:
        """Sends money at the provider to a bank: ours, or that of a connected account."""

    def parse_webhook(
        self, raw: bytes, headers: Mapping[str, str], *, now: datetime | None = None
    ) -> ProviderEvent:
        """Checks signature and time of a message. Raises BadSignature."""
