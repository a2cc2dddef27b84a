"""A parcel that could not be delivered is back in the seller's house: what was in it is owed again."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from catalog import stock as listings
from negotiation_hub.kernel import commit
from negotiation_hub.people.models import User
from orders import disputed, return_mails
from orders.hooks import cause_id, milestone
from orders.lifecycle import Status, Tracking
from orders.models import Order, Receipt, Shipment
from orders.parts import Parts, gone, goods_lines, left_of
from orders.queries import shipment_view
from orders.services import common, part_receipts, returning, shipping, stock

_FOLLOWS = frozenset({Status.PARTIALLY_FULFILLED, Status.FULFILLED, Status.PARTIALLY_RETURNED})


def take_parcel_back(*, shipment_id: UUID, actor: User, now: datetime) -> Shipment:
    """The seller has a parcel again that the carrier could not deliver: it no longer counts as sent, and its
    pieces are reserved for the order again. One that is back is returned as it is.

    Raises ShipmentState (it is not on its way back, the buyer has confirmed to have what was in it, or a
    dispute of it has ended with money or others), NotPermitted, NotFound.
    """
    with commit.transact():
        shipment, order = shipping.locked_shipment(shipment_id, actor, "come_back")
        if shipment.status == Tracking.RETURNED:
            return shipment
        if Receipt.objects.filter(order=order).exists():
            raise shipping.ShipmentState
        shipping.record(shipment, "come_back", by=actor.pk, now=now)
        if shipment.replaces is not None:
            for listing_id in sorted(returning.pieces(shipment.replaces)):
                cause = returning.stock_cause(shipment.replaces)
                listings.take_back(cause=cause, listing_id=listing_id, gone=0)
        else:
            _owe_again(order, shipment, actor, now)
        cause = cause_id(order, "came_back", shipment.pk)
        milestone(order, "shipment.came_back", cause, now, shipment=shipment_view(shipment))
        return_mails.parcel_came_back(order, shipment)
    return shipment


def _owe_again(order: Order, shipment: Shipment, actor: User, now: datetime) -> None:
    """The order stands where it stood before, less what is back."""
    left, had = left_of(order, gone(order.shipments.all())), part_receipts.done(order)
    lost = disputed.written_off(order)
    for line in goods_lines(order):
        # What was settled, or replaced as lost, is not owed once more, though it turns up.
        if had[line.pk] + lost[line.pk] > Decimal(line.quantity) - left[line.pk]:
            raise shipping.ShipmentState
    parts = Parts.of(order)
    if order.status in _FOLLOWS and parts.status() != order.status:
        event = "come_back_part" if parts.begun else "come_back"
        common.move(order, event, by=actor.pk, now=now, shipment=str(shipment.pk))
    stock.come_back(order)
