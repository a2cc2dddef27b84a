"""Our side of the payment provider, in the words of this app: one function per thing we ask, one adapter
behind them.

Every function here but `parse` calls out, so none may be called inside a transaction: a provider that hangs
would hold our locks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Refusal
from payments.models import Payment, Refund
from payments.settlement import Truth


class ProviderUnavailable(Refusal):
    """The provider does not answer, or asks us to wait."""

    code = "payment.provider_unavailable"
    message = gettext_noop("The payment provider does not answer at the moment. Please try again.")
    temporary = True
    status = 503


class ProviderRefused(Refusal):
    """The provider answered, and the answer is no; asking again would not change it."""

    code = "payment.provider_refused"
    message = gettext_noop("The payment provider refused this.")

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        self.reason = reason


class BadNotice(Exception):
    """A message that the provider did not sign, or that is too old: it may be a replay."""


@dataclass(frozen=True, slots=True)
class Made:
    """A payment that the provider has just made: how it names it, and the page on which it is paid."""

    ref: str
    hosted_url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A genuine message of the provider. `payment_id` is ours where the message names it; `refs` are the
    provider's.
    """

    event_id: str
    kind: str
    refs: tuple[str, ...]
    payment_id: UUID | None


class Gateway(Protocol):
    """What this app needs of a provider. Calls raise ProviderUnavailable and ProviderRefused."""

    name: str

    def create(self, payment: Payment) -> Made:
        """A payment with a hosted page; repeated for the same row it is the same."""

    def capture(self, payment: Payment) -> Truth:
        """Takes what is authorised."""

    def cancel(self, payment: Payment) -> Truth:
        """Lets go of what is authorised, or of the attempt."""

    def refund(self, payment: Payment, refund: Refund) -> Truth:
        """Gives money back; repeated for the same row it is done once."""

    def fetch(self, payment: Payment) -> Truth:
        """How the provider sees the payment now."""

    def parse(self, raw: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """Checks signature and time of a message. Raises BadNotice."""


def outside() -> None:
    """Raises RuntimeError inside a transaction."""
    # The test runner wraps each test in a transaction of its own, and marks it.
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError("a provider must not be called inside a transaction")
