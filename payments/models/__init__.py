"""The ledger's rows, card payments with their history, and payouts to banks."""

from payments.models.books import SUM_MAX, Account, Cause, Phase, Transfer
from payments.models.cards import Payment, PaymentRequest, PaymentStep, ProviderEvent, Refund
from payments.models.payouts import BankAccount, Payout, PayoutBatch, PayoutStep

__all__ = [
    "SUM_MAX",
    "Account",
    "BankAccount",
    "Cause",
    "Payment",
    "PaymentRequest",
    "PaymentStep",
    "Payout",
    "PayoutBatch",
    "PayoutStep",
    "Phase",
    "ProviderEvent",
    "Refund",
    "Transfer",
]
