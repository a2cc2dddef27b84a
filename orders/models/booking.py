"""Parcels that were booked with a carrier, and whom the carriers' numbers belong to."""

from enum import StrEnum

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel import sealed_files
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.sealed import Sealed
from orders.models.constraints import one_of
from orders.models.shipment import Shipment

LABEL = sealed_files.kind("orders.label", "orders.Booking", "label")


class CarrierNumber(models.Model):
    """A number of a carrier that reports by itself, and the parcel that it is. Locked after the order.

    A number that we booked belongs to the parcel that it was booked for, whoever types it. One that was typed
    belongs to who typed it first.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    carrier = models.CharField(max_length=32)
    number = models.CharField(max_length=100)  # without blanks, in capitals
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, null=True, related_name="carrier_numbers"
    )  # null: only the carrier has named it
    booked = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "number"], name="carriernumber_once")]


class BookingStatus(StrEnum):
    """How far a booking is."""

    ASKED = "asked"
    BOOKED = "booked"
    FAILED = "failed"
    CANCELED = "canceled"


class Booking(models.Model):
    """A packed parcel is booked with a carrier that we have an account with, once. What was asked never
    changes (trigger), but for the carrier of another try.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)  # the carrier's idempotency key
    shipment = models.OneToOneField(Shipment, on_delete=models.PROTECT, related_name="booking")
    carrier = models.CharField(max_length=32)
    status = models.CharField(max_length=12, default=BookingStatus.ASKED.value)
    round = models.PositiveSmallIntegerField(default=1)  # how often a person asked
    attempts = models.PositiveSmallIntegerField(default=0)  # of this round, without an answer
    problem = models.CharField(max_length=300, blank=True)  # the carrier's reason; empty: it gave none
    number = models.CharField(max_length=100, blank=True)
    courier = Sealed(null=True)  # title and mail of one that is booked by mail
    label = models.ForeignKey(File, on_delete=models.PROTECT, null=True, related_name="+")  # sealed
    position = models.PositiveSmallIntegerField()  # among the parcels of the order, from 1
    count = models.PositiveSmallIntegerField()  # how many those were
    language = models.CharField(max_length=10)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of("status", BookingStatus), name="booking_status_known"),
            models.CheckConstraint(
                condition=~Q(status=BookingStatus.BOOKED.value)
                | (~Q(number="") & Q(label__isnull=False, booked_at__isnull=False)),
                name="booking_has_what_was_booked",
            ),
        ]

    def keep_label(self, pdf: bytes) -> None:
        """Stores the label sealed: it has addresses. In the open transaction; the caller saves."""
        self.label = LABEL.store(self, pdf, owner=self.asked_by)

    def label_pdf(self) -> bytes:
        """The label. Raises files.FileDamaged, and crypto.BadSeal when it belongs to another row."""
        return LABEL.open(self)
