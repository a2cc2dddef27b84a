"""Pieces that the buyer sends back: what was asked, what became of it, and what the buyer got for it."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import SealedText
from orders.lifecycle import ReturnOutcome, ReturnReason, ReturnStatus
from orders.models.constraints import one_of
from orders.models.dispute import GoodsDispute
from orders.models.order import Order, OrderLine

_DECIDED = (ReturnStatus.APPROVED, ReturnStatus.SENT_BACK, ReturnStatus.RECEIVED)
_UNDECIDED = (ReturnStatus.REQUESTED, ReturnStatus.REFUSED)
_CLOSED = (ReturnStatus.REFUSED, ReturnStatus.RECEIVED, ReturnStatus.CANCELED)


class GoodsReturn(models.Model):
    """So much of some lines that the buyer wants to send back. Its steps are `ReturnChange`s.

    What was asked never changes (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    # Where both agreed in a dispute that it is replaced.
    dispute = models.OneToOneField(
        GoodsDispute, on_delete=models.PROTECT, null=True, related_name="goods_return"
    )
    reason = models.CharField(max_length=24)
    note = SealedText(default="", blank=True)  # in the buyer's words
    requested_by = models.UUIDField()
    requested_at = models.DateTimeField()
    status = models.CharField(max_length=12, default=ReturnStatus.REQUESTED.value)
    outcome = models.CharField(max_length=12, blank=True)  # as the seller chose
    carrier = models.CharField(max_length=100, blank=True)  # of the parcel with which it comes back
    tracking = models.CharField(max_length=100, blank=True)
    closed_at = models.DateTimeField(null=True)  # when nothing more was to come of it
    sellable = models.BooleanField(null=True)  # once it is received: for sale again, or written off
    share = models.BigIntegerField(null=True)  # of the gross, once it is received for money; minor units
    refunded_at = models.DateTimeField(null=True)  # when the money was sent on its way
    refunded_amount = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=one_of("status", ReturnStatus), name="return_status_known"),
            models.CheckConstraint(condition=one_of("reason", ReturnReason), name="return_reason_known"),
            models.CheckConstraint(
                condition=Q(one_of("status", _UNDECIDED), outcome="")
                | Q(one_of("status", _DECIDED), one_of("outcome", ReturnOutcome))
                | Q(status=ReturnStatus.CANCELED.value),
                name="return_outcome_once_approved",
            ),
            models.CheckConstraint(
                condition=Q(one_of("status", _CLOSED), closed_at__isnull=False)
                | Q(~one_of("status", _CLOSED), closed_at=None),
                name="return_closed_at_its_time",
            ),
            models.CheckConstraint(
                condition=Q(refunded_at=None, refunded_amount=None)
                | Q(refunded_at__isnull=False, refunded_amount__gte=0, share__gte=F("refunded_amount")),
                name="return_gives_back_its_share",
            ),
        ]


class ReturnItem(models.Model):
    """So much of a line, as decimal text in the line's unit. Only what the seller agrees to and the count of
    its stock move (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    goods_return = models.ForeignKey(GoodsReturn, on_delete=models.PROTECT, related_name="items")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="returned")
    quantity = models.CharField(max_length=40)
    # Of it, what the buyer had not confirmed to have when they asked: its share is held until this is over.
    unconfirmed = models.CharField(max_length=40)
    agreed = models.CharField(max_length=40, blank=True)  # of it, what the seller took; empty: all of it
    stocked = models.PositiveIntegerField(null=True)  # pieces that were put back into the listing's stock

    class Meta:
        ordering = ["goods_return", "id"]
        constraints = [models.UniqueConstraint(fields=["goods_return", "line"], name="returnitem_line_once")]

    @property
    def stands(self) -> str:
        """What is sent back: all that was asked for, or what the seller has agreed to of it."""
        return self.agreed or self.quantity

    @property
    def held(self) -> str:
        """Of that, what the buyer had not confirmed to have."""
        return min(self.unconfirmed, self.stands, key=Decimal)


class ReturnChange(models.Model):
    """One step of a return: who, when, and why where that was said. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    goods_return = models.ForeignKey(GoodsReturn, on_delete=models.PROTECT, related_name="changes")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=12, blank=True)  # empty for the first
    after = models.CharField(max_length=12)
    actor = models.UUIDField(null=True)
    at = models.DateTimeField()
    reason = SealedText(default="", blank=True)

    class Meta:
        ordering = ["goods_return", "seq"]
        constraints = [models.UniqueConstraint(fields=["goods_return", "seq"], name="returnchange_seq_once")]
