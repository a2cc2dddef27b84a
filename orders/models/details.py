"""What placing an order adds to the agreement: personal, so each field is sealed by itself."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from django.db import models

from negotiation_hub.kernel import clock, crypto, sealed, subjects
from negotiation_hub.kernel.ids import uuid7
from orders.facts import OrderDetails
from orders.models.order import Order

_SEAL: Final = "orders.details"
_LOOKUP: Final = "orders.lookup"
# By what an order is found again: what people name on the telephone.
LOOKED_UP: Final = ("contact_name", "phone", "tax_id", "reference")
_APART: Final = re.compile(r"[\W_]+")  # "+34 600-1" and "34 6001" are one number


class SealedDetails(models.Model):
    """Contact, address, tax numbers and notes of an order, each sealed with AES-256-GCM.

    A value is bound to its field and to this row, and opens with the secret of the person it is about
    (`subject`) alone: erasing that person makes it unreadable for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="sealed_details")
    subject = models.UUIDField(null=True, db_index=True)  # null: of an order without a person of the buyer's
    fields = models.JSONField(default=dict)  # name to sealed text; what is empty is left out
    updated_at = models.DateTimeField()

    def place(self, name: str) -> str:
        """Where a sealed value lives: moved to another field or row it does not open."""
        return f"orders_sealeddetails.{name}:{self.pk}"

    def put(self, details: OrderDetails) -> None:
        """Seals the details; the caller saves. Raises subjects.Erased."""
        if not self.fields:
            self.subject = self.order.buyer_person_id
        secret = b"" if self.subject is None else subjects.secret_of(self.subject, now=clock.now())
        self.fields = {
            name: sealed.seal_text(_SEAL, text, self.place(name), secret=secret)
            for name, text in _texts(details)
        }

    def get(self) -> OrderDetails:
        """Opens the details.

        Raises crypto.BadSeal when they were changed or moved, subjects.Erased when the person was erased.
        """
        return OrderDetails.from_json(self.opened())

    def opened(self) -> dict[str, str]:
        """Each field as text. Raises as `get` does."""
        secret = b"" if self.subject is None else subjects.known_secret(self.subject)
        return {
            name: sealed.open_text(_SEAL, stored, self.place(name), secret=secret)
            for name, stored in self.fields.items()
        }

    def reseal(self) -> None:
        """Seals every field with the newest key; the caller saves. Raises as `get` does."""
        texts = self.opened()
        secret = b"" if self.subject is None else subjects.known_secret(self.subject)
        self.fields = {
            name: sealed.seal_text(_SEAL, text, self.place(name), secret=secret)
            for name, text in texts.items()
        }

    def lookups(self) -> "list[Lookup]":
        """The rows by which this order is found, of what is sealed now."""
        texts = self.opened()
        return [
            Lookup(order_id=self.order_id, field=name, digest=crypto.blind(_LOOKUP, wanted))
            for name in LOOKED_UP
            if (wanted := looked_up(name, texts.get(name, "")))
        ]


class Lookup(models.Model):
    """By what an order is found again without being opened: a keyed hash of one of its sealed fields."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lookups")
    field = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=crypto.BLIND_BYTES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "field"], name="lookup_once_per_field")]
        indexes = [models.Index(fields=["digest"], name="lookup_by_digest")]


def looked_up(field: str, text: str) -> bytes:
    """What of a field's text is hashed: letters and digits alone, in small letters. Empty: nothing."""
    kept = _APART.sub("", text.casefold())
    return f"{field}:{kept}".encode() if kept else b""


def digests(text: str) -> list[bytes]:
    """Every hash that an order may have which names this text in one of the fields."""
    return [
        digest
        for field in LOOKED_UP
        if (wanted := looked_up(field, text))
        for digest in crypto.blinds(_LOOKUP, wanted)
    ]


def _texts(details: OrderDetails) -> Iterator[tuple[str, str]]:
    for name, value in asdict(details).items():
        text = _text(value)
        if text:
            yield name, text


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
