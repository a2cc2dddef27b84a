"""Demo Parcel on a real loopback server, a receiver for its messages, and an order to book parcels of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from django.test import Client
from pytest_django import Settings

from negotiation_hub.kernel import outbox
from orders import services
from orders.demo_parcel import DemoParcelApp, create_app
from orders.models import Booking, Shipment
from tests import services as machine
from tests.orders.deal import Deal, Provider
from tests.orders.parcels import Packing
from tests.payments.sandbox.harness import Receiver, serving, until

KEY, SECRET = "key of these tests", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SOON_MS = (20, 20, 20, 100)
MESSAGES = "/carriers/demo-parcel/events/"


@dataclass
class Carrier:
    """The running carrier, and what a person or a test does with it."""

    app: DemoParcelApp
    base: str
    receiver: Receiver
    packing: Packing

    @property
    def deal(self) -> Deal:
        return self.packing.deal

    def control(self, **wanted: Any) -> dict[str, Any]:
        """Tells it how to behave."""
        answer = httpx.post(
            f"{self.base}/control",
            json=wanted,
            headers={"authorization": f"Bearer {KEY}"},
            trust_env=False,
            verify=machine.NO_TLS,
        )
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    def push(self, number: str, step: str, how: str = "once", **fields: str) -> None:
        """Carries a parcel on."""
        push = {"parcel": number, "step": step, "how": how, "base": self.base, **fields}
        self.control(push=push)

    def heard(self, count: int) -> list[int]:
        """Waits for so many messages in all, gives them to the hub, and does what follows: its answers."""
        until(lambda: len(self.receiver.received) >= count)
        answers = []
        for raw, headers in self.receiver.received:
            signed = {name: value for name, value in headers.items() if name.lower().startswith("webhook-")}
            sent = Client().post(MESSAGES, raw, content_type="application/json", headers=signed)
            answers.append(sent.status_code)
        self.deal.work()
        return answers

    def book(self, parcel: Shipment, **fields: Any) -> Booking:
        """The seller books, and the carrier is asked."""
        values = {"actor": self.deal.max, "carrier": "demo-parcel", "now": self.deal.now, **fields}
        booking = services.book_shipment(shipment_id=parcel.pk, **values)
        self.deal.work()
        booking.refresh_from_db()
        return booking

    def booked(self) -> tuple[Shipment, str]:
        """All that was ordered, packed and booked, with its number."""
        parcel = self.packing.pack("5", "2.5")
        booking = self.book(parcel)
        parcel.refresh_from_db()
        return parcel, booking.number

    def later(self, hours: int = 2) -> None:
        """Does the jobs that are due then."""
        outbox.drain(self.deal.now + timedelta(hours=hours))


@contextmanager
def running(folder: Path, settings: Settings) -> Iterator[Carrier]:
    """The carrier with an account of ours, and an order that is paid."""
    receiver = Receiver()
    app = create_app(folder / "demo_parcel.sqlite3", KEY, SECRET, receiver.url, "", retry_delays_ms=SOON_MS)
    with serving(app, lifespan="off") as address:
        settings.DEMO_PARCEL_SECRET, settings.DEMO_PARCEL_API_KEY = SECRET, KEY
        settings.DEMO_PARCEL_API_BASE = f"{address}/demo-parcel"
        deal = Deal(None, Provider())
        yield Carrier(app, f"{address}/demo-parcel", receiver, Packing.paid(deal))
        app.stop()
    receiver.close()
