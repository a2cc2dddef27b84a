"""The adapter over the real SDK, against the sandbox on a real socket."""

import json
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import Money
from payments.providers import get_provider, states, stripe_like
from payments.providers.base import (
    BadSignature,
    Capture,
    Checkout,
    Provider,
    ProviderRefused,
    ProviderUnavailable,
)
from payments.providers.stripe_like import StripeLike
from tests.payments.sandbox.harness import CANCEL_URL, SUCCESS_URL, WEBHOOK_SECRET, Receiver, Sandbox, until


def checkout(
    provider: StripeLike, minor: int = 10_000, capture: Capture = "manual", key: str = "create:p1"
) -> Checkout:
    return provider.create_checkout(
        payment_id="p1",
        amount=Money(minor, "EUR"),
        capture=capture,
        description="Agreement 42",
        success_url=SUCCESS_URL,
        cancel_url=CANCEL_URL,
        metadata={"order": "o1"},
        idempotency_key=key,
    )


def pay(sandbox: Sandbox, made: Checkout, number: str = "4242424242424242") -> None:
    assert sandbox.fill(made.hosted_url, number).status_code == 303


def test_it_is_a_provider(provider: StripeLike) -> None:
    checked: Provider = provider
    assert checked.name == "sandbox"


def test_a_payment_is_made_paid_captured_and_given_back(provider: StripeLike, sandbox: Sandbox) -> None:
    made = checkout(provider)
    before = provider.fetch(made.ref)
    assert (before.status, before.intent_ref, before.amount, before.currency) == (
        "requires_payment_method", None, 10_000, "EUR",
    )  # fmt: skip
    pay(sandbox, made)
    reserved = provider.fetch(made.ref)
    assert (reserved.status, reserved.capturable, reserved.captured, reserved.fee) == (
        "requires_capture", 10_000, 0, 0,
    )  # fmt: skip
    assert reserved.metadata == {"order": "o1", "payment_id": "p1"}
    taken = provider.capture(made.ref, amount=None, idempotency_key="capture:p1")
    assert (taken.status, taken.captured, taken.capturable, taken.fee) == ("succeeded", 10_000, 0, 320)
    assert taken.ref == taken.checkout_ref == made.ref
    refund = provider.refund(
        made.ref, amount=Money(2_500, "EUR"), idempotency_key="refund:r1", metadata={"refund_id": "r1"}
    )
    assert (refund.status, refund.amount, refund.metadata) == ("succeeded", 2_500, {"refund_id": "r1"})
    after = provider.fetch(made.ref)
    assert (after.refunded, after.refunds) == (2_500, (refund,))
    by_intent = provider.fetch(taken.intent_ref or "")
    assert (by_intent.captured, by_intent.refunded, by_intent.checkout_ref) == (10_000, 2_500, None)


def test_the_same_payment_asked_for_again_is_the_same(provider: StripeLike) -> None:
    assert checkout(provider) == checkout(provider)


def test_another_payment_under_the_same_key_is_refused(provider: StripeLike) -> None:
    checkout(provider)
    with pytest.raises(ProviderRefused) as caught:
        checkout(provider, 10_001)
    assert caught.value.code == "idempotency_error"


def test_a_part_can_be_captured_and_not_more_than_was_reserved(
    provider: StripeLike, sandbox: Sandbox
) -> None:
    made = checkout(provider)
    pay(sandbox, made)
    with pytest.raises(ProviderRefused) as caught:
        provider.capture(made.ref, amount=Money(10_001, "EUR"), idempotency_key="c1")
    assert (caught.value.code, caught.value.temporary) == ("amount_too_large", False)
    taken = provider.capture(made.ref, amount=Money(4_000, "EUR"), idempotency_key="c2")
    assert (taken.status, taken.captured, taken.amount) == ("partially_captured", 4_000, 10_000)
    with pytest.raises(ProviderRefused) as caught:
        provider.refund(made.ref, amount=Money(4_001, "EUR"), idempotency_key="r1")
    assert caught.value.code == "amount_too_large"


def test_all_refunds_are_read_and_the_total_is_theirs(provider: StripeLike, sandbox: Sandbox) -> None:
    made = checkout(provider, capture="automatic")
    pay(sandbox, made)
    for number in range(12):
        provider.refund(made.ref, amount=Money(100, "EUR"), idempotency_key=f"r{number}")
    state = provider.fetch(made.ref)
    assert (len(state.refunds), state.refunded) == (12, 1_200)


@pytest.mark.parametrize("started", ["nothing", "declined", "challenged", "reserved"])
def test_a_payment_can_be_canceled_however_far_it_came(
    provider: StripeLike, sandbox: Sandbox, started: str
) -> None:
    made = checkout(provider)
    cards = {
        "declined": "4000000000000002",
        "challenged": "4000002500003155",
        "reserved": "4242424242424242",
    }
    if started in cards:
        pay(sandbox, made, cards[started])
    canceled = provider.cancel(made.ref, idempotency_key="cancel:p1")
    assert (canceled.status, canceled.capturable) == ("canceled", 0)
    assert provider.cancel(made.ref, idempotency_key="cancel:p1") == canceled
    assert sandbox.web.post(made.hosted_url, data={"action": "pay"}).status_code in (200, 303)
    assert provider.fetch(made.ref).status == "canceled"


def test_an_intent_of_an_open_page_is_canceled_with_its_page(provider: StripeLike, sandbox: Sandbox) -> None:
    made = checkout(provider)
    pay(sandbox, made, "4000000000000002")
    intent = provider.fetch(made.ref).intent_ref
    assert intent is not None
    assert provider.cancel(intent, idempotency_key="cancel:p1").status == "canceled"
    assert "has expired" in sandbox.web.get(made.hosted_url).text


def test_a_payer_who_pays_in_the_moment_of_the_cancellation_is_canceled_too(
    provider: StripeLike, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = checkout(provider)
    stale = provider._session_of(made.ref)
    pay(sandbox, made)
    monkeypatch.setattr(provider, "_session_of", lambda _ref: stale)
    assert provider.cancel(made.ref, idempotency_key="cancel:p1").status == "canceled"


def test_a_captured_payment_cannot_be_canceled(provider: StripeLike, sandbox: Sandbox) -> None:
    made = checkout(provider, capture="automatic")
    pay(sandbox, made)
    with pytest.raises(ProviderRefused) as caught:
        provider.cancel(made.ref, idempotency_key="cancel:p1")
    assert caught.value.code == "payment_intent_unexpected_state"


def test_nothing_can_be_captured_or_refunded_before_anybody_paid(provider: StripeLike) -> None:
    made = checkout(provider)
    with pytest.raises(ProviderRefused):
        provider.capture(made.ref, amount=None, idempotency_key="c1")
    with pytest.raises(ProviderRefused):
        provider.refund(made.ref, amount=None, idempotency_key="r1")


def test_a_declined_card_leaves_its_reason(provider: StripeLike, sandbox: Sandbox) -> None:
    made = checkout(provider)
    pay(sandbox, made, "4000000000009995")
    state = provider.fetch(made.ref)
    assert (state.status, state.failure_code) == ("requires_payment_method", "insufficient_funds")


def test_a_dispute_is_seen(provider: StripeLike, sandbox: Sandbox) -> None:
    sandbox.control(disputes={"delay_ms": 0})
    made = checkout(provider, capture="automatic")
    pay(sandbox, made, "4000000000000259")
    until(lambda: provider.fetch(made.ref).disputed)


def test_money_moves_to_a_seller_and_to_a_bank(provider: StripeLike, sandbox: Sandbox) -> None:
    pay(sandbox, checkout(provider, capture="automatic"))
    seller = sandbox.api.v1.accounts.create().id
    moved = provider.transfer(
        amount=Money(9_000, "EUR"),
        destination=seller,
        group="o1",
        metadata={"order": "o1"},
        idempotency_key="t1",
    )
    assert (moved.destination, moved.amount, moved.reversed) == (seller, 9_000, 0)
    back = provider.reverse_transfer(moved.ref, amount=Money(1_000, "EUR"), idempotency_key="v1")
    assert (back.transfer_ref, back.amount) == (moved.ref, 1_000)
    paid = provider.payout(
        amount=Money(8_000, "EUR"), account=seller, metadata={"payout": "w1"}, idempotency_key="w1"
    )
    assert (paid.status, paid.amount) == ("pending", 8_000)
    with pytest.raises(ProviderRefused) as caught:
        provider.payout(amount=Money(1, "EUR"), account=seller, metadata={}, idempotency_key="w2")
    assert caught.value.code == "balance_insufficient"


def test_an_outage_is_temporary_and_the_repeated_call_is_done_once(
    provider: StripeLike, sandbox: Sandbox
) -> None:
    made = checkout(provider)
    pay(sandbox, made)
    sandbox.control(answers={"outage_s": 600})
    with pytest.raises(ProviderUnavailable) as caught:
        provider.capture(made.ref, amount=None, idempotency_key="c1")
    assert caught.value.temporary
    sandbox.control(reset=True)
    made_ref = provider.fetch(made.ref).intent_ref or ""
    sandbox.control(answers={"lose": 1})
    with pytest.raises(ProviderUnavailable):
        provider.capture(made_ref, amount=None, idempotency_key="c2")
    assert provider.capture(made_ref, amount=None, idempotency_key="c2").captured == 10_000


def test_a_call_still_running_under_the_key_is_temporary(provider: StripeLike, sandbox: Sandbox) -> None:
    made = checkout(provider)
    pay(sandbox, made)
    intent = provider.fetch(made.ref).intent_ref or ""
    body = b'{"error": {"message": "in progress", "type": "idempotency_error"}}'
    with OneAnswer(b"HTTP/1.1 409 Conflict", body) as base:
        other = StripeLike(name="x", secret_key="sk", webhook_secret="whsec", api_base=base)
        with pytest.raises(ProviderUnavailable):
            other.capture(intent, amount=None, idempotency_key="c1")


@pytest.mark.parametrize("head", [b"HTTP/1.1 429 Slow", b"HTTP/1.1 500 Oh", b"HTTP/1.1 401 No", b"nonsense"])
def test_every_other_fault_is_temporary(head: bytes) -> None:
    with OneAnswer(head, b'{"error": {"message": "m", "type": "api_error"}}') as base:
        provider = StripeLike(name="x", secret_key="sk", webhook_secret="whsec", api_base=base)
        with pytest.raises(ProviderUnavailable):
            provider.fetch("pi_1")


def test_a_provider_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_like, "ANSWER_TIMEOUT_S", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"http://127.0.0.1:{silent.getsockname()[1]}"
        provider = StripeLike(name="x", secret_key="sk", webhook_secret="whsec", api_base=base)
        with pytest.raises(ProviderUnavailable):
            provider.fetch("pi_1")


def test_our_key_does_not_go_through_a_proxy_on_its_way_to_this_machine(
    provider: StripeLike, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert checkout(provider).ref.startswith("cs_")


def test_a_message_is_understood(provider: StripeLike, sandbox: Sandbox, receiver: Receiver) -> None:
    made = checkout(provider)
    pay(sandbox, made)
    receiver.wait_for("checkout.session.completed")
    events = [provider.parse_webhook(raw, headers) for raw, headers in receiver.received]
    intent = provider.fetch(made.ref).intent_ref
    assert {event.ref for event in events} == {intent}
    assert {event.payment_id for event in events} == {"p1"}
    completed = next(event for event in events if event.kind == "checkout.session.completed")
    assert completed.refs == (intent, made.ref)
    assert completed.data["payment_intent"] == intent
    assert abs(completed.created_at - clock.now()) < timedelta(minutes=1)


def message(body: dict[str, Any], secret: str = WEBHOOK_SECRET, at: int | None = None) -> tuple[bytes, Any]:
    text = json.dumps(body)
    return text.encode(), {
        "stripe-signature": stripe.WebhookSignature.generate_signature_header(text, secret, at)
    }


EVENT = {"id": "evt_1", "object": "event", "type": "x.y", "created": 1, "data": {"object": {"id": "pi_1"}}}


def test_a_forged_old_future_or_broken_message_is_refused(provider: StripeLike) -> None:
    raw, headers = message(EVENT)
    assert provider.parse_webhook(raw, headers).ref == "pi_1"
    now = datetime(2030, 1, 1, tzinfo=UTC)
    at = int(now.timestamp())
    assert provider.parse_webhook(*message(EVENT, at=at - 300), now=now).id == "evt_1"
    wrong: list[tuple[bytes, Any]] = [
        (raw + b" ", headers),
        (raw, {}),
        (raw, {"Stripe-Signature": "nonsense"}),
        (b"\xff\xfe", headers),
        message(EVENT, "whsec_other"),
    ]
    for wrong_raw, wrong_headers in wrong:
        with pytest.raises(BadSignature):
            provider.parse_webhook(wrong_raw, wrong_headers)
    for moment in (at - 301, at + 301):
        with pytest.raises(BadSignature):
            provider.parse_webhook(*message(EVENT, at=moment), now=now)
    for body in ({}, {**EVENT, "data": {}}, {**EVENT, "created": "x"}, {**EVENT, "data": {"object": []}}):
        with pytest.raises(BadSignature):
            provider.parse_webhook(*message(body))


def test_a_secret_can_be_replaced_without_losing_messages() -> None:
    provider = StripeLike(name="x", secret_key="sk", webhook_secret="whsec_new, whsec_old")
    for secret in ("whsec_old", "whsec_new"):
        assert provider.parse_webhook(*message(EVENT, secret)).id == "evt_1"


def test_a_fee_taken_in_another_currency_is_converted() -> None:
    transaction = {"currency": "usd", "amount": 11_000, "fee": 349}
    charge = {"captured": True, "currency": "eur", "balance_transaction": transaction, "disputed": False}
    intent = {
        "id": "pi_1", "status": "succeeded", "amount": 10_000, "amount_received": 10_000,
        "amount_capturable": 0, "currency": "eur", "latest_charge": charge, "last_payment_error": None,
        "metadata": {}, "cancellation_reason": None,
    }  # fmt: skip
    assert states.of_intent("pi_1", intent, ()).fee == 317


def test_the_settings_choose_the_provider(settings: Any) -> None:
    from django.core.exceptions import ImproperlyConfigured

    settings.PAYMENT_PROVIDER, settings.STRIPE_API_BASE = "sandbox", "http://127.0.0.1:1/sandbox"
    sandbox = get_provider()
    assert (sandbox.name, get_provider() is sandbox) == ("sandbox", True)
    settings.PAYMENT_PROVIDER, settings.STRIPE_API_BASE = "stripe", ""
    assert get_provider().name == "stripe"
    for name, value in (("PAYMENT_PROVIDER", "other"), ("STRIPE_SECRET_KEY", "")):
        kept = getattr(settings, name)
        setattr(settings, name, value)
        with pytest.raises(ImproperlyConfigured):
            get_provider()
        setattr(settings, name, kept)


class OneAnswer:
    """A server that gives the same answer to whoever connects."""

    def __init__(self, head: bytes, body: bytes) -> None:
        self._answer = head + b"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body

    def __enter__(self) -> str:
        import threading

        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(self._answer)

    def __exit__(self, *error: object) -> None:
        self._thread.join(20)
        self._socket.close()
