"""Off to the provider's page."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from negotiation_hub.people.models import User
from orders import queries
from orders.models import Order
from orders.order_facts import Facts
from payments import queries as payment_queries
from payments import services as payments


def to_pay(order: Order) -> int:
    """What the next payment is over, in minor units: all of it, or what an amendment has added."""
    open_request = payment_queries.open_request_of(order.pk)
    return order.gross if open_request is None else payment_queries.missing(open_request)


def payment_page(order: Order, person: User, now: datetime) -> str | None:
    """The address of the provider's page on which the person pays an order; None when nothing is to be paid.

    Raises what `payments.start_payment` raises.
    """
    open_request = payment_queries.open_request_of(order.pk)
    queries.with_money_as_it_is(order)
    if open_request is None or Facts.of(order).paid:  # what was given back in part is not paid once more
        return None
    back = settings.PUBLIC_URL + reverse("orders:paid", args=[order.pk])
    payment = payments.start_payment(request_id=open_request.pk, actor=person, return_url=back, now=now)
    return payment.hosted_url or None
