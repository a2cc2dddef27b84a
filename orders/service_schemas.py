"""REST: what is sent and answered about services."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field


class In(Schema):
    model_config = ConfigDict(extra="forbid")


class ReportIn(In):
    note: Annotated[str, Field(description="what was done, in at most 500 characters")] = ""


class WordIn(In):
    reason: Annotated[str, Field(description="in words, at most 500 characters")] = ""


class TimesIn(In):
    id: Annotated[UUID | None, Field(description="your own: sent again, it is proposed once")] = None
    line: UUID
    times: Annotated[list[AwareDatetime], Field(description="one to three starts, ISO 8601 with an offset")]
    minutes: int
    zone: Annotated[str, Field(description="of the place, an IANA name")]
    place: str = ""
    who: str = ""
    note: str = ""


class TakeIn(In):
    at: Annotated[AwareDatetime, Field(description="one of the proposed times")]


class RuleIn(In):
    minutes: Annotated[int | None, Field(description="how long one takes; null: without appointments")]
    at_once: Annotated[int | None, Field(description="how many at the same time; null: any number")] = None


class WorkProofOut(Schema):
    id: UUID
    at: datetime
    name: str
    media_type: str
    url: Annotated[str, Field(description="the picture or the file, for both sides, signed in")]


class DisputeOut(Schema):
    id: UUID
    by: UUID
    at: datetime
    reason: str
    ended_at: datetime | None
    end: Annotated[str, Field(description="received, changes, appointed, withdrawn, ended; empty: open")]


class TimesOut(Schema):
    """Times that one side proposes."""

    id: UUID
    side: str
    at: datetime
    times: list[datetime]
    minutes: int
    zone: str
    place: str
    who: str
    note: str
    outcome: Annotated[str, Field(description="standing, taken, declined or replaced")]


class AppointmentOut(Schema):
    """The time of a service line."""

    id: UUID
    order: UUID
    line: UUID
    status: Annotated[str, Field(description="open, agreed, missed or canceled")]
    starts_at: datetime | None
    ends_at: datetime | None
    zone: Annotated[str, Field(description="of the place; times are UTC")]
    place: str
    who: str
    sequence: Annotated[int, Field(description="counts the times that were agreed")]
    calendar: Annotated[str | None, Field(description="an iCalendar object, once a time is agreed")]
    proposals: list[TimesOut]
