"""Parcels: what goes into them, and their way out of the seller's house.

A parcel is packed first and handed over then; mostly both at once. What is packed is not left for another
parcel, what is handed over counts as sent. A packed parcel that is canceled gives back what was in it.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, outbox
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import Malformed, NotFound, Refusal
from negotiation_hub.people.models import User
from orders import lifecycle, mails, picking_mails
from orders.hooks import cause_id, milestone
from orders.lifecycle import SHIPMENT, Tracking
from orders.models import Booking, Order, Picking, Shipment, ShipmentChange, ShipmentItem
from orders.parts import NOT_SENT, Parts, decimal_text, goods_lines, left_of
from orders.queries import shipment_view
from orders.services import capture, common, parcel_numbers, punctuality

_NAME_CHARS_MAX = 100
# As an offer writes quantities: a point, at most six decimals.
_QUANTITY: Final = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")


class CarrierMissing(Malformed):
    """A shipment names who carries it, on one line."""

    code = "shipment.carrier"
    message = _("Please say who carries the goods, in at most 100 characters.")


class ShipmentState(Refusal):
    """The shipment is not at a point where this can happen to it."""

    code = "shipment.state"
    message = _("This cannot happen to the shipment any more.")


class ShipmentQuantity(Malformed):
    """What should go into a parcel is no quantity, or more than is left. `line` says of which line; None: of
    all of them together.
    """

    code = "shipment.quantity"
    message = _("This is no quantity: a number with at most 6 decimals.")

    def __init__(self, message: str | None = None, line: UUID | None = None) -> None:
        super().__init__(message)
        self.line = line


TOO_MUCH: Final = _("This is more than what is left to send.")
PIECES_WHOLE: Final = _("These are pieces: a whole number of them.")
EMPTY: Final = _("Please say what is in the parcel.")


def ship_order(
    *,
    order_id: UUID,
    actor: User,
    carrier: str,
    tracking: str,
    now: datetime,
    complete: bool = True,
    items: Mapping[UUID, str] | None = None,
    shipment_id: UUID | None = None,
    expected_on: date | None = None,
    handed_over: bool = True,
) -> Shipment:
    """The seller packs a parcel and hands it over, whereupon the payment is captured.

    `items` says how much of which line is in it, in the line's unit. Without: all that is left, or nothing
    that anybody named (`complete=False`). With `handed_over=False` it is packed only, and may be canceled.
    Repeated with one `shipment_id` it is the same parcel; without, one that says the same is.

    Raises CarrierMissing, ShipmentQuantity, OrderUnpaid, OrderState, NotPermitted, NotFound.
    """
    carrier, tracking = named(carrier, tracking)
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, common.who_may("ship"))
        existing = _existing(order, carrier, tracking, complete, items, shipment_id)
        if existing is not None:
            return existing
        parts = Parts.of(order)
        if not common.possible(order, "ship") or not parts.goods or parts.packed:
            raise common.OrderState
        common.refresh_money(order)
        if not common.paid_in_full(order):
            raise common.OrderUnpaid
        left = left_of(order, order.shipments.all())
        content = _content(order, left, items, complete=complete)
        if not content and not handed_over:
            raise ShipmentQuantity(EMPTY)
        shipment = Shipment.objects.create(
            id=shipment_id or uuid7(),
            order=order,
            carrier=carrier,
            tracking=tracking,
            complete=all(content.get(line, Decimal(0)) == rest for line, rest in left.items()),
            expected_on=expected_on,
            shipped_at=now,
        )
        ShipmentItem.objects.bulk_create(
            ShipmentItem(shipment=shipment, line_id=line, quantity=decimal_text(number))
            for line, number in content.items()
        )
        if handed_over:
            hand_over(order, shipment, "move", by=actor.pk, now=now)
        take_number(shipment)
    return shipment


def named(carrier: str, tracking: str) -> tuple[str, str]:
    """Who carries it and under which number, as they are stored. Raises CarrierMissing."""
    carrier, tracking = " ".join(carrier.split()), " ".join(tracking.split())
    if not 0 < len(carrier) <= _NAME_CHARS_MAX or len(tracking) > _NAME_CHARS_MAX:
        raise CarrierMissing
    return carrier, tracking


def take_number(shipment: Shipment) -> None:
    """The number that was typed is this parcel's from now on, with what its carrier has said of it so far."""
    number = parcel_numbers.claim(shipment)
    if number is not None:
        outbox.enqueue(
            "orders.kept_news", {"number": str(number.pk)}, dedupe=f"kept:{number.pk}:{shipment.pk}"
        )


def cancel_shipment(*, shipment_id: UUID, actor: User, now: datetime) -> Shipment:
    """A packed parcel is not sent after all; what was in it is left again. A canceled one stays as it is.

    Raises ShipmentState once it was handed over, NotPermitted, NotFound.
    """
    with commit.transact():
        shipment, _order = locked_shipment(shipment_id, actor, "cancel")
        if shipment.status != Tracking.CANCELED:
            record(shipment, "cancel", by=actor.pk, now=now)
    return shipment


def unpack(order: Order, *, by: UUID | None, now: datetime) -> None:
    """Cancels what is packed and was not handed over, as the order has ended."""
    for shipment in order.shipments.filter(status=Tracking.PENDING):
        record(shipment, "cancel", by=by, now=now)


def may_leave(order: Order) -> bool:
    """Whether a packed parcel of the order may be handed over now."""
    common.refresh_money(order)
    return common.possible(order, "ship") and common.paid_in_full(order)


def hand_over(order: Order, shipment: Shipment, event: str, *, by: UUID | None, now: datetime) -> None:
    """A packed parcel leaves the seller by an event of its machine: status, money, table and buyer follow.

    Raises OrderUnpaid, OrderState, ShipmentState.
    """
    if not common.possible(order, "ship"):
        raise common.OrderState
    common.refresh_money(order)
    if not common.paid_in_full(order):
        raise common.OrderUnpaid
    record(shipment, event, by=by, now=now)
    common.delivered_more(order, ("ship", "ship_part"), by=by, now=now, shipment=str(shipment.pk))
    capture.capture(order, f"shipment:{shipment.pk}", now)
    cause = cause_id(order, "sent", shipment.pk)
    milestone(order, "shipment.sent", cause, now, shipment=shipment_view(shipment))
    picking = Picking.objects.filter(shipment=shipment).first() if event == "lay_out" else None
    if picking is not None and picking.to_fetch:
        picking_mails.ready(picking)
    else:
        mails.shipped(order, shipment)
    common.queue_papers(order, shipment.pk)
    punctuality.tell(order, now)


def locked_shipment(shipment_id: UUID, actor: User, event: str) -> tuple[Shipment, Order]:
    """A shipment and its order, locked, for somebody who may cause this event.

    Raises NotFound, NotPermitted, Malformed for an event that there is not.
    """
    owner = Shipment.objects.filter(pk=shipment_id).values_list("order_id", flat=True).first()
    if owner is None:
        raise NotFound
    order = common.locked(owner)
    who = next((row.who for row in SHIPMENT if row.event == event), None)
    if who is None:
        raise Malformed
    common.require(order, actor, who)
    return Shipment.objects.get(pk=shipment_id), order


def record(shipment: Shipment, event: str, *, by: UUID | None, now: datetime) -> None:
    """Takes a step of the machine: status, row of the history, saved. Raises ShipmentState."""
    row = lifecycle.step(SHIPMENT, event, Tracking(shipment.status))
    if row is None:
        raise ShipmentState
    before, shipment.status = shipment.status, row.after.value
    shipment.save()
    ShipmentChange.objects.create(
        shipment=shipment,
        seq=shipment.changes.count() + 1,
        event=event,
        before=before,
        after=shipment.status,
        actor=by,
        at=now,
    )
    if event == "cancel":
        for kind, topic in ((Booking, "unbook"), (Picking, "unpick")):
            if kind.objects.filter(shipment=shipment).exists():
                payload = {"shipment": str(shipment.pk)}
                outbox.enqueue(f"orders.{topic}", payload, dedupe=f"{topic}:{shipment.pk}")


def _existing(
    order: Order,
    carrier: str,
    tracking: str,
    complete: bool,
    items: Mapping[UUID, str] | None,
    shipment_id: UUID | None,
) -> Shipment | None:
    """The parcel that this call has made before."""
    if shipment_id is not None:
        found = Shipment.objects.filter(pk=shipment_id).first()
        if found is not None and found.order_id != order.pk:
            raise NotFound
        return found
    live = order.shipments.exclude(status__in=NOT_SENT).filter(replaces=None)
    if items is None and complete:
        # Whatever it says: all that was left has gone.
        return live.filter(complete=True).last() if Parts.of(order).packed else None
    alike = live.filter(carrier=carrier, tracking=tracking)
    if items is None:
        return alike.filter(complete=False, items=None).first()
    typed = {line: Decimal(text) for line, text in items.items() if _QUANTITY.fullmatch(text)}
    wanted = {line: number for line, number in typed.items() if number}
    for row in alike:
        if {one.line_id: Decimal(one.quantity) for one in row.items.all()} == wanted:
            return row
    return None


def _content(
    order: Order, left: Mapping[UUID, Decimal], items: Mapping[UUID, str] | None, *, complete: bool
) -> dict[UUID, Decimal]:
    """How much of each line goes into the parcel, in the order of the lines."""
    if items is None:
        return {line: rest for line, rest in left.items() if rest > 0} if complete else {}
    if unknown := items.keys() - left.keys():
        raise ShipmentQuantity(EMPTY, min(unknown))
    content = {}
    for line in goods_lines(order):
        text = items.get(line.pk, "")
        if not text:
            continue
        if _QUANTITY.fullmatch(text) is None:
            raise ShipmentQuantity(line=line.pk)
        number = Decimal(text)
        # Half a pump is none; where half of one was agreed, halves may go.
        if line.unit == "C62" and Decimal(line.quantity) % 1 == 0 and number % 1:
            raise ShipmentQuantity(PIECES_WHOLE, line.pk)
        if number > left[line.pk]:
            raise ShipmentQuantity(TOO_MUCH, line.pk)
        if number:
            content[line.pk] = number
    if not content:
        raise ShipmentQuantity(EMPTY)
    return content
