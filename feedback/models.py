"""Surveys with their versions, who is invited to answer, what was answered, and what followed from it."""

from django.db import models
from django.db.models import Q

from feedback.machine import Status
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.people.models import Organisation, User
from orders.models import Order


class Survey(models.Model):
    """What is asked after something has happened. `organisation` null: the platform's own.

    `title` holds the words in each language (`feedback/wire.py: Words`).
    """

    class Trigger(models.TextChoices):
        ORDER_RECEIVED = "order.received"

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="surveys"
    )
    slug = models.SlugField(max_length=80)
    title = models.JSONField()
    trigger = models.CharField(max_length=24, choices=Trigger.choices)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="survey_slug_once"),
            # To a database no two missing values are the same.
            models.UniqueConstraint(
                fields=["slug"], condition=Q(organisation__isnull=True), name="survey_slug_once_of_platform"
            ),
        ]


class SurveyVersion(models.Model):
    """The questions of a survey; an answer stays with those that it answered. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()  # 1, 2, 3 …
    questions = models.JSONField()  # a list of `feedback/wire.py: Question`
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["survey", "number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="survey_version_once")]


class Invitation(models.Model):
    """One person is asked about one order. Immutable but for `answered_at` (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations")
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="invitations")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invitations")
    room_id = models.UUIDField()
    seller = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "order", "person"], name="invitation_once"),
        ]
        indexes = [
            models.Index(fields=["seller", "survey"], name="invitation_results"),
            models.Index(fields=["person", "-created_at"], name="invitation_of_person"),
        ]


class Silence(models.Model):
    """A person who wants no more questions; those asked before can still be answered."""

    id = models.BigAutoField(primary_key=True)
    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()


class Answer(models.Model):
    """What was answered. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="answer")
    values = models.JSONField()  # by the key of the question: an option's value, 1 to 5, or a text
    score = models.PositiveSmallIntegerField(null=True)  # mean of the ratings in 1/100; null: none
    may_contact = models.BooleanField()  # the seller may ask back, and is then told what was answered
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=100, score__lte=500), name="answer_score_stars"
            )
        ]


class FollowUp(models.Model):
    """Somebody of the seller's asks what went wrong, in a private thread, by `due_at`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="follow_up")
    thread_id = models.UUIDField(unique=True)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    status = models.CharField(max_length=8, default=Status.OPEN)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status=Status.OPEN, resolved_at__isnull=True)
                | Q(status=Status.RESOLVED, resolved_at__isnull=False),
                name="follow_up_resolved_at",
            )
        ]
