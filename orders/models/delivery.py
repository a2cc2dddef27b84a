"""What leaves the seller without a carrier: milestones of work."""

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel.ids import uuid7
from orders.lifecycle import Work
from orders.models.constraints import one_of
from orders.models.order import Order, OrderLine


class WorkMilestone(models.Model):
    """A piece of work of a service line: the seller reports it done, the buyer receives it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="work")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="work")
    position = models.PositiveSmallIntegerField()  # within the order, from 1
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=12, default=Work.OPEN.value)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.UUIDField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.UUIDField(null=True)  # null with a time: silence

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="work_position_once"),
            models.CheckConstraint(condition=one_of("status", Work), name="work_status_known"),
            models.CheckConstraint(
                condition=Q(status=Work.OPEN.value, reported_at=None)
                | Q(~Q(status=Work.OPEN.value), reported_at__isnull=False),
                name="work_reported_at_its_time",
            ),
            models.CheckConstraint(
                condition=Q(status=Work.RECEIVED.value, received_at__isnull=False)
                | Q(~Q(status=Work.RECEIVED.value), received_at=None),
                name="work_received_at_its_time",
            ),
        ]


class WorkChange(models.Model):
    """One step of a milestone of work. Immutable (trigger), but for words that must be forgotten."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    work = models.ForeignKey(WorkMilestone, on_delete=models.PROTECT, related_name="changes")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    actor = models.UUIDField(null=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, null=True)  # of the buyer who asks for changes

    class Meta:
        ordering = ["work", "seq"]
        constraints = [models.UniqueConstraint(fields=["work", "seq"], name="workchange_seq_once")]
