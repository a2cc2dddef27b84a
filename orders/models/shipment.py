"""Goods on their way: parcels, what is in them, and where they have been."""

from django.db import models

from negotiation_hub.kernel import crypto, sealed_bytes
from negotiation_hub.kernel.ids import uuid7
from orders.lifecycle import Tracking
from orders.models.constraints import one_of
from orders.models.order import Order, OrderLine

_SEAL = "orders.carrier_event"


class Shipment(models.Model):
    """A parcel. While it is `pending` it is packed and has not left the seller.

    One of which nobody said what is in it has no items: it counts as begun, and for no quantity.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    carrier = models.CharField(max_length=100)
    tracking = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=24, default=Tracking.PENDING.value)
    complete = models.BooleanField(default=True)  # when it was packed, nothing else was left
    expected_on = models.DateField(null=True)  # the carrier's estimate
    shipped_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    # What it is sent instead of; it counts for nothing that was ordered.
    replaces = models.ForeignKey(
        "orders.GoodsReturn", on_delete=models.PROTECT, null=True, related_name="replacements"
    )

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=one_of("status", Tracking), name="shipment_status_known"),
        ]


class ShipmentItem(models.Model):
    """So much of a line is in a parcel. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="items")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipped")
    quantity = models.CharField(max_length=40)  # decimal text in the line's unit, exact

    class Meta:
        ordering = ["shipment", "id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shipmentitem_line_once_per_parcel")
        ]


class ShipmentChange(models.Model):
    """One step of a shipment. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="changes")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=24, blank=True)
    after = models.CharField(max_length=24)
    actor = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["shipment", "seq"]
        constraints = [models.UniqueConstraint(fields=["shipment", "seq"], name="shipmentchange_seq_once")]


class CarrierEvent(models.Model):
    """What a carrier told us, stored once as it came, sealed: it may name who opened the door. Immutable
    (trigger), but that one about no parcel is given to the one that is named later.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    carrier = models.CharField(max_length=32)
    event_id = models.CharField(max_length=255)  # the carrier's
    number = models.CharField(max_length=100)  # of the parcel, without blanks, in capitals
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, null=True, related_name="carrier_events"
    )  # null: of no parcel of ours yet
    event = models.CharField(max_length=24)
    sequence = models.PositiveIntegerField()  # the carrier's count of what it did with the parcel
    occurred_at = models.DateTimeField()  # the carrier's time
    received_at = models.DateTimeField()
    applied = models.BooleanField()  # false: something newer was known, or the table has no such step
    sealed = models.BinaryField()

    class Meta:
        ordering = ["shipment", "sequence", "id"]
        constraints = [
            models.UniqueConstraint(fields=["carrier", "event_id"], name="carrierevent_once"),
        ]
        indexes = [models.Index(fields=["carrier", "number"], name="carrierevent_by_number")]

    def place(self) -> bytes:
        """Where the sealed value lives: a value moved to another row does not open."""
        return f"orders_carrierevent.sealed:{self.pk}".encode()

    def put(self, raw: bytes) -> None:
        """Seals what came; the caller saves."""
        self.sealed = crypto.seal(_SEAL, raw, self.place())

    def raw(self) -> bytes:
        """What came, byte for byte. Raises crypto.BadSeal when it was changed or moved."""
        return crypto.unseal(_SEAL, bytes(self.sealed), self.place())


sealed_bytes.column(CarrierEvent, "sealed", _SEAL, CarrierEvent.place)
