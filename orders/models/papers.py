"""The papers of an order: what was issued, under which number, and how it was drawn."""

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel import crypto, sealed_bytes, sealed_files
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.models import File
from negotiation_hub.people.models import Organisation
from orders.models.constraints import one_of
from orders.models.order import Order

_SEAL = "orders.paper"
DOCUMENT = sealed_files.kind("files", "orders.Document", "file")


class NumberRange(models.Model):
    """The last number that a seller gave in a year, for one kind of paper. Locked while the next is given."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    seller = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "kind", "year"], name="numberrange_once"),
        ]


class PaperKind(StrEnum):
    """What is issued in the course of an order. The agreement itself is drawn from the order."""

    ORDER = "order"
    ORDER_AGREEMENT = "order_agreement"
    CONFIRMATION = "confirmation"
    DELIVERY_NOTE = "delivery_note"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    ORDER_CHANGE = "order_change"


class Paper(models.Model):
    """What was issued, once for each cause, with the facts that it says as they were then. Immutable
    (trigger).

    Invoices and credit notes are numbered by seller and year, without gaps.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=16)
    cause = models.UUIDField()  # the order, the shipment or the refund that it is about
    number = models.CharField(max_length=40)
    seller = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(null=True)  # of the number, as is serial
    serial = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField()  # minor units, as are tax and gross
    tax = models.BigIntegerField()
    gross = models.BigIntegerField()
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    sealed = models.BinaryField()  # the facts: they have addresses
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "cause"], name="paper_once_per_cause"),
            models.UniqueConstraint(
                fields=["seller", "kind", "year", "serial"], name="paper_number_once_per_seller"
            ),
            models.CheckConstraint(condition=one_of("kind", PaperKind), name="paper_kind_known"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="paper_gross_is_net_and_tax"),
            models.CheckConstraint(
                condition=Q(kind__in=["invoice", "credit_note"], year__isnull=False, serial__gt=0)
                | Q(~Q(kind__in=["invoice", "credit_note"]), year=None, serial=None),
                name="paper_numbered_where_it_must",
            ),
            models.CheckConstraint(
                condition=Q(kind="credit_note", corrects__isnull=False)
                | Q(~Q(kind="credit_note"), corrects=None),
                name="paper_corrects_an_invoice",
            ),
        ]

    def place(self) -> bytes:
        """Where the facts belong: with all that the row says beside them, so that no column is changed behind
        them.
        """
        said = (
            self.order_id,
            self.kind,
            self.cause,
            self.number,
            self.currency,
            self.net,
            self.tax,
            self.gross,
        )
        return f"orders_paper.sealed:{self.pk}:{':'.join(map(str, said))}".encode()

    def put(self, facts: bytes) -> None:
        """Seals the facts; the caller saves."""
        self.sealed = crypto.seal(_SEAL, facts, self.place())

    def get(self) -> bytes:
        """Opens the facts. Raises crypto.BadSeal when they, or what the row says of them, were changed."""
        return crypto.unseal(_SEAL, bytes(self.sealed), self.place())


class Document(models.Model):
    """A paper of the deal as a stored, sealed file: once for each kind, format and language. Immutable
    (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="documents")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, related_name="documents")
    kind = models.CharField(max_length=24)  # agreement, or that of the paper
    format = models.CharField(max_length=12)  # pdf, facturx, ubl
    language = models.CharField(max_length=10, blank=True)  # empty: of none, as structured data is
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)  # of the clear bytes, as are type, size and SHA-256
    media_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "kind", "format", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "language"], condition=Q(paper=None), name="document_once"
            ),
            models.UniqueConstraint(
                fields=["paper", "format", "language"],
                condition=Q(paper__isnull=False),
                name="document_once_per_paper",
            ),
        ]


sealed_bytes.column(Paper, "sealed", _SEAL, Paper.place)
