"""What REST takes and gives of disputes of goods."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from orders.return_schemas import ReturnedIn


class _In(Schema):
    model_config = ConfigDict(extra="forbid")


class DisputeIn(_In):
    order: UUID
    id: Annotated[UUID | None, Field(description="yours: with the same id it is the same dispute")] = None
    items: Annotated[list[ReturnedIn], Field(min_length=1, max_length=100)]
    reason: Literal["not_received", "damaged", "not_as_described", "other"]
    words: Annotated[str, Field(description="what is wrong, in 1 to 500 characters")]


class ProposalIn(_In):
    id: Annotated[UUID | None, Field(description="yours: with the same id it is proposed once")] = None
    outcome: Literal["replacement", "refund", "rejection"]
    amount: Annotated[
        int | None, Field(description="of a refund, in minor units of the order's currency")
    ] = None
    reason: Annotated[str, Field(description="in words, at most 500 characters; a rejection needs one")] = ""


class AgreeIn(_In):
    proposal: Annotated[UUID, Field(description="the one that stands")]


class DeclineIn(AgreeIn):
    reason: Annotated[str, Field(description="why not, at most 500 characters")] = ""


class DisputedOut(Schema):
    line: UUID
    quantity: str
    missing: Annotated[str, Field(description="of it, what had not left the seller")]


class DisputeStepOut(Schema):
    id: UUID
    event: str
    before: str
    after: str
    actor: UUID | None
    at: datetime
    outcome: str
    amount: int | None
    reason: str


class GoodsDisputeOut(Schema):
    id: UUID
    order: UUID
    status: Annotated[str, Field(description="disputed, decided or resolved")]
    reason: str
    words: str
    by: UUID
    at: datetime
    items: list[DisputedOut]
    proposal: Annotated[UUID | None, Field(description="the step that stands for the buyer, or was agreed")]
    end: Annotated[
        str,
        Field(
            description="received, withdrawn, replacement, refund, rejection, amended, ended (with its "
            "order); empty: open"
        ),
    ]
    ended_at: datetime | None
    share: Annotated[int | None, Field(description="of the gross in minor units, where a sum was agreed")]
    refund: Annotated[int | None, Field(description="the sum, in minor units")]
    refunded_at: datetime | None
    refunded_amount: int | None
    goods_return: Annotated[UUID | None, Field(description="the return by which it is replaced")]
    steps: list[DisputeStepOut]


class GoodsDisputesOut(Schema):
    disputes: list[GoodsDisputeOut]
