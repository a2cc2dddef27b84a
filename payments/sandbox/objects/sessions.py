"""Checkout sessions: the hosted page's side of a payment. The intent is made at the first attempt to pay, not
before.
"""

from typing import Final

from payments.sandbox.cards import Card
from payments.sandbox.errors import ApiError, invalid
from payments.sandbox.objects import common, intents
from payments.sandbox.store import Json, Tx, new_id

_LIFE_S: Final = 24 * 3600
_LIFE_LEAST_S: Final = 30 * 60


def create(tx: Tx, params: Json) -> Json:
    """A new session with the address of its page."""
    items = params["line_items"]
    if not items:
        raise invalid("Missing required param: line_items.", "line_items", "parameter_missing")
    wanted = {item["price_data"]["currency"] for item in items}
    if len(wanted) > 1:
        raise invalid("All prices on a Checkout Session must have the same currency.", "line_items")
    currency = wanted.pop()
    total = sum(item["price_data"]["unit_amount"] * item.get("quantity", 1) for item in items)
    common.check_charge(total, currency, "line_items")
    expires_at = params.get("expires_at", tx.now + _LIFE_S)
    if not tx.now + _LIFE_LEAST_S - 60 <= expires_at <= tx.now + _LIFE_S + 60:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", "expires_at"
        )
    session = _build(tx, params, total, currency, expires_at)
    tx.save(session, {"items": items, "intent_data": params.get("payment_intent_data", {})})
    tx.later("session.expire", session, (expires_at - tx.now) * 1000)
    return session


def _build(tx: Tx, params: Json, total: int, currency: str, expires_at: int) -> Json:
    id_ = new_id("cs_test", 58)
    return {
        "id": id_, "object": "checkout.session", "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None, "amount_subtotal": total, "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None, "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"), "client_secret": None,
        "collected_information": None, "consent": None, "consent_collection": None, "created": tx.now,
        "currency": currency, "currency_conversion": None, "custom_fields": [],
        "custom_text": {
            "after_submit": None, "shipping_address": None, "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None, "customer_creation": "if_required", "customer_details": None,
        "customer_email": params.get("customer_email"), "discounts": [], "expires_at": expires_at,
        "invoice": None,
        "invoice_creation": None, "livemode": False, "locale": params.get("locale"),
        "metadata": params.get("metadata", {}), "mode": "payment", "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required", "payment_method_configuration_details": None,
        "payment_method_options": {}, "payment_method_types": ["card"], "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False}, "recovered_from": None,
        "saved_payment_method_options": None, "setup_intent": None, "shipping_address_collection": None,
        "shipping_cost": None, "shipping_options": [], "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None, "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "url": f"{tx.base}/pay/{id_}",
    }  # fmt: skip


def expire(tx: Tx, _params: Json, id_: str) -> Json:
    """Closes the page for good and cancels an intent that was begun on it."""
    session = tx.get("checkout.session", id_, "session")
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a'
            f" status of {session['status']}."
        )
    return _close(tx, session)


def _close(tx: Tx, session: Json) -> Json:
    session.update(status="expired", url=None)
    tx.save(session)
    if session["payment_intent"] is not None:
        intents.void(tx, tx.get("payment_intent", session["payment_intent"]), "abandoned")
    tx.emit("checkout.session.expired", session)
    return session


def lapse(tx: Tx, id_: str) -> None:
    """Time is up for a page that nobody paid on."""
    session = tx.get("checkout.session", id_)
    if session["status"] == "open":
        _close(tx, session)


def line_items(tx: Tx, _params: Json, id_: str) -> Json:
    """What is being paid for."""
    session = tx.get("checkout.session", id_, "session")
    data = []
    for number, item in enumerate(tx.private(id_)["items"]):
        price, quantity = item["price_data"], item.get("quantity", 1)
        total = price["unit_amount"] * quantity
        data.append(
            {
                "id": f"li_{id_[-20:]}{number}",
                "object": "item",
                "amount_discount": 0,
                "amount_subtotal": total,
                "amount_tax": 0,
                "amount_total": total,
                "currency": session["currency"],
                "description": price["product_data"]["name"],
                "price": None,
                "quantity": quantity,
            }
        )
    return {
        "object": "list",
        "url": f"/v1/checkout/sessions/{id_}/line_items",
        "has_more": False,
        "data": data,
    }


def pay(tx: Tx, session: Json, card: Card, form_id: str) -> None:
    """The Pay button. The same form sent twice, or one sent after the payment, changes nothing."""
    private = tx.private(session["id"])
    if session["status"] != "open" or form_id in private.get("forms", []):
        return
    if session["payment_intent"] is None:
        data = private["intent_data"]
        intent = intents.build(
            tx, {"amount": session["amount_total"], "currency": session["currency"], **data}
        )
        tx.save(intent, {"session": session["id"]})
        session["payment_intent"] = intent["id"]
        tx.emit("payment_intent.created", intent)
    else:
        intent = tx.get("payment_intent", session["payment_intent"])
    tx.save(session, {**private, "forms": [*private.get("forms", []), form_id][-20:]})
    intents.attempt(tx, intent, card)
    complete(tx, session["id"])


def complete(tx: Tx, id_: str) -> None:
    """Ends the session when its intent is paid or authorised."""
    session = tx.get("checkout.session", id_)
    intent = tx.get("payment_intent", session["payment_intent"])
    if session["status"] == "open" and intent["status"] in ("requires_capture", "succeeded"):
        session.update(status="complete", url=None)
        tx.save(session)
        tx.emit("checkout.session.completed", session)
