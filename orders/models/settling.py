"""What ends an order: receipt, cancellation, money that came late, milestones for the room."""

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel.ids import uuid7
from orders.models.order import Order


class Receipt(models.Model):
    """The buyer has what was agreed: said by a person, or by 14 days of silence. Releases the held funds."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="receipt")
    by = models.UUIDField(null=True)  # null: silence
    received_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)  # when the held funds went to the seller
    released_amount = models.BigIntegerField(null=True)  # minor units to the seller, and to the platform
    released_fee = models.BigIntegerField(null=True)


class Cancellation(models.Model):
    """The buyer has canceled a paid order by its agreed terms, which cost them something. Immutable (trigger)
    but for what became of the money.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="cancellation")
    by = models.UUIDField()
    cost = models.BigIntegerField()  # minor units, of the gross; never more of it than was paid is kept
    canceled_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)  # when it went to the seller
    released_amount = models.BigIntegerField(null=True)  # minor units to the seller, and to the platform
    released_fee = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cost__gt=0), name="cancellation_cost_positive")]


class LatePayment(models.Model):
    """Money that came after the order had ended. It waits for the seller's choice; it is never lost."""

    class Choice(models.TextChoices):
        WAITING = "waiting"
        REINSTATED = "reinstated"
        RETURNED = "returned"

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="late_payments")
    payment_id = models.UUIDField(unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    choice = models.CharField(max_length=12, choices=Choice.choices, default=Choice.WAITING)
    arrived_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="latepayment_amount_positive")]


class Milestone(models.Model):
    """What the room's table must show of this order, exactly once, under the id of its cause. Immutable
    (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="milestones")
    kind = models.CharField(max_length=40)
    cause = models.UUIDField(unique=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "id"]
