"""What sellers put up: listings and their pictures."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.limits import AMOUNT_MINOR_MAX
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Organisation


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
    status = models.CharField(max_length=16, choices=Status.choices)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, price_minor__lte=AMOUNT_MINOR_MAX),
                name="listing_price_possible",
            ),
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
