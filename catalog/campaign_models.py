"""News by mail, and where visitors came from: subscribers, campaigns, visits."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from catalog import campaign, subscription
from negotiation_hub.kernel.ids import random_id, uuid7
from negotiation_hub.kernel.models import Mail
from negotiation_hub.people.models import Organisation


class Subscriber(models.Model):
    """An address that asked for a seller's news. Its status repeats the last row of its consent log."""

    class Status(models.TextChoices):
        UNCONFIRMED = subscription.Status.UNCONFIRMED.value, _("not confirmed yet")
        CONFIRMED = subscription.Status.CONFIRMED.value, _("confirmed")
        UNSUBSCRIBED = subscription.Status.UNSUBSCRIBED.value, _("unsubscribed")
        BOUNCED = subscription.Status.BOUNCED.value, _("not deliverable")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="subscribers", db_index=False
    )
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=10)  # of the page on which it asked
    status = models.CharField(max_length=16, choices=Status.choices)
    # What the newest link confirms; null once a link must not be good any more.
    ask = models.UUIDField(null=True, unique=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()  # the status, or the newest link

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "email"], name="subscriber_once"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="subscriber_email_lower_case"),
        ]
        indexes = [models.Index(fields=["organisation", "status", "id"], name="subscriber_by_status")]


class Consent(models.Model):
    """What a subscriber did, when and where. Never changed: it is what we show when somebody asks why."""

    class What(models.TextChoices):
        ASKED = subscription.What.ASKED.value, _("asked")
        CONFIRMED = subscription.What.CONFIRMED.value, _("confirmed")
        UNSUBSCRIBED = subscription.What.UNSUBSCRIBED.value, _("unsubscribed")
        SUPPRESSED = subscription.What.SUPPRESSED.value, _("suppressed")

    id = models.BigAutoField(primary_key=True)  # in the order of a subscriber's rows, which its lock makes
    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="consents")
    what = models.CharField(max_length=16, choices=What.choices)
    at = models.DateTimeField()
    source = models.CharField(max_length=200)  # the page, or what was said by a mail server
    client = models.BinaryField(max_length=44, null=True)  # MAC of the network address, under a key elsewhere
    campaign = models.ForeignKey("catalog.Campaign", on_delete=models.PROTECT, null=True, related_name="+")


class Campaign(models.Model):
    """One mail to everyone who confirmed. From the first click on "Send" its words never change.

    `mails`, `sent`, `failed` and `skipped` count rows of CampaignMail; `sending` writes them with those rows.
    """

    class Status(models.TextChoices):
        DRAFT = campaign.Status.DRAFT.value, _("draft")
        SCHEDULED = campaign.Status.SCHEDULED.value, _("scheduled")
        RUNNING = campaign.Status.RUNNING.value, _("running")
        PAUSED = campaign.Status.PAUSED.value, _("paused")
        CANCELED = campaign.Status.CANCELED.value, _("canceled")
        FINISHED = campaign.Status.FINISHED.value, _("finished")

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="campaigns", db_index=False
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    subject = models.CharField(max_length=150)
    text = models.TextField()  # Markdown as it was typed
    listing = models.ForeignKey("catalog.Listing", on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=16, choices=Status.choices)
    revision = models.PositiveIntegerField(default=1)  # of the words: who sends says which ones they saw
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    scheduled_at = models.DateTimeField(null=True)  # when it is to start
    started_at = models.DateTimeField(null=True)  # it goes to those who had confirmed by then
    finished_at = models.DateTimeField(null=True)  # also when it was canceled
    # Where the sending is: how often it was started or resumed, slices done, the last subscriber dealt with.
    run = models.PositiveIntegerField(default=0)
    slices = models.PositiveIntegerField(default=0)
    cursor = models.UUIDField(null=True)
    handed = models.BooleanField(default=False)  # nobody is left to be dealt with
    audience = models.PositiveIntegerField(default=0)  # confirmed subscribers at the start
    mails = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mails__gte=F("sent") + F("failed") + F("skipped")), name="campaign_counts_add_up"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-created_at"], name="campaign_of_organisation")]


class CampaignMail(models.Model):
    """That a subscriber was dealt with in a campaign: once, says the database."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        SKIPPED = "skipped", _("skipped")  # unsubscribed while the mail waited

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+", db_index=False)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="+")
    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="+")
    queued_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "subscriber"], name="campaign_mail_once"),
            models.UniqueConstraint(fields=["mail"], name="campaign_mail_of_its_own"),
        ]
        indexes = [
            models.Index(fields=["campaign", "id"], name="campaign_mail_waits", condition=Q(state="queued"))
        ]


class Visit(models.Model):
    """That a browser came to a seller from somewhere. Neither person nor address: a number in its session."""

    class Source(models.TextChoices):
        CAMPAIGN = "campaign", _("campaign")
        UTM = "utm", _("marked link")
        REFERRAL = "referral", _("another site")
        SEARCH = "search", _("search engine")

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    source = models.CharField(max_length=16, choices=Source.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, related_name="+")
    listing = models.ForeignKey("catalog.Listing", on_delete=models.PROTECT, null=True, related_name="+")
    detail = models.CharField(max_length=200, blank=True)  # UTM parameters, or the other site's host
    visitor = models.UUIDField()  # random, in the session
    once = models.CharField(max_length=100)  # what counts once for a visitor: such as listing and day
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visitor", "once"], name="visit_counted_once"),
            models.CheckConstraint(
                condition=Q(source="campaign", campaign__isnull=False)
                | (~Q(source="campaign") & Q(campaign__isnull=True)),
                name="visit_of_a_campaign",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "at"], name="visit_of_organisation")]


class Attribution(models.Model):
    """Which visit a room came from: the visitor's last one to that seller before it was opened."""

    room = models.UUIDField(primary_key=True)  # rooms are above the catalogue
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="rooms")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()  # when the room was opened

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="attribution_of_organisation")]
