"""Where a parcel is, from the handing over to the buyer's door."""

from datetime import date, datetime
from uuid import UUID

from negotiation_hub.kernel import commit
from negotiation_hub.people.models import User
from orders import lifecycle, mails, silence
from orders.hooks import cause_id, milestone
from orders.lifecycle import SHIPMENT, Tracking
from orders.models import Order, Shipment
from orders.queries import shipment_view
from orders.services import coming_back, common, punctuality, shipping


def track_shipment(
    *, shipment_id: UUID, actor: User, event: str, now: datetime, expected_on: date | None = None
) -> Shipment:
    """The carrier's news as one event of the shipment machine; with it, maybe, another day on which it is
    expected. News that changes nothing is harmless.

    Raises ShipmentState, OrderUnpaid and OrderState (it has not left the seller, and must not), NotPermitted,
    NotFound.
    """
    if event == "deliver":
        return mark_delivered(shipment_id=shipment_id, actor=actor, now=now)
    if event == "cancel":
        return shipping.cancel_shipment(shipment_id=shipment_id, actor=actor, now=now)
    if event == "come_back":
        return coming_back.take_parcel_back(shipment_id=shipment_id, actor=actor, now=now)
    with commit.transact():
        shipment, order = shipping.locked_shipment(shipment_id, actor, event)
        row = lifecycle.step(SHIPMENT, event, Tracking(shipment.status))
        if row is None:
            raise shipping.ShipmentState
        if expected_on is not None:
            shipment.expected_on = expected_on
            shipment.save(update_fields=["expected_on"])
        if shipment.status == Tracking.PENDING:
            shipping.hand_over(order, shipment, event, by=actor.pk, now=now)
        elif shipment.status != row.after:
            shipping.record(shipment, event, by=actor.pk, now=now)
        punctuality.tell(order, now)
    return shipment


def mark_delivered(*, shipment_id: UUID, actor: User, now: datetime) -> Shipment:
    """The goods are there: the buyer is asked to confirm, and 14 days of silence are receipt.

    A delivered shipment is returned as it is. Raises ShipmentState, OrderUnpaid, OrderState, NotPermitted,
    NotFound.
    """
    with commit.transact():
        shipment, order = shipping.locked_shipment(shipment_id, actor, "deliver")
        if shipment.status == Tracking.DELIVERED:
            return shipment
        if shipment.status == Tracking.PENDING:
            shipping.hand_over(order, shipment, "move", by=actor.pk, now=now)
        deliver(order, shipment, by=actor.pk, now=now)
        mails.delivered(order, shipment, now + silence.period(order))
    return shipment


def deliver(
    order: Order, shipment: Shipment, *, by: UUID | None, now: datetime, at: datetime | None = None
) -> None:
    """The step itself, with what the table is told; the order is locked. `at`: when it was, if not now."""
    shipment.delivered_at = at or now
    shipping.record(shipment, "deliver", by=by, now=now)
    cause = cause_id(order, "delivered", shipment.pk)
    milestone(order, "shipment.delivered", cause, now, shipment=shipment_view(shipment))
    common.silence_from(order, shipment.pk, now)
    punctuality.tell(order, now)
