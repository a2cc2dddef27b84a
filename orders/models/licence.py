"""Licence keys of information goods: put up by the seller, each given to one order, never to another."""

from typing import Final
from uuid import UUID

from django.db import models
from django.db.models import Q

from catalog.models import Listing
from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.ids import uuid7
from orders.models.order import OrderLine

_SEAL: Final = "orders.licence"
_INDEX: Final = "orders.licence.index"


class LicenceKey(models.Model):
    """A key, sealed. What it is stays (trigger), and where it was given too: `verify` looks."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    index = models.BinaryField(max_length=44)  # a MAC of the key: the same one again is known, none is read
    ending = models.CharField(max_length=4)  # its last characters, all that the seller is shown
    added_by = models.UUIDField()
    added_at = models.DateTimeField()
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, null=True, related_name="licence_keys")
    given_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)  # all money was given back; it is never given again

    class Meta:
        ordering = ["listing", "id"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "index"], name="licencekey_once_per_listing"),
            models.CheckConstraint(
                condition=Q(line=None, given_at=None, revoked_at=None)
                | Q(line__isnull=False, given_at__isnull=False),
                name="licencekey_given_to_a_line",
            ),
        ]

    def place(self) -> bytes:
        """Where the sealed value lives: a value moved to another row does not open."""
        return f"orders_licencekey.sealed:{self.pk}".encode()

    def put(self, key: str) -> None:
        """Seals the key and makes its index; the caller saves."""
        self.sealed = crypto.seal(_SEAL, key.encode(), self.place())
        self.index = crypto.mac(_INDEX, _indexed(self.listing_id, key))
        self.ending = key[-4:] if len(key) > 2 * 4 else ""  # of a short one half would be told

    def get(self) -> str:
        """The key. Raises crypto.BadSeal when it was changed or moved."""
        return crypto.unseal(_SEAL, bytes(self.sealed), self.place()).decode()

    @staticmethod
    def indexes(listing_id: UUID, key: str) -> list[bytes]:
        """Every index that this key may have with this listing: some may wait for the ring's newest key."""
        return crypto.macs(_INDEX, _indexed(listing_id, key))

    def is_current(self, key_id: str) -> bool:
        """Whether it is sealed and indexed with this key of the ring."""
        return crypto.key_of(bytes(self.sealed)) == crypto.mac_key_of(bytes(self.index)) == key_id

    def is_indexed(self, key: str) -> bool:
        """Whether the index is that of the key."""
        return crypto.check_mac(_INDEX, _indexed(self.listing_id, key), bytes(self.index))


def _indexed(listing_id: UUID, key: str) -> bytes:
    return f"{listing_id}:{key}".encode()


class LicenceDemand(models.Model):
    """How many keys a line is to get. Those who wait are served in the order in which they came."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="licence_demand")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="+")
    wanted = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # when the seller was told that keys are missing
    ended_at = models.DateTimeField(null=True)  # the order's files were taken back: it waits no more

    class Meta:
        ordering = ["asked_at", "id"]
