"""What placing an order adds to the agreement: personal, so it is sealed."""

import json
from dataclasses import asdict

from django.db import models

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.ids import uuid7
from orders.facts import OrderDetails
from orders.models.order import Order

_SEAL = "orders.details"


class SealedDetails(models.Model):
    """Contact, address and notes of an order, sealed with AES-256-GCM and bound to this row."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="sealed_details")
    sealed = models.BinaryField()
    updated_at = models.DateTimeField()

    def place(self) -> bytes:
        """Where the sealed value lives: a value moved to another row does not open."""
        return f"orders_sealeddetails.sealed:{self.pk}".encode()

    def put(self, details: OrderDetails) -> None:
        """Seals the details; the caller saves."""
        values = asdict(details)
        values["expected_on"] = details.expected_on.isoformat() if details.expected_on else None
        self.sealed = crypto.seal(_SEAL, json.dumps(values).encode(), self.place())

    def get(self) -> OrderDetails:
        """Opens the details. Raises crypto.BadSeal when they were changed or moved."""
        return OrderDetails.from_json(json.loads(crypto.unseal(_SEAL, bytes(self.sealed), self.place())))
