"""A buyer who asks several sellers, for tests."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from catalog import services as catalog
from negotiation_hub.kernel import clock, outbox
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import acting_organisation
from rooms import requests, services, wire
from rooms.models import Offer, Room
from rooms.request_models import Request
from tests.rooms.table import START, person, terms

LINES = [
    {"title": "Booster pump", "quantity": "6", "unit": "C62"},
    {"title": "Start-up", "quantity": "2", "unit": "DAY"},
]


def in_days(days: int) -> date:
    """A day from today on."""
    return (clock.now() + timedelta(days=days)).astimezone(UTC).date()


def wanted(**fields: Any) -> requests.Wanted:
    """What Acme wants."""
    known: dict[str, Any] = {
        "title": "Six booster pumps",
        "text": "For a **new** station. See the drawing.",
        "lines": LINES,
        "currency": "EUR",
        "needed_by": in_days(40),
        "answers_until": in_days(14),
    }
    return requests.Wanted(**{**known, **fields})


def seller(name: str) -> User:
    """Somebody whose organisation has something on offer."""
    user = person(f"{name}'s seller", name)
    catalog.create_listing(
        actor=user, title=f"Pumps of {name}", description="", price=Money(1_000, "EUR"), now=START
    )
    return user


@dataclass
class Asking:
    """A request of Acme's to some sellers; sent, unless told otherwise."""

    names: tuple[str, ...] = ("Norte", "Sur", "Oeste")
    sent: bool = True
    now: datetime = field(default_factory=clock.now)  # the outbox goes by the real one
    ben: User = field(default_factory=lambda: person("Ben", "Acme"))
    sellers: dict[str, User] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        requests.write_request(actor=self.ben, wanted=wanted(), request_id=self.id, now=self.now)
        for name in self.names:
            self.add(name)
        if self.sent:
            self.send()

    @property
    def row(self) -> Request:
        """As it is now."""
        return Request.objects.get(pk=self.id)

    def add(self, name: str) -> None:
        """Asks one more."""
        self.sellers[name] = made = seller(name)
        requests.add_seller(
            actor=self.ben, request_id=self.id, seller_id=acting_organisation(made).pk, now=self.now
        )

    def send(self) -> None:
        """Sends it as it is, and lets the jobs run."""
        requests.send_request(actor=self.ben, request_id=self.id, revision=self.row.revision, now=self.now)
        self.do_jobs()

    def do_jobs(self) -> None:
        """Everything that waits in the outbox."""
        outbox.drain(clock.now())

    def room(self, name: str) -> Room:
        """The room of one seller."""
        return Room.objects.get(seller=acting_organisation(self.sellers[name]))

    def offer(self, name: str, *prices: int, by: User | None = None, **fields: Any) -> Offer:
        """Puts an offer for both lines on an empty table, at so much for one of each."""
        room = self.room(name)
        lines = [{**line, "unit_price": price} for line, price in zip(LINES, prices, strict=True)]
        raw = {"t": "offer.propose", "id": str(uuid4()), "stream": str(room.pk)}
        frame = wire.OfferPropose.model_validate({**raw, "offer": terms(lines=lines, **fields)})
        services.propose_offer(actor=by or self.sellers[name], frame=frame, now=self.now)
        return Offer.objects.get(room=room, status="pending")

    def accept(self, made: Offer, by: User) -> None:
        """Accepts it."""
        raw = {"t": "offer.accept", "id": str(uuid4()), "stream": str(made.room_id), "package": 0}
        frame = wire.OfferAccept.model_validate({**raw, "version": made.version, "hash": made.hash})
        services.accept_offer(actor=by, frame=frame, now=self.now)
