"""Refunds of captured charges, in part or whole, never beyond what was captured."""

from payments.sandbox import currencies
from payments.sandbox.errors import ApiError, invalid
from payments.sandbox.objects import common
from payments.sandbox.store import Json, Tx, new_id


def create(tx: Tx, params: Json) -> Json:
    """Gives money back. The provider keeps its fee."""
    charge = _charge(tx, params)
    currency, left = charge["currency"], charge["amount_captured"] - charge["amount_refunded"]
    if charge["disputed"]:
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left == 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = params.get("amount", left)
    if amount > left:
        raise ApiError(
            f"Refund amount ({currencies.text(amount, currency)}) is greater than unrefunded amount on charge"
            f" ({currencies.text(left, currency)})",
            code="amount_too_large",
            param="amount",
        )
    refund = _build(tx, params, charge, amount)
    transaction = common.post(
        tx,
        account=tx.account,
        kind="refund",
        amount=-amount,
        fee=0,
        currency=currency,
        source=refund["id"],
        description="REFUND FOR CHARGE",
    )
    refund["balance_transaction"] = transaction["id"]
    tx.save(refund)
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    tx.save(charge)
    tx.emit("refund.created", refund)
    tx.emit("charge.refunded", charge, before)
    return refund


def _charge(tx: Tx, params: Json) -> Json:
    if ("charge" in params) == ("payment_intent" in params):
        raise invalid("One of charge or payment_intent is required, and only one.", "payment_intent")
    if "charge" in params:
        charge = tx.get("charge", params["charge"], "charge")
    else:
        intent = tx.get("payment_intent", params["payment_intent"], "payment_intent")
        found = tx.find(intent["latest_charge"] or "", "charge")
        if found is None or not found["captured"]:
            raise ApiError(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                param="payment_intent",
                code="payment_intent_unexpected_state",
            )
        charge = found
    if not charge["captured"]:
        raise ApiError(
            f"Charge {charge['id']} has not been captured.", code="charge_not_refundable", param="charge"
        )
    return charge


def _build(tx: Tx, params: Json, charge: Json, amount: int) -> Json:
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": tx.now,
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": params.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
