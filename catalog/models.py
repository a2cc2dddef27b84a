"""What sellers put up: storefronts, listings, and what belongs to them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog import campaign_models  # noqa: F401 - Django looks for an app's tables here
from catalog.place_models import Place, PlaceMove, PlaceStock
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.limits import AMOUNT_MINOR_MAX
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Organisation

__all__ = [
    "Listing",
    "ListingFile",
    "ListingPicture",
    "Place",
    "PlaceMove",
    "PlaceStock",
    "StockHold",
    "StockMove",
    "Storefront",
]


class Listing(models.Model):
    """One thing to negotiate about. `price_minor` is the list price in minor units of `currency`."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("goods")
        INFORMATION = "information", _("information")
        SERVICE = "service", _("service")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="listings")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, db_index=False)  # for readable addresses; the id finds the listing
    description = models.TextField(blank=True)  # Markdown as it was typed
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.GOODS)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # The least that one unit may go for. Never shown to anybody but the seller's sales staff and managers.
    floor_minor = models.BigIntegerField(null=True)
    stock = models.IntegerField(null=True)  # pieces left; null: not counted. Changed by `stock` only
    status = models.CharField(max_length=16, choices=Status.choices)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, price_minor__lte=AMOUNT_MINOR_MAX),
                name="listing_price_possible",
            ),
            models.CheckConstraint(
                condition=Q(floor_minor=None) | Q(floor_minor__gt=0, floor_minor__lte=F("price_minor")),
                name="listing_floor_possible",
            ),
            models.CheckConstraint(condition=Q(stock=None) | Q(stock__gte=0), name="listing_stock_possible"),
        ]
        indexes = [
            models.Index(fields=["-id"], name="listing_public", condition=Q(status="published")),
            models.Index(fields=["organisation", "-id"], name="listing_of_organisation"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("catalog:listing", kwargs={"listing": self.pk, "slug": self.slug})

    @property
    def price(self) -> Money:
        """The list price."""
        return Money(self.price_minor, self.currency)

    @property
    def floor(self) -> Money | None:
        """The least that one unit may go for, for the seller's own eyes."""
        return None if self.floor_minor is None else Money(self.floor_minor, self.currency)

    @property
    def sold_out(self) -> bool:
        """Nothing is left of what is counted."""
        return self.stock == 0


class ListingPicture(models.Model):
    """A picture of a listing, re-encoded by us. Its bytes never change: another picture is another row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="pictures")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    thumbnail = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    width = models.PositiveIntegerField()  # of the file, in pixels
    height = models.PositiveIntegerField()
    thumbnail_width = models.PositiveIntegerField()
    thumbnail_height = models.PositiveIntegerField()
    alt = models.CharField(
        max_length=200, default="", blank=True
    )  # empty: nothing that the title does not say
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["listing", "order"], name="picture_order_once")]

    @property
    def full_url(self) -> str:
        """Where the large picture is."""
        return reverse("catalog:picture", kwargs={"picture": self.pk, "size": "full"})

    @property
    def thumbnail_url(self) -> str:
        """Where the small picture is."""
        return reverse("catalog:picture", kwargs={"picture": self.pk, "size": "small"})


class ListingFile(models.Model):
    """A file for the buyer of an information listing. Others get its name and size, never its bytes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)  # as the seller calls it, with the ending of what it is
    stamp = models.BooleanField(default=False)  # each buyer of this PDF gets a copy that names them
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["listing", "order"], name="listing_file_order_once")]


class StockMove(models.Model):
    """A change of stock and what caused it. Never changed: a listing's moves add up to its stock."""

    class Reason(models.TextChoices):
        COUNTED = "counted", _("counted")  # the seller said how many there are, or that they are not counted
        TAKEN = "taken", _("taken")
        RETURNED = "returned", _("returned")
        CHANGED = "changed", _("changed")  # more, or less, is reserved for a cause than was taken for it

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="stock_moves")
    cause = models.UUIDField()  # the same cause moves a listing's stock once
    change = models.IntegerField()  # pieces: above zero in, below zero out
    reason = models.CharField(max_length=16, choices=Reason.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "listing"], name="stock_move_once_per_cause"),
            models.CheckConstraint(condition=~Q(change=0), name="stock_move_moves"),
        ]


class StockHold(models.Model):
    """What of a listing is reserved for one cause, such as an order, and what of that has gone. It was taken
    out of the stock already, which is what can still be sold. Only its progress changes (trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="holds")
    cause = models.UUIDField()  # as the move with which it was taken
    pieces = models.PositiveIntegerField()
    gone = models.PositiveIntegerField(default=0)  # have left the seller
    reserved_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)  # what had not gone can be sold again

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "listing"], name="stock_hold_once_per_cause"),
            models.CheckConstraint(
                condition=Q(pieces__gte=0, gone__lte=F("pieces")), name="stock_hold_never_negative"
            ),
        ]


class Storefront(models.Model):
    """A seller's page: who they are and how they do business. Its listings are on it without being named."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="storefront"
    )
    story = models.TextField(blank=True)  # Markdown as it was typed
    policies = models.TextField(blank=True)  # the same: returns, delivery, guarantee
    contact = models.CharField(max_length=200, blank=True)
    published = models.BooleanField(default=False)
    updated_at = models.DateTimeField()
