"""Where a row about money leads to: the order, and the room in which it was negotiated."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse

from orders.models import Order
from payments.hooks import OrderLink


def order_links(order_ids: Collection[UUID]) -> dict[UUID, OrderLink]:
    """The links of these orders; unknown ones are left out. One query."""
    rows = Order.objects.filter(pk__in=set(order_ids)).values_list("pk", "title", "number", "room_id")
    return {
        pk: OrderLink(
            order_id=pk,
            title=title,
            number=number,
            url=reverse("orders:order", args=[pk]),
            room_id=room_id,
            room_url=reverse("rooms:room", args=[room_id]),
        )
        for pk, title, number, room_id in rows
    }
