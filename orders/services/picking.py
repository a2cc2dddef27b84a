"""Places pick what was paid: each line at the nearest place that has it, told by a mail whose signed link
reports packed, sent, short, or fetched.

A picking is a packed parcel from its beginning, so that nobody packs the same once more, and its pieces are
taken from the place's count. Whatever ends the parcel puts them back.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, cast
from uuid import UUID, uuid5

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from catalog import places
from catalog.models import Place
from negotiation_hub.kernel import commit, crypto, limits, outbox
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import Malformed, Refusal
from negotiation_hub.people.models import User
from orders import picking_mails, silence
from orders.facts import DetailsMissing
from orders.lifecycle import Tracking, Who
from orders.mails import delivered
from orders.models import Booking, BookingStatus, Order, OrderLine, Picking, Shipment, ShipmentItem
from orders.parts import decimal_text, goods_lines, left_of
from orders.queries import details_of
from orders.services import common, shipping, tracking

_PURPOSE: Final = "orders.picking"
_CODE_DIGITS: Final = 6
PUT_BACK: Final = "put back"  # makes the cause of what lies there again of the picking's id


class PickingLinkInvalid(Refusal):
    """The link was changed, is too old, or is of a parcel that is not picked there any more."""

    code = "picking.link"
    message = _("This link is not valid any more. Please ask whoever sent it to you.")
    status = 410


class PickingState(Refusal):
    """The parcel is not at a point where this can be reported."""

    code = "picking.state"
    message = _("This cannot be reported of the parcel any more.")


class PickingCount(Malformed):
    """Of a line that is short a whole number is said, fewer than were to be picked. `item` says which."""

    code = "picking.count"
    message = _("Please say how many there are: a whole number, and fewer than were asked for.")

    def __init__(self, item: UUID | None = None) -> None:
        super().__init__()
        self.item = item


class PickUpCode(Malformed):
    """What the buyer said is not the code of this parcel."""

    code = "picking.code"
    message = _("This is not the code of this parcel. Please look at the buyer's mail or order once more.")


class PickUpLocked(Refusal):
    """Too many wrong codes: somebody guesses."""

    code = "picking.locked"
    message = _("Too many wrong codes. The seller can mark the parcel as delivered on the order's page.")


@dataclass(slots=True)
class _Load:
    """What one place picks: of each line so much, and how many pieces of its listing these are."""

    lines: list[tuple[OrderLine, Decimal, int]] = field(default_factory=list)


def require_place(order: Order, wanted: str) -> None:
    """Whether the buyer may fetch the order there; empty is delivery. Raises DetailsMissing."""
    if wanted and wanted not in {str(place.pk) for place in places.pick_up_places(order.seller_id)}:
        raise DetailsMissing({"pick_up": gettext("Nothing can be fetched there. Please choose another way.")})


def ask_places(order: Order, cause: UUID) -> None:
    """Queues the picking of a locked order, where something of it lies at a place."""
    listings = [line.listing_id for line in goods_lines(order) if line.listing_id is not None]
    if listings and places.lying(listings):
        outbox.enqueue("orders.pick", {"order": str(order.pk)}, dedupe=f"pick:{order.pk}:{cause}")


def pickable(order: Order) -> bool:
    """Whether something of what is left to send lies at a place."""
    left = left_of(order, order.shipments.all())
    return bool(
        places.lying(line.listing_id for line in goods_lines(order) if line.listing_id and left[line.pk])
    )


def let_places_pick(*, order_id: UUID, actor: User, now: datetime) -> list[Picking]:
    """The seller asks the places for what is left to send. Raises OrderUnpaid, OrderState, NotPermitted,
    NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.SELLER)
        if not common.possible(order, "ship"):
            raise common.OrderState
        if not shipping.may_leave(order):
            raise common.OrderUnpaid
        return _pick(order, now)


def pick_due(*, order_id: UUID, now: datetime) -> list[Picking]:
    """Asks places for what is paid, left to send and lies there; nothing for an order that must wait."""
    with commit.transact():
        order = common.locked(order_id)
        return _pick(order, now) if shipping.may_leave(order) else []


def _pick(order: Order, now: datetime) -> list[Picking]:
    left = left_of(order, order.shipments.all())
    lines = [line for line in goods_lines(order) if line.listing_id is not None and left[line.pk] > 0]
    details = details_of(order)
    wanted = details.pick_up if details else ""
    known = {place.pk: place for place in places.places_of(order.seller_id)}
    there = places.lying((line.listing_id for line in lines if line.listing_id), lock=True)
    near = places.by_nearness(
        [place for place in known.values() if not wanted or str(place.pk) == wanted],
        details.country if details else "",
        details.postal_code if details else "",
    )
    loads: dict[UUID, _Load] = {}
    for line in lines:
        for place, quantity, pieces in _shared_out(line, left[line.pk], near, there):
            loads.setdefault(place.pk, _Load()).lines.append((line, quantity, pieces))
    fetch = bool(wanted)
    return [_ask(order, known[place], load, fetch=fetch, now=now) for place, load in loads.items()]


def _shared_out(
    line: OrderLine, left: Decimal, near: Iterable[Place], there: Mapping[UUID, dict[UUID, int]]
) -> list[tuple[Place, Decimal, int]]:
    """From which places so much of a line comes: all of it from the nearest that has it all, else from the
    nearest on, as much as each has. What is given out is taken off `there`.
    """
    assert line.listing_id is not None  # noqa: S101 - the caller looked
    stock = there.get(line.listing_id, {})
    single = line.pieces == Decimal(line.quantity)  # a piece is one of the unit: the line can be parted
    pieces = int(left) if single else line.pieces
    if not single and left != Decimal(line.quantity):
        return []  # a part of what is no whole piece has gone already: a person packs the rest
    whole = next((place for place in near if stock.get(place.pk, 0) >= pieces), None)
    if whole is not None:
        stock[whole.pk] -= pieces
        return [(whole, left, pieces)]
    found = []
    for place in near if single else ():
        some = min(pieces, stock.get(place.pk, 0))
        if some:
            stock[place.pk] -= some
            pieces -= some
            found.append((place, Decimal(some), some))
    return found


def _ask(order: Order, place: Place, load: _Load, *, fetch: bool, now: datetime) -> Picking:
    """Packs the parcel on paper, takes the pieces from the place's count, and mails whoever picks there."""
    left = left_of(order, order.shipments.all())
    content = {line.pk: quantity for line, quantity, _pieces in load.lines}
    shipment = Shipment.objects.create(
        id=uuid7(),
        order=order,
        carrier=place.name,
        tracking="",
        complete=all(content.get(line, Decimal(0)) == rest for line, rest in left.items()),
        shipped_at=now,
    )
    ShipmentItem.objects.bulk_create(
        ShipmentItem(shipment=shipment, line_id=line, quantity=decimal_text(number))
        for line, number in content.items()
    )
    code = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}}" if fetch else ""
    made = Picking.objects.create(shipment=shipment, place=place, code=code, asked_at=now)
    taken: dict[UUID, int] = {}
    for line, _quantity, pieces in load.lines:
        assert line.listing_id is not None  # noqa: S101 - only such lines are loaded
        taken[line.listing_id] = taken.get(line.listing_id, 0) + pieces
    for listing, pieces in sorted(taken.items()):
        places.pick(place_id=place.pk, listing_id=listing, pieces=pieces, cause=made.pk, now=now)
    payload: dict[str, object] = {"picking": str(made.pk)}
    token = crypto.make_token(_PURPOSE, payload, ttl_s=limits.COURIER_LINK_S, now=now)
    picking_mails.pick_this(made, token)
    return made


# --- what the link reports


def picking_of_link(*, token: str, now: datetime) -> Picking:
    """What a link is about; also of a parcel that is not picked any more, which the page says.

    Raises PickingLinkInvalid.
    """
    try:
        payload = crypto.read_token(_PURPOSE, token, now=now)
        wanted = UUID(cast("str", payload["picking"]))
    except (crypto.BadToken, KeyError, TypeError, ValueError):
        raise PickingLinkInvalid from None
    found = Picking.objects.select_related("shipment__order", "place").filter(pk=wanted).first()
    if found is None:
        raise PickingLinkInvalid
    return found


def reportable(picking: Picking) -> frozenset[str]:
    """What may be reported now: pack, send, short, ready, fetched."""
    status = Tracking(picking.shipment.status)
    if status == Tracking.PENDING:
        first = {"pack"} if picking.packed_at is None else set()
        return frozenset({*first, "ready" if picking.to_fetch else "send", "short"})
    if picking.to_fetch and status == Tracking.READY_FOR_PICKUP:
        return frozenset({"fetched"})
    return frozenset()


def report_packed(*, token: str, now: datetime) -> Picking:
    """It is packed; a second time it changes nothing. Raises PickingLinkInvalid, PickingState."""
    with commit.transact():
        picking, _order = _locked(token, now)
        if picking.packed_at is None:
            _require(picking, "pack")
            picking.packed_at = now
            picking.save(update_fields=["packed_at"])
    return picking


def report_sent(*, token: str, carrier: str, number: str, now: datetime) -> Picking:
    """It has left with a carrier; a second time it changes nothing.

    Raises PickingLinkInvalid, PickingState, CarrierMissing, OrderUnpaid, OrderState.
    """
    with commit.transact():
        picking, order = _locked(token, now)
        shipment = picking.shipment
        if shipment.status not in {Tracking.PENDING, Tracking.CANCELED}:
            return picking
        _require(picking, "send")
        if not _is_booked(shipment):
            shipment.carrier, shipment.tracking = shipping.named(carrier, number)
        _leaves(picking, order, "move", now)
        shipping.take_number(shipment)
    return picking


def report_ready(*, token: str, now: datetime) -> Picking:
    """It lies ready for the buyer, who is told where, when and by which code; once.

    Raises PickingLinkInvalid, PickingState, OrderUnpaid, OrderState.
    """
    with commit.transact():
        picking, order = _locked(token, now)
        if picking.shipment.status == Tracking.READY_FOR_PICKUP:
            return picking
        _require(picking, "ready")
        _leaves(picking, order, "lay_out", now)
    return picking


def report_fetched(*, token: str, code: str, now: datetime) -> Picking:
    """The buyer has said the code and has the parcel; once.

    Raises PickingLinkInvalid, PickingState, PickUpCode, PickUpLocked.
    """
    with commit.transact():
        picking, order = _locked(token, now)
        if picking.to_fetch and picking.shipment.status == Tracking.DELIVERED:
            return picking
        _require(picking, "fetched")
        if picking.wrong_codes >= limits.PICK_UP_CODES_MAX:
            raise PickUpLocked
        right = hmac.compare_digest("".join(code.split()).encode(), picking.code.encode())
        if right:
            tracking.deliver(order, picking.shipment, by=None, now=now)
            delivered(order, picking.shipment, now + silence.period(order))
        else:
            picking.wrong_codes += 1  # kept: the refusal comes after the transaction
            picking.save(update_fields=["wrong_codes"])
    if not right:
        raise PickUpCode
    return picking


def report_short(*, token: str, found: Mapping[UUID, int], now: datetime) -> Picking:
    """Fewer were found: `found` says how many, by item of the parcel. The parcel is taken apart, the place's
    count put right, and what is left is picked anew wherever it lies, also here; the seller has a mail.

    A second time it changes nothing. Raises PickingLinkInvalid, PickingState, PickingCount.
    """
    with commit.transact():
        picking, order = _locked(token, now)
        if picking.short:
            return picking
        _require(picking, "short")
        items = {item.pk: item for item in picking.shipment.items.select_related("line")}
        there: dict[UUID, int] = {}
        fewer = False
        for pk, item in items.items():
            wanted = pieces_of(item)
            said = found.get(pk, wanted)
            if not 0 <= said <= wanted:
                raise PickingCount(pk)
            fewer = fewer or said < wanted
            assert item.line.listing_id is not None  # noqa: S101 - only such lines are picked
            there[item.line.listing_id] = there.get(item.line.listing_id, 0) + said
        if not fewer or found.keys() - items.keys():
            raise PickingCount
        picking.short = True
        picking.save(update_fields=["short"])
        shipping.record(picking.shipment, "cancel", by=None, now=now)
        _put_back(picking, now)
        lacking = _lacking(items.values(), found)
        for listing, pieces in sorted(there.items()):
            if listing in {item.line.listing_id for item, _number in lacking}:
                cause = uuid5(picking.pk, "short")
                places.miss(place_id=picking.place_id, listing_id=listing, there=pieces, cause=cause, now=now)
        again = _pick(order, now) if shipping.may_leave(order) else []
        picking_mails.short(picking, lacking, again)
    return picking


def pieces_of(item: ShipmentItem) -> int:
    """How many pieces of its listing are in an item of a picked parcel."""
    line = item.line
    return int(Decimal(item.quantity)) if line.pieces == Decimal(line.quantity) else line.pieces


def _lacking(items: Iterable[ShipmentItem], found: Mapping[UUID, int]) -> list[tuple[ShipmentItem, int]]:
    """The items of which some are missing, with how many."""
    pieces = [(item, pieces_of(item)) for item in items]
    return [
        (item, want - found.get(item.pk, want)) for item, want in pieces if found.get(item.pk, want) < want
    ]


def put_picked_back(*, shipment_id: UUID, now: datetime) -> None:
    """What was picked for a parcel that was canceled lies there again, and whoever picks is told; once."""
    found = Picking.objects.select_related("shipment__order", "place").get(shipment=shipment_id)
    with commit.transact():
        common.locked(found.shipment.order_id)
        picking = Picking.objects.select_for_update(no_key=True).get(pk=found.pk)
        if picking.ended_at is None:
            _put_back(picking, now)
            picking_mails.not_needed(found)


def _put_back(picking: Picking, now: datetime) -> None:
    places.put_back(picked=picking.pk, cause=uuid5(picking.pk, PUT_BACK), now=now)
    if picking.ended_at is None:
        picking.ended_at = now
        picking.save(update_fields=["ended_at"])


def _locked(token: str, now: datetime) -> tuple[Picking, Order]:
    found = picking_of_link(token=token, now=now)
    order = common.locked(found.shipment.order_id)
    picking = Picking.objects.select_for_update(no_key=True, of=("self",)).select_related("shipment", "place")
    return picking.get(pk=found.pk), order


def _require(picking: Picking, event: str) -> None:
    if event not in reportable(picking):
        raise PickingState


def _leaves(picking: Picking, order: Order, event: str, now: datetime) -> None:
    if picking.packed_at is None:
        picking.packed_at = now
        picking.save(update_fields=["packed_at"])
    shipping.hand_over(order, picking.shipment, event, by=None, now=now)


def _is_booked(shipment: Shipment) -> bool:
    return Booking.objects.filter(shipment=shipment, status=BookingStatus.BOOKED).exists()
