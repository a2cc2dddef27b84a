"""Thousands of orders with their sealed details, made at once; and people who go on changing them."""

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import connection

from negotiation_hub.kernel import clock, commit
from negotiation_hub.people import services as people
from orders.facts import OrderDetails
from orders.models import Lookup, Order, OrderLine, SealedDetails
from orders.services import common

PAUSE_S: Final = 0.02  # between two changes of one writer: a busy desk makes some dozens a second
_SLICE: Final = 500


def details(number: int, change: int = 0) -> OrderDetails:
    """What order `number` says after its `change`-th change."""
    return OrderDetails(
        contact_name=f"Person {number}",
        street=f"Road {number}",
        postal_code=f"{number:05d}",
        city="Sevilla",
        country="ES",
        phone=f"+34 600 {number:06d}",
        tax_id="ESB58378431",
        reference=f"PO-{number}",
        notes=f"Change {change} of order {number}",
    )


def make(count: int) -> list[UUID]:
    """Makes so many placed orders of one buyer, and gives their ids."""
    now = clock.now()
    made = [people.sign_up(email=f"{name}@example.test", name=name, password=None, now=now) for name in "bs"]
    buyer, seller = (people.create_organisation(actor=one, name=f"{one.name} Ltd", now=now) for one in made)
    orders = [
        Order(
            number=f"NH-2026-{number:06d}",
            room_id=uuid4(),
            agreement_id=uuid4(),
            buyer=buyer,
            seller=seller,
            buyer_person=made[0],
            buyer_name=buyer.name,
            seller_name=seller.name,
            title="Pump",
            currency="EUR",
            tax_basis="none",
            net=100,
            tax=0,
            gross=100,
            issues=[{"name": "Terms", "value": f"Clause {number}"}],
            terms_hash="0" * 64,
            offer_version=1,
            package=0,
            created_at=now,
            due_at=now + timedelta(days=3),
        )
        for number in range(count)
    ]
    for start in range(0, count, _SLICE):
        _store(orders[start : start + _SLICE], start)
    return [order.pk for order in orders]


def _store(orders: list[Order], first: int) -> None:
    with commit.transact():
        Order.objects.bulk_create(orders)
        OrderLine.objects.bulk_create(
            OrderLine(
                order=order,
                position=1,
                title=f"Pump {first + place}",
                quantity="1",
                unit="C62",
                unit_price=100,
                total=100,
                offer_version=1,
                offer_line=0,
            )
            for place, order in enumerate(orders)
        )
        rows = [SealedDetails(order=order, updated_at=order.created_at) for order in orders]
        for place, row in enumerate(rows):
            row.put(details(first + place))
        SealedDetails.objects.bulk_create(rows)
        Lookup.objects.bulk_create([one for row in rows for one in row.lookups()])


@dataclass
class Writer:
    """Somebody who changes orders of their own, one after the other; `last` is what was committed of each."""

    orders: list[tuple[int, UUID]]
    seed: int
    last: dict[int, int] = field(default_factory=dict)
    writes: int = 0
    failure: str = ""

    def run(self, stop: threading.Event) -> None:
        """Goes on until somebody says stop, or a change is refused."""
        chance = random.Random(self.seed)
        try:
            while not stop.is_set():
                number, order_id = chance.choice(self.orders)
                change = self.last.get(number, 0) + 1
                _change(order_id, details(number, change))
                self.last[number] = change
                self.writes += 1
                time.sleep(PAUSE_S)
        except Exception as error:  # noqa: BLE001 - whatever it is, the proof says so
            self.failure = repr(error)
        finally:
            connection.close()


def _change(order_id: UUID, now: OrderDetails) -> None:
    with commit.transact():
        order = common.locked(order_id)
        row = SealedDetails.objects.select_for_update().get(order=order)
        row.put(now)
        row.save()
        Lookup.objects.filter(order=order).delete()
        Lookup.objects.bulk_create(row.lookups())
