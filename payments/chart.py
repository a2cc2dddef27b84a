"""The chart of accounts: which kinds there are, which way each may not go below zero, how each is named."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class Kind(StrEnum):
    """What an account stands for."""

    WALLET = "wallet"  # an organisation's money with us
    HELD = "held"  # paid for one order, not yet released
    RECEIVABLE = "receivable"  # what an organisation owes us
    PSP_CLEARING = "psp_clearing"  # what the payment provider holds for us
    PLATFORM_FEE = "platform_fee"  # what we earned
    PSP_FEE = "psp_fee"  # what the provider kept
    PAYOUT_TRANSIT = "payout_transit"  # left a wallet, and is not yet known to have reached a bank
    BANK = "bank"  # what our own bank holds, less what it paid out for us


class Side(StrEnum):
    """The side on which an account grows."""

    CREDIT = "credit"  # a liability or income: we owe it, or earned it
    DEBIT = "debit"  # an asset or expense: we are owed it, or spent it


class Bound(StrEnum):
    """Which side must cover the other, holds included."""

    CREDIT = "credit"
    DEBIT = "debit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """How accounts of a kind behave."""

    grows: Side
    bound: Bound


RULES: Final = {
    Kind.WALLET: Rule(Side.CREDIT, Bound.CREDIT),
    Kind.HELD: Rule(Side.CREDIT, Bound.CREDIT),
    # Nobody can be made to pay back more than they owe.
    Kind.RECEIVABLE: Rule(Side.DEBIT, Bound.DEBIT),
    # A provider's facts are never refused, so what stands against them has no bound.
    Kind.PSP_CLEARING: Rule(Side.DEBIT, Bound.NONE),
    Kind.PLATFORM_FEE: Rule(Side.CREDIT, Bound.NONE),
    Kind.PSP_FEE: Rule(Side.DEBIT, Bound.NONE),
    # Nothing reaches a bank, or comes back, that did not leave a wallet.
    Kind.PAYOUT_TRANSIT: Rule(Side.CREDIT, Bound.CREDIT),
    # What the bank says it did is a fact, too.
    Kind.BANK: Rule(Side.DEBIT, Bound.NONE),
}


@dataclass(frozen=True, slots=True, order=True)
class AccountKey:
    """Names an account before it exists. It is opened by the first transfer that touches it.

    `subject` is the organisation of a wallet, a receivable or payouts, the order of held funds, and the
    seller of the platform's own accounts: those are kept per seller because one row for all of them would be
    what every payment waits for.
    """

    kind: Kind
    subject: UUID
    currency: str

    @property
    def code(self) -> str:
        """The account's name: `wallet:<organisation>:EUR`."""
        return f"{self.kind.value}:{self.subject}:{self.currency}"


def wallet(organisation_id: UUID, currency: str) -> AccountKey:
    """An organisation's own money."""
    return AccountKey(Kind.WALLET, organisation_id, currency)


def held(order_id: UUID, currency: str) -> AccountKey:
    """What was paid for an order and waits for the receipt."""
    return AccountKey(Kind.HELD, order_id, currency)


def receivable(organisation_id: UUID, currency: str) -> AccountKey:
    """What an organisation owes the platform."""
    return AccountKey(Kind.RECEIVABLE, organisation_id, currency)


def psp_clearing(seller_id: UUID, currency: str) -> AccountKey:
    """What the payment provider holds of the payments to this seller."""
    return AccountKey(Kind.PSP_CLEARING, seller_id, currency)


def platform_fee(seller_id: UUID, currency: str) -> AccountKey:
    """What the platform earned of this seller's sales."""
    return AccountKey(Kind.PLATFORM_FEE, seller_id, currency)


def psp_fee(seller_id: UUID, currency: str) -> AccountKey:
    """What the payment provider kept of the payments to this seller."""
    return AccountKey(Kind.PSP_FEE, seller_id, currency)


def payout_transit(organisation_id: UUID, currency: str) -> AccountKey:
    """What an organisation has asked to be paid out and no bank has confirmed."""
    return AccountKey(Kind.PAYOUT_TRANSIT, organisation_id, currency)


def bank(organisation_id: UUID, currency: str) -> AccountKey:
    """What our bank paid out for us to this organisation: below zero, until what providers transfer to us is
    booked here too.
    """
    return AccountKey(Kind.BANK, organisation_id, currency)
