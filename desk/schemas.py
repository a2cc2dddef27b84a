"""What REST answers about deals and reports."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field


class AmountOut(Schema):
    minor: int
    currency: str


class OwnerOut(Schema):
    id: UUID
    name: str
    how: Annotated[Literal["assigned", "seated"], Field(description="assigned, or sat down first")]


class PeopleOut(Schema):
    owner: Annotated[OwnerOut | None, Field(description="in charge on your side")]
    contact: Annotated[OwnerOut | None, Field(description="in charge on the other side")]


class MoneyOut(Schema):
    total: Annotated[AmountOut | None, Field(description="agreed, else offered, else the list price")]
    authorize_status: str
    charge_status: str
    authorized: Annotated[int, Field(description="reserved on cards now; as all that follow in minor units")]
    charged: int
    refunded: int
    held: int
    released: Annotated[int, Field(description="out of held funds, the platform's fee included")]


class GoodsOut(Schema):
    what: Annotated[str, Field(description="such as `500 pcs` or `3 lines`, in the reader's language")]
    kinds: list[str]
    delivery: Annotated[str, Field(description="how far it is, in words; empty before the order")]
    shipped: Annotated[int, Field(description="parcels")]
    delivered: int
    stock: Annotated[int | None, Field(description="left of the listing, for its seller; null: not counted")]


class DealOut(Schema):
    room: UUID
    order: UUID | None
    title: str
    side: Annotated[Literal["buyer", "seller", "moderator"], Field(description="yours")]
    counterpart: str
    stage: str
    turn: Literal["ours", "theirs", "nobody"]
    total: AmountOut | None
    until: Annotated[datetime | None, Field(description="when the turn is over")]
    opened_at: datetime
    people: PeopleOut
    money: MoneyOut
    goods: GoodsOut


class DealsOut(Schema):
    deals: list[DealOut]
    next: Annotated[UUID | None, Field(description="`after` of the following page, if there is one")]


class EntryOut(Schema):
    at: datetime
    kind: Annotated[str, Field(description="of the event (docs/protocol.md), or `visit`, `follow_up.…`")]
    source: Annotated[
        Literal["visit", "thread", "caucus", "board", "table", "feedback"],
        Field(description="which record says so"),
    ]
    who: list[str]
    text: Annotated[str, Field(description="in the reader's language")]
    detail: str
    count: Annotated[int, Field(description="above 1 for messages that were said in a row")]
    private: Annotated[bool, Field(description="only your own side sees it")]
    url: str


class TimelineOut(Schema):
    entries: Annotated[list[EntryOut], Field(description="the newest last")]
    earlier: Annotated[int | None, Field(description="`before` of the page before, if there is one")]


class DealDetailOut(DealOut):
    next_step: str
    timeline: TimelineOut


class FigureOut(Schema):
    key: str
    title: str
    definition: str
    unit: Annotated[Literal["count", "money", "pieces", "stars"], Field(description="of the value")]
    value: Annotated[
        int | str | list[AmountOut] | None,
        Field(description="money: an amount for each currency; stars: text, null below the threshold"),
    ]
    previous: Annotated[
        int | str | list[AmountOut] | None, Field(description="of the period before; null: not compared")
    ]
    url: Annotated[str, Field(description="of the page with its rows")]


class PartOut(Schema):
    side: Literal["seller", "buyer"]
    figures: list[FigureOut]


class PeriodOut(Schema):
    first: Annotated[date, Field(description="this day and the last one are included; days are those of UTC")]
    last: date


class ReportOut(Schema):
    organisation: str
    period: PeriodOut
    previous: PeriodOut
    parts: list[PartOut]
