"""Messages to the shop: signed, repeated until taken, and as unpunctual as they are told to be."""

import time

import pytest
import stripe

from tests.payments.sandbox.harness import Receiver, Sandbox, until


def pay(sandbox: Sandbox) -> None:
    sandbox.paid(10_000, capture="manual")


LIFE = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.amount_capturable_updated",
    "checkout.session.completed",
]


def test_a_payment_is_told_in_order_and_signed(sandbox: Sandbox, receiver: Receiver) -> None:
    pay(sandbox)
    receiver.wait_for(*LIFE)
    assert receiver.kinds() == LIFE
    session = receiver.events()[3].data.object
    assert session["payment_intent"] == receiver.events()[0].data.object["id"]
    assert receiver.events()[0].data.object["metadata"]["payment_id"] == "p1"


def test_a_message_that_was_changed_on_the_way_is_found_out(sandbox: Sandbox, receiver: Receiver) -> None:
    pay(sandbox)
    receiver.wait_for("charge.succeeded")
    raw, headers = receiver.received[0]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(
            raw.replace(b"10000", b"90000"), headers["Stripe-Signature"], "whsec_of_these_tests"
        )


def test_every_step_of_money_has_its_event(sandbox: Sandbox, receiver: Receiver) -> None:
    api = sandbox.api.v1
    sandbox.control(disputes={"delay_ms": 0}, payouts={"delay_ms": 0})
    intent = sandbox.paid(10_000, capture="manual")
    api.payment_intents.capture(intent.id)
    api.refunds.create(params={"payment_intent": intent.id, "amount": 100})
    transfer = api.transfers.create(
        params={"amount": 100, "currency": "eur", "destination": api.accounts.create().id}
    )
    api.transfers.reversals.create(transfer.id)
    api.payouts.create(params={"amount": 100, "currency": "eur"})
    sandbox.paid(1_000, number="4000000000000259")
    receiver.wait_for("charge.dispute.funds_withdrawn", "payout.paid")
    api.disputes.close(api.disputes.list().data[0].id)
    sandbox.fill(sandbox.session().url, "4000000000000002")
    api.checkout.sessions.expire(sandbox.session().id)
    receiver.wait_for(
        "charge.captured", "payment_intent.succeeded", "refund.created", "charge.refunded",
        "transfer.created", "transfer.reversed", "payout.created", "payout.paid", "charge.dispute.created",
        "charge.dispute.closed", "charge.failed", "payment_intent.payment_failed", "checkout.session.expired",
    )  # fmt: skip


def test_a_message_that_is_not_taken_comes_again(sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.answers = [500, 503, 404]
    sandbox.api.v1.payment_intents.create(params={"amount": 1_000, "currency": "eur"})
    receiver.wait(lambda r: len(r.received) == 4)
    assert len({event.id for event in receiver.events()}) == 1
    until(lambda: sandbox.control()["deliveries"] == {"delivered": 1})
    assert sandbox.control()["latest"][0]["attempts"] == 4


def test_a_message_can_come_many_times(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.control(webhooks={"repeat": 3})
    sandbox.api.v1.payment_intents.create(params={"amount": 1_000, "currency": "eur"})
    receiver.wait(lambda r: len(r.received) == 3)
    assert len({event.id for event in receiver.events()}) == 1


def test_messages_can_come_out_of_order(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.control(webhooks={"reorder": 4})
    pay(sandbox)
    receiver.wait(lambda r: len(r.received) == 4)
    assert receiver.kinds() == LIFE[::-1]


def test_messages_can_be_held_and_released(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.control(webhooks={"hold": True})
    pay(sandbox)
    assert sandbox.control()["deliveries"] == {"held": 4}
    assert receiver.received == []
    sandbox.control(webhooks={"hold": False}, release="in_order")
    receiver.wait(lambda r: len(r.received) == 4)
    assert receiver.kinds() == LIFE


def test_a_lost_message_is_never_sent_but_is_listed(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.control(webhooks={"drop": 1})
    pay(sandbox)
    receiver.wait(lambda r: len(r.received) == 3)
    assert receiver.kinds() == LIFE[1:]
    listed = sandbox.api.v1.events.list(params={"type": LIFE[0]}).data
    assert len(listed) == 1
    sandbox.control(resend=listed[0].id)
    receiver.wait_for(LIFE[0])


def test_a_message_can_be_late(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.control(webhooks={"delay_ms": 400})
    before = time.monotonic()
    sandbox.api.v1.payment_intents.create(params={"amount": 1_000, "currency": "eur"})
    receiver.wait(lambda r: len(r.received) == 1)
    assert time.monotonic() - before >= 0.4


def test_what_is_waiting_survives_a_restart(stopped: Sandbox, receiver: Receiver) -> None:
    with stopped.running() as sandbox:
        receiver.answers = [500] * 1_000
        intent = sandbox.api.v1.payment_intents.create(params={"amount": 1_000, "currency": "eur"})
        receiver.wait(lambda r: len(r.received) >= 1)
    receiver.answers = []
    seen = len(receiver.received)
    with stopped.running() as sandbox:
        receiver.wait(lambda r: len(r.received) > seen)
        assert receiver.events()[-1].data.object["id"] == intent.id
        until(lambda: sandbox.control()["deliveries"] == {"delivered": 1})
        assert sandbox.api.v1.events.retrieve(receiver.events()[-1].id).pending_webhooks == 0


def test_a_receiver_that_is_not_there_does_not_stop_payments(stopped: Sandbox, receiver: Receiver) -> None:
    receiver.close()
    with stopped.running() as sandbox:
        pay(sandbox)
        until(lambda: sandbox.control()["latest"][0]["answer"] == "ConnectionRefusedError")
        assert sandbox.control()["deliveries"] == {"pending": 4}


@pytest.mark.parametrize(
    "wanted",
    [
        {"webhooks": {"speed": 1}},
        {"webhooks": {"repeat": 51}},
        {"webhooks": {"repeat": "3"}},
        {"answers": 1},
        {"release": "sideways"},
        {"resend": "evt_nothing"},
        {"nonsense": True},
    ],
)
def test_the_control_refuses_what_it_does_not_know(sandbox: Sandbox, wanted: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match=r"Unknown or impossible|An object is expected|No such event"):
        sandbox.control(**wanted)
