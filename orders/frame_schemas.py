"""What REST takes and answers about frame agreements."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from negotiation_hub.kernel import limits
from orders.schemas import AmountIn, In, ItemIn, KnownDetailsIn, PartyOut


class PriceOut(Schema):
    """One price of a line, and for which pieces it holds."""

    start: str
    end: str
    unit_price: int
    now: Annotated[bool, Field(description="the next piece costs this")]


class FrameLineOut(Schema):
    id: UUID
    title: str
    unit: str
    listing: UUID | None
    volume: str
    called_off: str
    left: str
    prices: list[PriceOut]


class FrameOut(Schema):
    id: Annotated[UUID, Field(description="that of the agreement")]
    number: str
    room: UUID
    title: str
    buyer: PartyOut
    seller: PartyOut
    currency: str
    tax_basis: str
    tax_rate_bp: int
    issues: list[dict[str, Any]]
    created_at: datetime
    ends_on: Annotated[date, Field(description="the last day, of UTC")]
    in_force: bool
    lines: list[FrameLineOut]


class FramesOut(Schema):
    frames: list[FrameOut]


class CalledLineOut(Schema):
    title: str
    quantity: str
    unit: str
    unit_price: int
    total: int


class CallOffOut(Schema):
    id: Annotated[UUID, Field(description="the order's")]
    number: str
    room: UUID
    status: str
    authorize_status: str
    charge_status: str
    gross: int
    currency: str
    due_at: str
    created_at: datetime
    lines: list[CalledLineOut]


class CallOffsOut(Schema):
    call_offs: list[CallOffOut]
    next: UUID | None


class PricesIn(In):
    items: Annotated[list[ItemIn], Field(min_length=1, max_length=limits.LINES_MAX)]


class PricesOut(Schema):
    """What so much would cost now."""

    currency: str
    net: int
    tax: int
    gross: int
    lines: list[CalledLineOut]


class CallOffIn(PricesIn):
    id: Annotated[UUID | None, Field(description="yours: with the same id it is the same call-off")] = None
    gross: Annotated[AmountIn, Field(description="the total that you have seen")]
    details: Annotated[
        KnownDetailsIn | None, Field(description="the order is placed when they are complete")
    ] = None
