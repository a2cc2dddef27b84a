"""Deals as the desk finds them, for tests: played through the services, from first word to release."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import time_machine

from catalog import services as catalog
from catalog.models import Listing
from catalog.services import Supply
from negotiation_hub.kernel import outbox
from negotiation_hub.kernel.money import Money
from orders import services as orders
from orders.models import Order, Shipment
from payments import jobs, queries
from payments import services as payments
from payments.machine import Fact
from payments.models import Payment
from rooms import opening
from rooms.models import Room
from tests.orders.deal import HERE, Provider
from tests.personas import START, Cast
from tests.rooms.table import Table
from threads import moving
from threads import services as threads


@dataclass
class Trade(Table):
    """Ben of Acme and Ada of Norte at a table; Max is her manager, Sol her colleague, Dov moderates."""

    cast: Cast = None  # type: ignore[assignment]
    provider: Provider = field(default_factory=Provider)
    clock: time_machine.Traveller | None = None
    title: str = "Pump NB-40"
    kind: str = "goods"
    stock: int | None = 40
    asked: bool = False  # whether it began with a question in public
    listing: Listing = field(init=False)

    def __post_init__(self) -> None:
        self.others = {name: getattr(self.cast, name) for name in ("sol", "max", "dov", "cleo")}
        self.listing = catalog.create_listing(
            actor=self.ada,
            title=self.title,
            description="What it is.",
            price=Money(12_000, "EUR"),
            kind=self.kind,
            supply=Supply(stock=self.stock if self.kind == "goods" else None, floor=None),
            now=self.now,
        )
        self.room = self._from_thread() if self.asked else self._open()

    def _open(self) -> Room:
        return opening.open_room(actor=self.ben, listing_id=self.listing.pk, now=self.now, anew=True)

    def _from_thread(self) -> Room:
        thread = threads.ask(
            actor=self.ben,
            listing_id=self.listing.pk,
            subject="Which seal?",
            text="Which **seal** does it have?",
            thread_id=uuid4(),
            now=self.now,
        )
        self.wait(minutes=5)
        said = "Silicon **carbide**."
        threads.post(actor=self.cast.sol, thread_id=thread.pk, text=said, command=uuid4(), now=self.now)
        self.wait(minutes=5)
        return moving.take_to_room(actor=self.cast.sol, thread_id=thread.pk, now=self.now)

    # -- time and what is due ------------------------------------------------------------------------------

    def wait(self, **delta: int) -> None:
        """Time passes, and what is due is done."""
        self.now += timedelta(**delta)
        if self.clock is not None:
            self.clock.move_to(self.now)
        self.work()

    def work(self) -> None:
        """Does the jobs that are due."""
        outbox.drain(self.now)

    # -- at the table --------------------------------------------------------------------------------------

    def say(self, who: str, text: str) -> None:
        """Somebody says something at the table."""
        self.send(who, "message.send", text=text)

    def agree(self, price: int = 10_000, quantity: str = "2") -> Order:
        """An offer for so many pieces at a price of one, and its acceptance."""
        listing = str(self.listing.pk)
        line = {"title": self.title, "quantity": quantity, "unit": "C62", "unit_price": price}
        self.propose("buyer", lines=[{**line, "listing": listing}])
        self.wait(minutes=1)
        self.accept("seller")
        return self.order

    # -- after the agreement -------------------------------------------------------------------------------

    @property
    def order(self) -> Order:
        """The newest order of the room."""
        return Order.objects.filter(room_id=self.room.pk).latest("pk")

    @property
    def payment(self) -> Payment:
        """The newest attempt to pay it."""
        return queries.payments_of_order(self.order.pk)[-1]

    def place(self) -> None:
        """The buyer's form."""
        orders.place_order(order_id=self.order.pk, actor=self.ben, details=HERE, now=self.now)
        self.wait(minutes=1)

    def convert(self) -> None:
        """The sales staff's form."""
        orders.convert_order(order_id=self.order.pk, actor=self.cast.sol, details=HERE, now=self.now)
        self.wait(minutes=1)

    def start_payment(self) -> Payment:
        """The buyer goes to the provider's page."""
        request = queries.open_request_of(self.order.pk)
        assert request is not None
        there = "https://x.test/"
        return payments.start_payment(request_id=request.pk, actor=self.ben, return_url=there, now=self.now)

    def tell(self, fact: Fact, **fields: Any) -> None:
        """The provider says how the payment is."""
        payment = self.payment
        jobs.take_answer(payment, self.provider.say(payment, fact, **fields), self.now)
        self.wait(minutes=1)

    def pay(self) -> None:
        """The buyer authorises the payment."""
        payment = self.start_payment()
        self.tell(Fact.AUTHORIZED, authorized=payment.amount)

    def ship(self, *, complete: bool = True) -> Shipment:
        """The seller sends everything, or a part, and the card is charged."""
        sent = orders.ship_order(
            order_id=self.order.pk,
            actor=self.ada,
            carrier="Correos",
            tracking="PQ123",
            complete=complete,
            now=self.now,
        )
        self.wait(minutes=1)
        return sent

    def deliver(self) -> None:
        """The parcel is there."""
        parcel = Shipment.objects.filter(order=self.order).latest("pk")
        orders.mark_delivered(shipment_id=parcel.pk, actor=self.ada, now=self.now)
        self.wait(minutes=1)

    def receive(self) -> None:
        """The buyer has what was agreed, and the funds are released."""
        orders.confirm_receipt(order_id=self.order.pk, actor=self.ben, now=self.now)
        self.wait(minutes=1)

    def refund(self, minor: int) -> None:
        """The seller gives a part back."""
        amount = Money(minor, "EUR")
        orders.refund_order(order_id=self.order.pk, actor=self.ada, amount=amount, now=self.now)
        self.wait(minutes=1)

    def steps(self) -> list[Callable[[], object]]:
        """A whole deal, a step at a time."""
        return [
            lambda: self.propose("buyer", 9_000),
            lambda: self.counter("seller", 11_000),
            lambda: self.send("buyer", "offer.decline", **self.named, reason="Too much"),
            self.agree,
            self.convert,
            self.place,
            self.pay,
            self.ship,
            self.deliver,
            self.receive,
            lambda: self.refund(1_000),
        ]

    @property
    def room_id(self) -> UUID:
        """By which the desk knows it."""
        return self.room.pk


def trade(
    cast: Cast, provider: Provider, clock: time_machine.Traveller | None = None, **fields: Any
) -> Trade:
    """A fresh deal between Ben and Ada."""
    return Trade(
        ben=cast.ben, ada=cast.ada, cast=cast, provider=provider, clock=clock, **{"now": START, **fields}
    )
