"""What both sides have changed of an order after it was placed."""

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import Sealed
from orders.models.order import Order


class Amendment(models.Model):
    """An accepted amendment: which agreement it made, which one it amends, and the terms before and after.

    `before` and `after` are what `orders/amended.py: terms_of` says. Immutable (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()  # 1, 2, 3 … within the order
    agreement_id = models.UUIDField(unique=True)
    amends = models.UUIDField(unique=True)  # the agreement that it amends: each is amended once
    by = models.UUIDField()  # who accepted it
    at = models.DateTimeField()
    before = Sealed()
    after = Sealed()

    class Meta:
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="amendment_number_once"),
            models.CheckConstraint(
                condition=~Q(amends=models.F("agreement_id")), name="amendment_amends_another"
            ),
        ]

    @property
    def name(self) -> str:
        """What it is called on papers and pages: `NH-2026-7KQ4RD-C1`."""
        return f"{self.order.number}-C{self.number}"
