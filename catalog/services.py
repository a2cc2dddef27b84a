"""Writing the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Max
from django.utils.text import slugify

from catalog import queries
from catalog.models import Listing, ListingPicture
from catalog.refusals import (
    DescriptionInvalid,
    FloorInvalid,
    KindUnknown,
    ListingArchived,
    PicturesTooMany,
    TitleInvalid,
)
from catalog.stock import clean_stock, count_stock
from negotiation_hub.kernel import commit, files, ids, limits, money, pictures
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.kernel.text import can_be_shown, one_line, shown_only
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User

TITLE_CHARS_MAX: Final = 200
DESCRIPTION_CHARS_MAX: Final = 20_000  # some seven printed pages
ALT_CHARS_MAX: Final = 200
_Status = Listing.Status


@dataclass(frozen=True, slots=True)
class Picture:
    """An uploaded picture and the words for those who do not see it."""

    data: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Supply:
    """How many pieces there are (None: not counted) and the least one may go for (None: nothing is said).

    `seen` is the stock that the seller was shown when they said the new one.
    """

    stock: int | None = None
    floor: Money | None = None
    seen: int | None = None


def create_listing(
    *,
    actor: User,
    title: str,
    description: str,
    price: Money,
    now: datetime,
    kind: str = Listing.Kind.GOODS,
    uploads: Sequence[Picture] = (),
    supply: Supply = Supply(),
    draft: bool = False,
    listing_id: UUID | None = None,
) -> Listing:
    """Puts something up for the organisation the actor acts for; public at once unless it is a draft.

    Raises NotPermitted, TitleInvalid, DescriptionInvalid, KindUnknown, AmountInvalid, StockInvalid,
    FloorInvalid, PictureUnreadable, PictureTooLarge, PicturesTooMany.
    """
    seller = people.acting_organisation(actor)
    if not people.may_sell(people.membership(actor, seller.pk)):
        raise NotPermitted
    content = {**_content(title, description, price, kind), "floor_minor": _floor(supply.floor, price)}
    stock = clean_stock(supply.stock)
    prepared = _prepare(uploads)
    with commit.transact():
        listing = Listing.objects.create(
            id=listing_id or ids.uuid7(),
            organisation=seller,
            author=actor,
            status=_Status.DRAFT if draft else _Status.PUBLISHED,
            created_at=now,
            updated_at=now,
            **content,
        )
        count_stock(listing=listing, stock=stock, seen=None, now=now)
        for picture, alt in prepared:
            _store(listing, picture, alt, now)
    return listing


def edit_listing(
    *,
    actor: User,
    listing_id: UUID,
    title: str,
    description: str,
    price: Money,
    kind: str,
    now: datetime,
    uploads: Sequence[Picture] = (),
    supply: Supply | None = None,
) -> Listing:
    """Changes what a listing says and adds pictures, all or nothing. Deals under way keep their own terms.

    Without `supply` stock and floor stay as they are. Raises as `create_listing`, ListingArchived and
    StockChanged.
    """
    content = _content(title, description, price, kind)
    stock = None if supply is None else clean_stock(supply.stock)
    queries.require_editor(actor, queries.listing_for(actor, listing_id))  # before the costly part
    prepared = _prepare(uploads)
    with commit.transact():
        listing = _open_one(actor, listing_id)
        for picture, alt in prepared:
            _store(listing, picture, alt, now)
        if supply is not None:
            count_stock(listing=listing, stock=stock, seen=supply.seen, now=now)
        floor = listing.floor if supply is None else supply.floor
        return _change(listing, now, **content, floor_minor=_floor(floor, price))


def publish_listing(*, actor: User, listing_id: UUID, now: datetime) -> Listing:
    """Shows a listing to everyone, one that was put away too."""
    with commit.transact():
        return _change(_own(actor, listing_id), now, status=_Status.PUBLISHED)


def archive_listing(*, actor: User, listing_id: UUID, now: datetime) -> Listing:
    """Puts a listing away: it is found no more, what was negotiated about it stays."""
    with commit.transact():
        return _change(_own(actor, listing_id), now, status=_Status.ARCHIVED)


def add_picture(
    *, actor: User, listing_id: UUID, data: bytes, now: datetime, alt: str = ""
) -> ListingPicture:
    """Adds a picture at the end. Raises what `edit_listing` raises about pictures."""
    queries.require_editor(actor, queries.listing_for(actor, listing_id))  # before the costly part
    prepared = pictures.prepare(data)
    with commit.transact():
        return _store(_open_one(actor, listing_id), prepared, alt, now)


def remove_picture(*, actor: User, picture_id: UUID) -> Listing:
    """Takes a picture off its listing, which it returns. Raises NotFound, NotPermitted, ListingArchived."""
    with commit.transact():
        picture = queries.picture(picture_id)
        listing = _open_one(actor, picture.listing_id)
        picture.delete()
    return listing


def clean_title(text: str) -> str:
    """A title on one line. Raises TitleInvalid."""
    title = one_line(text)
    if not 0 < len(title) <= TITLE_CHARS_MAX or not can_be_shown(title):
        raise TitleInvalid
    return title


def _content(title: str, description: str, price: Money, kind: str) -> dict[str, object]:
    clean = clean_title(title)
    text = description.replace("\r\n", "\n").strip()
    if len(text) > DESCRIPTION_CHARS_MAX or not can_be_shown(text.replace("\n", "").replace("\t", "")):
        raise DescriptionInvalid
    if kind not in Listing.Kind.values:
        raise KindUnknown
    amount = money.positive(price.minor, price.currency)
    return {
        "title": clean,
        "slug": slugify(clean)[:80].strip("-") or "listing",
        "description": text,
        "kind": kind,
        "price_minor": amount.minor,
        "currency": amount.currency,
    }


def _floor(floor: Money | None, price: Money) -> int | None:
    if floor is None:
        return None
    if floor.currency != price.currency or not 0 < floor.minor <= price.minor:
        raise FloorInvalid
    return floor.minor


def _own(actor: User, listing_id: UUID) -> Listing:
    """The row, locked, if it is the actor's to change."""
    listing = Listing.objects.select_for_update().filter(pk=listing_id).first()
    if listing is None:
        raise NotFound
    queries.require_editor(actor, listing)
    return listing


def _open_one(actor: User, listing_id: UUID) -> Listing:
    listing = _own(actor, listing_id)
    if listing.status == _Status.ARCHIVED:
        raise ListingArchived
    return listing


def _prepare(uploads: Sequence[Picture]) -> list[tuple[pictures.Prepared, str]]:
    if len(uploads) > limits.PICTURES_PER_LISTING_MAX:
        raise PicturesTooMany
    return [(pictures.prepare(upload.data), upload.alt) for upload in uploads]


def _change(listing: Listing, now: datetime, **content: object) -> Listing:
    for name, value in content.items():
        setattr(listing, name, value)
    listing.updated_at = now
    listing.save(update_fields=[*content, "updated_at"])
    return listing


def _store(listing: Listing, prepared: pictures.Prepared, alt: str, now: datetime) -> ListingPicture:
    rows = ListingPicture.objects.filter(listing=listing)
    if rows.count() >= limits.PICTURES_PER_LISTING_MAX:
        raise PicturesTooMany
    full, small = (
        files.store(
            drawn.data,
            name=f"{listing.slug}.webp",
            media_type=pictures.MEDIA_TYPE,
            owner=listing.organisation_id,
        )
        for drawn in (prepared.full, prepared.thumbnail)
    )
    last = rows.aggregate(last=Max("order"))["last"]
    return ListingPicture.objects.create(
        listing=listing,
        file=full,
        thumbnail=small,
        order=0 if last is None else last + 1,
        width=prepared.full.width,
        height=prepared.full.height,
        thumbnail_width=prepared.thumbnail.width,
        thumbnail_height=prepared.thumbnail.height,
        alt=shown_only(alt)[:ALT_CHARS_MAX],
        created_at=now,
    )
