"""Calling off of a frame agreement: a room with the seller's agreed terms, accepted at once, and its order.

As buying at the list price does (`rooms.buying`), in one transaction. The room's id follows from the frame
agreement and the call-off's id, so that the same call-off sent again finds what the first one made.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import IntegrityError

from negotiation_hub.kernel import commit, limits, stream
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.people import queries as people
from negotiation_hub.people import second_factor
from negotiation_hub.people.guests import require_account
from negotiation_hub.people.models import User
from orders import frames, framing
from orders import services as orders
from orders.facts import OrderDetails
from orders.frames import Called
from orders.models import Frame
from orders.queries import order_of_room
from rooms import opening, queries, services, terms
from rooms.buying import Bought, with_details
from rooms.framing import ORIGIN
from rooms.models import Agreement, Offer, Room
from rooms.offer import Who
from rooms.refusals import PurchaseReused
from rooms.table import Table, put, take
from rooms.wire import OfferTerms

_VERSION = 1  # of the offer that a call-off makes


@dataclass(frozen=True, slots=True)
class Call:
    """So much of each line of a frame agreement, as decimal texts, and the total that the buyer has seen, in
    minor units. `id` is the buyer's own.
    """

    id: UUID
    frame: UUID
    quantities: Mapping[UUID, str]
    seen: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a call-off would come to now: its lines by prices, and its amounts in minor units."""

    called: list[Called]
    totals: list[int]  # of each part of each of them, in their order
    net: int
    tax: int
    gross: int


def may_call_off(person: User, frame: Frame) -> bool:
    """Whether the person may call something off for the buyer."""
    return not person.is_guest and people.may_buy(people.membership(person, frame.buyer_id))


def preview(frame: Frame, quantities: Mapping[UUID, str]) -> Preview:
    """What so much costs now. Raises FrameQuantity, FrameVolume, NotFound, AmountInvalid."""
    called = frames.price(frames.lines_of(frame), quantities)
    priced = terms.price(_terms(frame, called), currency=frame.currency)[0]
    totals = [line["total"] for line in priced["lines"]]
    return Preview(called, totals, priced["net"], priced["tax"], priced["gross"])


def call_off(*, actor: User, call: Call, details: OrderDetails | None, now: datetime) -> Bought:
    """Calls off at the agreed prices, and places the order where its details suffice; else they are kept.

    The same call-off again returns the order that it made, and places it if its details are complete by now.
    Where the buyer's organisation asks for a second factor the offer is left on the table, to be accepted
    there. Raises NotFound, NotPermitted, AccountNeeded, FrameOver, FrameQuantity, FrameVolume,
    FramePriceChanged, SoldOut, PurchaseReused, DetailsMissing for what cannot be right.
    """
    frame = frames.frame_for(actor, call.frame)
    require_account(actor)
    if not may_call_off(actor, frame):
        raise NotPermitted
    if details is not None:
        details.require_right(now.date())
    room_id = uuid5(frame.pk, f"call_off:{call.id}")
    try:
        with commit.transact():
            return _again(actor, room_id, call, details, now) or _first(actor, room_id, call, details, now)
    except IntegrityError:
        # The same call-off came twice at once; the other one has committed.
        with commit.transact():
            done = _again(actor, room_id, call, details, now)
        if done is None:
            raise
        return done


def _again(
    actor: User, room_id: UUID, call: Call, details: OrderDetails | None, now: datetime
) -> Bought | None:
    """What this call-off has made before, if it has."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        return None
    made: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in Offer.objects.get(room=room, version=_VERSION).packages[0]["lines"]:
        made[framing.same(line)] += Decimal(line["quantity"])
    states = frames.lines_of(Frame.objects.get(pk=call.frame))
    numbers = {
        framing.same({"title": one.line.title, "unit": one.line.unit}): frames.quantity_of(
            one, call.quantities.get(one.line.pk, "")
        )
        for one in states
    }
    asked = {key: number for key, number in numbers.items() if number}
    if made != asked:
        raise PurchaseReused
    return Bought(room, with_details(actor, order_of_room(room.pk), details, now))


def _first(actor: User, room_id: UUID, call: Call, details: OrderDetails | None, now: datetime) -> Bought:
    agreement = Agreement.objects.select_related("offer__by", "accepted_by").get(pk=call.frame)
    own = agreement.offer.side == "seller"
    seller = agreement.offer.by if own else agreement.accepted_by
    found = Frame.objects.select_related("buyer", "seller").get(pk=call.frame)
    origin = opening.Origin(kind=ORIGIN, id=str(found.pk), seq=0, hash="", title="")
    room = opening.open_called(
        actor=actor,
        seller_person=seller,
        sides=(found.buyer, found.seller),
        origin=origin,
        title=found.title,
        currency=found.currency,
        room_id=room_id,
        now=now,
    )
    seat = queries.seat(actor, room)
    head = stream.lock(room.pk)
    if head is None:
        raise StreamUnknown
    # After the streams, and held until all is done: nobody else calls off between the price and the order.
    frame = orders.locked_frame(found.pk)
    orders.require_open(frame, now)
    called = frames.price(frames.lines_of(frame), call.quantities)
    asked = _terms(frame, called)
    priced = terms.price(asked, currency=frame.currency)
    if priced[0]["gross"] != call.seen:
        raise orders.FramePriceChanged
    table = Table(head, room, "seller", seller, uuid5(room.pk, "offer"), now)
    table.write(Draft("offer.proposed", {**put(table, asked, priced), "automatic": True}))
    offered = Offer.objects.get(room=room, version=_VERSION)
    if second_factor.asked_for(room.buyer_id, minor=call.seen, currency=room.currency):
        return Bought(room, None)
    may_approve = seat is not None and seat.may_approve
    table = Table(head, room, "buyer", actor, uuid5(room.pk, "accept"), now, may_approve)
    standing = take(table, "accept", Who.OTHER, version=offered.version, digest=offered.hash)
    services.conclude(table, standing, 0, None)
    return Bought(room, with_details(actor, order_of_room(room.pk), details, now))


def _terms(frame: Frame, called: list[Called]) -> OfferTerms:
    """What the seller has promised, as an offer of just this much."""
    issues = framing.carried(frame.issues, frame.number)
    return OfferTerms.model_validate(
        {
            "currency": frame.currency,
            "tax_basis": frame.tax_basis,
            "tax_rate_bp": frame.tax_rate_bp,
            "expires_in_s": limits.OFFER_EXPIRES_S,
            "packages": [{"lines": frames.offered(called), "issues": issues}],
        }
    )
