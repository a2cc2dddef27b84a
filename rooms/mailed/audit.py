"""What `negotiation-hub verify` asks of orders by mail: each confirmed one is one order, and no more."""

from collections.abc import Iterator

from negotiation_hub.kernel.audit import Problem
from orders.models import Order
from rooms.buying import BY_MAIL
from rooms.mailed.models import MailOrder
from rooms.models import Agreement, Room


def check() -> Iterator[Problem]:
    """Checks every confirmed draft, and that no room says that it came by mail from none."""
    confirmed = MailOrder.objects.filter(room__isnull=False).select_related("room")
    for draft in confirmed.order_by("pk").iterator(chunk_size=200):
        yield from _check(draft)
    known = confirmed.values("room")
    for room in Room.objects.filter(origin__kind=BY_MAIL).exclude(pk__in=known).order_by("pk"):
        yield Problem(f"room {room.pk}", "it says that it was ordered by mail, and no mail order names it")


def _check(draft: MailOrder) -> Iterator[Problem]:
    where, room = f"mail order {draft.pk}", draft.room
    origin = (room.origin if room is not None else None) or {}
    if (origin.get("kind"), origin.get("id")) != (BY_MAIL, str(draft.pk)):
        yield Problem(where, "its room was opened for something else")
    if room is not None and (room.listing, room.opened_by_id) != (draft.listing, draft.confirmed_by_id):
        yield Problem(where, "its room is about another listing, or of another person")
    if room is None:
        return
    orders = Order.objects.filter(room_id=room.pk).count()
    agreed = Agreement.objects.filter(room=room, amends=None).count()
    # Where the second factor is asked for, the offer waits in the room, and may come to nothing.
    if orders != agreed or orders > 1:
        yield Problem(where, f"it has {orders} orders of {agreed} agreements")
