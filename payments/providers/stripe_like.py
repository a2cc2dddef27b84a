"""The one adapter: the official SDK, over which both the real provider and the sandbox are spoken to."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import stripe
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItemPriceData

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import Money
from payments.providers import states
from payments.providers.base import (
    SIGNATURE_TOLERANCE_S,
    BadSignature,
    Capture,
    Checkout,
    IntentState,
    PayoutState,
    ProviderEvent,
    ProviderRefused,
    ProviderUnavailable,
    RefundState,
    ReversalState,
    TransferState,
)
from payments.providers.units import to_provider

CONNECT_TIMEOUT_S: Final = 3
ANSWER_TIMEOUT_S: Final = 15
_REFUNDS_A_PAGE: Final = 100
_NAME_LENGTH_MAX: Final = 250
_CHARGE: Final = "latest_charge.balance_transaction"
_LOOPBACK: Final = frozenset(["127.0.0.1", "localhost", "::1"])

# The SDK would tell its maker about our machine and the time of each call.
stripe.enable_telemetry = False


class StripeLike:
    """Speaks to a provider of Stripe's dialect. Has no state but its connections; threads may share it."""

    def __init__(self, *, name: str, secret_key: str, webhook_secret: str, api_base: str = "") -> None:
        """`webhook_secret` may hold several, separated by commas, while one is being replaced."""
        self.name = name
        self._webhook_secrets = tuple(part.strip() for part in webhook_secret.split(",") if part.strip())
        local = urlsplit(api_base).hostname in _LOOPBACK
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base.rstrip("/")} if api_base else {},
            max_network_retries=0,  # the outbox repeats, with a longer breath and without holding a thread
            http_client=stripe.RequestsClient(
                timeout=(CONNECT_TIMEOUT_S, ANSWER_TIMEOUT_S),
                # A proxy of the environment is for the world outside; it must not see calls to this machine.
                proxy={"http": "", "https": ""} if local else None,
            ),
        )

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
        """A checkout session for one amount."""
        carried = {**metadata, "payment_id": str(payment_id)}
        price: SessionCreateParamsLineItemPriceData = {
            "currency": amount.currency.lower(),
            "unit_amount": to_provider(amount),
            "product_data": {"name": description[:_NAME_LENGTH_MAX]},
        }
        params: SessionCreateParams = {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
            "line_items": [{"quantity": 1, "price_data": price}],
            "payment_intent_data": {
                "capture_method": capture,
                "description": description[:_NAME_LENGTH_MAX],
                "metadata": carried,
            },
            "client_reference_id": str(payment_id),
            "metadata": carried,
            "success_url": success_url,
            "cancel_url": cancel_url,
        }
        with _translated():
            session = self._client.v1.checkout.sessions.create(
                params=params, options={"idempotency_key": idempotency_key}
            )
        plain = _plain(session)
        return Checkout(
            ref=plain["id"], intent_ref=states.id_of(plain["payment_intent"]), hosted_url=plain["url"] or ""
        )

    def fetch(self, ref: str) -> IntentState:
        """The payment with its charge, fee and refunds."""
        with _translated():
            if states.is_checkout(ref):
                session = _plain(
                    self._client.v1.checkout.sessions.retrieve(
                        ref, params={"expand": [f"payment_intent.{_CHARGE}"]}
                    )
                )
                intent = session["payment_intent"]
                if intent is None:
                    return states.of_checkout(session)
            else:
                intent = _plain(self._client.v1.payment_intents.retrieve(ref, params={"expand": [_CHARGE]}))
            return self._with_refunds(ref, intent)

    def capture(self, ref: str, *, amount: Money | None, idempotency_key: str) -> IntentState:
        """Captures all of it when `amount` is None."""
        params: stripe.params.PaymentIntentCaptureParams = {"expand": [_CHARGE]}
        if amount is not None:
            params["amount_to_capture"] = to_provider(amount)
        with _translated():
            intent = self._client.v1.payment_intents.capture(
                self._intent_of(ref), params=params, options={"idempotency_key": idempotency_key}
            )
            return self._with_refunds(ref, _plain(intent))

    def cancel(self, ref: str, *, idempotency_key: str) -> IntentState:
        """Expires an open page (which cancels what was begun on it), cancels the intent otherwise."""
        with _translated():
            session = self._session_of(ref)
            if session is not None and session["status"] == "open":
                session = self._expired(session["id"], f"{idempotency_key}:page")
            if session is None or session["status"] == "complete":
                intent = ref if session is None else states.id_of(session["payment_intent"])
                self._client.v1.payment_intents.cancel(
                    intent or ref, options={"idempotency_key": idempotency_key}
                )
        return self.fetch(ref)

    def _expired(self, ref: str, key: str) -> dict[str, Any]:
        try:
            return _plain(self._client.v1.checkout.sessions.expire(ref, options={"idempotency_key": key}))
        except stripe.InvalidRequestError:
            # The payer may have pressed Pay in this very moment; then there is an intent to cancel.
            session = _plain(self._client.v1.checkout.sessions.retrieve(ref))
            if session["status"] == "open":
                raise
            return session

    def refund(
        self,
        ref: str,
        *,
        amount: Money | None,
        idempotency_key: str,
        metadata: Mapping[str, str] | None = None,
    ) -> RefundState:
        """Refunds all that is left when `amount` is None."""
        with _translated():
            params: stripe.params.RefundCreateParams = {"payment_intent": self._intent_of(ref)}
            if amount is not None:
                params["amount"] = to_provider(amount)
            if metadata:
                params["metadata"] = dict(metadata)
            made = self._client.v1.refunds.create(params=params, options={"idempotency_key": idempotency_key})
        return states.of_refund(_plain(made))

    def transfer(
        self,
        *,
        amount: Money,
        destination: str,
        group: str,
        metadata: Mapping[str, str],
        idempotency_key: str,
    ) -> TransferState:
        """Moves our balance to a connected account."""
        number = to_provider(amount)
        with _translated():
            made = self._client.v1.transfers.create(
                params={
                    "amount": number,
                    "currency": amount.currency.lower(),
                    "destination": destination,
                    "transfer_group": group,
                    "metadata": dict(metadata),
                },
                options={"idempotency_key": idempotency_key},
            )
        return states.of_transfer(_plain(made))

    def reverse_transfer(self, ref: str, *, amount: Money | None, idempotency_key: str) -> ReversalState:
        """Reverses all that is left when `amount` is None."""
        params: stripe.params.TransferReversalCreateParams = {}
        if amount is not None:
            params["amount"] = to_provider(amount)
        with _translated():
            made = self._client.v1.transfers.reversals.create(
                ref, params=params, options={"idempotency_key": idempotency_key}
            )
        return states.of_reversal(_plain(made))

    def payout(
        self, *, amount: Money, account: str | None, metadata: Mapping[str, str], idempotency_key: str
    ) -> PayoutState:
        """Sends a balance to its bank."""
        number = to_provider(amount)
        options: stripe.RequestOptions = {"idempotency_key": idempotency_key}
        if account is not None:
            options["stripe_account"] = account
        with _translated():
            made = self._client.v1.payouts.create(
                params={"amount": number, "currency": amount.currency.lower(), "metadata": dict(metadata)},
                options=options,
            )
        return states.of_payout(_plain(made))

    def parse_webhook(
        self, raw: bytes, headers: Mapping[str, str], *, now: datetime | None = None
    ) -> ProviderEvent:
        """Checks the `Stripe-Signature` header against every secret that is in use."""
        given = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), None)
        self._verify(raw, given, now or clock.now())
        try:
            event = json.loads(raw)
            thing = event["data"]["object"]
            refs = states.refs_of(thing)
            return ProviderEvent(
                id=event["id"],
                kind=event["type"],
                created_at=datetime.fromtimestamp(event["created"], UTC),
                ref=refs[0],
                data=thing,
                refs=refs,
                payment_id=(thing.get("metadata") or {}).get("payment_id"),
            )
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise BadSignature("the message is signed, but is not an event") from None

    def _verify(self, raw: bytes, header: str | None, now: datetime) -> None:
        for secret in self._webhook_secrets:
            try:
                stripe.WebhookSignature.verify_header(raw, header, secret)
            except (stripe.SignatureVerificationError, UnicodeDecodeError):
                continue
            # The SDK forgives messages from the future, which could be replayed for as long as they say.
            signed_at = int(next(part[2:] for part in (header or "").split(",") if part.startswith("t=")))
            if abs(int(now.timestamp()) - signed_at) > SIGNATURE_TOLERANCE_S:
                raise BadSignature("the signature is not of now")
            return
        raise BadSignature("the signature is not the provider's")

    def _with_refunds(self, ref: str, intent: dict[str, Any]) -> IntentState:
        """Refunds are read one by one: the charge's total forgets those that failed."""
        charge = intent["latest_charge"]
        refunds: list[RefundState] = []
        if isinstance(charge, dict) and charge["captured"]:
            params: stripe.params.RefundListParams = {
                "payment_intent": intent["id"],
                "limit": _REFUNDS_A_PAGE,
            }
            page = self._client.v1.refunds.list(params=params)
            refunds.extend(states.of_refund(_plain(refund)) for refund in page.auto_paging_iter())
        return states.of_intent(ref, intent, tuple(refunds))

    def _intent_of(self, ref: str) -> str:
        if not states.is_checkout(ref):
            return ref
        intent = states.id_of(_plain(self._client.v1.checkout.sessions.retrieve(ref))["payment_intent"])
        if intent is None:
            raise ProviderRefused("payment_intent_unexpected_state", "nobody has paid on this page yet")
        return intent

    def _session_of(self, ref: str) -> dict[str, Any] | None:
        if states.is_checkout(ref):
            return _plain(self._client.v1.checkout.sessions.retrieve(ref))
        found = self._client.v1.checkout.sessions.list(params={"payment_intent": ref, "limit": 1}).data
        return _plain(found[0]) if found else None


def _plain(thing: stripe.StripeObject) -> dict[str, Any]:
    plain: dict[str, Any] = thing.to_dict()
    return plain


@contextmanager
def _translated() -> Iterator[None]:
    """Turns the SDK's errors into ours, without the request: it may hold personal data."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderUnavailable(type(error).__name__) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        # Not the payer's fault, and cured by whoever set the key; until then nothing is lost.
        raise ProviderUnavailable(f"our key is refused: {type(error).__name__}") from error
    except stripe.CardError as error:
        raise ProviderRefused(
            _decline_code(error) or error.code or "card_declined", _message(error)
        ) from error
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        kind = "idempotency_error" if isinstance(error, stripe.IdempotencyError) else "invalid_request"
        raise ProviderRefused(error.code or kind, _message(error)) from error
    except stripe.StripeError as error:
        raise ProviderUnavailable(f"{type(error).__name__} {error.http_status or ''}".strip()) from error


def _message(error: stripe.StripeError) -> str:
    return str(error.user_message or "")


def _decline_code(error: stripe.CardError) -> str | None:
    found = getattr(error.error, "decline_code", None)
    return found if isinstance(found, str) else None
