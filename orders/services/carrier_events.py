"""What a carrier says of a parcel, in whatever order and however often it says it.

Each message is stored once. It moves the parcel only when the carrier did that after all that moved it so
far; what comes too late is kept, and shown with its time.
"""

from datetime import datetime

from negotiation_hub.kernel import commit
from orders import lifecycle, mails, silence
from orders.carriers import Carrier, TrackingNews
from orders.lifecycle import SHIPMENT, Tracking
from orders.models import CarrierEvent, Order, Shipment
from orders.services import common, punctuality, shipping, tracking


def take_news(*, carrier: Carrier, news: TrackingNews, raw: bytes, now: datetime) -> CarrierEvent:
    """Takes in a genuine message, of which `raw` is the body, and returns it as it is stored; once.

    One about no parcel of ours is kept, and that is all.
    """
    with commit.transact():
        about = Shipment.objects.filter(carrier=carrier.title, tracking=news.number).order_by("pk")
        found = about.values_list("pk", "order_id").last()
        order = common.locked(found[1]) if found is not None else None
        known = CarrierEvent.objects.filter(carrier=carrier.name, event_id=news.id).first()
        if known is not None:
            return known
        shipment = Shipment.objects.get(pk=found[0]) if found is not None else None
        event = CarrierEvent(
            carrier=carrier.name,
            event_id=news.id,
            shipment=shipment,
            event=news.event,
            sequence=news.sequence,
            occurred_at=news.at,
            received_at=now,
            applied=False,
        )
        if shipment is not None and order is not None and _is_newest(shipment, news):
            event.applied = _apply(order, shipment, news, now)
        event.put(raw)
        # Two copies about nothing of ours have no lock between them: the second changes nothing.
        CarrierEvent.objects.bulk_create([event], ignore_conflicts=True)
    return event


def _is_newest(shipment: Shipment, news: TrackingNews) -> bool:
    later = CarrierEvent.objects.filter(shipment=shipment, applied=True, sequence__gte=news.sequence)
    return not later.exists()


def _apply(order: Order, shipment: Shipment, news: TrackingNews, now: datetime) -> bool:
    if shipment.status == Tracking.PENDING:
        if not shipping.may_leave(order):
            return False
        shipping.hand_over(order, shipment, "move", by=None, now=now)
    row = lifecycle.step(SHIPMENT, news.event, Tracking(shipment.status))
    if row is None:
        return False
    if news.expected_on is not None:
        shipment.expected_on = news.expected_on
        shipment.save(update_fields=["expected_on"])
    if news.event == "deliver":
        # The carrier's time, but no time at which it was not on its way, or that is still to come.
        at = min(max(news.at, shipment.shipped_at), now)
        tracking.deliver(order, shipment, by=None, now=now, at=at)
        mails.delivered(order, shipment, at + silence.period(order))
        return True
    if shipment.status != row.after:
        shipping.record(shipment, news.event, by=None, now=now)
    punctuality.tell(order, now)
    return True
