"""Reading the catalogue: what is public, and what a seller's own people see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Sum

from catalog import search
from catalog.models import Listing, ListingFile, ListingPicture, StockHold, Storefront
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Organisation, User

PAGE: Final = 24  # rows of two, three and four cards come out even
_PUBLISHED: Final = Listing.Status.PUBLISHED
_HITS_PER_SELLER: Final = 5  # listings that are looked at for each seller that is shown: some have many alike
_NAME_CHARS_MAX: Final = 100
_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of listings; `after` is what asks for the next one, when there are more."""

    listings: Sequence[Listing]
    after: str | None


def published(*, after: str | None = None, words: str = "", kind: str = "", limit: int = PAGE) -> Page:
    """Public listings, newest first; those that hold all the words, best first, when any are given.

    `after` is the one of a page before, asked for with the same words; what is none is not heeded.
    """
    if not search.is_search(words):
        return _page(_of_kind(_complete(Listing.objects.filter(status=_PUBLISHED)), kind), after, limit)
    page, following = found(words, kind=kind, after=search.after_of(after), limit=limit)
    return Page([listing for _, listing in page], following)


def found(
    words: str, *, kind: str = "", after: search.Hit | None = None, limit: int = PAGE
) -> tuple[list[tuple[search.Hit, Listing]], str | None]:
    """A page of what a search found, best first, and what asks for the next one when there is more."""
    hits = search.find(words, kind=kind, after=after, limit=limit + 1)
    listings = _complete(Listing.objects.filter(status=_PUBLISHED)).in_bulk([hit.listing for hit in hits])
    # One that was put away between the two looks is left out.
    page = [(hit, listings[hit.listing]) for hit in hits[:limit] if hit.listing in listings]
    return page, hits[limit - 1].cursor if len(hits) > limit else None


def worth_showing(*, limit: int) -> list[Listing]:
    """The newest public listings, those with a picture before those without."""
    rows = _complete(Listing.objects.filter(status=_PUBLISHED)).alias(
        shown=Exists(ListingPicture.objects.filter(listing=OuterRef("pk")))
    )
    return list(rows.order_by("-shown", "-pk")[:limit])


def listings_of(organisation_id: UUID, *, after: str | None = None, limit: int = PAGE) -> Page:
    """All listings of an organisation, drafts and archived ones included."""
    return _page(_complete(Listing.objects.filter(organisation=organisation_id)), after, limit)


def public_listings_of(
    organisation_id: UUID, *, after: str | None = None, kind: str = "", limit: int = PAGE
) -> Page:
    """What an organisation shows to everyone, newest first."""
    rows = Listing.objects.filter(organisation=organisation_id, status=_PUBLISHED)
    return _page(_of_kind(_complete(rows), kind), after, limit)


def files_of(listing_id: UUID) -> list[ListingFile]:
    """What the buyer of a listing gets, in the seller's order, each with its stored file.

    Whoever serves the bytes must have asked whether this person bought them: nothing here does.
    """
    return list(ListingFile.objects.select_related("file").filter(listing=listing_id))


def listing_file(file_id: UUID) -> ListingFile:
    """A file of a listing, with both. Raises NotFound."""
    row = ListingFile.objects.select_related("listing", "file").filter(pk=file_id).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller's page: `storefront` is None when there is nothing to read on it, or not for this viewer."""

    organisation: Organisation
    storefront: Storefront | None
    ours: bool  # the viewer may change it
    is_member: bool = False  # the viewer is one of its people


def seller(viewer: User | None, slug: str) -> Seller:
    """The page of a seller who published a storefront or has public listings; always for its own people.

    Raises NotFound.
    """
    organisation = Organisation.objects.select_related("storefront").filter(slug=slug).first()
    if organisation is None:
        raise NotFound
    member = people.membership(viewer, organisation.pk) if viewer else None
    storefront: Storefront | None = getattr(organisation, "storefront", None)
    if storefront is not None and not storefront.published:
        storefront = None
    if member is None and storefront is None and not _sells(organisation.pk):
        raise NotFound
    return Seller(organisation, storefront, people.may_sell(member), member is not None)


def storefront_of(organisation_id: UUID) -> Storefront | None:
    """What an organisation wrote for its page, published or not."""
    return Storefront.objects.filter(organisation=organisation_id).first()


def oldest_public(*, after: UUID | None, limit: int) -> list[Listing]:
    """Public listings that are newer than `after`, oldest first, with no more than their addresses need."""
    rows = Listing.objects.filter(status=_PUBLISHED).only("id", "slug", "updated_at")
    return list(_newer(rows, after)[:limit])


def sellers(*, after: UUID | None, limit: int) -> list[Organisation]:
    """The organisations that have a page for everyone, with their storefronts, oldest first."""
    return list(_newer(_public_sellers().select_related("storefront"), after)[:limit])


def sellers_found(words: str, *, limit: int) -> list[Organisation]:
    """The organisations with a page for everyone who have the words in their name, or offer what has them.

    By name; from the first on, when there are no words.
    """
    rows = _public_sellers()
    if search.is_search(words):
        hits = [hit.listing for hit in search.find(words, limit=_HITS_PER_SELLER * limit)]
        named = Q(name__icontains=words.strip()[:_NAME_CHARS_MAX])
        rows = rows.filter(named | Q(pk__in=Listing.objects.filter(pk__in=hits).values("organisation")))
    return list(rows.order_by("name", "pk")[:limit])


def may_be_asked(organisation_id: UUID) -> bool:
    """Whether an organisation sells here: it has a page for everyone."""
    return _public_sellers().filter(pk=organisation_id).exists()


def last_of_listings(after: UUID | None, size: int) -> UUID | None:
    """The last public listing of the `size` that follow `after`; None unless more follow it."""
    return _last(_newer(Listing.objects.filter(status=_PUBLISHED), after).values_list("pk", flat=True), size)


def last_of_sellers(after: UUID | None, size: int) -> UUID | None:
    """The same for the organisations that have a page for everyone."""
    return _last(_newer(_public_sellers(), after).values_list("pk", flat=True), size)


def _newer(rows: QuerySet[_Row], after: UUID | None) -> QuerySet[_Row]:
    return (rows if after is None else rows.filter(pk__gt=after)).order_by("pk")


def _last(ids: QuerySet[Any, UUID], size: int) -> UUID | None:
    # The offset is bounded by the size of a page, and the ids come from an index.
    last, following = (*ids[size - 1 : size + 1], None, None)[:2]
    return None if following is None else last


def _public_sellers() -> QuerySet[Organisation]:
    return Organisation.objects.filter(
        Exists(Listing.objects.filter(organisation=OuterRef("pk"), status=_PUBLISHED))
        | Exists(Storefront.objects.filter(organisation=OuterRef("pk"), published=True))
    )


def _sells(organisation_id: UUID) -> bool:
    return Listing.objects.filter(organisation=organisation_id, status=_PUBLISHED).exists()


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


def listings_by_ids(ids: Iterable[UUID]) -> dict[UUID, Listing]:
    """The listings with these ids, whatever their status; unknown ids are left out. One query."""
    return Listing.objects.in_bulk(list(set(ids)))


def reserved(listing: Listing) -> int:
    """How many pieces of a listing are promised to buyers and have not gone yet. For its seller alone."""
    rows = StockHold.objects.filter(listing=listing, returned_at=None)
    return rows.aggregate(all=Sum(F("pieces") - F("gone")))["all"] or 0


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


def _of_kind(rows: QuerySet[Listing], kind: str) -> QuerySet[Listing]:
    return rows.filter(kind=kind) if kind in Listing.Kind.values else rows


def _page(rows: QuerySet[Listing], after: str | None, limit: int) -> Page:
    if (last := _uuid(after)) is not None:
        rows = rows.filter(pk__lt=last)
    found = list(rows.order_by("-pk")[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], str(found[limit - 1].pk) if more else None)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
