"""What is known of deals: read for a whole page of them at once, so that the queries do not grow with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from catalog import queries as catalog
from catalog.models import Listing
from negotiation_hub.people.models import User
from orders.models import Frame, LatePayment, Order
from orders.queries import for_lists, with_money_as_it_is
from payments.queries import OrderMoney, money_of_orders
from rooms.models import Offer, Participant, Room
from rooms.negotiation import Status as Negotiation
from threads.models import Thread


@dataclass(frozen=True, slots=True)
class Facts:
    """A negotiation and what became of it. `order` is the one that counts now, with its axes as they are."""

    room: Room
    offer: Offer | None  # on the table
    order: Order | None
    frame: Frame | None  # the frame agreement that was agreed there
    money: OrderMoney | None  # of the order
    seats: Sequence[Participant]  # in the order of sitting down
    assignee: User | None  # who was put in charge of the question that it began with
    listings: dict[UUID, Listing]  # that its lines and the room are about

    @property
    def listing(self) -> Listing | None:
        """What the room is about."""
        return self.listings.get(self.room.listing) if self.room.listing is not None else None

    def seated(self, side: str) -> list[Participant]:
        """Who sat down on a side."""
        return [seat for seat in self.seats if seat.side == side]


def facts_of(rooms: Sequence[Room]) -> list[Facts]:
    """The facts of some rooms, in their order."""
    ids = [room.pk for room in rooms]
    offers, orders, seats = _standing(rooms), _orders(rooms), _seats(ids)
    money = money_of_orders([order.pk for order in orders.values()])
    threads = Thread.objects.filter(room__in=ids, assignee__isnull=False).select_related("assignee")
    assignees = {thread.room: thread.assignee for thread in threads}
    frames = {frame.room_id: frame for frame in Frame.objects.filter(room_id__in=ids)}
    named = {room.listing for room in rooms} | {
        line.listing_id for order in orders.values() for line in order.lines.all()
    }
    listings = catalog.listings_by_ids(one for one in named if one is not None)

    def facts(room: Room) -> Facts:
        order = orders.get(room.pk)
        paid = money[order.pk] if order is not None else None
        return Facts(
            room=room,
            offer=offers.get(room.pk),
            order=order and with_money_as_it_is(order, paid),
            frame=frames.get(room.pk),
            money=paid,
            seats=seats[room.pk],
            assignee=assignees.get(room.pk),
            listings=listings,
        )

    return [facts(room) for room in rooms]


def _standing(rooms: Sequence[Room]) -> dict[UUID, Offer]:
    versions = {room.pk: room.standing for room in rooms if room.standing is not None}
    offers = Offer.objects.filter(room__in=list(versions), status="pending")
    return {offer.room_id: offer for offer in offers if offer.version == versions[offer.room_id]}


def _orders(rooms: Sequence[Room]) -> dict[UUID, Order]:
    """The newest order of each room, unless the sides negotiate again and nothing of it waits."""
    rows = Order.objects.filter(room_id__in=[room.pk for room in rooms]).order_by("id")
    rows = for_lists(rows)
    newest = {order.room_id: order for order in rows}
    reopened = {room.pk for room in rooms if room.status == Negotiation.OPEN}
    return {
        room: order for room, order in newest.items() if room not in reopened or waits_late(order) is not None
    }


def waits_late(order: Order) -> LatePayment | None:
    """A payment that came after the order had ended, and that the seller has not decided about."""
    late = (row for row in order.late_payments.all() if row.choice == LatePayment.Choice.WAITING)
    return next(late, None)


def _seats(room_ids: Iterable[UUID]) -> dict[UUID, list[Participant]]:
    found: dict[UUID, list[Participant]] = defaultdict(list)
    for seat in Participant.objects.filter(room__in=list(room_ids)).select_related("user").order_by("pk"):
        found[seat.room_id].append(seat)
    return found
