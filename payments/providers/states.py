"""From the provider's objects (as plain dictionaries) to ours."""

from typing import Any, Final

from payments.providers.base import (
    IntentState,
    PayoutState,
    PayoutStatus,
    RefundState,
    RefundStatus,
    ReversalState,
    Status,
    TransferState,
)
from payments.providers.units import from_provider

Thing = dict[str, Any]

_STATUSES: Final[dict[str, Status]] = {
    "requires_payment_method": "requires_payment_method",
    "requires_confirmation": "requires_confirmation",
    "requires_action": "requires_action",
    "processing": "processing",
    "requires_capture": "requires_capture",
    "succeeded": "succeeded",
    "canceled": "canceled",
}
_REFUND_STATUSES: Final[dict[str, RefundStatus]] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
_PAYOUT_STATUSES: Final[dict[str, PayoutStatus]] = {
    "pending": "pending",
    "in_transit": "pending",
    "paid": "succeeded",
    "failed": "failed",
    "canceled": "canceled",
}


def is_checkout(ref: str) -> bool:
    """Whether a reference names a checkout session, not an intent."""
    return ref.startswith("cs_")


def id_of(value: object) -> str | None:
    """The id in a field that may be expanded."""
    if isinstance(value, dict):
        value = value["id"]
    return value if isinstance(value, str) else None


def refs_of(thing: Thing) -> tuple[str, ...]:
    """All references of an event's object; the payment it is about stands first."""
    own = thing["id"]
    about = [id_of(thing.get(name)) for name in ("payment_intent", "charge", "transfer")]
    found = [ref for ref in (about[0], own, *about[1:]) if ref is not None]
    return tuple(dict.fromkeys(found))


def of_checkout(session: Thing) -> IntentState:
    """A page on which nobody has tried to pay yet."""
    return IntentState(
        ref=session["id"],
        status="canceled" if session["status"] == "expired" else "requires_payment_method",
        amount=from_provider(session["amount_total"], session["currency"]),
        capturable=0,
        captured=0,
        refunded=0,
        fee=0,
        currency=session["currency"].upper(),
        failure_code="expired" if session["status"] == "expired" else "",
        metadata=session["metadata"] or {},
        checkout_ref=session["id"],
    )


def of_intent(ref: str, intent: Thing, refunds: tuple[RefundState, ...]) -> IntentState:
    """A payment with its refunds. `latest_charge.balance_transaction` must be expanded."""
    currency = intent["currency"]
    charge = intent["latest_charge"] if isinstance(intent["latest_charge"], dict) else None
    captured = intent["amount_received"]
    status = _STATUSES[intent["status"]]
    if 0 < captured < intent["amount"]:
        status = "partially_captured"
    return IntentState(
        ref=ref,
        status=status,
        amount=from_provider(intent["amount"], currency),
        capturable=from_provider(intent["amount_capturable"], currency),
        captured=from_provider(captured, currency),
        refunded=sum(refund.amount for refund in refunds if refund.status != "failed"),
        fee=from_provider(_fee(charge, captured), currency),
        currency=currency.upper(),
        failure_code=_failure(intent),
        metadata=intent["metadata"] or {},
        intent_ref=intent["id"],
        checkout_ref=ref if is_checkout(ref) else None,
        disputed=bool(charge and charge["disputed"]),
        refunds=refunds,
    )


def _fee(charge: Thing | None, captured: int) -> int:
    """The fee in the payment's currency: the provider takes it in the currency of our account with it."""
    transaction = charge["balance_transaction"] if charge is not None else None
    if charge is None or not isinstance(transaction, dict) or not transaction["fee"]:
        return 0
    fee: int = transaction["fee"]
    if transaction["currency"] == charge["currency"] or transaction["amount"] <= 0:
        return fee
    taken_from: int = transaction["amount"]
    return (2 * fee * captured + taken_from) // (2 * taken_from)


def _failure(intent: Thing) -> str:
    if intent["status"] == "canceled":
        return str(intent["cancellation_reason"] or "")
    error = intent["last_payment_error"] or {}
    return str(error.get("decline_code") or error.get("code") or "")


def of_refund(refund: Thing) -> RefundState:
    """A refund."""
    return RefundState(
        ref=refund["id"],
        intent_ref=id_of(refund["payment_intent"]),
        status=_REFUND_STATUSES[refund["status"] or "pending"],
        amount=from_provider(refund["amount"], refund["currency"]),
        currency=refund["currency"].upper(),
        failure_code=str(refund.get("failure_reason") or ""),
        metadata=refund["metadata"] or {},
    )


def of_transfer(transfer: Thing) -> TransferState:
    """A transfer to a connected account."""
    return TransferState(
        ref=transfer["id"],
        destination=id_of(transfer["destination"]) or "",
        amount=from_provider(transfer["amount"], transfer["currency"]),
        reversed=from_provider(transfer["amount_reversed"], transfer["currency"]),
        currency=transfer["currency"].upper(),
    )


def of_reversal(reversal: Thing) -> ReversalState:
    """A transfer taken back."""
    return ReversalState(
        ref=reversal["id"],
        transfer_ref=id_of(reversal["transfer"]) or "",
        amount=from_provider(reversal["amount"], reversal["currency"]),
        currency=reversal["currency"].upper(),
    )


def of_payout(payout: Thing) -> PayoutState:
    """A payout to a bank."""
    return PayoutState(
        ref=payout["id"],
        status=_PAYOUT_STATUSES[payout["status"]],
        amount=from_provider(payout["amount"], payout["currency"]),
        currency=payout["currency"].upper(),
        failure_code=str(payout.get("failure_code") or ""),
    )
