"""Who was reminded of an order, and who wants no more of it."""

from django.db import models

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.people.models import User
from orders.models.order import Order


class Reminder(models.Model):
    """One round of reminders that went out: of what was open then, to the buyer's people."""

    class Kind(models.TextChoices):
        UNFINISHED = "unfinished"  # a draft that is not placed
        UNCONFIRMED = "unconfirmed"  # filled in by sales staff, not confirmed
        UNPAID = "unpaid"  # placed, and the payment is open

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="reminders")
    number = models.PositiveSmallIntegerField()  # 1, 2, 3
    kind = models.CharField(max_length=11, choices=Kind.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="reminder_once_per_number"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=3), name="reminder_three_at_most"
            ),
        ]


class ReminderStop(models.Model):
    """A person who wants no more reminders of an order."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="reminder_stops")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "person"], name="reminder_stop_once_per_person")
        ]
