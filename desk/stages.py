"""Where a deal stands and whose turn it is, as the database sees it: what lists are filtered and counted by.

The words of a row come from `orders/next_step.py`; a test holds the two against each other in every state.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from orders.lifecycle import AuthorizeStatus, Status
from orders.models import Frame, LatePayment, Order, Receipt
from rooms.models import Offer, Room
from rooms.negotiation import Status as Negotiation


class Stage(StrEnum):
    """How far a deal is."""

    TALKING = "talking"
    OFFER = "offer"
    PLACE = "place"
    PAY = "pay"
    DELIVER = "deliver"
    RECEIVE = "receive"
    DONE = "done"
    ENDED = "ended"


WORDS: Final = {
    Stage.TALKING: _("Talking, nothing offered"),
    Stage.OFFER: _("An offer is on the table"),
    Stage.PLACE: _("Agreed, to be placed"),
    Stage.PAY: _("To pay"),
    Stage.DELIVER: _("To deliver"),
    Stage.RECEIVE: _("To receive"),
    Stage.DONE: _("Done"),
    Stage.ENDED: _("Ended without a deal"),
}
_ORDERED: Final = ~Q(status=Negotiation.OPEN) | Q(late=True)
_SHIPPING: Final = (Status.UNFULFILLED.value, Status.PARTIALLY_FULFILLED.value)
_PAID: Final = Q(order_authorized=AuthorizeStatus.FULL.value)
_STAGES: Final = (
    When(
        Q(order_status=None) | ~_ORDERED,
        then=Case(
            When(status=Negotiation.CLOSED, framed=True, then=Value(Stage.DONE)),
            When(status=Negotiation.CLOSED, then=Value(Stage.ENDED)),
            When(standing=None, then=Value(Stage.TALKING)),
            default=Value(Stage.OFFER),
        ),
    ),
    When(order_status__in=(Status.DRAFT.value, Status.UNCONFIRMED.value), then=Value(Stage.PLACE)),
    When(~_PAID, order_status__in=_SHIPPING, then=Value(Stage.PAY)),
    When(order_status__in=_SHIPPING, then=Value(Stage.DELIVER)),
    When(order_status=Status.FULFILLED.value, received=True, then=Value(Stage.DONE)),
    When(order_status=Status.FULFILLED.value, then=Value(Stage.RECEIVE)),
)
_TURNS: Final = (
    When(stage=Stage.OFFER, offered_by="buyer", then=Value("seller")),
    When(stage__in=(Stage.OFFER, Stage.PLACE, Stage.PAY, Stage.RECEIVE), then=Value("buyer")),
    When(Q(stage=Stage.DELIVER) | Q(stage=Stage.ENDED, late=True), then=Value("seller")),
)


def staged(rooms: "QuerySet[Room]") -> "QuerySet[Any]":
    """Rooms with `stage` and `turn` (buyer, seller, nobody), computed by the database."""
    newest = Order.objects.filter(room_id=OuterRef("pk")).order_by("-pk")
    waiting = LatePayment.objects.filter(order=OuterRef("order_pk"), choice=LatePayment.Choice.WAITING)
    standing = Offer.objects.filter(room=OuterRef("pk"), version=OuterRef("standing"))
    text: CharField[str, str] = CharField(max_length=24)
    return (
        rooms.annotate(
            order_pk=Subquery(newest.values("pk")[:1]),
            order_status=Subquery(newest.values("status")[:1]),
            order_authorized=Subquery(newest.values("authorize_status")[:1]),
            offered_by=Subquery(standing.values("side")[:1]),
        )
        .annotate(framed=Exists(Frame.objects.filter(room_id=OuterRef("pk"))))
        .annotate(late=Exists(waiting), received=Exists(Receipt.objects.filter(order=OuterRef("order_pk"))))
        .annotate(stage=Case(*_STAGES, default=Value(Stage.ENDED), output_field=text))
        .annotate(turn=Case(*_TURNS, default=Value("nobody"), output_field=text))
    )


def waits_for(organisations: Collection[UUID]) -> Q:
    """Of `staged` rooms those in which it is the turn of one of these organisations."""
    sells, buys = Q(seller__in=organisations), Q(buyer__in=organisations)
    return Q(sells, turn="seller") | Q(buys & ~sells, turn="buyer")


def waits_for_others(organisations: Collection[UUID]) -> Q:
    """Of `staged` rooms those in which it is the turn of the other side."""
    return ~Q(turn="nobody") & ~waits_for(organisations)
