"""Requests: what a buyer asks of several sellers, and whom. Of the buyer's side alone."""

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel.ids import random_id
from negotiation_hub.people.models import Organisation, User
from rooms.request import Status


class Request(models.Model):
    """What a buyer asks for. Its id is in no room: a seller could tell by it whom else was asked."""

    id = models.UUIDField(primary_key=True, default=random_id)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="requests")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")  # in whose name it is sent
    status = models.CharField(max_length=8, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1)  # of the draft: who sends says what they have read
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)  # Markdown as it was typed
    lines = models.JSONField(default=list)  # of `rooms/requests.py: Line`
    currency = models.CharField(max_length=3)
    needed_by = models.DateField(null=True)
    answers_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    awarded = models.OneToOneField(
        "rooms.Room", on_delete=models.PROTECT, null=True, related_name="+"
    )  # the room in which the two sides agreed

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(Status)), name="request_status_known"),
            models.CheckConstraint(
                condition=Q(status=Status.AWARDED, awarded__isnull=False)
                | (~Q(status=Status.AWARDED) & Q(awarded__isnull=True)),
                name="request_awarded_names_the_room",
            ),
        ]
        indexes = [models.Index(fields=["buyer", "-made_at"], name="request_newest")]


class RequestInvite(models.Model):
    """A seller who is asked, and the room that was opened for them; null until a job has opened it."""

    id = models.UUIDField(primary_key=True, default=random_id)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="invites")
    seller = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    room = models.OneToOneField("rooms.Room", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "seller"], name="request_invites_a_seller_once")
        ]
