"""Information goods: files that a buyer may fetch, and each time that they did."""

from typing import Final

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel import limits, sealed_files
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.models import File
from orders.models.order import Order, OrderLine


class DownloadGrant(models.Model):
    """A file that the buyer of an information line may fetch, as it was when it was granted.

    A grant that is renewed gets another last day and more downloads; its file never changes (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="grants")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="grants")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)  # as the seller called it
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    downloads_max = models.PositiveIntegerField()
    revoked_at = models.DateTimeField(null=True)  # the order was canceled, or all money given back
    stamp = models.BooleanField(default=False)  # the buyer gets a copy that names them, never the file itself

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "file"], name="downloadgrant_once_per_line_and_file"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("granted_at")), name="downloadgrant_lasts"),
        ]


class StampedCopy(models.Model):
    """The buyer's own copy of a PDF, made once and kept sealed. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    grant = models.OneToOneField(DownloadGrant, on_delete=models.PROTECT, related_name="copy")
    file = models.OneToOneField(File, on_delete=models.PROTECT, related_name="+")
    size_bytes = models.BigIntegerField()  # of the clear bytes, as is the SHA-256
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()


COPY: Final = sealed_files.kind(
    "orders.stamped_copy",
    "orders.StampedCopy",
    "file",
    pieces=True,
    bytes_max=2 * limits.STAMP_BYTES_MAX,  # a PDF whose objects were packed grows
)


class Download(models.Model):
    """A file that was fetched, once. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    grant = models.ForeignKey(DownloadGrant, on_delete=models.PROTECT, related_name="downloads")
    by = models.UUIDField()  # a person: who signed in, or to whom the link was mailed
    at = models.DateTimeField()

    class Meta:
        ordering = ["grant", "id"]
