"""What REST answers about the review queue and the wall, to moderators."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

Status = Literal["pending", "approved", "rejected", "ignored", "deleted"]


class WhoOut(Schema):
    id: UUID
    name: str


class ItemOut(Schema):
    id: UUID
    room: UUID
    title: str
    about: Annotated[WhoOut | None, Field(description="whose doing it is; null: the room itself")]
    kind: str
    status: Status
    score: int
    version: Annotated[int, Field(description="to be sent with a decision")]
    opened_at: datetime
    claimed_by: Annotated[WhoOut | None, Field(description="while the claim holds")]
    claimed_until: datetime | None


class RowOut(ItemOut):
    reports: int
    findings: int
    words: Annotated[str, Field(description="what weighs most in it, as it is at the table now")]


class QueueOut(Schema):
    items: list[RowOut]
    next: Annotated[str | None, Field(description="`after` of the following page")]
    hidden: Annotated[int, Field(description="items that your organisation has to do with")]


class FitOut(Schema):
    rule: str
    explanation: str
    words: str


class ReportOut(Schema):
    id: UUID
    reporter: WhoOut
    kind: str
    words: str
    points: int
    made_at: datetime


class EntryOut(Schema):
    what: Literal["message", "offer", "person", "room"]
    name: Annotated[str, Field(description="the number, the version, or the name")]
    url: str
    words: list[str]
    removed: bool
    points: int
    findings: list[FitOut]
    reports: list[ReportOut]


class StepOut(Schema):
    event: str
    by: WhoOut | None
    reason: str
    at: datetime


class PersonOut(Schema):
    person: WhoOut
    role: Literal["subject", "reporter"]
    decided: Annotated[dict[str, int], Field(description="other items by status")]


class ItemDetailOut(ItemOut):
    entries: list[EntryOut]
    steps: list[StepOut]
    people: list[PersonOut]


class FactorOut(Schema):
    name: str
    points: int
    explanation: str


class LiveRoomOut(Schema):
    room: UUID
    title: str
    risk: int
    band: Literal["high", "raised", "low"]
    factors: list[FactorOut]
    turn: Literal["buyer", "seller", "nobody"]
    until: datetime | None
    active_at: datetime
    items: Annotated[list[UUID], Field(description="of the review queue, that wait")]


class WallOut(Schema):
    rooms: list[LiveRoomOut]
    total: int
    at: datetime


class DecisionIn(Schema):
    """`version` is that of the item when it was looked at."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["approve", "reject", "ignore", "delete"]
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    version: int


class ReleaseIn(Schema):
    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=500)] = ""
