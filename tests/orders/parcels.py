"""Parcels for tests: an order of several goods lines, and calls for what its seller does with them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.urls import reverse

from negotiation_hub.people.models import User
from orders import services
from orders.models import OrderLine, Shipment
from orders.parts import decimal_text, left_of
from tests.orders.deal import Deal

PUMPS, RESIN = 0, 1


@dataclass
class Packing:
    """Five pumps and 2.5 kg of resin that are paid for and wait in the seller's house."""

    deal: Deal

    @classmethod
    def paid(cls, deal: Deal, *, due: date | None = None, **fields: Any) -> "Packing":
        first = deal.lines[0]
        deal.lines = [
            {**first, "title": "Pump", "quantity": "5", "total": 50_000, "unit_price": 10_000, "due": due},
            {
                **first,
                "title": "Resin",
                "quantity": "2.5",
                "unit": "KGM",
                "unit_price": 4_500,
                "total": 11_250,
                "due": due,
            },
        ]
        deal.order_id = deal.agree(**fields).pk
        deal.place()
        deal.authorize()
        return cls(deal)

    @property
    def lines(self) -> list[OrderLine]:
        return list(self.deal.order.lines.all())

    @property
    def left(self) -> list[str]:
        """What is left of each line."""
        order = self.deal.order
        return [decimal_text(number) for number in left_of(order, order.shipments.all()).values()]

    def items(self, *quantities: str) -> dict[UUID, str]:
        """So much of each line, in their order."""
        return {line.pk: text for line, text in zip(self.lines, quantities, strict=False)}

    def send(self, *quantities: str, **fields: Any) -> Shipment:
        """A parcel with so much of each line in it."""
        values = {"tracking": str(uuid4()), "items": self.items(*quantities), **fields}
        return self.deal.ship(**values)

    def pack(self, *quantities: str, **fields: Any) -> Shipment:
        """The same, but it stays in the house."""
        return self.send(*quantities, handed_over=False, **fields)

    def track(self, parcel: Shipment, event: str, actor: User | None = None, **fields: Any) -> Shipment:
        """What the seller says of a parcel; all that follows is done."""
        done = services.track_shipment(
            shipment_id=parcel.pk, actor=actor or self.deal.max, event=event, now=self.deal.now, **fields
        )
        self.deal.work()
        return done

    def url(self, name: str, *args: object) -> str:
        return reverse(f"orders:{name}", args=[self.deal.order_id, *args])

    def form(self, *quantities: str, **fields: Any) -> dict[str, str]:
        """The seller's form as it is sent."""
        rows = {f"quantity_{line.hex}": text for line, text in self.items(*quantities).items()}
        return {"carrier": "Correos", "tracking": "PQ1", **rows, "shipment_id": str(uuid4()), **fields}
