"""Listings and pictures for tests."""

from io import BytesIO
from typing import Any

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from catalog.models import Listing
from negotiation_hub.kernel import clock
from tests.factories.people import OrganisationFactory, UserFactory


class ListingFactory(DjangoModelFactory[Listing]):
    """A public listing for 1,250.00 EUR."""

    class Meta:
        model = Listing

    organisation = factory.SubFactory(OrganisationFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda number: f"Pump {number}")
    slug = "pump"
    description = "A pump."
    kind = Listing.Kind.GOODS
    price_minor = 125_000
    currency = "EUR"
    status = Listing.Status.PUBLISHED
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)


def picture_bytes(width: int = 60, height: int = 40, form: str = "PNG", **saving: Any) -> bytes:
    """A picture: its left half red, its right half blue."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    buffer = BytesIO()
    picture.save(buffer, form, **saving)
    return buffer.getvalue()
