"""REST: campaigns and subscribers of one's own organisation."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict

from catalog import campaigns, queries_campaigns
from catalog.campaign_models import Campaign, Subscriber
from negotiation_hub.kernel import clock
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Organisation, User

router = Router(tags=["campaigns"])
PAGE_MAX = 100
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


class CampaignIn(Schema):
    """What a campaign says; without a listing it leads to the seller's page."""

    model_config = ConfigDict(extra="forbid")

    subject: str
    text: str
    listing: UUID | None = None


class SendIn(Schema):
    """`revision`: which words were seen. `at`: when it starts, at once without."""

    model_config = ConfigDict(extra="forbid")

    revision: int | None = None
    at: AwareDatetime | None = None


class ResultsOut(Schema):
    audience: int
    mails: int
    waiting: int
    sent: int
    failed: int
    skipped: int
    unsubscribes: int
    visits: int
    rooms: int


class CampaignOut(Schema):
    id: UUID
    subject: str
    text: str
    listing: UUID | None
    status: str
    revision: int
    created_at: str
    scheduled_at: str | None
    started_at: str | None
    finished_at: str | None
    results: ResultsOut


class CampaignsOut(Schema):
    campaigns: list[CampaignOut]
    next: str | None


class SubscriberOut(Schema):
    id: UUID
    email: str
    language: str
    status: str
    since: str


class SubscribersOut(Schema):
    subscribers: list[SubscriberOut]
    next: UUID | None


@router.post("/campaigns", response={201: CampaignOut}, summary="Write a campaign")
def create_campaign(request: Person, body: CampaignIn) -> Status[dict[str, Any]]:
    """A draft of the organisation that the person acts for. Nothing is sent."""
    made = campaigns.create_campaign(
        actor=request.auth,
        organisation=_seller(request),
        words=campaigns.Words(body.subject, body.text, body.listing),
        now=clock.now(),
    )
    return Status(201, _campaign(made))


@router.get("/campaigns", response=CampaignsOut, summary="Your organisation's campaigns, newest first")
def list_campaigns(
    request: Person, before: AwareDatetime | None = None, limit: Limit = queries_campaigns.PAGE
) -> dict[str, Any]:
    """`next` is what to ask with as `before` for the following page."""
    rows, more = queries_campaigns.campaigns_of(_seller(request).pk, before=before, limit=limit)
    return {"campaigns": [_campaign(row) for row in rows], "next": _moment(more)}


@router.get("/campaigns/{campaign}", response=CampaignOut, summary="One campaign")
def get_campaign(request: Person, campaign: UUID) -> dict[str, Any]:
    """With what came of it so far."""
    return _campaign(queries_campaigns.campaign_for(request.auth, campaign))


@router.post("/campaigns/{campaign}/send", response=CampaignOut, summary="Send a campaign")
def send_campaign(request: Person, campaign: UUID, body: SendIn | None = None) -> dict[str, Any]:
    """To everyone who has confirmed by then, each once. Again, nothing happens."""
    said = body or SendIn()
    sent = campaigns.send_campaign(
        actor=request.auth, campaign_id=campaign, revision=said.revision, at=said.at, now=clock.now()
    )
    return _campaign(sent)


@router.post("/campaigns/{campaign}/pause", response=CampaignOut, summary="Hold a campaign")
def pause_campaign(request: Person, campaign: UUID) -> dict[str, Any]:
    """What is on its way goes out."""
    return _campaign(campaigns.pause_campaign(actor=request.auth, campaign_id=campaign, now=clock.now()))


@router.post("/campaigns/{campaign}/resume", response=CampaignOut, summary="Let a campaign go on")
def resume_campaign(request: Person, campaign: UUID) -> dict[str, Any]:
    """Where it stopped."""
    return _campaign(campaigns.resume_campaign(actor=request.auth, campaign_id=campaign, now=clock.now()))


@router.post("/campaigns/{campaign}/cancel", response=CampaignOut, summary="End a campaign")
def cancel_campaign(request: Person, campaign: UUID) -> dict[str, Any]:
    """Whoever has no mail yet gets none."""
    return _campaign(campaigns.cancel_campaign(actor=request.auth, campaign_id=campaign, now=clock.now()))


@router.get("/subscribers", response=SubscribersOut, summary="Your organisation's subscribers, oldest first")
def list_subscribers(
    request: Person, after: UUID | None = None, status: str = "", limit: Limit = queries_campaigns.PAGE
) -> dict[str, Any]:
    """Those with a status, when one is named."""
    rows, more = queries_campaigns.subscribers_of(
        _seller(request).pk, after=after, status=status, limit=limit
    )
    return {"subscribers": [_subscriber(row) for row in rows], "next": more}


def _seller(request: Person) -> Organisation:
    """The organisation that the person sells for. Raises NotPermitted."""
    seller = people.acting_organisation(request.auth)
    queries_campaigns.require_seller(request.auth, seller.pk)
    return seller


def _campaign(row: Campaign) -> dict[str, Any]:
    return {
        "id": row.pk,
        "subject": row.subject,
        "text": row.text,
        "listing": row.listing_id,
        "status": row.status,
        "revision": row.revision,
        "created_at": clock.text(row.created_at),
        "scheduled_at": _moment(row.scheduled_at),
        "started_at": _moment(row.started_at),
        "finished_at": _moment(row.finished_at),
        "results": queries_campaigns.results_of(row),
    }


def _subscriber(row: Subscriber) -> dict[str, Any]:
    return {
        "id": row.pk,
        "email": row.email,
        "language": row.language,
        "status": row.status,
        "since": clock.text(row.changed_at),
    }


def _moment(at: datetime | None) -> str | None:
    return clock.text(at) if at is not None else None
