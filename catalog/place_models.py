"""Where a seller's goods lie, and how many of which."""

from django.db import models
from django.db.models import Q

from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.sealed import SealedText
from negotiation_hub.people.models import Organisation


class Place(models.Model):
    """A house with goods of a seller, and the mail address of whoever picks them there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(max_length=100)
    mail = SealedText()
    language = models.CharField(max_length=10)  # of the mails and pages for whoever picks there
    street = models.CharField(max_length=200)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100)
    country = models.CharField(max_length=2)  # ISO 3166-1 alpha-2
    pick_up = models.BooleanField(default=False)  # buyers may fetch what they ordered here
    hours = models.CharField(max_length=200, blank=True)  # when somebody is there, in the seller's words
    closed_at = models.DateTimeField(null=True)  # nothing is picked there any more
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]


class PlaceStock(models.Model):
    """How many pieces of a listing lie at a place and are meant for no parcel yet. Changed by moves only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="stock")
    listing = models.ForeignKey("catalog.Listing", on_delete=models.PROTECT, related_name="at_places")
    pieces = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "listing"], name="place_stock_once"),
            models.CheckConstraint(condition=Q(pieces__gte=0), name="place_stock_never_negative"),
        ]


class PlaceMove(models.Model):
    """A change of what lies at a place and what caused it. Never changed: the moves add up to the stock."""

    class Reason(models.TextChoices):
        COUNTED = "counted"
        PICKED = "picked"
        PUT_BACK = "put_back"
        MISSING = "missing"  # whoever should pick them did not find them

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stock = models.ForeignKey(PlaceStock, on_delete=models.PROTECT, related_name="moves")
    cause = models.UUIDField()  # the same cause moves one place's stock of a listing once
    change = models.IntegerField()  # pieces: above zero in, below zero out
    reason = models.CharField(max_length=16, choices=Reason.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "stock"], name="place_move_once_per_cause"),
            models.CheckConstraint(condition=~Q(change=0), name="place_move_moves"),
        ]
