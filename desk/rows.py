"""One deal as a row: its people, money and goods in words, where it stands, and what one can do next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from catalog.models import Listing
from desk.facts import Facts
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Membership, User
from negotiation_hub.people.queries import may_convert
from orders import wording
from orders.lifecycle import Status, Tracking
from orders.models import Order
from orders.next_step import next_step
from orders.order_facts import Facts as OrderFacts
from orders.parts import gone
from payments.queries import OrderMoney
from rooms.negotiation import Status as Negotiation
from rooms.queries import other


class How(TextChoices):
    """How somebody came to be in charge of a deal on their side."""

    ASSIGNED = "assigned", pgettext_lazy("in charge", "assigned")
    SEATED = "seated", pgettext_lazy("in charge", "sat down first")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is in charge of a deal on one side."""

    user: User
    how: How


@dataclass(frozen=True, slots=True)
class Figures:
    """The money of a deal. `total` is what is agreed, offered or listed; the rest is there once ordered."""

    total: Money | None
    moved: OrderMoney | None
    authorize_status: str
    charge_status: str
    words: list[str]  # what has happened with it, for people


@dataclass(frozen=True, slots=True)
class Goods:
    """What a deal is about. `stock` is what the seller has left, for the seller's eyes; None: uncounted."""

    what: str
    kinds: list[str]
    delivery: str  # how far it is, for people; empty before the order
    shipped: int  # parcels
    delivered: int
    stock: int | None


@dataclass(frozen=True, slots=True)
class Deal:
    """One row. `turn` is `ours`, `theirs` or `nobody`; `url` is where `action` happens."""

    room_id: UUID
    order_id: UUID | None
    title: str
    side: str  # buyer, seller, or moderator
    counterpart: str
    stage: str
    tone: str  # of the chip
    turn: str
    turn_side: str  # the same as buyer, seller or nobody
    until: datetime | None  # when the turn is over
    at: datetime
    action: str
    primary: bool  # whether this person can move the deal on
    url: str
    owner: Owner | None
    contact: Owner | None  # of the other side
    money: Figures
    goods: Goods
    note: str = ""  # what the next step says to both sides


def row(facts: Facts, side: str, member: Membership | None) -> Deal:
    """A deal as somebody of a side sees it. A moderator sees the seller's people first."""
    room = facts.room
    ours = side if side != "moderator" else "seller"
    if facts.order is not None:
        moving = _ordered(facts, side, member)
    else:
        moving = _framed(facts, side) if facts.frame is not None else _negotiated(facts, side)
    return Deal(
        room_id=room.pk,
        title=room.title,
        side=side,
        counterpart=room.buyer.name if ours == "seller" else room.seller.name,
        at=room.opened_at,
        owner=owner(facts, ours),
        contact=owner(facts, other(ours)),
        money=_figures(facts),
        goods=_goods(facts, sells=side == "seller"),
        **moving,
    )


def owner(facts: Facts, side: str) -> Owner | None:
    """Who was put in charge of the question that the deal began with, else who sat down first."""
    seats = facts.seated(side)
    asked = facts.assignee
    if side == "seller" and asked is not None and any(seat.user_id == asked.pk for seat in seats):
        return Owner(asked, How.ASSIGNED)
    return Owner(seats[0].user, How.SEATED) if seats else None


# -- where it stands ---------------------------------------------------------------------------------------


def _turn(side: str, whose: str) -> str:
    return "nobody" if whose == "nobody" else "ours" if whose == side else "theirs"


def _ordered(facts: Facts, side: str, member: Membership | None) -> dict[str, Any]:
    order = facts.order
    assert order is not None  # noqa: S101 - the caller has looked
    step = next_step(OrderFacts.of(order))
    turn = _turn(side, step.turn)
    convert = side == "seller" and order.status == Status.DRAFT and may_convert(member)
    ended = order.status in {Status.EXPIRED, Status.CANCELED}
    unpaid = (
        order.status in {Status.DRAFT, Status.UNCONFIRMED, Status.UNFULFILLED}
        and order.authorize_status != "full"
    )
    page = "rooms:room" if side == "moderator" else "orders:order"
    to = reverse(page, args=[facts.room.pk if side == "moderator" else order.pk])
    return {
        "order_id": order.pk,
        "stage": step.stage,
        "tone": "chip-bad" if ended else "chip-good" if step.turn == "nobody" else "chip-accent",
        "turn": turn,
        "turn_side": step.turn,
        "until": order.due_at if unpaid else None,
        "action": _("Convert to order") if convert else step.action if turn == "ours" else _("Open"),
        "primary": convert or turn == "ours",
        "url": to + ("?convert=1" if convert else ""),
        "note": step.headline,
    }


def _framed(facts: Facts, side: str) -> dict[str, Any]:
    frame = facts.frame
    assert frame is not None  # noqa: S101 - the caller has looked
    page, key = ("rooms:room", facts.room.pk) if side == "moderator" else ("orders:frame", frame.pk)
    return {
        "order_id": None,
        "stage": _("Frame agreement"),
        "tone": "chip-good",
        "turn": "nobody",
        "turn_side": "nobody",
        "until": None,
        "action": _("Open"),
        "primary": False,
        "url": reverse(page, args=[key]),
        "note": _("Orders are called off of it"),
    }


def _negotiated(facts: Facts, side: str) -> dict[str, Any]:
    offer = facts.offer
    closed = facts.room.status == Negotiation.CLOSED
    whose = other(offer.side) if offer is not None and not closed else "nobody"
    turn = _turn(side, whose)
    notes = {
        "ours": _("An offer waits for your answer"),
        "theirs": _("The offer waits for the other side"),
        "nobody": _("Either side may make an offer"),
    }
    return {
        "order_id": None,
        "stage": _("Closed") if closed else _("Offer") if offer is not None else _("Talking"),
        "tone": "chip-muted" if closed else "",
        "turn": turn,
        "turn_side": whose,
        "until": offer.expires_at if offer is not None else None,
        "action": _("Answer") if turn == "ours" else _("Open"),
        "primary": turn == "ours",
        "url": reverse("rooms:room", args=[facts.room.pk]),
        "note": _closed_note(facts) if closed else notes[turn],
    }


def _closed_note(facts: Facts) -> str:
    # Of a request's rooms the log alone says whether somebody walked away: a list does not read it.
    if facts.room.asked is not None:
        return _("The negotiation is closed")
    return _("Somebody walked away from the table")


# -- money -------------------------------------------------------------------------------------------------


def _figures(facts: Facts) -> Figures:
    order, offer, room = facts.order, facts.offer, facts.room
    if order is not None and facts.money is not None:
        words = money_words(order, facts.money)
        return Figures(order.money(), facts.money, order.authorize_status, order.charge_status, words)
    gross = offer.packages[0]["gross"] if offer is not None else room.list_price
    total = Money(gross, room.currency) if gross else None
    words = [_("offered")] if offer is not None else [_("list price")] if total else []
    return Figures(total, None, "none", "none", words)


def money_words(order: Order, money: OrderMoney) -> list[str]:
    """What has happened with the money of an order, the latest last: `charged`, `held`."""
    words = []
    if money.captured:
        words.append(_("charged in part") if money.captured < order.gross else _("charged"))
    elif order.authorize_status != "none":
        words.append(_("authorised") if order.authorize_status == "full" else _("authorised in part"))
    else:
        words.append(_("nothing authorised"))
    if money.held:
        words.append(_("held"))
    if money.refunded:
        back = wording.amount(money.refunded, order.currency)
        words.append(_("refunded") if money.refunded >= money.captured else _("%s refunded") % back)
    if money.released:
        words.append(_("released"))
    return words


# -- goods -------------------------------------------------------------------------------------------------


def _goods(facts: Facts, *, sells: bool) -> Goods:
    listing, order = facts.listing, facts.order
    if order is not None:
        lines = [(line.quantity, line.unit, line.kind) for line in order.lines.all()]
    elif facts.offer is not None:
        kind = listing.kind if listing is not None else Listing.Kind.GOODS.value
        lines = [(line["quantity"], line["unit"], kind) for line in facts.offer.packages[0]["lines"]]
    else:
        lines = []
    shipments = list(order.shipments.all()) if order is not None else []
    shipments = gone(shipments)
    own = [listing.kind] if listing is not None else []
    return Goods(
        what=_what(lines),
        kinds=list(dict.fromkeys(kind for _q, _u, kind in lines)) or own,
        delivery=_delivery(order) if order is not None else "",
        shipped=len(shipments),
        delivered=sum(one.status == Tracking.DELIVERED for one in shipments),
        stock=listing.stock if sells and listing is not None else None,
    )


def _what(lines: list[tuple[str, str, str]]) -> str:
    if len(lines) == 1:
        return wording.quantity(lines[0][0], lines[0][1])
    return ngettext("%d line", "%d lines", len(lines)) % len(lines) if lines else ""


def _delivery(order: Order) -> str:
    facts = OrderFacts.of(order)
    if order.status in {Status.CANCELED, Status.EXPIRED}:
        return ""
    if order.status in {Status.RETURNED, Status.PARTIALLY_RETURNED}:
        return _("sent back") if order.status == Status.RETURNED else _("sent back in part")
    if facts.receipt is not None:
        return _("received")
    if facts.delivered:
        return _("delivered")
    if facts.parts.only_goods:
        words = {Status.FULFILLED: _("sent"), Status.PARTIALLY_FULFILLED: _("sent in part")}
        return words.get(facts.status, _("not sent yet"))
    words = {Status.FULFILLED: _("on its way"), Status.PARTIALLY_FULFILLED: _("delivered in part")}
    return words.get(facts.status, _("not delivered yet"))
