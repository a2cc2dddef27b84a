"""What a carrier says of a parcel, in whatever order and however often it says it.

Each message is stored once. It moves the parcel only when the carrier did that after all that moved it so
far; what comes too late is kept, and shown with its time. What comes before any parcel has its number is kept
for the one that gets it.
"""

from datetime import datetime
from uuid import UUID

from negotiation_hub.kernel import commit, crypto, outbox
from orders import carriers, lifecycle, mails, silence
from orders.carriers import BadEvent, Carrier, TrackingNews
from orders.lifecycle import SHIPMENT, Tracking
from orders.models import CarrierEvent, CarrierNumber, Order, Shipment
from orders.services import common, parcel_numbers, punctuality, shipping, tracking


def take_news(*, carrier: Carrier, news: TrackingNews, raw: bytes, now: datetime) -> CarrierEvent:
    """Takes in a genuine message, of which `raw` is the body, and returns it as it is stored; once."""
    with commit.transact():
        found = parcel_numbers.owner(carrier.name, news.number)
        order = common.locked(found[1]) if found is not None else None
        row = parcel_numbers.locked(carrier.name, news.number)
        known = CarrierEvent.objects.filter(carrier=carrier.name, event_id=news.id).first()
        if known is not None:
            return known
        mine = order is not None and found is not None and row.shipment_id == found[0]
        shipment = row.shipment if mine else None
        event = CarrierEvent(
            carrier=carrier.name,
            event_id=news.id,
            number=row.number,
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
        # The same id under two numbers is no message of an honest carrier: the second changes nothing.
        CarrierEvent.objects.bulk_create([event], ignore_conflicts=True)
        if shipment is not None:
            _want_picture(event, news)
        elif row.shipment_id is not None:
            # Somebody named the parcel while we waited for the number: its order is locked before that.
            outbox.enqueue("orders.kept_news", {"number": str(row.pk)}, dedupe=f"kept:{event.pk}")
    return event


def give_kept(*, number_id: UUID, now: datetime) -> None:
    """Gives what was kept under a number to the parcel that it is."""
    found = CarrierNumber.objects.filter(pk=number_id).values_list("shipment__order", flat=True).first()
    if found is None:
        return
    with commit.transact():
        order = common.locked(found)
        row = CarrierNumber.objects.select_for_update().get(pk=number_id)
        if row.shipment is not None and row.shipment.order_id == order.pk:
            apply_kept(order, row, now)


def apply_kept(order: Order, row: CarrierNumber, now: datetime) -> None:
    """The same, with order and number locked; in the order in which the messages came."""
    shipment = row.shipment
    assert shipment is not None  # noqa: S101 - the caller has named it
    kept = CarrierEvent.objects.filter(carrier=row.carrier, number=row.number, shipment=None)
    for event in kept.order_by("pk"):
        event.shipment = shipment
        news = said(event)
        if news is not None and _is_newest(shipment, news):
            event.applied = _apply(order, shipment, news, now)
        event.save(update_fields=["shipment", "applied"])
        if news is not None:
            _want_picture(event, news)


def said(event: CarrierEvent) -> TrackingNews | None:
    """What a stored message says; None where it cannot be read any more, which `verify` names."""
    try:
        return carriers.read(event.carrier, event.event_id, event.raw())
    except (BadEvent, crypto.BadSeal):
        return None


def received_by(shipment: Shipment) -> str:
    """Who took the parcel, as the carrier says. Empty: it did not say."""
    for event in shipment.carrier_events.all():
        if event.event == "deliver" and (news := said(event)) is not None and news.received_by:
            return news.received_by
    return ""


def _want_picture(event: CarrierEvent, news: TrackingNews) -> None:
    if news.event == "deliver" and news.picture:
        outbox.enqueue("orders.carrier_picture", {"event": str(event.pk)}, dedupe=f"picture:{event.pk}")


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
