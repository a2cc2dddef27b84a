"""What moderators watch over: the negotiations that are going on, the riskiest first."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from desk import conflicts, wall
from desk.limits import WALL_ROOMS
from desk.models import ReviewItem
from desk.risk import Risk
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import may_moderate
from rooms.models import Offer, Participant, Room
from rooms.queries import other


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
    risk: Risk
    items: Sequence[ReviewItem]  # that wait in the review queue

    def told(self) -> tuple[object, ...]:
        """All that the wall shows of it and that can change."""
        seats = tuple((seat.user_id, seat.side, seat.mode) for seat in self.seats)
        items = tuple((item.pk, item.version) for item in self.items)
        return (self.room.pk, self.events, self.room.standing, self.risk, seats, items)


@dataclass(frozen=True, slots=True)
class Live:
    """At most 50 rooms, of `total` open ones."""

    rooms: Sequence[LiveRoom]
    total: int
    at: datetime
    why: str = ""  # what it is narrowed down to

    @property
    def digest(self) -> str:
        """Changes whenever something on the wall does, the time of day excepted."""
        told = repr([self.total, *(one.told() for one in self.rooms)])
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def live_rooms(actor: User, now: datetime, why: str = "") -> Live:
    """The open negotiations by their risk, then by their newest event.

    `why` is one of `desk/risk.py: REASONS`. Rooms of the moderator's own organisations are not among them.
    Raises NotFound for who does not moderate.
    """
    if not may_moderate(actor):
        raise NotFound
    related = conflicts.related_organisations(actor)
    ranked = wall.ranked(related, now, why)
    shown = ranked[:WALL_ROOMS]
    ids = [one.room for one in shown]
    found = Room.objects.filter(pk__in=ids).select_related("buyer", "seller")
    rooms, heads = {room.pk: room for room in found}, _heads(ids)
    offers, seats, items = _newest_offers(ids), _seats(ids), wall.items_of(ids)
    live = [
        _live(
            rooms[one.room],
            one,
            heads.get(one.room, 0),
            offers[one.room],
            seats[one.room],
            items.get(one.room, []),
        )
        for one in shown
    ]
    total = len(ranked) if why or len(ranked) < WALL_ROOMS else wall.open_rooms(related).count()
    return Live(live, total, now, why)


def _heads(ids: Sequence[UUID]) -> dict[UUID, int]:
    return dict(Stream.objects.filter(id__in=ids).values_list("id", "head_seq"))


def _newest_offers(rooms: Sequence[UUID]) -> dict[UUID, dict[str, Offer]]:
    """The newest version of each side in each room."""
    newer = Offer.objects.filter(
        room=OuterRef("room"), side=OuterRef("side"), version__gt=OuterRef("version")
    )
    found: dict[UUID, dict[str, Offer]] = defaultdict(dict)
    for offer in Offer.objects.filter(~Exists(newer), room__in=rooms):
        found[offer.room_id][offer.side] = offer
    return found


def _seats(rooms: Sequence[UUID]) -> dict[UUID, list[Participant]]:
    found: dict[UUID, list[Participant]] = defaultdict(list)
    for seat in Participant.objects.filter(room__in=rooms).select_related("user").order_by("pk"):
        found[seat.room_id].append(seat)
    return found


def _live(
    room: Room,
    placed: wall.Ranked,
    head: int,
    offers: dict[str, Offer],
    seats: Sequence[Participant],
    items: Sequence[ReviewItem],
) -> LiveRoom:
    asked, bid = _gross(offers.get("seller")), _gross(offers.get("buyer"))
    standing = next((offer for offer in offers.values() if offer.version == room.standing), None)
    return LiveRoom(
        room=room,
        active_at=clock.from_us(placed.active_us) if placed.active_us else room.opened_at,
        events=head,
        asked=asked,
        bid=bid,
        gap_bp=gap_bp(asked, bid),
        turn=other(standing.side) if standing is not None else "nobody",
        until=standing.expires_at if standing is not None else None,
        seats=seats,
        risk=placed.risk,
        items=items,
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
