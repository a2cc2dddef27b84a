"""The buyer has a part of what was agreed: so much of some lines, or a milestone of work."""

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel.ids import uuid7
from orders.models.delivery import WorkMilestone
from orders.models.dispute import GoodsDispute
from orders.models.order import Order, OrderLine


class PartReceipt(models.Model):
    """What the buyer has of an order, before they have all of it. Its share of the held funds is released.

    Only the release moves (trigger). The receipt of the whole order is a `Receipt`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="part_receipts")
    work = models.OneToOneField(
        WorkMilestone, on_delete=models.PROTECT, null=True, related_name="part_receipt"
    )
    # Both agreed on a sum: what is left of the share of what was disputed, which has no items here.
    dispute = models.OneToOneField(
        GoodsDispute, on_delete=models.PROTECT, null=True, related_name="part_receipt"
    )
    by = models.UUIDField(null=True)  # null: silence
    received_at = models.DateTimeField()
    share = models.BigIntegerField()  # of the gross, in minor units
    released_at = models.DateTimeField(null=True)
    released_amount = models.BigIntegerField(null=True)  # minor units to the seller, and to the platform
    released_fee = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(share__gte=0), name="partreceipt_share_not_negative"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_amount=None, released_fee=None)
                | Q(
                    released_at__isnull=False,
                    released_amount__gte=0,
                    released_fee__gte=0,
                    share__gte=F("released_amount") + F("released_fee"),
                ),
                name="partreceipt_releases_its_share",
            ),
        ]


class PartReceiptItem(models.Model):
    """So much of a line, as decimal text in the line's unit. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    receipt = models.ForeignKey(PartReceipt, on_delete=models.PROTECT, related_name="items")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="received")
    quantity = models.CharField(max_length=40)

    class Meta:
        ordering = ["receipt", "id"]
        constraints = [models.UniqueConstraint(fields=["receipt", "line"], name="partreceiptitem_line_once")]
