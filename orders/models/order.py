"""An order, its lines and its history."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.sealed import Sealed, SealedText
from negotiation_hub.people.models import Organisation, User
from orders.lifecycle import AuthorizeStatus, ChargeStatus, Status
from orders.models.constraints import one_of

TAX_BASES = ("none", "added", "included")


class Order(models.Model):
    """What was agreed in a room, on its way from the draft to the receipt. Terms and amounts change only
    by an amendment (trigger), which keeps what they were.
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
    issues = Sealed(default=list)  # [{name, value}] of the accepted package
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
    amendment = models.UUIDField(null=True)  # the newest `Amendment`: the terms change only with it (trigger)
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
            models.CheckConstraint(condition=one_of("tax_basis", TAX_BASES), name="order_tax_basis_known"),
            models.CheckConstraint(condition=one_of("status", Status), name="order_status_known"),
            models.CheckConstraint(
                condition=one_of("authorize_status", AuthorizeStatus), name="order_authorize_known"
            ),
            models.CheckConstraint(
                condition=one_of("charge_status", ChargeStatus), name="order_charge_known"
            ),
            # Nothing is on its way that was not placed.
            models.CheckConstraint(
                condition=Q(placed_at__isnull=False)
                | one_of("status", (Status.DRAFT, Status.UNCONFIRMED, Status.CANCELED, Status.EXPIRED)),
                name="order_placed_before_fulfilled",
            ),
        ]

    def money(self) -> Money:
        """The gross to pay."""
        return Money(self.gross, self.currency)


class LinesInForce(models.Manager["OrderLine"]):
    """The lines without those that an amendment has taken out."""

    def get_queryset(self) -> models.QuerySet["OrderLine"]:
        return super().get_queryset().filter(removed=False)


class OrderLine(models.Model):
    """One line of what was agreed, copied from the offer it came from. It changes only by an amendment
    (trigger), which keeps what it was, and stays the same line: parcels and receipts refer to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()  # from 1
    title = SealedText()
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
    amendment = models.UUIDField(null=True)  # the `Amendment` that changed or added it last
    removed = models.BooleanField(default=False)  # by that amendment

    objects = LinesInForce()
    ever: ClassVar[models.Manager["OrderLine"]] = models.Manager()

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
