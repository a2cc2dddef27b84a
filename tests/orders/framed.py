"""A frame agreement for tests: Ada of Norte and Ben of Acme agree on a volume, and Ben calls off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from catalog import services as catalog
from catalog.models import Listing
from catalog.services import Supply
from negotiation_hub.kernel import clock, outbox
from negotiation_hub.kernel.money import Money
from negotiation_hub.people import services as people
from negotiation_hub.people.models import Organisation, User
from orders import audit as orders_audit
from orders import frames
from orders.facts import OrderDetails
from orders.models import Frame, FrameLine, FrameMove, Order
from rooms import audit as rooms_audit
from rooms import calling_off, opening
from rooms.buying import Bought
from tests.orders.deal import HERE
from tests.rooms.table import START, Table, person

UNTIL = "until 2027-06-30"
TIERS = "from 100: 9.50; from 500: 9.00"
STOCK = 2_000


@dataclass
class Framed(Table):
    """A room with a frame agreement of 1,000 pumps at 10.00 EUR, by tiers, that both sides have accepted."""

    term: str = UNTIL
    tiers: str | None = TIERS
    lines: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)  # of the offer's terms
    pieces: int = STOCK  # of the listing's stock
    pat: User = field(default_factory=lambda: person("Pat"))  # a colleague of Ben's

    def __post_init__(self) -> None:
        self.listing = catalog.create_listing(
            actor=self.ada,
            title="Pump NB-40",
            description="A pump.",
            price=Money(12_000, "EUR"),
            now=START,
            supply=Supply(stock=self.pieces),
        )
        self.room = opening.open_room(actor=self.ben, listing_id=self.listing.pk, now=START)
        acme = Organisation.objects.get(pk=self.room.buyer_id)
        people.add_member(actor=self.ben, organisation=acme, user=self.pat, role="purchaser", now=START)
        self.lines = self.lines or [line()]
        tiers = [{"name": "Price tiers", "value": self.tiers}] if self.tiers else []
        issues = [{"name": "Frame agreement", "value": self.term}, *tiers, *self.issues]
        self.propose("seller", lines=self.lines, issues=issues, **self.more)
        self.accept("buyer")

    @property
    def frame(self) -> Frame:
        return Frame.objects.get()

    def line(self, position: int = 1) -> FrameLine:
        return FrameLine.objects.get(frame=self.frame, position=position)

    def call(
        self,
        quantity: str | Mapping[int, str] = "40",
        *,
        actor: User | None = None,
        id: UUID | None = None,
        details: OrderDetails | None = HERE,
        seen: int | None = None,
    ) -> Bought:
        """Calls off of the first line, or by position, at the price that it has now."""
        asked = {1: quantity} if isinstance(quantity, str) else quantity
        quantities = {self.line(position).pk: text for position, text in asked.items()}
        frame = self.frame
        if seen is None:
            seen = calling_off.preview(frame, quantities).gross
        return calling_off.call_off(
            actor=actor or self.ben,
            call=calling_off.Call(id or uuid4(), frame.pk, quantities, seen),
            details=details,
            now=clock.now(),
        )

    def order(self, quantity: str | Mapping[int, str] = "40", **fields: Any) -> Order:
        """The order of a call-off."""
        bought = self.call(quantity, **fields)
        assert bought.order is not None
        return bought.order

    @property
    def called(self) -> list[str]:
        """How much of each line is called off."""
        return [str(state.called) for state in frames.lines_of(self.frame)]

    @property
    def moves(self) -> list[tuple[str, str, str]]:
        """Kind, start and quantity of each move of the volume."""
        rows = FrameMove.objects.order_by("seq")
        return [(row.kind, row.start, row.quantity) for row in rows]

    @property
    def stock(self) -> int | None:
        return Listing.objects.get(pk=self.listing.pk).stock

    def problems(self) -> list[str]:
        """What `verify` finds, once all jobs are done."""
        outbox.drain(clock.now())
        return [one.what for check in (orders_audit.check, rooms_audit.check) for one in check()]


def line(**fields: Any) -> dict[str, Any]:
    """A line of the offer."""
    return {"title": "Pump", "quantity": "1000", "unit": "C62", "unit_price": 1_000, **fields}


def prices(order: Order) -> list[tuple[str, int]]:
    """Quantity and unit price of each line."""
    return [(one.quantity, one.unit_price) for one in order.lines.order_by("position")]
