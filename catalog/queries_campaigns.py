"""Reading campaigns: who gets them, what became of them, and which rooms came of which visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from catalog.campaign_models import Attribution, Campaign, Consent, Subscriber, Visit
from catalog.models import Listing
from catalog.subscription import Status, What
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User

PAGE: Final = 50  # rows


@dataclass(frozen=True, slots=True)
class Results:
    """What became of a campaign. `waiting` mails are on their way; `rooms` were opened after a visit."""

    audience: int
    mails: int
    waiting: int
    sent: int
    failed: int
    skipped: int
    unsubscribes: int
    visits: int
    rooms: int

    @property
    def dealt_percent(self) -> int:
        """How much of the audience has been dealt with."""
        return min(100, self.mails * 100 // self.audience) if self.audience else 0


@dataclass(frozen=True, slots=True)
class AttributedRoom:
    """A room and where its buyer came from. `campaign` is None for visits that came without one."""

    room: UUID
    opened_at: datetime
    source: str
    detail: str
    campaign: UUID | None
    campaign_subject: str
    visited_at: datetime


def campaign_for(viewer: User, campaign_id: UUID) -> Campaign:
    """A campaign of the viewer's organisation, for its sales staff and managers.

    Raises NotFound for everybody outside, NotPermitted for other colleagues.
    """
    rows = Campaign.objects.select_related("organisation", "listing", "listing__organisation")
    found = rows.filter(pk=campaign_id).first()
    member = people.membership(viewer, found.organisation_id) if found else None
    if found is None or member is None:
        raise NotFound
    if not people.may_sell(member):
        raise NotPermitted
    return found


def require_seller(viewer: User, organisation_id: UUID) -> None:
    """Raises NotPermitted for who does not sell for it."""
    if not people.may_sell(people.membership(viewer, organisation_id)):
        raise NotPermitted


def campaigns_of(
    organisation_id: UUID, *, before: datetime | None = None, limit: int = PAGE
) -> tuple[Sequence[Campaign], datetime | None]:
    """An organisation's campaigns, newest first, and what asks for the next page when there is one."""
    rows = Campaign.objects.select_related("listing").filter(organisation=organisation_id)
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    found = list(rows.order_by("-created_at", "-pk")[: limit + 1])
    return found[:limit], found[limit - 1].created_at if len(found) > limit else None


def confirmed_of(organisation_id: UUID) -> QuerySet[Subscriber]:
    """Those who may be written to."""
    return Subscriber.objects.filter(organisation=organisation_id, status=Status.CONFIRMED)


def subscribers_of(
    organisation_id: UUID, *, after: UUID | None = None, status: str = "", limit: int = PAGE
) -> tuple[Sequence[Subscriber], UUID | None]:
    """An organisation's subscribers, oldest first, and what asks for the next page when there is one."""
    rows = Subscriber.objects.filter(organisation=organisation_id)
    if status:
        rows = rows.filter(status=status)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[: limit + 1])
    return found[:limit], found[limit - 1].pk if len(found) > limit else None


def subscribers_by_status(organisation_id: UUID) -> dict[str, int]:
    """How many subscribers stand where; every status is named."""
    counted = (
        Subscriber.objects.filter(organisation=organisation_id)
        .order_by()
        .values_list("status")
        .annotate(number=Count("pk"))
    )
    return {**{status.value: 0 for status in Status}, **dict(counted)}


def listings_to_lead_to(organisation_id: UUID) -> QuerySet[Listing]:
    """What a campaign may lead to: the organisation's public listings, newest first."""
    return Listing.objects.filter(organisation=organisation_id, status=Listing.Status.PUBLISHED).order_by(
        "-pk"
    )


def results_of(campaign: Campaign) -> Results:
    """What became of a campaign so far."""
    left = Consent.objects.filter(campaign=campaign, what=What.UNSUBSCRIBED)
    return Results(
        audience=campaign.audience,
        mails=campaign.mails,
        waiting=campaign.mails - campaign.sent - campaign.failed - campaign.skipped,
        sent=campaign.sent,
        failed=campaign.failed,
        skipped=campaign.skipped,
        unsubscribes=left.count(),
        visits=Visit.objects.filter(campaign=campaign).count(),
        rooms=Attribution.objects.filter(visit__campaign=campaign).count(),
    )


def attributed_rooms(organisation_id: UUID, since: datetime, until: datetime) -> list[AttributedRoom]:
    """The seller's rooms, opened from `since` to before `until`, that came of a visit, oldest first."""
    rows = Attribution.objects.select_related("visit", "visit__campaign").filter(
        organisation=organisation_id, at__gte=since, at__lt=until
    )
    return [
        AttributedRoom(
            room=row.room,
            opened_at=row.at,
            source=row.visit.source,
            detail=row.visit.detail,
            campaign=row.visit.campaign_id,
            campaign_subject=row.visit.campaign.subject if row.visit.campaign else "",
            visited_at=row.visit.at,
        )
        for row in rows.order_by("at", "pk")
    ]
