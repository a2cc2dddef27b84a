"""What moderators watch over: the negotiations that are going on, the liveliest first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.models import Event, Stream
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import may_moderate
from rooms.models import Offer, Participant, Room
from rooms.negotiation import Status
from rooms.queries import other

ROOMS: Final = 50  # of the list: more is nobody's view of anything


@dataclass(frozen=True, slots=True)
class LiveRoom:
    """An open negotiation. `gap_bp` is how far apart the sides' newest offers are, in 1/100 %."""

    room: Room
    active_at: datetime  # of the newest event
    events: int
    asked: Money | None  # the seller's newest offer, the first of its packages
    bid: Money | None  # the buyer's
    gap_bp: int | None
    turn: str  # buyer, seller, nobody
    until: datetime | None
    seats: Sequence[Participant]


@dataclass(frozen=True, slots=True)
class Live:
    """At most 50 rooms, of `total` open ones."""

    rooms: Sequence[LiveRoom]
    total: int
    at: datetime


def live_rooms(actor: User, now: datetime) -> Live:
    """The open negotiations by their newest event. Raises NotFound for who does not moderate."""
    if not may_moderate(actor):
        raise NotFound
    rooms = list(_liveliest()[:ROOMS])
    offers, seats = _newest_offers(rooms), _seats(rooms)
    total = Room.objects.filter(status=Status.OPEN).count() if len(rooms) == ROOMS else len(rooms)
    return Live([_live(room, offers[room.pk], seats[room.pk]) for room in rooms], total, now)


def _liveliest() -> "QuerySet[Any]":
    tables = Stream.objects.filter(id=OuterRef("pk"))
    newest = Event.objects.filter(stream=OuterRef("number"), seq=OuterRef("head_seq"))
    rooms = Room.objects.filter(status=Status.OPEN).select_related("buyer", "seller")
    rooms = rooms.annotate(
        head=Subquery(tables.values("head_seq")[:1]),
        active_us=Subquery(tables.annotate(at_us=Subquery(newest.values("at_us")[:1])).values("at_us")[:1]),
    )
    return rooms.order_by(F("active_us").desc(nulls_last=True), "-pk")


def _newest_offers(rooms: Sequence[Room]) -> dict[UUID, dict[str, Offer]]:
    """The newest version of each side in each room."""
    newer = Offer.objects.filter(
        room=OuterRef("room"), side=OuterRef("side"), version__gt=OuterRef("version")
    )
    found: dict[UUID, dict[str, Offer]] = defaultdict(dict)
    for offer in Offer.objects.filter(~Exists(newer), room__in=rooms):
        found[offer.room_id][offer.side] = offer
    return found


def _seats(rooms: Sequence[Room]) -> dict[UUID, list[Participant]]:
    found: dict[UUID, list[Participant]] = defaultdict(list)
    for seat in Participant.objects.filter(room__in=rooms).select_related("user").order_by("pk"):
        found[seat.room_id].append(seat)
    return found


def _live(room: Any, offers: dict[str, Offer], seats: Sequence[Participant]) -> LiveRoom:
    asked, bid = _gross(offers.get("seller")), _gross(offers.get("buyer"))
    standing = next((offer for offer in offers.values() if offer.version == room.standing), None)
    return LiveRoom(
        room=room,
        active_at=clock.from_us(room.active_us) if room.active_us is not None else room.opened_at,
        events=room.head or 0,
        asked=asked,
        bid=bid,
        gap_bp=gap_bp(asked, bid),
        turn=other(standing.side) if standing is not None else "nobody",
        until=standing.expires_at if standing is not None else None,
        seats=seats,
    )


def _gross(offer: Offer | None) -> Money | None:
    return None if offer is None else Money(offer.packages[0]["gross"], offer.currency)


def gap_bp(asked: Money | None, bid: Money | None) -> int | None:
    """How far what the buyer bids is below what the seller asks, in 1/100 % of that, rounded half up.

    Negative where the buyer bids more; None while one of the two is missing.
    """
    if asked is None or bid is None or asked.minor <= 0:
        return None
    return ((asked.minor - bid.minor) * 20_000 + asked.minor) // (2 * asked.minor)
