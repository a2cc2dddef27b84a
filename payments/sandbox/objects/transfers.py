"""Money between the platform and connected accounts, and from either to a bank."""

from typing import Final

from payments.sandbox import currencies
from payments.sandbox.errors import ApiError
from payments.sandbox.objects import common
from payments.sandbox.store import Json, Tx, new_id

PAYOUT_MS: Final = 1000  # how long the sandbox's bank takes


def create_account(tx: Tx, params: Json) -> Json:
    """A connected account, ready to receive at once: the sandbox checks no identity."""
    id_ = new_id("acct", 16)
    account: Json = {
        "id": id_,
        "object": "account",
        "business_profile": None,
        "business_type": params.get("business_type"),
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": params.get("country", "US"),
        "created": tx.now,
        "default_currency": params.get("default_currency", "usd"),
        "details_submitted": True,
        "email": params.get("email"),
        "external_accounts": common.listing(f"/v1/accounts/{id_}/external_accounts"),
        "metadata": params.get("metadata", {}),
        "payouts_enabled": True,
        "type": params.get("type", "express"),
    }
    return tx.save(account)


def create(tx: Tx, params: Json) -> Json:
    """Moves platform money to a connected account. Raises ApiError `balance_insufficient`."""
    destination = tx.get("account", params["destination"], "destination")
    currency = params["currency"]
    amount = params.get("amount")
    source = params.get("source_transaction")
    if source is not None:
        charge = tx.get("charge", source, "source_transaction")
        amount = amount if amount is not None else charge["amount_captured"]
        if not charge["captured"] or amount > charge["amount_captured"]:
            raise ApiError("The transfer amount is greater than the source charge.", param="amount")
    if amount is None:
        raise ApiError("Missing required param: amount.", code="parameter_missing", param="amount")
    common.require_funds(tx, tx.account, currency, amount)
    id_ = new_id("tr")
    debit = common.post(
        tx, account=tx.account, kind="transfer", amount=-amount, fee=0, currency=currency, source=id_,
        description=params.get("description"),
    )  # fmt: skip
    common.post(
        tx, account=destination["id"], kind="payment", amount=amount, fee=0, currency=currency, source=id_,
        description=params.get("description"),
    )  # fmt: skip
    transfer: Json = {
        "id": id_,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": debit["id"],
        "created": tx.now,
        "currency": currency,
        "description": params.get("description"),
        "destination": destination["id"],
        "destination_payment": new_id("py"),
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "reversals": common.listing(f"/v1/transfers/{id_}/reversals"),
        "reversed": False,
        "source_transaction": source,
        "source_type": "card",
        "transfer_group": params.get("transfer_group"),
    }
    tx.save(transfer)
    tx.emit("transfer.created", transfer)
    return transfer


def reverse(tx: Tx, params: Json, id_: str) -> Json:
    """Takes a transfer back, in part or whole, never beyond it or beyond what the account still has."""
    transfer = tx.get("transfer", id_, "transfer")
    currency, left = transfer["currency"], transfer["amount"] - transfer["amount_reversed"]
    amount = params.get("amount", left)
    if left == 0 or amount > left:
        raise ApiError(
            f"Transfer reversal amount ({currencies.text(amount, currency)}) is greater than unreversed"
            f" amount ({currencies.text(left, currency)})",
            code="transfer_already_reversed" if left == 0 else "amount_too_large",
            param="amount",
        )
    common.require_funds(tx, transfer["destination"], currency, amount)
    reversal_id = new_id("trr")
    credit = common.post(
        tx, account=tx.account, kind="transfer_refund", amount=amount, fee=0, currency=currency,
        source=reversal_id,
        description=params.get("description"),
    )  # fmt: skip
    common.post(
        tx, account=transfer["destination"], kind="payment_refund", amount=-amount, fee=0, currency=currency,
        source=reversal_id, description=params.get("description"),
    )  # fmt: skip
    reversal: Json = {
        "id": reversal_id,
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": credit["id"],
        "created": tx.now,
        "currency": currency,
        "destination_payment_refund": new_id("pyr"),
        "metadata": params.get("metadata", {}),
        "source_refund": None,
        "transfer": id_,
    }
    tx.save(reversal)
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, reversal)
    tx.save(transfer)
    tx.emit("transfer.reversed", transfer)
    return reversal


def create_payout(tx: Tx, params: Json) -> Json:
    """Sends money to the bank of the account that is spoken for. Paid, or failed on demand, soon after."""
    amount, currency = params["amount"], params["currency"]
    common.require_funds(tx, tx.account, currency, amount)
    id_ = new_id("po")
    debit = common.post(
        tx, account=tx.account, kind="payout", amount=-amount, fee=0, currency=currency, source=id_,
        description="STRIPE PAYOUT",
    )  # fmt: skip
    payout: Json = {
        "id": id_, "object": "payout", "amount": amount, "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": tx.now, "automatic": False, "balance_transaction": debit["id"], "created": tx.now,
        "currency": currency, "description": params.get("description"),
        "destination": params.get("destination", "ba_sandbox"), "failure_balance_transaction": None,
        "failure_code": None, "failure_message": None, "livemode": False,
        "metadata": params.get("metadata", {}),
        "method": params.get("method", "standard"), "original_payout": None, "payout_method": None,
        "reconciliation_status": "not_applicable", "reversed_by": None, "source_type": "card",
        "statement_descriptor": params.get("statement_descriptor"), "status": "pending", "trace_id": None,
        "type": "bank_account",
    }  # fmt: skip
    tx.save(payout)
    tx.later("payout.settle", payout, int(tx.setting("payouts").get("delay_ms", PAYOUT_MS)))
    tx.emit("payout.created", payout)
    return payout


def cancel_payout(tx: Tx, _params: Json, id_: str) -> Json:
    """Stops a payout that has not left."""
    payout = tx.get("payout", id_, "payout")
    if payout["status"] != "pending":
        raise ApiError(
            f"Payouts can only be canceled while they are pending; this one is {payout['status']}.",
            code="payouts_not_allowed",
        )
    _give_back(tx, payout)
    payout["status"] = "canceled"
    tx.save(payout)
    tx.emit("payout.canceled", payout)
    return payout


def settle_payout(tx: Tx, id_: str) -> None:
    """The bank's answer."""
    payout = tx.get("payout", id_)
    if payout["status"] != "pending":
        return
    faults = tx.setting("payouts")
    if faults.get("fail", 0) > 0:
        tx.set_setting("payouts", {**faults, "fail": faults["fail"] - 1})
        payout.update(
            status="failed",
            failure_code="account_closed",
            failure_message="The bank account has been closed.",
            failure_balance_transaction=_give_back(tx, payout)["id"],
        )
        tx.save(payout)
        tx.emit("payout.failed", payout)
        return
    payout["status"] = "paid"
    tx.save(payout)
    tx.emit("payout.paid", payout)


def _give_back(tx: Tx, payout: Json) -> Json:
    return common.post(
        tx, account=tx.account, kind="payout_failure", amount=payout["amount"], fee=0,
        currency=payout["currency"],
        source=payout["id"], description="PAYOUT RETURNED",
    )  # fmt: skip
