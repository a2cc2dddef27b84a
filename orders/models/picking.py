"""Parcels that are picked at a place of the seller's."""

from django.db import models

from catalog.models import Place
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import SealedText
from orders.models.shipment import Shipment


class Picking(models.Model):
    """A place was asked by mail to pick a parcel. How far it is says the parcel: `pending` until it has left.

    Only its progress changes (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)  # the cause of what was taken from the place
    shipment = models.OneToOneField(Shipment, on_delete=models.PROTECT, related_name="picking")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="pickings")
    code = SealedText(
        default="", blank=True
    )  # the buyer says it to fetch the parcel there; empty: it is sent
    asked_at = models.DateTimeField()
    packed_at = models.DateTimeField(null=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)  # it is not picked after all; the pieces lie there again
    short = models.BooleanField(default=False)  # because fewer were found

    class Meta:
        ordering = ["id"]

    @property
    def to_fetch(self) -> bool:
        """Whether the buyer comes for it."""
        return bool(self.code)
