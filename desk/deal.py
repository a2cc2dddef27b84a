"""One deal: who, what, how much, and everything that happened, for one person."""

from dataclasses import dataclass
from uuid import UUID

from desk import facts as known
from desk import panels
from desk.rows import Deal, row
from desk.timeline import Reader, Timeline, timeline
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import membership
from rooms.models import Room
from rooms.queries import room_for


@dataclass(frozen=True, slots=True)
class Whole:
    """A deal as its page shows it."""

    deal: Deal
    room: Room
    people: panels.People
    money: list[panels.Figure]
    goods: panels.Goods
    timeline: Timeline


def deal_for(user: User, room_id: UUID, *, before: int | None = None) -> Whole:
    """The deal of a room. `before`: that much further back in its log.

    Raises StreamUnknown for a stranger, alike for what is not and what is not theirs, and SameParty.
    """
    side = room_for(user, room_id).side
    room = Room.objects.select_related("buyer", "seller").get(pk=room_id)
    member = None
    if side != "moderator":
        member = membership(user, room.seller_id if side == "seller" else room.buyer_id)
    viewer = panels.Viewer(user, side, member)
    (facts,) = known.facts_of([room])
    deal = row(facts, side, member)
    reader = Reader(user, room, side, deal.order_id, member)
    return Whole(
        deal=deal,
        room=room,
        people=panels.people_of(facts, viewer),
        money=panels.money_of(facts, viewer),
        goods=panels.goods_of(facts, viewer, deal.goods.delivery),
        timeline=timeline(reader, before=before),
    )
