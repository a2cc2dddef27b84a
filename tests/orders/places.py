"""Places for tests: pumps lie in Madrid, Valencia and Lisbon, and whoever picks them reports by a link."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.test import Client

from catalog import places
from catalog import services as catalog
from catalog.models import Listing, Place
from catalog.places import PlaceFacts
from negotiation_hub.kernel.models import Mail
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Organisation, User
from orders.models import Picking
from tests.orders.deal import Deal

ADDRESSES = {
    "Madrid": ("28041", "ES"),
    "Valencia": ("46001", "ES"),
    "Lisbon": ("1100-148", "PT"),
}


def where_buyers_fetch(seller: Organisation, actor: User, now: datetime) -> Place:
    """A place of a seller's that hands out goods."""
    facts = PlaceFacts(
        name="Valencia",
        mail="valencia@norte.example.test",
        language="en",
        street="Calle Sol 1",
        postal_code="46001",
        city="Valencia",
        country="ES",
        pick_up=True,
    )
    return places.save_place(actor=actor, organisation=seller, place_id=uuid4(), facts=facts, now=now)


@dataclass
class Picked:
    """The deal about so many pumps of a counted listing of Norte's; Ben is in Madrid."""

    deal: Deal
    pumps: Listing
    places: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, deal: Deal, *, ordered: int = 5, stock: int = 100, **counts: int) -> "Picked":
        supply = catalog.Supply(stock=stock, floor=None, seen=None)
        pumps = catalog.create_listing(
            actor=deal.ada,
            title="Pump",
            description="",
            price=Money(10_000, "EUR"),
            kind="goods",
            uploads=[],
            draft=False,
            supply=supply,
            now=deal.now,
        )
        made = cls(deal, pumps)
        for name, pieces in counts.items():
            made.add(name, pieces)
        deal.lines = [
            {
                **deal.lines[0],
                "title": "Pump",
                "quantity": str(ordered),
                "pieces": ordered,
                "unit_price": 10_000,
                "total": 10_000 * ordered,
                "listing": pumps.pk,
            }
        ]
        deal.order_id = deal.agree().pk
        return made

    def add(self, name: str, pieces: int, **changes: Any) -> Place:
        """A place where so many pumps lie."""
        code, country = ADDRESSES[name]
        facts = {
            "name": name,
            "mail": f"{name.lower()}@norte.example.test",
            "language": "en",
            "street": "Calle Sol 1",
            "postal_code": code,
            "city": name,
            "country": country,
            **changes,
        }
        self.places[name] = places.save_place(
            actor=self.deal.ada,
            organisation=self.deal.seller,
            place_id=uuid4(),
            facts=PlaceFacts(**facts),
            now=self.deal.now,
        )
        self.count(name, pieces)
        return self.places[name]

    def count(self, name: str, pieces: int, *, for_sale: bool = False) -> None:
        """The seller says how many there are."""
        place = self.places[name]
        places.count_at(
            actor=self.deal.ada,
            place_id=place.pk,
            counts={self.pumps.pk: (places.counted_at(place).get(self.pumps.pk), pieces)},
            for_sale=for_sale,
            now=self.deal.now,
        )

    def bought(self, **details: Any) -> None:
        """Placed and paid."""
        self.deal.place(**details)
        self.deal.authorize()

    @property
    def lying(self) -> dict[str, int]:
        """How many pumps lie where."""
        return {name: places.counted_at(place).get(self.pumps.pk, 0) for name, place in self.places.items()}

    @property
    def asked(self) -> list[tuple[str, str, str]]:
        """Each picking: where, how many, and how the parcel stands."""
        return [
            (row.place.name, row.shipment.items.get().quantity, row.shipment.status)
            for row in Picking.objects.filter(shipment__order=self.deal.order_id)
        ]

    def mails(self, name: str) -> list[Mail]:
        return list(Mail.objects.filter(to=f"{name.lower()}@norte.example.test").order_by("id"))

    def link(self, name: str) -> str:
        """The path of the newest link that a place has."""
        text: str = [mail.text for mail in self.mails(name) if "/orders/picking/" in mail.text][-1]
        return "/orders/picking/" + text.split("/orders/picking/")[1].split("/", maxsplit=1)[0] + "/"

    def report(self, name: str, event: str, **fields: str) -> Any:
        """What a place sends with its page's form; all that follows is done."""
        answer = Client().post(self.link(name), {"event": event, **fields})
        self.deal.work()
        return answer

    def short(self, name: str, found: int) -> Any:
        """So many only."""
        row = Picking.objects.filter(place=self.places[name]).last()
        assert row is not None
        return self.report(name, "short", **{f"found-{row.shipment.items.get().pk}": str(found)})
