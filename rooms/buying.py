"""Buying at the list price: a room with the seller's list-price offer, accepted at once, and its order.

Every order has a room. Here it is opened, offered in, accepted in and ordered from in one transaction, so
that there is all of it or nothing. The room's id follows from the buyer and the id of their purchase, so that
the same purchase sent again finds what the first one made.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError

from catalog import queries as catalog
from catalog.models import Listing
from negotiation_hub.kernel import commit, limits, stream
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotPermitted, Refusal
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.people import queries as people
from negotiation_hub.people import second_factor
from negotiation_hub.people.guests import AccountNeeded, require_account
from negotiation_hub.people.models import User
from orders import services as orders
from orders.facts import OrderDetails
from orders.lifecycle import Status
from orders.models import Order
from orders.queries import order_of_room
from rooms import opening, queries, services, terms
from rooms.models import Offer, Room
from rooms.offer import Who
from rooms.queries import SameParty
from rooms.refusals import PriceChanged, PurchaseReused
from rooms.table import Table, put, take
from rooms.wire import Line, OfferTerms, Package

ORIGIN = "buy_now"
BY_MAIL = "mail_order"  # the origin of what was ordered by mail
_VERSION = 1  # of the only offer that a purchase makes


@dataclass(frozen=True, slots=True)
class Purchase:
    """So many of a listing, at the price for one that the buyer has seen. `id` is the buyer's own, or that of
    the mail order that it was.
    """

    id: UUID
    listing: UUID
    quantity: int
    price: Money
    by_mail: bool = False


@dataclass(frozen=True, slots=True)
class Bought:
    """What a purchase has led to. No order: the offer waits in the room for the buyer's second factor."""

    room: Room
    order: Order | None

    @property
    def placed(self) -> bool:
        """Whether the order is placed, so that the payment comes next."""
        return self.order is not None and self.order.placed_at is not None


def buy_now(*, actor: User, purchase: Purchase, details: OrderDetails | None, now: datetime) -> Bought:
    """Buys at the list price, and places the order where its details are complete; else they are kept.

    The same purchase again returns the order that it made, and places it if its details are complete by now.
    Where the buyer's organisation asks for a second factor the offer is left on the table, to be accepted
    there. Raises NotFound for a listing that is not public, SameParty, NotPermitted, AccountNeeded,
    PriceChanged, SoldOut, AmountInvalid, PurchaseReused, DetailsMissing for what cannot be right.
    """
    require_account(actor)
    if details is not None:
        details.require_right(now.date())
    room_id = uuid5(actor.pk, f"{ORIGIN}:{purchase.id}")
    try:
        with commit.transact():
            return _again(actor, room_id, purchase, details, now) or _first(
                actor, room_id, purchase, details, now
            )
    except IntegrityError:
        # The same purchase came twice at once; the other one has committed.
        with commit.transact():
            done = _again(actor, room_id, purchase, details, now)
        if done is None:
            raise
        return done


def hindrance(person: User, listing: Listing) -> Refusal | None:
    """Why this person cannot buy this at all, whatever they type; None when they can."""
    if person.is_guest:
        return AccountNeeded()
    if people.membership(person, listing.organisation_id) is not None:
        return SameParty()
    buyer = people.acting_organisation(person)
    return None if people.may_buy(people.membership(person, buyer.pk)) else NotPermitted()


def unit_of(listing: Listing) -> str:
    """In what a listing is sold at its list price, by UNECE Recommendation 20."""
    return "E48" if listing.kind == Listing.Kind.SERVICE else "C62"


def list_terms(listing: Listing, quantity: int) -> OfferTerms:
    """What the listing offers to everybody: so many at its price, and nothing else."""
    line = Line(
        title=listing.title,
        quantity=str(quantity),
        unit=unit_of(listing),
        unit_price=listing.price_minor,
        listing=str(listing.pk),
    )
    return OfferTerms(
        currency=listing.currency,
        tax_basis="none",
        tax_rate_bp=0,
        expires_in_s=limits.OFFER_EXPIRES_S,
        packages=[Package(lines=[line], issues=[])],
    )


def gross(listing: Listing, quantity: int) -> int:
    """What so many cost, in minor units. Raises AmountInvalid."""
    total: int = terms.price(list_terms(listing, quantity), currency=listing.currency)[0]["gross"]
    return total


def _again(
    actor: User, room_id: UUID, purchase: Purchase, details: OrderDetails | None, now: datetime
) -> Bought | None:
    """What this purchase has made before, if it has."""
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        return None
    line = Offer.objects.get(room=room, version=_VERSION).packages[0]["lines"][0]
    bought = (room.listing, line["quantity"], line["unit_price"], room.currency)
    if bought != (
        purchase.listing,
        str(purchase.quantity),
        purchase.price.minor,
        purchase.price.currency,
    ):
        raise PurchaseReused
    return Bought(room, with_details(actor, order_of_room(room.pk), details, now))


def _first(
    actor: User, room_id: UUID, purchase: Purchase, details: OrderDetails | None, now: datetime
) -> Bought:
    listing = catalog.published_listing(purchase.listing)
    kind = BY_MAIL if purchase.by_mail else ORIGIN
    origin = opening.Origin(kind=kind, id=str(purchase.id), seq=0, hash="", title="")
    room = opening.open_room(
        actor=actor, listing_id=listing.pk, now=now, anew=True, origin=origin, room_id=room_id
    )
    seat = queries.seat(actor, room)
    if seat is None or not seat.may_bind:
        raise NotPermitted
    if listing.price != purchase.price:
        raise PriceChanged
    head = stream.lock(room.pk)
    if head is None:
        raise StreamUnknown
    _offer(Table(head, room, "seller", listing.author, uuid5(room.pk, "offer"), now), listing, purchase)
    offered = Offer.objects.get(room=room, version=_VERSION)
    total = offered.packages[0]["gross"]
    if second_factor.asked_for(room.buyer_id, minor=total, currency=room.currency):
        return Bought(room, None)
    table = Table(head, room, "buyer", actor, uuid5(room.pk, "accept"), now, seat.may_approve)
    standing = take(table, "accept", Who.OTHER, version=offered.version, digest=offered.hash)
    services.conclude(table, standing, 0, None)
    return Bought(room, with_details(actor, order_of_room(room.pk), details, now))


def _offer(table: Table, listing: Listing, purchase: Purchase) -> None:
    """Puts the list price on the table in the name of the listing's author, who has promised it to all."""
    asked = list_terms(listing, purchase.quantity)
    body = put(table, asked, terms.price(asked, currency=listing.currency))
    table.write(Draft("offer.proposed", {**body, "automatic": True}))


def with_details(
    actor: User, order: Order | None, details: OrderDetails | None, now: datetime
) -> Order | None:
    """The order of a room, placed where the details suffice. Raises what placing it does."""
    if order is None or details is None or order.status != Status.DRAFT:
        return order
    if details.missing():
        changes = {name: getattr(details, name) for name in OrderDetails.__dataclass_fields__}
        orders.save_details(order_id=order.pk, actor=actor, changes=changes, now=now)
        return order
    return orders.place_order(order_id=order.pk, actor=actor, details=details, now=now)
