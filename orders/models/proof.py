"""Pictures of what was brought to the door."""

from django.db import models

from negotiation_hub.kernel import sealed_files
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.models import File
from orders.models.shipment import Shipment

PICTURE = sealed_files.kind("orders.delivery_proof", "orders.DeliveryProof", "file")


class DeliveryProof(models.Model):
    """A picture of a delivery, drawn anew and sealed: it may show a face or a door. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="proofs")
    given = models.CharField(max_length=64)  # SHA-256 of what was uploaded: the same again is the same
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()
    by = models.UUIDField(null=True)  # null: the carrier
    at = models.DateTimeField()

    class Meta:
        ordering = ["shipment", "id"]
        constraints = [models.UniqueConstraint(fields=["shipment", "given"], name="deliveryproof_once")]

    def picture(self) -> bytes:
        """The bytes of its picture. Raises files.FileDamaged, crypto.BadSeal."""
        return PICTURE.open(self)
