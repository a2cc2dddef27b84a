"""The promise on which the outbox relies: the same call with the same key is done once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import stripe

from tests.payments.sandbox.harness import KEY, Sandbox


def create(sandbox: Sandbox, key: str, amount: int = 1_000) -> Any:
    return sandbox.api.v1.payment_intents.create(
        params={"amount": amount, "currency": "eur"}, options={"idempotency_key": key}
    )


def count(sandbox: Sandbox) -> int:
    return len(sandbox.api.v1.payment_intents.list(params={"limit": 100}).data)


def test_the_same_call_gets_the_first_answer_again(sandbox: Sandbox) -> None:
    first, again = create(sandbox, "k1"), create(sandbox, "k1")
    assert first.id == again.id
    assert first.last_response.headers.get("idempotent-replayed") is None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert again.last_response.headers["original-request"] == first.last_response.request_id
    assert again.last_response.request_id != first.last_response.request_id
    assert count(sandbox) == 1


def test_another_body_under_the_same_key_is_refused(sandbox: Sandbox) -> None:
    create(sandbox, "k1")
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as caught:
        create(sandbox, "k1", 1_001)
    assert caught.value.http_status == 400
    assert count(sandbox) == 1


def test_another_endpoint_under_the_same_key_is_refused(sandbox: Sandbox) -> None:
    intent = create(sandbox, "k1")
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        sandbox.api.v1.payment_intents.cancel(intent.id, options={"idempotency_key": "k1"})


def test_a_key_belongs_to_one_account(sandbox: Sandbox) -> None:
    seller = sandbox.api.v1.accounts.create()
    options: stripe.RequestOptions = {"idempotency_key": "k1", "stripe_account": seller.id}
    there = sandbox.api.v1.payment_intents.create(
        params={"amount": 1_000, "currency": "eur"}, options=options
    )
    assert there.id != create(sandbox, "k1").id


def test_a_call_that_is_still_running_is_not_run_again(sandbox: Sandbox) -> None:
    sandbox.control(answers={"slow_ms": 1_500})
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: raw(sandbox, "k1"), range(2)))
    first, second = sorted(answers, key=lambda answer: answer.status_code)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["error"]["code"] == "idempotency_key_in_use"
    assert second.headers["stripe-should-retry"] == "true"
    sandbox.control(reset=True)
    assert raw(sandbox, "k1").json()["id"] == first.json()["id"]
    assert count(sandbox) == 1


def raw(sandbox: Sandbox, key: str) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=30) as client:
        return client.post(
            f"{sandbox.base}/v1/payment_intents",
            data={"amount": "1000", "currency": "eur"},
            headers={"Authorization": f"Bearer {KEY}", "Idempotency-Key": key},
        )


def test_many_at_once_make_one(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: raw(sandbox, "k1"), range(24)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 200}) == 1
    assert count(sandbox) == 1


def test_a_declined_card_is_an_answer_that_is_given_again(sandbox: Sandbox) -> None:
    def decline() -> str | None:
        with pytest.raises(stripe.CardError) as caught:
            sandbox.api.v1.payment_intents.create(
                params={
                    "amount": 1_000,
                    "currency": "eur",
                    "confirm": True,
                    "payment_method": "pm_card_chargeDeclined",
                },
                options={"idempotency_key": "k1"},
            )
        assert caught.value.error is not None
        return caught.value.error.charge

    assert decline() == decline()
    assert len(sandbox.api.v1.charges.list().data) == 1


def test_a_refusal_that_ran_is_given_again_even_when_it_would_succeed_now(sandbox: Sandbox) -> None:
    seller = sandbox.api.v1.accounts.create()

    def transfer(key: str) -> Any:
        return sandbox.api.v1.transfers.create(
            params={"amount": 500, "currency": "eur", "destination": seller.id},
            options={"idempotency_key": key},
        )

    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="insufficient"):
            transfer("k1")
        sandbox.paid(10_000)
    assert transfer("k2").amount == 500


def test_a_call_whose_parameters_were_wrong_leaves_its_key_free(sandbox: Sandbox) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        create(sandbox, "k1", -1)
    assert create(sandbox, "k1").amount == 1_000


def test_a_lost_answer_is_found_again_with_the_same_key(sandbox: Sandbox) -> None:
    sandbox.control(answers={"lose": 1})
    with pytest.raises(stripe.APIError):
        create(sandbox, "k1")
    assert count(sandbox) == 1
    create(sandbox, "k1")
    assert count(sandbox) == 1


def test_a_refund_repeated_with_its_key_gives_back_once(sandbox: Sandbox) -> None:
    intent = sandbox.paid(10_000)
    for _ in range(3):
        sandbox.api.v1.refunds.create(
            params={"payment_intent": intent.id, "amount": 4_000}, options={"idempotency_key": "r1"}
        )
    assert sandbox.api.v1.charges.retrieve(intent.latest_charge).amount_refunded == 4_000
