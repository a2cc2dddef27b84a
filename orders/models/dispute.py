"""Goods of which the buyer says that something is wrong: what, what was proposed, and how it ended."""

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import SealedText
from orders.lifecycle import DisputeEnd, DisputeOutcome, DisputeReason, DisputeStatus
from orders.models.constraints import one_of
from orders.models.order import Order, OrderLine


class GoodsDispute(models.Model):
    """So much of some lines that is not as agreed. Until it is resolved its share stays held.

    What was said never changes (trigger); its steps are `DisputeChange`s. Work has `WorkDispute`, whose ends
    are those of work, and no sum.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="disputes")
    reason = models.CharField(max_length=24)
    words = SealedText()  # the buyer's
    by = models.UUIDField()
    at = models.DateTimeField()
    status = models.CharField(max_length=12, default=DisputeStatus.DISPUTED.value)
    proposal = models.UUIDField(null=True)  # the `DisputeChange` that stands for the buyer to answer
    end = models.CharField(max_length=12, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    # Where a sum was agreed, in minor units: what was disputed is of the gross, and what of that goes back.
    share = models.BigIntegerField(null=True)
    refund = models.BigIntegerField(null=True)
    refunded_at = models.DateTimeField(null=True)  # when the money was sent on its way
    refunded_amount = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=one_of("status", DisputeStatus), name="dispute_status_known"),
            models.CheckConstraint(condition=one_of("reason", DisputeReason), name="dispute_reason_known"),
            models.CheckConstraint(
                condition=Q(~Q(status=DisputeStatus.RESOLVED.value), end="", ended_at=None)
                | Q(one_of("end", DisputeEnd), status=DisputeStatus.RESOLVED.value, ended_at__isnull=False),
                name="dispute_resolved_somehow",
            ),
            models.CheckConstraint(
                condition=Q(~Q(end=DisputeEnd.REFUND.value), share=None, refund=None, refunded_amount=None)
                | Q(end=DisputeEnd.REFUND.value, refund__gt=0, share__gte=F("refund")),
                name="dispute_gives_back_of_its_share",
            ),
            models.CheckConstraint(
                condition=Q(refunded_at=None, refunded_amount=None)
                | Q(refunded_at__isnull=False, refunded_amount__gte=0, refund__gte=F("refunded_amount")),
                name="dispute_gives_back_what_was_agreed",
            ),
        ]


class DisputeItem(models.Model):
    """So much of a line, as decimal text in the line's unit. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    dispute = models.ForeignKey(GoodsDispute, on_delete=models.PROTECT, related_name="items")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="disputed")
    quantity = models.CharField(max_length=40)
    missing = models.CharField(max_length=40)  # of it, what had not left the seller

    class Meta:
        ordering = ["dispute", "id"]
        constraints = [models.UniqueConstraint(fields=["dispute", "line"], name="disputeitem_line_once")]


class DisputeChange(models.Model):
    """One step of a dispute: who, when, and what was proposed or said. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    dispute = models.ForeignKey(GoodsDispute, on_delete=models.PROTECT, related_name="changes")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=12, blank=True)  # empty for the first
    after = models.CharField(max_length=12)
    actor = models.UUIDField(null=True)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, blank=True)  # of a proposal
    amount = models.BigIntegerField(null=True)  # that goes back by it, in minor units
    reason = SealedText(default="", blank=True)

    class Meta:
        ordering = ["dispute", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "seq"], name="disputechange_seq_once"),
            models.CheckConstraint(
                condition=Q(outcome=DisputeOutcome.REFUND.value, amount__gt=0)
                | Q(~Q(outcome=DisputeOutcome.REFUND.value), amount=None),
                name="disputechange_sum_of_a_refund",
            ),
        ]
