"""Which rooms the demo's deals have."""

from uuid import UUID

from negotiation_hub.demo.deals import DEALS, FIRST_ROOM, LAST_ROOM, Deal, deal_in
from orders.lifecycle import Status
from orders.models import Order
from rooms.models import Room


def rooms_of_deals() -> dict[int, UUID]:
    """The newest room of each deal that was made, by the deal's number."""
    rows = Room.objects.filter(pk__gte=FIRST_ROOM, pk__lte=LAST_ROOM).order_by("pk")
    found: dict[int, UUID] = {}
    for room_id in rows.values_list("pk", flat=True):
        deal = deal_in(room_id)
        if deal is not None:
            found[deal.number] = room_id
    return found


def missing_deals() -> list[tuple[Deal, UUID | None]]:
    """The deals that were never made (None), and those whose time to pay is over, with the room of then."""
    rooms = rooms_of_deals()
    ended = Order.objects.filter(room_id__in=rooms.values(), status=Status.EXPIRED.value)
    over = set(ended.values_list("room_id", flat=True))
    wanted = [(deal, rooms.get(deal.number)) for deal in DEALS]
    return [(deal, room) for deal, room in wanted if room is None or room in over]
