"""A deal in its room, placed and on its way, for tests of what is changed afterwards."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import time_machine

from catalog import services as catalog
from catalog.models import Listing
from catalog.services import Supply
from negotiation_hub.kernel import clock, outbox
from negotiation_hub.kernel.models import Mail
from negotiation_hub.kernel.money import Money
from orders import services as orders
from orders.models import Order, Shipment
from payments import jobs
from payments import queries as payment_queries
from payments import services as payments
from payments.machine import Fact
from payments.models import Payment
from tests.orders.deal import HERE, Provider
from tests.rooms.table import Table, terms


@dataclass
class Agreed:
    """Ada sells Ben ten pumps at 100.00 and a valve at 50.00. There are twenty pumps in stock."""

    provider: Provider
    clock: time_machine.Traveller | None
    table: Table = field(default_factory=Table)
    pumps: Listing = field(init=False)
    lines: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.table.now = clock.now()
        self.pumps = catalog.create_listing(
            actor=self.table.ada,
            title="Pump",
            description="",
            price=Money(10_000, "EUR"),
            now=self.now,
            supply=Supply(stock=20),
        )
        self.lines = [
            line("Pump", "10", 10_000, listing=str(self.pumps.pk)),
            line("Valve", "1", 5_000),
        ]
        self.offer("seller", self.lines)
        self.table.accept("buyer")
        orders.place_order(order_id=self.order.pk, actor=self.table.ben, details=HERE, now=self.now)
        self.work()

    @property
    def now(self) -> datetime:
        return clock.now()

    @property
    def order(self) -> Order:
        return Order.objects.get(room_id=self.table.room.pk)

    @property
    def money(self) -> payment_queries.OrderMoney:
        return payment_queries.order_money(self.order.pk)

    @property
    def stock(self) -> int | None:
        return Listing.objects.get(pk=self.pumps.pk).stock

    def work(self) -> None:
        """Does the jobs that are due."""
        outbox.drain(self.now)
        self.table.now = self.now

    def offer(self, side: str, lines: list[dict[str, Any]], **fields: Any) -> None:
        """Puts these lines on the table: the agreement, or an amendment of it."""
        self.table.now = self.now
        self.table.send(side, "offer.propose", offer=terms(lines=lines, **fields))

    def amend(self, *lines: dict[str, Any], side: str = "seller", **fields: Any) -> None:
        """One side offers to have these lines instead, the other side accepts."""
        self.offer(side, list(lines), **fields)
        self.table.accept("buyer" if side == "seller" else "seller")
        self.work()

    def pay(self) -> Payment:
        """The buyer pays what is asked for, by card."""
        request = payment_queries.open_request_of(self.order.pk)
        assert request is not None
        payment = payments.start_payment(
            request_id=request.pk, actor=self.table.ben, return_url="https://x.test/", now=self.now
        )
        truth = self.provider.say(payment, Fact.AUTHORIZED, authorized=payment.amount)
        jobs.take_answer(payment, truth, self.now)
        self.work()
        return payment

    def ship(self, *items: tuple[str, str], shipment_id: UUID | None = None) -> Shipment:
        """Sends so much of the lines that are named; of none, all that is left."""
        by_title = {one.title: one.pk for one in self.order.lines.all()}
        shipment = orders.ship_order(
            order_id=self.order.pk,
            actor=self.table.ada,
            carrier="Correos",
            tracking=uuid4().hex[:8],
            items={by_title[title]: quantity for title, quantity in items} or None,
            shipment_id=shipment_id,
            now=self.now,
        )
        self.work()
        return shipment

    def shown(self) -> list[tuple[str, str, int, int]]:
        """The lines in force: title, quantity, price, and the version of the offer that each came from."""
        return [
            (one.title, one.quantity, one.unit_price, one.offer_version) for one in self.order.lines.all()
        ]

    def mails(self, words: str) -> list[str]:
        """Who got a mail with these words in its subject."""
        return sorted(Mail.objects.filter(subject__contains=words).values_list("to", flat=True))


def line(title: str, quantity: str, price: int, **more: Any) -> dict[str, Any]:
    """A line of an offer, by the piece."""
    return {"title": title, "quantity": quantity, "unit": "C62", "unit_price": price, **more}
