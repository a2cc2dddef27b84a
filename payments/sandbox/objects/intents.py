"""Payment intents and the charges they make: authorise, challenge, decline, capture, cancel."""

from typing import Final

from payments.sandbox import cards, currencies
from payments.sandbox.cards import Card
from payments.sandbox.errors import ApiError, invalid
from payments.sandbox.objects import common, disputes
from payments.sandbox.store import Json, Tx, new_id

AUTHORISATION_MS: Final = 7 * common.DAY_MS  # how long card schemes keep an authorisation
DISPUTE_DELAY_MS: Final = 5000  # default; the control endpoint changes it
_CONFIRMABLE: Final = ("requires_payment_method", "requires_confirmation", "requires_action")
_CANCELABLE: Final = (*_CONFIRMABLE, "requires_capture", "processing")


def create(tx: Tx, params: Json) -> Json:
    """A new intent, confirmed at once when asked to."""
    common.check_charge(params["amount"], params["currency"])
    card = _card(params)
    if params.get("confirm") and card is None:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            "payment_method",
            "payment_intent_unexpected_state",
        )
    intent = build(tx, params)
    if card is not None:
        intent["status"] = "requires_confirmation"
        intent["payment_method"] = card.method
    tx.save(intent, {"card": card.name if card else None})
    tx.emit("payment_intent.created", intent)
    if params.get("confirm") and card is not None:
        _confirm(tx, intent, card, params)
    return intent


def build(tx: Tx, params: Json) -> Json:
    """An intent that is not stored yet."""
    id_ = new_id("pi")
    return {
        "id": id_,
        "object": "payment_intent",
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": params.get("automatic_payment_methods"),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{id_}_{new_id('secret', 25)}",
        "confirmation_method": "automatic",
        "created": tx.now,
        "currency": params["currency"],
        "customer": None,
        "description": params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": params.get("transfer_group"),
    }


def confirm(tx: Tx, params: Json, id_: str) -> Json:
    """Tries to pay with a test payment method."""
    intent = tx.get("payment_intent", id_, "intent")
    _expect(intent, "confirmed", _CONFIRMABLE)
    card = _card(params) or cards.by_name(str(tx.private(id_).get("card")))
    if card is None:
        raise ApiError(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    if "capture_method" in params:
        intent["capture_method"] = params["capture_method"]
    _confirm(tx, intent, card, params)
    return intent


def _confirm(tx: Tx, intent: Json, card: Card, params: Json) -> None:
    remembered = {**tx.private(intent["id"]), "return_url": params.get("return_url")}
    tx.save(intent, remembered)
    attempt(tx, intent, card)
    error = intent["last_payment_error"]
    if intent["status"] == "requires_payment_method" and error is not None:
        kept = {name: error[name] for name in ("charge", "decline_code") if name in error}
        raise ApiError(
            error["message"],
            status=402,
            kind="card_error",
            code=error["code"],
            extra={**kept, "payment_intent": intent},
            keep=True,
        )


def attempt(tx: Tx, intent: Json, card: Card) -> None:
    """One try to pay: the intent then needs a challenge, a capture or another card, or is paid."""
    private = {**tx.private(intent["id"]), "card": card.name}
    intent["payment_method"] = new_id("pm")
    if card.outcome == "challenge":
        token = new_id("challenge", 32)
        url = f"{tx.base}/challenge/{token}"
        intent["status"] = "requires_action"
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {"url": url, "return_url": private.get("return_url")},
        }
        tx.save(intent, {**private, "challenge": token})
        tx.emit("payment_intent.requires_action", intent)
        return
    tx.save(intent, private)
    if card.outcome == "decline":
        decline(tx, intent, card, card.code, card.decline_code, card.message)
    else:
        authorise(tx, intent, card)


def answer_challenge(tx: Tx, intent: Json, *, approved: bool) -> None:
    """What follows the 3-D Secure page. Harmless when the challenge is over already."""
    if intent["status"] != "requires_action":
        return
    card = cards.by_name(tx.private(intent["id"])["card"])
    if card is None:
        raise ApiError("The card of this payment is not known any more.", status=409)
    intent["next_action"] = None
    if approved:
        authorise(tx, intent, card)
        return
    message = (
        "We are unable to authenticate your payment method. Please choose a different payment method and"
        " try again."
    )
    intent["status"] = "requires_payment_method"
    intent["payment_method"] = None
    intent["last_payment_error"] = {
        "type": "invalid_request_error",
        "code": "payment_intent_authentication_failure",
        "message": message,
    }
    tx.save(intent)
    tx.emit("payment_intent.payment_failed", intent)


def decline(tx: Tx, intent: Json, card: Card, code: str, decline_code: str, message: str) -> None:
    """The issuer said no: a failed charge, and the intent waits for another card."""
    charge = _charge(tx, intent, card)
    charge.update(status="failed", paid=False, failure_code=code, failure_message=message)
    charge["outcome"] = {
        "network_status": "declined_by_network", "reason": decline_code, "risk_level": "normal",
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }  # fmt: skip
    tx.save(charge)
    intent.update(status="requires_payment_method", latest_charge=charge["id"], payment_method=None)
    intent["last_payment_error"] = {
        "type": "card_error",
        "charge": charge["id"],
        "code": code,
        "decline_code": decline_code,
        "message": message,
    }
    tx.save(intent)
    tx.emit("charge.failed", charge)
    tx.emit("payment_intent.payment_failed", intent)


def authorise(tx: Tx, intent: Json, card: Card) -> None:
    """The issuer said yes. With manual capture the money is only reserved."""
    charge = _charge(tx, intent, card)
    intent["latest_charge"] = charge["id"]
    intent["last_payment_error"] = None
    if intent["capture_method"] != "manual":
        _settle(tx, intent, charge, intent["amount"])
        tx.emit("charge.succeeded", charge)
        tx.emit("payment_intent.succeeded", intent)
        return
    intent.update(status="requires_capture", amount_capturable=intent["amount"])
    charge["payment_method_details"]["card"]["capture_before"] = tx.now + AUTHORISATION_MS // 1000
    tx.save(charge)
    tx.save(intent)
    tx.later("intent.lapse", intent, AUTHORISATION_MS)
    tx.emit("charge.succeeded", charge)
    tx.emit("payment_intent.amount_capturable_updated", intent)


def capture(tx: Tx, params: Json, id_: str) -> Json:
    """Takes all or a part of what was authorised; the rest is given free."""
    intent = tx.get("payment_intent", id_, "intent")
    _expect(intent, "captured", ("requires_capture",))
    capturable: int = intent["amount_capturable"]
    amount: int = params.get("amount_to_capture", capturable)
    if amount > intent["amount_capturable"]:
        raise ApiError(
            f"The amount to capture ({currencies.text(amount, intent['currency'])}) is greater than the"
            f" capturable amount ({currencies.text(intent['amount_capturable'], intent['currency'])}).",
            code="amount_too_large",
            param="amount_to_capture",
        )
    common.merge_metadata(intent, params)
    charge = tx.get("charge", intent["latest_charge"])
    _settle(tx, intent, charge, amount)
    tx.emit("charge.captured", charge)
    tx.emit("payment_intent.succeeded", intent)
    return intent


def _settle(tx: Tx, intent: Json, charge: Json, amount: int) -> None:
    transaction = common.post(
        tx,
        account=tx.account,
        kind="charge",
        amount=amount,
        fee=currencies.fee(amount),
        currency=intent["currency"],
        source=charge["id"],
        description=intent["description"],
    )
    charge.update(captured=True, amount_captured=amount, balance_transaction=transaction["id"])
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    tx.save(charge)
    tx.save(intent)
    private = tx.private(intent["id"])
    if private.get("session"):
        session = tx.get("checkout.session", private["session"])
        tx.save({**session, "payment_status": "paid"})
    card = cards.by_name(str(private.get("card")))
    if card is not None and card.outcome == "dispute":
        tx.later("dispute.open", charge, int(tx.setting("disputes").get("delay_ms", DISPUTE_DELAY_MS)))
    elif card is not None and card.outcome == "inquiry":
        disputes.open_dispute(tx, charge["id"], inquiry=True)


def cancel(tx: Tx, params: Json, id_: str) -> Json:
    """Gives up an intent; an authorisation goes free. One that a checkout page still shows must be expired
    there.
    """
    intent = tx.get("payment_intent", id_, "intent")
    _expect(intent, "canceled", _CANCELABLE)
    session = tx.private(id_).get("session")
    if session and tx.get("checkout.session", session)["status"] == "open":
        raise ApiError(
            "You cannot cancel this PaymentIntent while its Checkout Session is open. Expire the Checkout"
            " Session.",
            code="payment_intent_unexpected_state",
        )
    return void(tx, intent, params.get("cancellation_reason"))


def void(tx: Tx, intent: Json, reason: str | None) -> Json:
    """Cancels without asking whether it may."""
    if intent["status"] == "requires_capture":
        charge = tx.get("charge", intent["latest_charge"])
        tx.save({**charge, "amount_refunded": charge["amount"], "refunded": True})
    intent.update(
        status="canceled",
        canceled_at=tx.now,
        cancellation_reason=reason,
        amount_capturable=0,
        next_action=None,
    )
    tx.save(intent)
    tx.emit("payment_intent.canceled", intent)
    return intent


def lapse(tx: Tx, id_: str) -> None:
    """The authorisation is too old: the issuer has let the money go."""
    intent = tx.get("payment_intent", id_)
    if intent["status"] == "requires_capture":
        void(tx, intent, "automatic")


def _expect(intent: Json, done: str, statuses: tuple[str, ...]) -> None:
    if intent["status"] in statuses:
        return
    raise ApiError(
        f"This PaymentIntent could not be {done} because it has a status of {intent['status']}. Only a"
        f" PaymentIntent with one of the following statuses may be {done}: {', '.join(statuses)}.",
        code="payment_intent_unexpected_state",
        extra={"payment_intent": intent},
    )


def _card(params: Json) -> Card | None:
    method = params.get("payment_method")
    if method is None:
        return None
    card = cards.by_method(method)
    if card is None:
        raise ApiError(f"No such PaymentMethod: '{method}'", code="resource_missing", param="payment_method")
    return card


def _charge(tx: Tx, intent: Json, card: Card) -> Json:
    nobody = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
    approved = card.outcome == "challenge"
    return {
        "id": new_id("ch"), "object": "charge", "amount": intent["amount"], "amount_captured": 0,
        "amount_refunded": 0, "application": None, "application_fee": None, "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {"address": nobody, "email": None, "name": None, "phone": None, "tax_id": None},
        "calculated_statement_descriptor": "SANDBOX", "captured": False, "created": tx.now,
        "currency": intent["currency"], "customer": None, "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None, "failure_code": None, "failure_message": None,
        "fraud_details": {},
        "livemode": False, "metadata": intent["metadata"], "on_behalf_of": None,
        "outcome": {
            "network_status": "approved_by_network", "reason": None, "risk_level": "normal",
            "seller_message": "Payment complete.", "type": "authorized",
        },
        "paid": True, "payment_intent": intent["id"], "payment_method": intent["payment_method"],
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": card.brand, "last4": card.last4, "country": "US", "funding": "credit",
                "network": card.brand,
                "exp_month": None, "exp_year": None, "amount_authorized": intent["amount"],
                "checks": {
                    "address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass",
                },
                "three_d_secure": (
                    {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"}
                    if approved else None
                ),
                "wallet": None,
            },
        },
        "receipt_email": intent["receipt_email"], "receipt_number": None, "receipt_url": None,
        "refunded": False,
        "review": None, "shipping": None, "source": None, "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None, "status": "succeeded", "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }  # fmt: skip
