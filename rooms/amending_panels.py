"""What an order's page shows of amending it: what stands, or the form that offers it."""

from typing import Any

from catalog.hooks import Panel
from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User
from orders import services as orders
from orders.models import Order
from rooms import queries
from rooms.amending_forms import AmendForm
from rooms.models import Agreement, Offer, Room
from rooms.table import over


def amend(order: Order, viewer: User) -> Panel | None:
    """For who may bind a side of a placed order of which something is still to be delivered."""
    context = context_of(order, viewer)
    return None if context is None else Panel("rooms/amend_panel.html", context)


def context_of(order: Order, viewer: User) -> dict[str, Any] | None:
    """What the panel reads; None where there is nothing to amend, or nobody who may."""
    found = orders.amendable(order.room_id)
    if found is None or found[0].pk != order.pk:
        return None
    room = Room.objects.select_related("buyer", "seller").filter(pk=order.room_id).first()
    seat = None if room is None else queries.seat(viewer, room)
    agreement = Agreement.objects.select_related("offer").filter(pk=found[1]).first()
    if (
        room is None
        or agreement is None
        or seat is None
        or seat.side not in queries.SIDES
        or not seat.may_bind
    ):
        return None
    standing = Offer.objects.filter(room=room, version=room.standing or 0).first()
    if standing is not None and over(standing, clock.now()):
        standing = None
    return {
        "order": order,
        "standing": standing,
        "package": standing and standing.packages[0],
        "own": standing is not None and standing.side == seat.side,
        "source": standing and queries.source_of(order, standing.version),
        "form": AmendForm(agreement=agreement, auto_id="amend_%s"),
    }
