"""What `negotiation-hub verify` asks of the pickings of an order: each place gave what is in its parcel, and
got back what was not picked after all.
"""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID, uuid5

from catalog.models import PlaceMove
from negotiation_hub.kernel import crypto
from orders.lifecycle import Tracking
from orders.models import Order, Picking
from orders.services.picking import PUT_BACK, pieces_of


def of_order(order: Order) -> Iterator[str]:
    """Checks each picking of an order against its parcel and the place's moves."""
    for row in Picking.objects.filter(shipment__order=order).select_related("shipment"):
        for what in _wrong(row):
            yield f"picking {row.pk}: {what}"


def _wrong(row: Picking) -> Iterator[str]:
    held: Counter[UUID | None] = Counter()
    for item in row.shipment.items.select_related("line"):
        held[item.line.listing_id] += pieces_of(item)
    taken, back = _moved(row, row.pk), _moved(row, uuid5(row.pk, PUT_BACK))
    if taken != {listing: -pieces for listing, pieces in held.items()}:
        yield f"{sum(held.values())} pieces are in its parcel, {-sum(taken.values())} were taken for it"
    if row.ended_at is None and back:
        yield "its pieces lie at the place again, but it has not ended"
    if row.ended_at is not None and (
        row.shipment.status != Tracking.CANCELED or back != {one: -change for one, change in taken.items()}
    ):
        came = f"{sum(back.values())} pieces came back"
        yield f"it has ended, but its parcel is {row.shipment.status} and {came}"
    try:
        _read = row.code
    except crypto.BadSeal:
        yield "its code was changed, or belongs to another row"


def _moved(row: Picking, cause: UUID) -> dict[UUID | None, int]:
    moves = PlaceMove.objects.filter(cause=cause, stock__place=row.place_id)
    return dict(moves.values_list("stock__listing", "change"))
