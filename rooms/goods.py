"""What the lines of an offer are about: listings of the room's seller.

A line may name one. Of those that name none, the first is about the room's own listing, the others about
something of its kind.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog import queries as catalog
from catalog.models import Listing
from orders.facts import LineFacts
from rooms.models import Room
from rooms.refusals import ListingUnknown


@dataclass(frozen=True, slots=True)
class Subject:
    """What one line is about: the listing, if any, its kind, and how many pieces of it."""

    listing: Listing | None
    kind: str
    pieces: int


def check(room: Room, packages: Sequence[Mapping[str, Any]]) -> None:
    """Every listing that is named must be the seller's own and on offer, or the room's.

    Raises ListingUnknown.
    """
    named = {UUID(line["listing"]) for package in packages for line in package["lines"] if "listing" in line}
    if not named:
        return
    known = catalog.listings_by_ids(named)
    for listing_id in named:
        found = known.get(listing_id)
        if found is None or found.organisation_id != room.seller_id:
            raise ListingUnknown
        if found.status != Listing.Status.PUBLISHED and found.pk != room.listing:
            raise ListingUnknown


def subjects(room: Room, lines: Sequence[Mapping[str, Any]]) -> list[Subject]:
    """What each line of a package is about, in their order."""
    named = {UUID(line["listing"]) for line in lines if "listing" in line}
    known = catalog.listings_by_ids(named | ({room.listing} if room.listing else set()))
    own = known.get(room.listing) if room.listing else None
    kind = own.kind if own is not None else Listing.Kind.GOODS.value
    found, first = [], True
    for line in lines:
        if "listing" in line:
            listing = known[UUID(line["listing"])]
            found.append(Subject(listing, listing.kind, math.ceil(Decimal(line["quantity"]))))
        else:
            found.append(Subject(own if first else None, kind, 1))
            first = False
    return found


def line_facts(room: Room, lines: Sequence[Mapping[str, Any]]) -> list[LineFacts]:
    """The lines of an accepted package, each with what it is about."""
    return [
        LineFacts(
            title=line["title"],
            quantity=line["quantity"],
            unit=line["unit"],
            unit_price=line["unit_price"],
            total=line["total"],
            listing=None if subject.listing is None else subject.listing.pk,
            kind=subject.kind,
            pieces=subject.pieces,
            due=date.fromisoformat(line["due"]) if "due" in line else None,
        )
        for line, subject in zip(lines, subjects(room, lines), strict=True)
    ]


def below_floor(room: Room, packages: Iterable[Mapping[str, Any]]) -> int | None:
    """The floor, in minor units, that one of the packages goes below, by the listings' own floors.

    A line that names its listing is compared by its unit price; one that names none as a whole.
    """
    for package in packages:
        for line, subject in zip(package["lines"], subjects(room, package["lines"]), strict=True):
            floor = subject.listing.floor_minor if subject.listing is not None else None
            price = line["unit_price"] if "listing" in line else line["total"]
            if floor is not None and price < floor:
                return floor
    return None
