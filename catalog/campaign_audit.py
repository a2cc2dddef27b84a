"""What `negotiation-hub verify` asks of campaigns: they went to who had said yes, and all is counted."""

from collections.abc import Iterator

from django.db.models import CharField, Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from catalog import subscription
from catalog.campaign_models import Campaign, CampaignMail, Consent, Subscriber
from catalog.subscription import What
from negotiation_hub.kernel.audit import Problem

_NOTHING = Value("nothing")


def check() -> Iterator[Problem]:
    """Checks statuses and mails against the consent log, and the campaigns' counts against their mails."""
    yield from _statuses()
    yield from _mails()
    yield from _counts()


def _last(subscriber: str, **until: object) -> Coalesce:
    """What a subscriber's log says last."""
    rows = Consent.objects.filter(subscriber=OuterRef(subscriber), **until).order_by("-pk")
    return Coalesce(Subquery(rows.values("what")[:1]), _NOTHING, output_field=CharField())


def _statuses() -> Iterator[Problem]:
    right = Q()
    for what, status in subscription.LEADS_TO.items():
        right |= Q(said=what.value, status=status.value)
    rows = Subscriber.objects.annotate(said=_last("pk")).exclude(right)
    for row in rows.order_by("pk").iterator(chunk_size=500):
        yield Problem(f"subscriber {row.pk}", f"is {row.status}, but its consent log says {row.said} last")


def _mails() -> Iterator[Problem]:
    rows = CampaignMail.objects.annotate(said=_last("subscriber", at__lte=OuterRef("queued_at")))
    for row in rows.exclude(said=What.CONFIRMED.value).order_by("pk").iterator(chunk_size=500):
        text = f"was written to subscriber {row.subscriber_id}, whose consent log said {row.said} then"
        yield Problem(f"campaign {row.campaign_id}", text)


def _counts() -> Iterator[Problem]:
    counted = {
        row["campaign"]: row
        for row in CampaignMail.objects.order_by()
        .values("campaign")
        .annotate(
            mails=Count("pk"),
            sent=Count("pk", filter=Q(state="sent")),
            failed=Count("pk", filter=Q(state="failed")),
            skipped=Count("pk", filter=Q(state="skipped")),
        )
    }
    names = ("mails", "sent", "failed", "skipped")
    for row in Campaign.objects.order_by("pk"):
        found = counted.get(row.pk, {})
        for name in names:
            if getattr(row, name) != found.get(name, 0):
                text = f"says {getattr(row, name)} {name}, but there are {found.get(name, 0)}"
                yield Problem(f"campaign {row.pk}", text)
