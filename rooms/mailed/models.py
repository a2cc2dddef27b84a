"""Orders that came by mail, before and after somebody has confirmed them."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.sealed import Sealed, SealedText
from negotiation_hub.people.models import User

_INDEX: Final = "rooms.mail_order"


class MailOrder(models.Model):
    """A form that came by mail. It binds nobody and takes nothing from stock until it is confirmed: the
    sender of a mail can be forged. Its id is that of the purchase that it becomes, so that it becomes one.

    What was typed and by whom is sealed, and gone once the draft is forgotten.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    mail = models.UUIDField()  # `InboundMail` that it was in: the same one again is the same draft
    listing = models.UUIDField()
    sender = SealedText(null=True)
    index = models.BinaryField(max_length=44, null=True)  # a MAC of the sender's address, to count by
    day = models.DateField()
    number = models.PositiveSmallIntegerField()  # among the sender's of that day
    typed = Sealed(null=True)  # values by field, as `form` names them
    rest = SealedText(null=True)  # what stood in the mail beside the form
    language = models.CharField(max_length=10)
    price_minor = models.BigIntegerField()  # for one, as the answer told it
    currency = models.CharField(max_length=3)
    made_at = models.DateTimeField()
    room = models.OneToOneField("rooms.Room", on_delete=models.PROTECT, null=True, related_name="mail_order")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mail", "listing"], name="mail_order_once_per_mail"),
            models.UniqueConstraint(fields=["index", "day", "number"], name="mail_order_so_many_a_day"),
            models.CheckConstraint(
                condition=Q(room=None, confirmed_by=None, confirmed_at=None)
                | Q(room__isnull=False, confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="mail_order_confirmed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="mail_order_age")]

    @property
    def price(self) -> Money:
        """The price for one that the sender was told."""
        return Money(self.price_minor, self.currency)

    @property
    def forgotten(self) -> bool:
        """Whether what was typed is gone."""
        return self.typed is None

    @property
    def digest(self) -> str:
        """What a page was made from: another one when anything is different. 64 hexadecimal digits."""
        said = json.dumps([self.typed, self.price_minor, self.currency], sort_keys=True)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def put_sender(self, address: str) -> None:
        """Whose it is; the caller saves."""
        self.sender, self.index = address, crypto.mac(_INDEX, address.encode())

    def forget(self) -> None:
        """Takes away all that is personal; the caller saves."""
        self.sender = self.index = self.typed = self.rest = None


def indexes(address: str) -> Sequence[bytes]:
    """Every index that this address may have: some may wait for the ring's newest key."""
    return crypto.macs(_INDEX, address.encode())
