"""Orders with their lines, history, sealed details, deliveries of three kinds, receipt, late payments,
documents and milestones.
"""

import json
from dataclasses import asdict

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Organisation, User
from orders.facts import OrderDetails
from orders.lifecycle import AuthorizeStatus, ChargeStatus, Status, Tracking, Work

_SEAL = "orders.details"
TAX_BASES = ("none", "added", "included")


def _one_of(column: str, words: object) -> Q:
    return Q(**{f"{column}__in": [str(word) for word in words]})  # type: ignore[attr-defined]


class Order(models.Model):
    """What was agreed in a room, on its way from the draft to the receipt. Terms and amounts never change
    (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(
        max_length=20, unique=True
    )  # for people: NH-2026-7KQ4RD; random, so it counts nothing
    room_id = models.UUIDField(db_index=True)  # a room may agree anew after an order has expired
    agreement_id = models.UUIDField(unique=True)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="orders_bought")
    seller = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="orders_sold")
    buyer_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    buyer_name = models.CharField(max_length=200)  # the parties' names as they were when they agreed
    seller_name = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    tax_basis = models.CharField(max_length=8)
    tax_rate_bp = models.PositiveIntegerField(default=0)  # 1/100 %
    net = models.BigIntegerField()  # minor units, as are tax and gross
    tax = models.BigIntegerField()
    gross = models.BigIntegerField()
    issues = models.JSONField(default=list)  # [{name, value}] of the accepted package
    terms_hash = models.CharField(max_length=64)
    offer_version = models.PositiveIntegerField()
    package = models.PositiveSmallIntegerField()
    annexes = models.JSONField(default=list)  # [{kind, id, seq, hash, content}] frozen with the agreement
    created_at = models.DateTimeField()

    status = models.CharField(max_length=24, default=Status.DRAFT.value)
    authorize_status = models.CharField(max_length=12, default=AuthorizeStatus.NONE.value)
    charge_status = models.CharField(max_length=12, default=ChargeStatus.NONE.value)
    due_at = models.DateTimeField()  # of the payment
    placed_at = models.DateTimeField(null=True)
    expected_on = models.DateField(null=True)  # when the buyer expects to have it
    payment_plan = models.CharField(max_length=16, default="card")
    stock_cause = models.UUIDField(null=True)  # of what is taken from stock for it, while it is
    revision = models.PositiveIntegerField(
        default=0
    )  # counts the history; a signed link names the one it was made for

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["buyer", "-id"], name="order_by_buyer"),
            models.Index(fields=["seller", "-id"], name="order_by_seller"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["room_id"],
                condition=~Q(status__in=[Status.CANCELED.value, Status.EXPIRED.value]),
                name="order_live_once_per_room",
            ),
            models.CheckConstraint(
                condition=Q(gross__gt=0, net__gte=0, tax__gte=0), name="order_amounts_positive"
            ),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="order_gross_is_net_and_tax"),
            models.CheckConstraint(condition=Q(gross__lt=2**53), name="order_gross_exact"),
            models.CheckConstraint(condition=~Q(buyer=F("seller")), name="order_has_two_sides"),
            models.CheckConstraint(condition=_one_of("tax_basis", TAX_BASES), name="order_tax_basis_known"),
            models.CheckConstraint(condition=_one_of("status", Status), name="order_status_known"),
            models.CheckConstraint(
                condition=_one_of("authorize_status", AuthorizeStatus), name="order_authorize_known"
            ),
            models.CheckConstraint(
                condition=_one_of("charge_status", ChargeStatus), name="order_charge_known"
            ),
            # Nothing is on its way that was not placed.
            models.CheckConstraint(
                condition=Q(placed_at__isnull=False)
                | _one_of("status", (Status.DRAFT, Status.UNCONFIRMED, Status.CANCELED, Status.EXPIRED)),
                name="order_placed_before_fulfilled",
            ),
        ]

    def money(self) -> Money:
        """The gross to pay."""
        return Money(self.gross, self.currency)


class OrderLine(models.Model):
    """One line of the accepted package, copied from the offer it came from. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()  # from 1
    title = models.CharField(max_length=200)
    quantity = models.CharField(max_length=40)  # decimal text, exact as agreed
    unit = models.CharField(max_length=8)  # UNECE Rec 20
    unit_price = models.BigIntegerField()  # minor units, as is total
    total = models.BigIntegerField()
    offer_version = models.PositiveIntegerField()
    offer_line = models.PositiveSmallIntegerField()  # its index in the offer's package, from 0
    listing_id = models.UUIDField(null=True)  # what it is about
    kind = models.CharField(max_length=16, default="goods")  # goods, information, service
    pieces = models.PositiveIntegerField(default=1)  # that go out of the listing's stock
    due = models.DateField(null=True)  # when it is to be there, where that was agreed

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orderline_position_once"),
            models.CheckConstraint(
                condition=Q(unit_price__gt=0, total__gte=0), name="orderline_amounts_positive"
            ),
        ]


class OrderChange(models.Model):
    """One step of an order's history: which event led from what to what, by whom. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="changes")
    seq = models.PositiveIntegerField()  # 1, 2, 3 … within the order
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=24, blank=True)  # empty for the first
    after = models.CharField(max_length=24)
    actor = models.UUIDField(null=True)  # a person, or null when the system acts
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)  # ids and amounts only; never what identifies a person

    class Meta:
        ordering = ["order", "seq"]
        constraints = [models.UniqueConstraint(fields=["order", "seq"], name="orderchange_seq_once")]


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


class Shipment(models.Model):
    """Goods on their way, in whole or in part."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    carrier = models.CharField(max_length=100)
    tracking = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=24, default=Tracking.PENDING.value)
    complete = models.BooleanField(default=True)  # false: more follows
    shipped_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=_one_of("status", Tracking), name="shipment_status_known"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(complete=True), name="shipment_completes_order_once"
            ),
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

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "file"], name="downloadgrant_once_per_line_and_file"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("granted_at")), name="downloadgrant_lasts"),
        ]


class Download(models.Model):
    """A file that was fetched, once. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    grant = models.ForeignKey(DownloadGrant, on_delete=models.PROTECT, related_name="downloads")
    by = models.UUIDField()  # a person: who signed in, or to whom the link was mailed
    at = models.DateTimeField()

    class Meta:
        ordering = ["grant", "id"]


class WorkMilestone(models.Model):
    """A piece of work of a service line: the seller reports it done, the buyer receives it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="work")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="work")
    position = models.PositiveSmallIntegerField()  # within the order, from 1
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=12, default=Work.OPEN.value)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.UUIDField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.UUIDField(null=True)  # null with a time: silence

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="work_position_once"),
            models.CheckConstraint(condition=_one_of("status", Work), name="work_status_known"),
            models.CheckConstraint(
                condition=Q(status=Work.OPEN.value, reported_at=None)
                | Q(~Q(status=Work.OPEN.value), reported_at__isnull=False),
                name="work_reported_at_its_time",
            ),
            models.CheckConstraint(
                condition=Q(status=Work.RECEIVED.value, received_at__isnull=False)
                | Q(~Q(status=Work.RECEIVED.value), received_at=None),
                name="work_received_at_its_time",
            ),
        ]


class WorkChange(models.Model):
    """One step of a milestone of work. Immutable (trigger), but for words that must be forgotten."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    work = models.ForeignKey(WorkMilestone, on_delete=models.PROTECT, related_name="changes")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    actor = models.UUIDField(null=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, null=True)  # of the buyer who asks for changes

    class Meta:
        ordering = ["work", "seq"]
        constraints = [models.UniqueConstraint(fields=["work", "seq"], name="workchange_seq_once")]


class Receipt(models.Model):
    """The buyer has what was agreed: said by a person, or by 14 days of silence. Releases the held funds."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="receipt")
    by = models.UUIDField(null=True)  # null: silence
    received_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)  # when the held funds went to the seller
    released_amount = models.BigIntegerField(null=True)  # minor units to the seller, and to the platform
    released_fee = models.BigIntegerField(null=True)


class LatePayment(models.Model):
    """Money that came after the order had ended. It waits for the seller's choice; it is never lost."""

    class Choice(models.TextChoices):
        WAITING = "waiting"
        REINSTATED = "reinstated"
        RETURNED = "returned"

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="late_payments")
    payment_id = models.UUIDField(unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    choice = models.CharField(max_length=12, choices=Choice.choices, default=Choice.WAITING)
    arrived_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="latepayment_amount_positive")]


class Document(models.Model):
    """A paper of the deal as a stored file, once per kind and language."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=24)  # agreement
    language = models.CharField(max_length=10)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "kind", "language"]
        constraints = [models.UniqueConstraint(fields=["order", "kind", "language"], name="document_once")]


class Milestone(models.Model):
    """What the room's table must show of this order, exactly once, under the id of its cause. Immutable
    (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="milestones")
    kind = models.CharField(max_length=40)
    cause = models.UUIDField(unique=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "id"]
