"""What several objects share: metadata, balance transactions, checks of amounts."""

from typing import Any

from payments.sandbox import currencies
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Json, Tx, new_id

DAY_MS = 24 * 3600 * 1000


def check_charge(amount: int, currency: str, param: str = "amount") -> None:
    """Refuses an amount that no card would be charged. Raises ApiError."""
    least = currencies.MINIMUM.get(currency, 10 ** currencies.DECIMALS[currency])
    if amount < least:
        shown = currencies.text(least, currency)
        raise ApiError(
            f"Amount must be at least {shown}", code="amount_too_small", param=param, unchecked=True
        )
    most = currencies.maximum(currency)
    if amount > most:
        shown = currencies.text(most, currency)
        raise ApiError(
            f"Amount must be no more than {shown}", code="amount_too_large", param=param, unchecked=True
        )
    if currency in currencies.ENDING_IN_ZERO and amount % 10:
        raise ApiError(
            f"Invalid amount: amounts in {currency} must end in 0", code="invalid_charge_amount", param=param
        )


def merge_metadata(thing: Json, params: Json) -> Json:
    """Changes metadata as an update does: an empty value removes its key. Returns what was before."""
    if "metadata" not in params:
        return {}
    before = dict(thing["metadata"])
    merged = {**before, **params["metadata"]} if params["metadata"] else {}
    thing["metadata"] = {key: value for key, value in merged.items() if value != ""}
    return {"metadata": before} if before != thing["metadata"] else {}


def update(
    tx: Tx, kind: str, id_: str, params: Json, event: str | None, fields: tuple[str, ...] = ()
) -> Json:
    """The plain update of an object: metadata and a few text fields, one event when something changed."""
    thing = tx.get(kind, id_)
    previous = merge_metadata(thing, params)
    for name in fields:
        if name in params and params[name] != thing[name]:
            previous[name] = thing[name]
            thing[name] = params[name]
    if previous:
        tx.save(thing)
        if event is not None:
            tx.emit(event, thing, previous)
    return thing


def post(
    tx: Tx,
    *,
    account: str,
    kind: str,
    amount: int,
    fee: int,
    currency: str,
    source: str,
    description: str | None,
) -> Json:
    """Writes a balance transaction of an account and moves its funds by the net."""
    transaction: Json = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": tx.now,
        "balance_type": "payments",
        "created": tx.now,
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [_fee_detail(fee, currency)] if fee else [],
        "net": amount - fee,
        "reporting_category": {"payment": "charge", "adjustment": "dispute"}.get(kind, kind),
        "source": source,
        "status": "available",
        "type": kind,
    }
    speaker, tx.account = tx.account, account
    tx.save(transaction)
    tx.account = speaker
    tx.move_funds(account, currency, amount - fee)
    return transaction


def _fee_detail(fee: int, currency: str) -> Json:
    return {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Processing fees",
        "type": "stripe_fee",
    }


def require_funds(tx: Tx, account: str, currency: str, amount: int) -> None:
    """Raises ApiError `balance_insufficient` when the account has less than this with the provider."""
    if tx.funds(account).get(currency, 0) < amount:
        raise ApiError(
            "You have insufficient available funds in your account for this amount.",
            code="balance_insufficient",
        )


def listing(url: str) -> Json:
    """An empty list inside an object."""
    return {"object": "list", "data": [], "has_more": False, "url": url}


def only(params: Json, *names: str) -> dict[str, Any]:
    """The filters of a list call, by field."""
    return {name: params.get(name) for name in names}
