"""Sending a campaign, slice by slice, by jobs of the outbox.

A slice is one transaction under the campaign's lock: it deals with the next few subscribers, notes how far
it came and queues the next slice. So a worker that dies leaves whole slices, and a job that runs twice finds
that its slice was done. Between two slices the campaign can be paused or canceled, and the mails of one slice
go out before the next is made: whatever else waits in the outbox waits for a few mails only.
Lock order: campaign, then subscribers by id.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from catalog import campaign as machine
from catalog import queries_campaigns, subscriptions
from catalog.campaign import Status
from catalog.campaign_mails import Letter
from catalog.campaign_models import Campaign, CampaignMail, Subscriber
from negotiation_hub.kernel import commit, limits, mail, outbox
from negotiation_hub.kernel.models import Mail
from negotiation_hub.kernel.refusals import NotFound

_State = CampaignMail.State
# What SMTP says of a mailbox, not of a mail (RFC 5321, 4.2.3).
_NO_MAILBOX = ("550", "551", "553", "556", "this is not an address")


def locked(campaign_id: UUID) -> Campaign:
    """The campaign, locked in the open transaction. Raises NotFound."""
    found = Campaign.objects.select_for_update(no_key=True).filter(pk=campaign_id).first()
    if found is None:
        raise NotFound
    return found


def queue_start(campaign: Campaign, at: datetime | None) -> None:
    """Has a scheduled campaign started, now or at its time."""
    payload = {"campaign": str(campaign.pk)}
    outbox.enqueue("catalog.campaign.start", payload, dedupe=f"campaign:{campaign.pk}:start", at=at)


def queue_slices(campaign: Campaign) -> None:
    """Begins a new run of slices; jobs of an earlier one find that they are late. The caller saves."""
    campaign.run += 1
    campaign.handed = False
    _queue_slice(campaign)


def queue_settle(campaign: Campaign, now: datetime, look: int = 0) -> None:
    """Has it looked soon what became of the mails that are on their way; later each time."""
    after_s = min(limits.SETTLE_FIRST_S * 2**look, limits.SETTLE_MAX_S)
    payload = {"campaign": str(campaign.pk), "look": look}
    # A run is looked after once, and so is what was on its way when it was stopped.
    dedupe = f"campaign:{campaign.pk}:settle:{campaign.run}:{campaign.status}:{look}"
    outbox.enqueue("catalog.campaign.settle", payload, dedupe=dedupe, at=now + timedelta(seconds=after_s))


def _queue_slice(campaign: Campaign) -> None:
    payload = {"campaign": str(campaign.pk), "run": campaign.run, "slice": campaign.slices}
    dedupe = f"campaign:{campaign.pk}:slice:{campaign.run}:{campaign.slices}"
    outbox.enqueue("catalog.campaign.slice", payload, dedupe=dedupe)


@outbox.handler("catalog.campaign.start")
def start(payload: dict[str, Any], now: datetime) -> None:
    """Sets a scheduled campaign going; one that was canceled meanwhile stays so."""
    with commit.transact():
        campaign = locked(UUID(payload["campaign"]))
        after = machine.after("start", campaign.status)
        if after is None:
            return
        campaign.status, campaign.started_at = after.value, now
        campaign.audience = queries_campaigns.confirmed_of(campaign.organisation_id).count()
        queue_slices(campaign)
        campaign.save()


@outbox.handler("catalog.campaign.slice")
def send_slice(payload: dict[str, Any], now: datetime) -> None:
    """Deals with the next subscribers, unless the campaign rests or this slice was done."""
    campaign_id = UUID(payload["campaign"])
    settle_some(campaign_id, now)
    letter = Letter(Campaign.objects.select_related("organisation", "listing").get(pk=campaign_id))
    with commit.transact():
        campaign = locked(campaign_id)
        place = (campaign.status, campaign.run, campaign.slices)
        if place != (Status.RUNNING, payload["run"], payload["slice"]):
            return
        readers = _next_readers(campaign)
        for reader in readers:
            _queue_mail(letter, campaign, reader, now)
        campaign.slices += 1
        if readers:
            campaign.cursor = readers[-1].pk
            _queue_slice(campaign)
        else:
            campaign.handed = True
            if not _finish_if_over(campaign, now):
                queue_settle(campaign, now)
        campaign.save()


@outbox.handler("catalog.campaign.settle")
def settle(payload: dict[str, Any], now: datetime) -> None:
    """Notes what became of the mails that were on their way, and comes again while any is."""
    campaign_id = UUID(payload["campaign"])
    while settle_some(campaign_id, now):
        pass
    with commit.transact():
        campaign = locked(campaign_id)
        if _waiting(campaign_id).exists():
            queue_settle(campaign, now, payload["look"] + 1)
        elif _finish_if_over(campaign, now):
            campaign.save()


def settle_some(campaign_id: UUID, now: datetime) -> int:
    """Notes the fate of some mails that have met it, and returns how many those were."""
    rows = list(
        _waiting(campaign_id)
        .select_related("mail")
        .exclude(mail__sent_at=None, mail__failed_at=None)
        .order_by("pk")[: limits.SETTLED_PER_SLICE]
    )
    if not rows:
        return 0
    with commit.transact():
        campaign = locked(campaign_id)
        for state in (_State.SENT, _State.FAILED, _State.SKIPPED):
            met = [row.pk for row in rows if _fate(row.mail) == state]
            # Another worker may have noted some of them since.
            noted = CampaignMail.objects.filter(pk__in=met, state=_State.QUEUED).update(state=state)
            setattr(campaign, state.value, getattr(campaign, state.value) + noted)
        campaign.save(update_fields=["sent", "failed", "skipped"])
        for row in sorted(rows, key=lambda row: row.subscriber_id):
            if _fate(row.mail) == _State.FAILED and row.mail.failure.startswith(_NO_MAILBOX):
                subscriptions.suppress(
                    subscriber_id=row.subscriber_id, source=row.mail.failure, campaign=campaign_id, now=now
                )
    return len(rows)


def _waiting(campaign_id: UUID) -> Any:
    return CampaignMail.objects.filter(campaign=campaign_id, state=_State.QUEUED)


def _next_readers(campaign: Campaign) -> Sequence[Subscriber]:
    """Those after the last one, locked: whoever leaves now is either not among them, or finds their mail."""
    rows = queries_campaigns.confirmed_of(campaign.organisation_id)
    rows = rows.filter(changed_at__lte=campaign.started_at)  # others came after it had started
    if campaign.cursor is not None:
        rows = rows.filter(pk__gt=campaign.cursor)
    return list(rows.select_for_update(no_key=True).order_by("pk")[: limits.MAILS_PER_SLICE])


def _queue_mail(letter: Letter, campaign: Campaign, reader: Subscriber, now: datetime) -> None:
    sent = letter.send(reader, now)
    if sent is None:
        return  # dealt with before, although the cursor did not say so
    CampaignMail.objects.create(
        campaign=campaign, subscriber=reader, mail=sent, queued_at=now, state=_State.QUEUED
    )
    campaign.mails += 1


def _finish_if_over(campaign: Campaign, now: datetime) -> bool:
    """Finishes a campaign whose every mail has met its fate. The caller saves."""
    after = machine.after("finish", campaign.status)
    if after is None or not campaign.handed or _waiting(campaign.pk).exists():
        return False
    campaign.status, campaign.finished_at = after.value, now
    return True


def _fate(sent: Mail) -> CampaignMail.State:
    if sent.sent_at is not None:
        return _State.SENT
    return _State.SKIPPED if mail.is_withdrawn(sent) else _State.FAILED
