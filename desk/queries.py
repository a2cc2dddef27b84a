"""Everyone's day: the deals of a person's organisations with stage, turn, sum and next action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Membership, User
from negotiation_hub.people.queries import may_convert, memberships_of
from orders.lifecycle import Status
from orders.models import Order
from orders.next_step import Facts, next_step
from orders.queries import for_lists
from payments.queries import held_for
from rooms.models import Offer, Room
from rooms.negotiation import Status as Negotiation
from rooms.queries import rooms_of

PAGE = 50  # deals on one page


@dataclass(frozen=True, slots=True)
class Deal:
    """One row of the list. `turn` is `ours`, `theirs` or `nobody`; `tone` is the chip's."""

    room_id: UUID
    order_id: UUID | None
    title: str
    side: str
    counterpart: str
    stage: str
    tone: str
    turn: str
    total: Money | None
    until: datetime | None  # when the turn is over
    at: datetime
    action: str
    primary: bool  # whether this person can move the deal on
    url: str


def deals_of(user: User, *, after: UUID | None = None) -> list[Deal]:
    """At most 50 deals, the newest first; `after` is the last room of the page before."""
    mine = {member.organisation_id: member for member in memberships_of(user)}
    rooms = rooms_of(list(mine), before=after, limit=PAGE)
    offers = _standing(rooms)
    orders = _orders(rooms)
    return [_deal(room, mine, offers.get(room.pk), orders.get(room.pk)) for room in rooms]


def held_by(user: User) -> list[Money]:
    """What is held for all organisations of the person as sellers, one sum per currency."""
    sums: dict[str, int] = {}
    for member in memberships_of(user):
        for held in held_for(member.organisation_id):
            if held.side == "seller":
                sums[held.currency] = sums.get(held.currency, 0) + held.amount
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def _standing(rooms: Sequence[Room]) -> dict[UUID, Offer]:
    versions = {room.pk: room.standing for room in rooms if room.standing is not None}
    offers = Offer.objects.filter(room__in=list(versions), status="pending")
    return {offer.room_id: offer for offer in offers if offer.version == versions[offer.room_id]}


def _orders(rooms: Sequence[Room]) -> dict[UUID, Order]:
    rows = Order.objects.filter(room_id__in=[room.pk for room in rooms]).order_by("id")
    return {order.room_id: order for order in for_lists(rows)}  # the newest of a room is the last


def _deal(room: Room, mine: dict[UUID, Membership], offer: Offer | None, order: Order | None) -> Deal:
    sells = room.seller_id in mine
    common: dict[str, Any] = {
        "room_id": room.pk,
        "title": room.title,
        "side": "seller" if sells else "buyer",
        "counterpart": room.buyer.name if sells else room.seller.name,
        "at": room.opened_at,
    }
    if order is not None and room.status != Negotiation.OPEN:
        member = mine[room.seller_id if sells else room.buyer_id]
        return Deal(**common, **_ordered(order, common["side"], member))
    return Deal(**common, **_negotiated(room, offer, common["side"]))


def _ordered(order: Order, side: str, member: Membership) -> dict[str, Any]:
    step = next_step(Facts.of(order))
    turn = "ours" if step.turn == side else "nobody" if step.turn == "nobody" else "theirs"
    convert = side == "seller" and order.status == Status.DRAFT and may_convert(member)
    ended = order.status in {Status.EXPIRED, Status.CANCELED}
    action = _("Convert to order") if convert else step.action if turn == "ours" else _("Open")
    unpaid = (
        order.status in {Status.DRAFT, Status.UNCONFIRMED, Status.UNFULFILLED}
        and order.authorize_status != "full"
    )
    return {
        "order_id": order.pk,
        "stage": step.stage,
        "tone": "chip-bad" if ended else "chip-good" if step.turn == "nobody" else "chip-accent",
        "turn": turn,
        "total": order.money(),
        "until": order.due_at if unpaid else None,
        "action": action,
        "primary": convert or turn == "ours",
        "url": reverse("orders:order", args=[order.pk]) + ("?convert=1" if convert else ""),
    }


def _negotiated(room: Room, offer: Offer | None, side: str) -> dict[str, Any]:
    closed = room.status == Negotiation.CLOSED
    ours = offer is not None and offer.side != side
    gross = offer.packages[0]["gross"] if offer is not None else room.list_price
    return {
        "order_id": None,
        "stage": _("Closed") if closed else _("Offer") if offer is not None else _("Talking"),
        "tone": "chip-muted" if closed else "",
        "turn": "nobody" if closed or offer is None else "ours" if ours else "theirs",
        "total": Money(gross, room.currency) if gross else None,
        "until": offer.expires_at if offer is not None else None,
        "action": _("Answer") if ours else _("Open"),
        "primary": ours,
        "url": reverse("rooms:room", args=[room.pk]),
    }
