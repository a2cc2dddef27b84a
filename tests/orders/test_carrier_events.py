"""Carriers' messages: signed, stored once, and true in any order."""

import itertools
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from negotiation_hub.kernel import limits
from orders import audit
from orders.carriers import signing
from orders.models import CarrierEvent, Shipment
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.test_audit import problems, without_guards
from tests.orders.three import browser

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "/carriers/demo-parcel/events/"
STEPS = [("collected", 1), ("in_transit", 2), ("late", 3), ("out_for_delivery", 4), ("delivered", 5)]


class Reporter:
    """The carrier, as far as its messages go. Each of its steps is an hour after the one before."""

    def __init__(self, deal: Deal, number: str) -> None:
        self.deal, self.number, self.start = deal, number, deal.now

    def message(self, step: str, sequence: int, **fields: Any) -> bytes:
        at = self.start + timedelta(hours=sequence)
        body = {"parcel": self.number, "step": step, "sequence": sequence, "at": at.isoformat(), **fields}
        return json.dumps(body).encode()

    def post(
        self, raw: bytes, id: str | None = None, *, at: datetime | None = None, secret: str = SECRET
    ) -> int:
        headers = signing.sign(secret, id or str(uuid4()), at or self.deal.now, raw)
        answer = Client().post(URL, raw, content_type="application/json", headers=headers)
        self.deal.work()
        return answer.status_code

    def say(self, step: str, sequence: int, **fields: Any) -> int:
        return self.post(self.message(step, sequence, **fields))


@pytest.fixture
def packing(deal: Deal, settings: Settings) -> Packing:
    settings.DEMO_PARCEL_SECRET = SECRET
    return Packing.paid(deal)


def sent(packing: Packing, **fields: Any) -> tuple[Shipment, Reporter]:
    """A parcel of Demo Parcel, ten hours ago, so that all that it says has happened."""
    parcel = packing.send("5", "2.5", carrier="Demo Parcel", tracking="DP1", **fields)
    reporter = Reporter(packing.deal, "DP1")
    packing.deal.pass_time(hours=10)
    return parcel, reporter


def test_the_signature_is_that_of_the_specification() -> None:
    body = b'{"test": 2432232314}'
    at = datetime.fromtimestamp(1614265330)  # noqa: DTZ006 - only its seconds count
    headers = signing.sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_carriers_word_moves_the_parcel_to_the_door(packing: Packing) -> None:
    parcel, carrier = sent(packing)
    for step, sequence in STEPS:
        assert carrier.say(step, sequence) == 200
    parcel.refresh_from_db()
    assert (parcel.status, parcel.delivered_at) == ("delivered", carrier.start + timedelta(hours=5))
    assert packing.deal.milestones.count("shipment.delivered") == 1
    assert packing.deal.wrote(packing.deal.ben, "was delivered") == 1
    assert problems() == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::17])
def test_whatever_the_order_and_however_often_the_end_is_the_same(
    packing: Packing, order: tuple[int, ...]
) -> None:
    parcel, carrier = sent(packing)
    messages = [(carrier.message(*STEPS[index]), str(uuid4())) for index in order]
    for raw, id in [*messages, *messages]:
        assert carrier.post(raw, id) == 200
    parcel.refresh_from_db()
    assert (parcel.status, parcel.delivered_at) == ("delivered", carrier.start + timedelta(hours=5))
    assert CarrierEvent.objects.count() == 5
    assert packing.deal.milestones.count("shipment.delivered") == 1
    html = browser(packing.deal.ben).get(packing.url("order")).content.decode()
    for words in ("Picked up by the carrier", "Delayed", "Out for delivery", "Delivered"):
        assert words in html  # whatever came too late is kept
    assert problems() == []


def test_an_older_word_does_not_overwrite_a_newer_one(packing: Packing) -> None:
    parcel, carrier = sent(packing)
    carrier.say("delivery_failed", 7)
    carrier.say("out_for_delivery", 6, expected_on="2026-03-30")
    parcel.refresh_from_db()
    assert (parcel.status, parcel.expected_on) == ("delivery_failed", None)


def test_what_is_delivered_is_never_lost_again(packing: Packing) -> None:
    parcel, carrier = sent(packing)
    carrier.say("delivered", 5)
    carrier.say("lost", 6)
    carrier.say("returning", 7)
    parcel.refresh_from_db()
    assert (parcel.status, problems()) == ("delivered", [])


def test_a_late_word_tells_the_new_day_and_that_it_is_late(deal: Deal, settings: Settings) -> None:
    settings.DEMO_PARCEL_SECRET = SECRET
    packing = Packing.paid(deal, due=(deal.now + timedelta(days=2)).date())
    parcel, carrier = sent(packing)
    carrier.say("late", 3, expected_on=(deal.now + timedelta(days=4)).date().isoformat())
    parcel.refresh_from_db()
    assert parcel.status == "delivery_delayed"
    assert deal.milestones.count("shipment.late") == 1


def test_a_packed_parcel_leaves_with_the_carriers_first_word(packing: Packing) -> None:
    parcel = packing.pack("5", "2.5", carrier="Demo Parcel", tracking="DP2")
    carrier = Reporter(packing.deal, "DP2")
    carrier.say("out_for_delivery", 4)
    parcel.refresh_from_db()
    assert (parcel.status, packing.deal.order.status) == ("out_for_delivery", "fulfilled")
    assert packing.deal.provider.asked == ["capture"]


def test_a_time_to_come_or_before_the_sending_is_not_believed(packing: Packing) -> None:
    parcel, carrier = sent(packing)
    carrier.say("delivered", 5, at="2030-01-01T00:00:00+00:00")
    parcel.refresh_from_db()
    assert parcel.delivered_at == packing.deal.now


@pytest.mark.parametrize(
    ("send", "status"),
    [
        (lambda c, raw: c.post(raw, secret="whsec_b3RoZXI="), 400),
        (lambda c, raw: c.post(raw, at=c.deal.now - timedelta(seconds=limits.CARRIER_EVENT_AGE_S + 1)), 400),
        (lambda c, raw: c.post(raw, at=c.deal.now + timedelta(seconds=limits.CARRIER_EVENT_AGE_S + 1)), 400),
        (lambda c, raw: c.post(raw, id="x" * 256), 400),
        (lambda _, raw: Client().post(URL, raw, content_type="application/json").status_code, 400),
        (lambda c, _: c.post(b"{}"), 400),
        (lambda c, _: c.post(b"[]"), 400),
        (lambda c, _: c.post(b"\xff"), 400),
        (lambda c, _: c.say("eaten", 1), 400),
        (lambda c, _: c.say("collected", 0), 400),
        (lambda c, _: c.post(c.message("late", 1).replace(b": 1,", b": 2147483648,")), 400),
        (lambda c, _: c.post(c.message("collected", 1, at="2026-03-02T10:00:00")), 400),  # in which zone?
        (lambda c, _: c.post(c.message("collected", 1, parcel=7)), 400),
        (lambda c, _: c.post(b" " * (limits.CARRIER_EVENT_BYTES_MAX + 1)), 413),
        (lambda _, raw: Client().post("/carriers/nobody/events/", raw, "application/json").status_code, 404),
        (lambda *_: Client().get(URL).status_code, 405),
    ],
)
def test_what_is_not_signed_just_now_or_says_nothing_is_refused_and_not_kept(
    packing: Packing, send: Callable[[Reporter, bytes], int], status: int
) -> None:
    parcel, carrier = sent(packing)
    assert send(carrier, carrier.message("delivered", 5)) == status
    parcel.refresh_from_db()
    assert (parcel.status, CarrierEvent.objects.count()) == ("in_transit", 0)


def test_the_old_secret_counts_while_it_is_replaced(packing: Packing, settings: Settings) -> None:
    settings.DEMO_PARCEL_SECRET = f"whsec_bmV3,{SECRET}"
    _parcel, carrier = sent(packing)
    assert carrier.say("collected", 1) == 200


def test_without_a_secret_there_is_no_such_carrier(packing: Packing, settings: Settings) -> None:
    settings.DEMO_PARCEL_SECRET = ""
    assert Reporter(packing.deal, "DP1").say("collected", 1) == 404


def test_a_word_about_a_parcel_of_nobody_is_kept_and_that_is_all(packing: Packing) -> None:
    assert Reporter(packing.deal, "DP9").say("delivered", 5) == 200
    event = CarrierEvent.objects.get()
    assert (event.shipment, event.applied) == (None, False)
    assert problems() == []


def test_verify_names_a_message_that_was_changed_or_put_elsewhere(packing: Packing) -> None:
    _parcel, carrier = sent(packing)
    carrier.say("collected", 1)
    carrier.say("late", 3)
    without_guards("orders_carrierevent")
    first, second = CarrierEvent.objects.order_by("pk")
    assert json.loads(first.raw())["step"] == "collected"
    CarrierEvent.objects.filter(pk=second.pk).update(sealed=first.sealed, sequence=1)
    found = [str(problem) for problem in audit.check()]
    assert any("was changed, or belongs to another row" in one for one in found)
    assert any("moved the shipment after a newer one had" in one for one in found)
