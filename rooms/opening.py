"""Opening a room, and sitting down in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from catalog import queries as catalog
from negotiation_hub.kernel import commit, limits, stream
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.people import queries as people
from negotiation_hub.people.guests import AccountNeeded
from negotiation_hub.people.models import Organisation, User
from rooms import hooks, queries, supervision
from rooms.models import Participant, Room
from rooms.negotiation import Status
from rooms.queries import SameParty


class Origin(TypedDict):
    """What a room continues: the head of a stream that both sides may read, and its title."""

    kind: str
    id: str
    seq: int
    hash: str
    title: str


class AskedLine(TypedDict):
    """One thing that a buyer wants, and how much of it."""

    title: str
    quantity: str
    unit: str


class Asked(TypedDict):
    """What a seller is told of a request: nothing that another one could be known by."""

    title: str
    text: str  # Markdown
    lines: list[AskedLine]
    currency: str
    needed_by: str | None  # a day
    answers_until: str  # a moment


def open_room(
    *,
    actor: User,
    listing_id: UUID,
    now: datetime,
    anew: bool = False,
    buyer_person: User | None = None,
    origin: Origin | None = None,
    room_id: UUID | None = None,
) -> Room:
    """The room about a listing: the open one that this person has, else a new one.

    `anew` makes a new one in any case. The seller's people may open one for `buyer_person`, who asked them
    something. A new one has the id `room_id`, where one is given.

    Raises NotFound for a listing that is not public, SameParty for one's own, AccountNeeded for a guest's
    second.
    """
    listing = catalog.published_listing(listing_id)
    person = buyer_person or actor
    buyer = people.acting_organisation(person)
    if buyer.pk == listing.organisation_id or people.membership(person, listing.organisation_id) is not None:
        raise SameParty
    if person != actor and not people.may_sell(people.membership(actor, listing.organisation_id)):
        raise NotPermitted
    with commit.transact():
        if not anew and (room := _open_one(person, buyer.pk, listing_id)) is not None:
            return room
        if actor.is_guest and Room.objects.filter(opened_by=actor).count() >= limits.GUEST_ROOMS_MAX:
            raise AccountNeeded
        room = Room(
            id=room_id or uuid7(),
            listing=listing.pk,
            title=listing.title,
            currency=listing.currency,
            list_price=listing.price_minor,
            origin=origin,
            buyer=buyer,
            seller=listing.organisation,
            opened_by=person,
            opened_at=now,
        )
        seated = {person: "buyer", listing.author: "seller", actor: "buyer" if actor == person else "seller"}
        _set_up(room, seated, by=actor, now=now)
    return room


def open_asked(
    *, person: User, buyer: Organisation, seller: Organisation, asked: Asked, now: datetime
) -> Room:
    """A room in which a seller reads what a buyer asks for, in the open transaction. The seller's people sit
    down when they come.
    """
    room = Room(
        id=uuid7(),
        title=asked["title"],
        currency=asked["currency"],
        asked=asked,
        buyer=buyer,
        seller=seller,
        opened_by=person,
        opened_at=now,
    )
    _set_up(room, {person: "buyer"}, Draft("request.received", {"request": asked}), by=person, now=now)
    return room


def open_called(
    *,
    actor: User,
    seller_person: User,
    sides: tuple[Organisation, Organisation],
    origin: Origin,
    title: str,
    currency: str,
    room_id: UUID,
    now: datetime,
) -> Room:
    """The room of a call-off, in the open transaction. `sides` are buyer and seller. It is about no listing:
    what its lines are about is for the frame agreement to say.
    """
    room = Room(
        id=room_id,
        title=title,
        currency=currency,
        origin=origin,
        buyer=sides[0],
        seller=sides[1],
        opened_by=actor,
        opened_at=now,
    )
    _set_up(room, {actor: "buyer", seller_person: "seller"}, by=actor, now=now)
    return room


def _set_up(room: Room, seated: Mapping[User, str], *first: Draft, by: User, now: datetime) -> None:
    """Makes a room with all that belongs to it. `first` is what is told before anybody sits down."""
    room.save(force_insert=True)
    head = stream.create(kind="table", scope=room.pk, id=room.pk)
    for side in queries.SIDES:
        stream.create(kind="caucus", scope=room.pk, side=side)
    for make in hooks.opened:
        make(room.pk, now)
    body = {"room": queries.room_view(room), "sides": queries.sides_view(room)}
    drafts = [Draft("room.opened", body, milestone=True), *first]
    drafts += [_sit_down(room, one, side, now) for one, side in seated.items()]
    stream.append(head, drafts, by=by.pk, at=now)


def enter_room(*, actor: User, scope: UUID, now: datetime) -> None:
    """Notes that a person has sat down in the room `scope`, the first time that they open its table.

    Raises StreamUnknown.

    Moderators too: nobody watches a table unseen.
    """
    if Participant.objects.filter(room=scope, user=actor).exists():
        return
    found = queries.room_for(actor, scope)
    with commit.transact():
        head = stream.lock(scope)
        if head is None or Participant.objects.filter(room=scope, user=actor).exists():
            return
        stream.append(head, [_sit_down(found.room, actor, found.side, now)], by=actor.pk, at=now)


def _open_one(actor: User, buyer_id: UUID, listing_id: UUID) -> Room | None:
    rooms = queries.open_to(actor, [buyer_id]).filter(listing=listing_id, buyer=buyer_id, opened_by=actor)
    rooms = rooms.filter(status=Status.OPEN)
    return rooms.order_by("-pk").first()


def _sit_down(room: Room, person: User, side: str, now: datetime) -> Draft:
    mode = supervision.OBSERVING if side == "moderator" else ""
    seat = Participant.objects.create(room=room, user=person, side=side, mode=mode, joined_at=now)
    return Draft("participant.joined", {"participant": queries.participant_view(seat)})
