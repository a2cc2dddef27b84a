"""Reading the catalogue: what is public, and what a seller's own people see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Listing, ListingPicture
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.kernel.text import shown_only
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User

PAGE: Final = 24  # rows of two, three and four cards come out even
WORDS_MAX: Final = 8  # more words do not make a search better, only slower
_PUBLISHED: Final = Listing.Status.PUBLISHED


@dataclass(frozen=True, slots=True)
class Page:
    """A page of listings, newest first; `after` names the last one when there are more."""

    listings: Sequence[Listing]
    after: UUID | None


def published(*, after: UUID | None = None, words: str = "", kind: str = "", limit: int = PAGE) -> Page:
    """Public listings older than `after` that hold all the words in title or description."""
    rows = _complete(Listing.objects.filter(status=_PUBLISHED))
    if kind in Listing.Kind.values:
        rows = rows.filter(kind=kind)
    for word in search_words(words):
        rows = rows.filter(Q(title__icontains=word) | Q(description__icontains=word))
    return _page(rows, after, limit)


def worth_showing(*, limit: int) -> list[Listing]:
    """The newest public listings, those with a picture before those without."""
    rows = _complete(Listing.objects.filter(status=_PUBLISHED)).alias(
        shown=Exists(ListingPicture.objects.filter(listing=OuterRef("pk")))
    )
    return list(rows.order_by("-shown", "-pk")[:limit])


def search_words(text: str) -> list[str]:
    """The words of a search box; what cannot be in a text is left out."""
    return shown_only(text).split()[:WORDS_MAX]


def listings_of(organisation_id: UUID, *, after: UUID | None = None, limit: int = PAGE) -> Page:
    """All listings of an organisation, drafts and archived ones included."""
    return _page(_complete(Listing.objects.filter(organisation=organisation_id)), after, limit)


def listing_for(viewer: User | None, listing_id: UUID) -> Listing:
    """A public listing, or any of the viewer's organisations. Raises NotFound, also for hidden ones."""
    listing = _complete(Listing.objects.filter(pk=listing_id)).first()
    if listing is None or not may_see(viewer, listing):
        raise NotFound
    return listing


def published_listing(listing_id: UUID) -> Listing:
    """A public listing with its organisation and author. Raises NotFound."""
    rows = Listing.objects.select_related("organisation", "author")
    listing = rows.filter(pk=listing_id, status=_PUBLISHED).first()
    if listing is None:
        raise NotFound
    return listing


def may_see(viewer: User | None, listing: Listing) -> bool:
    """Public ones are for everyone, the rest for the members of the seller."""
    if listing.status == _PUBLISHED:
        return True
    return viewer is not None and people.membership(viewer, listing.organisation_id) is not None


def require_editor(viewer: User, listing: Listing) -> None:
    """Only the seller's sales staff and managers change a listing.

    Raises NotPermitted, or NotFound for who may not even see it.
    """
    if not may_see(viewer, listing):
        raise NotFound
    if not people.may_sell(people.membership(viewer, listing.organisation_id)):
        raise NotPermitted


def picture(picture_id: UUID) -> ListingPicture:
    """A picture with its listing and files. Raises NotFound."""
    row = ListingPicture.objects.select_related("listing", "file", "thumbnail").filter(pk=picture_id).first()
    if row is None:
        raise NotFound
    return row


def _complete(rows: QuerySet[Listing]) -> QuerySet[Listing]:
    return rows.select_related("organisation").prefetch_related("pictures")


def _page(rows: QuerySet[Listing], after: UUID | None, limit: int) -> Page:
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], found[limit - 1].pk if more else None)
