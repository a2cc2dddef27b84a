"""REST for buying at the list price."""

from typing import Annotated, Any
from uuid import UUID, uuid5

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from orders.facts import OrderDetails
from orders.queries import order_view
from orders.schemas import AmountIn, KnownDetailsIn
from rooms import buying

router = Router(tags=["rooms"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


class BuyIn(Schema):
    """So many at the list price that you have seen."""

    model_config = ConfigDict(extra="forbid")

    quantity: Annotated[int, Field(ge=1, le=limits.STOCK_MAX)]
    price: Annotated[AmountIn, Field(description="the price for one that you have seen")]
    details: Annotated[
        KnownDetailsIn | None, Field(description="the order is placed when they are complete")
    ] = None


@router.post("/listings/{uuid:listing_id}/buy", summary="Buy at the list price")
def buy(request: Person, listing_id: UUID, payload: BuyIn) -> dict[str, Any]:
    """Opens a room, accepts the seller's list-price offer in it, and makes the order. Send an
    `Idempotency-Key`: the same key never buys twice. `order` is null where your organisation asks for a
    second factor: then accept the standing offer in the room.
    """
    key = request.headers.get("Idempotency-Key", "")
    purchase = buying.Purchase(
        id=uuid5(request.auth.pk, key) if key else uuid7(),
        listing=listing_id,
        quantity=payload.quantity,
        price=Money(payload.price.minor, payload.price.currency),
    )
    details = OrderDetails(**payload.details.model_dump()) if payload.details else None
    bought = buying.buy_now(actor=request.auth, purchase=purchase, details=details, now=clock.now())
    order = bought.order
    return {
        "room": str(bought.room.pk),
        "order": None if order is None else order_view(order),
        "placed": bought.placed,
    }
