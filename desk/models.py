"""What was reported, what was found, and the items of the review queue that gather both."""

from django.db import models
from django.db.models import Q

from desk.machine import Status
from negotiation_hub.kernel.ids import random_id, uuid7
from negotiation_hub.people.models import User
from rooms.models import Room


class ReviewItem(models.Model):
    """What one person did in a room, or what is wrong with the room itself, before the moderators.

    `score` and `version` are those of its reports, findings and steps, and only kept for the queue's order.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="review_items")
    subject = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="review_items")
    about = models.CharField(max_length=36)  # `room`, or the id of the subject
    kind = models.CharField(max_length=8)  # of what weighs most in it: `desk/report_kinds.py: KINDS`
    status = models.CharField(max_length=8, default=Status.PENDING)
    score = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)  # reports, findings and steps so far
    opened_at = models.DateTimeField()
    claimed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # The database itself refuses a second one that waits, whoever races to open it.
            models.UniqueConstraint(
                fields=["room", "about"], name="one_pending_review", condition=Q(status=Status.PENDING)
            ),
            models.CheckConstraint(condition=Q(status__in=list(Status)), name="review_status_known"),
        ]
        indexes = [models.Index(fields=["status", "-score", "-id"], name="review_queue")]


class Report(models.Model):
    """A participant says that something is wrong. For moderators only. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=random_id)
    item = models.ForeignKey(ReviewItem, on_delete=models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reports")
    command = models.UUIDField()  # the reporter's own id for it
    kind = models.CharField(max_length=8)  # payment, insult, fraud, spam, other
    target = models.CharField(max_length=44)  # `message 17`, `offer 3`, `person ID`, `room`
    words = models.TextField(blank=True)
    points = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reporter", "command"], name="report_once_per_command"),
            # Another item may have it again: what was decided can happen anew.
            models.UniqueConstraint(fields=["item", "reporter", "target"], name="report_once_per_target"),
        ]
        indexes = [models.Index(fields=["reporter", "made_at"], name="report_rate")]


class Finding(models.Model):
    """A rule of `desk/rules.py` fits what was said at a table; the words stay in the log. Immutable."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(ReviewItem, on_delete=models.PROTECT, related_name="findings")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="findings")
    seq = models.BigIntegerField()  # the event of the table
    target = models.CharField(max_length=44)  # as a report's: a correction is about its message
    rule = models.CharField(max_length=20)
    points = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "seq", "rule"], name="finding_once")]


class ReviewStep(models.Model):
    """The history of an item: opened, claimed, released, lapsed, decided. Immutable (trigger)."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(ReviewItem, on_delete=models.PROTECT, related_name="steps")
    event = models.CharField(max_length=8)  # of `desk/machine.py`, `open` or `lapse`
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
