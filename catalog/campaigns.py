"""Writing a campaign and telling it to go, wait, go on or end. `catalog/sending.py` does the sending."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from catalog import campaign as machine
from catalog import queries_campaigns, sending, storefronts
from catalog.campaign import Status
from catalog.campaign_models import Campaign
from catalog.models import Listing
from catalog.refusals import (
    CampaignChanged,
    CampaignListing,
    CampaignNobody,
    CampaignState,
    CampaignSubject,
    CampaignText,
    CampaignTime,
)
from negotiation_hub.kernel import commit, ids, limits
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.people.models import Organisation, User


@dataclass(frozen=True, slots=True)
class Words:
    """What a campaign says, and the listing that it leads to; without one it leads to the seller's page."""

    subject: str
    text: str
    listing: UUID | None = None


def create_campaign(
    *,
    actor: User,
    organisation: Organisation,
    words: Words,
    now: datetime,
    campaign_id: UUID | None = None,
) -> Campaign:
    """A draft; once per `campaign_id`, which the caller may make.

    Raises NotFound for strangers, NotPermitted for colleagues who do not sell, CampaignSubject, CampaignText,
    CampaignListing.
    """
    storefronts.require_writer(actor, organisation)
    content = _content(organisation.pk, words)
    with commit.transact():
        made, created = Campaign.objects.get_or_create(
            id=campaign_id or ids.random_id(),
            defaults={
                "organisation": organisation,
                "author": actor,
                "status": Status.DRAFT,
                "created_at": now,
                "updated_at": now,
                **content,
            },
        )
    if not created and (made.organisation_id, made.author_id) != (organisation.pk, actor.pk):
        raise NotFound
    return made


def edit_campaign(*, actor: User, campaign_id: UUID, words: Words, now: datetime) -> Campaign:
    """Changes a draft. Raises as `create_campaign`, and CampaignState once it was told to go."""
    with commit.transact():
        found = _own(actor, campaign_id)
        if found.status != Status.DRAFT:
            raise CampaignState
        for name, value in _content(found.organisation_id, words).items():
            setattr(found, name, value)
        found.revision += 1
        found.updated_at = now
        found.save()
    return found


def send_campaign(
    *,
    actor: User,
    campaign_id: UUID,
    now: datetime,
    revision: int | None = None,
    at: datetime | None = None,
) -> Campaign:
    """Lets a draft go to all who have confirmed by then, now or at `at`; again, nothing happens.

    `revision` says which words the sender saw. Raises NotFound, NotPermitted, CampaignState for a canceled
    one, CampaignChanged, CampaignNobody, CampaignListing, CampaignTime.
    """
    if at is not None and not now < at <= now + timedelta(seconds=limits.SCHEDULE_MAX_S):
        raise CampaignTime
    with commit.transact():
        found = _own(actor, campaign_id)
        if found.status not in {Status.DRAFT, Status.CANCELED}:
            return found
        _move(found, "schedule", now)
        if revision is not None and revision != found.revision:
            raise CampaignChanged
        if found.listing is not None and found.listing.status != Listing.Status.PUBLISHED:
            raise CampaignListing
        if not queries_campaigns.confirmed_of(found.organisation_id).exists():
            raise CampaignNobody
        found.sent_by, found.scheduled_at = actor, at or now
        found.save()
        sending.queue_start(found, at)
    return found


def pause_campaign(*, actor: User, campaign_id: UUID, now: datetime) -> Campaign:
    """Sends nothing more after the slice in hand; again, nothing happens. Raises CampaignState and others."""
    with commit.transact():
        found = _own(actor, campaign_id)
        if _move(found, "pause", now):
            found.save()
            sending.queue_settle(found, now)
    return found


def resume_campaign(*, actor: User, campaign_id: UUID, now: datetime) -> Campaign:
    """Goes on where it stopped; again, nothing happens. Raises CampaignState and others."""
    with commit.transact():
        found = _own(actor, campaign_id)
        if _move(found, "resume", now):
            sending.queue_slices(found)
            found.save()
    return found


def cancel_campaign(*, actor: User, campaign_id: UUID, now: datetime) -> Campaign:
    """Ends it: whoever has no mail yet gets none. Again, nothing happens. Raises CampaignState and others."""
    with commit.transact():
        found = _own(actor, campaign_id)
        if _move(found, "cancel", now):
            found.finished_at = now
            found.save()
            sending.queue_settle(found, now)
    return found


def _own(actor: User, campaign_id: UUID) -> Campaign:
    """The row, locked, if it is the actor's to change."""
    return sending.locked(queries_campaigns.campaign_for(actor, campaign_id).pk)


def _move(found: Campaign, event: str, now: datetime) -> bool:
    """One step along the table; False when it was made before. Raises CampaignState."""
    if found.status == machine.leads_to(event):
        return False
    after = machine.after(event, found.status)
    if after is None:
        raise CampaignState
    found.status, found.updated_at = after.value, now
    return True


def _content(organisation_id: UUID, words: Words) -> dict[str, object]:
    subject = one_line(words.subject)
    if not 0 < len(subject) <= limits.SUBJECT_CHARS_MAX or not can_be_shown(subject):
        raise CampaignSubject
    text = words.text.replace("\r\n", "\n").strip()
    shown = can_be_shown(text.replace("\n", "").replace("\t", ""))
    if not 0 < len(text) <= limits.NEWS_CHARS_MAX or not shown:
        raise CampaignText
    listing = None
    if words.listing is not None:
        public = Listing.objects.filter(organisation=organisation_id, status=Listing.Status.PUBLISHED)
        listing = public.filter(pk=words.listing).first()
        if listing is None:
            raise CampaignListing
    return {"subject": subject, "text": text, "listing": listing}
