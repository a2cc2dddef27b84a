"""A frame agreement, its lines, and what was called off of them."""

from django.db import models
from django.db.models import F, Q

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import Sealed, SealedText
from negotiation_hub.people.models import Organisation, User
from orders.models.constraints import one_of
from orders.models.order import TAX_BASES, Order


class Frame(models.Model):
    """Volume and prices that were agreed in a room, to be called off until a day. `id` is the agreement's.

    Immutable but for `moves` (trigger): what changes is negotiated as another one.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)  # for people: FA-2026-7KQ4RD; random
    room_id = models.UUIDField(db_index=True)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="frames_bought")
    seller = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="frames_sold")
    buyer_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    seller_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    buyer_name = models.CharField(max_length=200)  # the parties' names as they were when they agreed
    seller_name = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    tax_basis = models.CharField(max_length=8)
    tax_rate_bp = models.PositiveIntegerField(default=0)  # 1/100 %
    issues = Sealed(default=list)  # [{name, value}] of the accepted package
    terms_hash = models.CharField(max_length=64)
    offer_version = models.PositiveIntegerField()
    annexes = models.JSONField(default=list)  # as those of `Order`
    created_at = models.DateTimeField()
    ends_on = models.DateField()  # the last day, of UTC, on which something can be called off
    moves = models.PositiveIntegerField(default=0)  # how many `FrameMove` it has

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(buyer=F("seller")), name="frame_has_two_sides"),
            models.CheckConstraint(condition=one_of("tax_basis", TAX_BASES), name="frame_tax_basis_known"),
        ]


class FrameLine(models.Model):
    """One line of a frame agreement: so much of it, at a price that may go by tiers. Immutable (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    frame = models.ForeignKey(Frame, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()  # from 1
    title = SealedText()
    volume = models.CharField(max_length=40)  # decimal text, exact as agreed
    unit = models.CharField(max_length=8)  # UNECE Rec 20
    unit_price = models.BigIntegerField()  # minor units, of what comes before the first tier
    tiers = models.JSONField(default=list)  # [[start, unit price]], as `orders.framing.Tier`
    listing_id = models.UUIDField(null=True)  # what it is about
    kind = models.CharField(max_length=16, default="goods")  # goods, information, service

    class Meta:
        ordering = ["frame", "position"]
        constraints = [
            models.UniqueConstraint(fields=["frame", "position"], name="frameline_position_once"),
            models.CheckConstraint(condition=Q(unit_price__gt=0), name="frameline_price_positive"),
        ]


class CallOff(models.Model):
    """An order that was called off of a frame agreement. Immutable (trigger)."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, primary_key=True, related_name="call_off")
    frame = models.ForeignKey(Frame, on_delete=models.PROTECT, related_name="call_offs")
    by = models.UUIDField()  # the person who accepted it
    at = models.DateTimeField()


class FrameMove(models.Model):
    """Volume that a call-off took of a line, gave back when its order ended, or took again when that went on.

    What is called off of a line is what its newest move says. Immutable (trigger).
    """

    class Kind(models.TextChoices):
        TAKE = "take"
        GIVE_BACK = "give_back"
        TAKE_AGAIN = "take_again"

    id = models.UUIDField(primary_key=True, default=uuid7)
    line = models.ForeignKey(FrameLine, on_delete=models.PROTECT, related_name="moves")
    call_off = models.ForeignKey(CallOff, on_delete=models.PROTECT, related_name="moves")
    seq = models.PositiveIntegerField()  # 1, 2, 3 … within the frame agreement
    kind = models.CharField(max_length=12)
    # Decimal text: what had been called off when it was taken first. Its prices follow from it, and stay.
    start = models.CharField(max_length=40)
    quantity = models.CharField(max_length=40)  # decimal text, above zero
    called = models.CharField(max_length=40)  # decimal text: what is called off of the line after it

    class Meta:
        ordering = ["line", "seq"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("kind", ("take", "give_back", "take_again")), name="framemove_kind_known"
            ),
            models.UniqueConstraint(
                fields=["line", "call_off"], condition=Q(kind="take"), name="framemove_taken_first_once"
            ),
        ]
