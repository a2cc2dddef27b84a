"""What REST takes and gives of returns."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field


class _In(Schema):
    model_config = ConfigDict(extra="forbid")


class ReturnedIn(_In):
    line: UUID
    quantity: Annotated[str, Field(description="decimal text in the line's unit, such as 2.5", max_length=20)]


class ReturnRequestIn(_In):
    order: UUID
    id: Annotated[UUID | None, Field(description="yours: with the same id it is the same return")] = None
    items: Annotated[list[ReturnedIn], Field(min_length=1, max_length=100)]
    reason: Literal["damaged", "wrong_item", "not_as_described", "no_longer_wanted", "other"]
    note: Annotated[str, Field(description="in your words, at most 500 characters")] = ""


class ApproveReturnIn(_In):
    outcome: Annotated[
        Literal["refund", "replacement"],
        Field(description="money when it is back, or the same lines and quantities again"),
    ]
    items: Annotated[
        list[ReturnedIn] | None,
        Field(description="to how much you agree; without: to all of it", max_length=100),
    ] = None
    reason: Annotated[str, Field(description="why not to the rest, in 1 to 500 characters")] = ""


class RecordReturnIn(_In):
    order: UUID
    id: Annotated[UUID | None, Field(description="yours: with the same id it is the same return")] = None
    items: Annotated[list[ReturnedIn], Field(min_length=1, max_length=100)]
    outcome: Literal["refund", "replacement"]
    sellable: Annotated[bool, Field(description="true: into stock again; false: written off")]
    reason: Literal["damaged", "wrong_item", "not_as_described", "no_longer_wanted", "other"] = (
        "no_longer_wanted"
    )
    note: Annotated[str, Field(description="in your words, at most 500 characters")] = ""


class RefuseReturnIn(_In):
    reason: Annotated[str, Field(description="why, in 1 to 500 characters")]


class ReturnParcelIn(_In):
    carrier: str
    tracking: str = ""


class ReceiveReturnIn(_In):
    sellable: Annotated[bool, Field(description="true: into stock again; false: written off")]


class ReturnedOut(Schema):
    line: UUID
    quantity: Annotated[str, Field(description="as it was asked for")]
    agreed: Annotated[str, Field(description="of it, what the seller took; empty: all of it, or undecided")]


class ReturnStepOut(Schema):
    event: str
    before: str
    after: str
    actor: UUID | None
    at: datetime
    reason: str


class GoodsReturnOut(Schema):
    id: UUID
    order: UUID
    status: Annotated[str, Field(description="requested, approved, refused, sent_back, received or canceled")]
    reason: Annotated[str, Field(description="as asked, or not_received, which only a dispute ends with")]
    note: str
    dispute: Annotated[UUID | None, Field(description="the one that both ended with it")]
    outcome: Annotated[str, Field(description="refund, replacement, or empty until it is approved")]
    items: list[ReturnedOut]
    carrier: str
    tracking: str
    requested_at: datetime
    closed_at: datetime | None
    sellable: bool | None
    share: Annotated[int | None, Field(description="of the gross in minor units, once it is back for money")]
    refunded_at: datetime | None
    refunded_amount: int | None
    replacements: Annotated[list[UUID], Field(description="shipments that were sent instead of it")]
    steps: list[ReturnStepOut]


class GoodsReturnsOut(Schema):
    returns: list[GoodsReturnOut]
