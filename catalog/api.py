"""REST: listings."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from catalog import queries, services
from catalog.models import Listing
from negotiation_hub.kernel import clock, money
from negotiation_hub.kernel.limits import AMOUNT_MINOR_MAX, STOCK_MAX
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User

router = Router(tags=["listings"])
PAGE_MAX = 100

# Any number is let in, so that the refusal is the same wherever an amount is asked for: `amount.invalid`.
Minor = Annotated[
    Any,
    Field(
        json_schema_extra={"type": "integer", "minimum": 1, "maximum": AMOUNT_MINOR_MAX},
        description="minor units",
    ),
]
# The same for a number of pieces: `listing.stock`.
Stock = Annotated[
    Any,
    Field(
        json_schema_extra={
            "anyOf": [{"type": "integer", "minimum": 0, "maximum": STOCK_MAX}, {"type": "null"}]
        },
        description="pieces; null when they are not counted",
    ),
]
# An id of a page without words, a place in the order of a search with them.
After = Annotated[
    str | None,
    Query(
        pattern=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]\.[0-9a-f]{32})$",
        description="`next` of the page before, asked for with the same words",
    ),
]


class PriceIn(Schema):
    model_config = ConfigDict(extra="forbid")

    minor: Minor
    currency: str


class ListingIn(Schema):
    model_config = ConfigDict(extra="forbid")

    title: str
    description: str
    price: PriceIn
    kind: str = Listing.Kind.GOODS.value
    stock: Stock = None


class Made(Schema):
    id: UUID


class PriceOut(Schema):
    minor: int
    currency: str


class SellerOut(Schema):
    id: UUID
    name: str


class PictureOut(Schema):
    url: str
    thumbnail_url: str
    width: int
    height: int
    alt: str


class ListingOut(Schema):
    id: UUID
    title: str
    description: str
    kind: str
    status: str
    price: PriceOut
    stock: Annotated[int | None, Field(description="what can still be sold; null: not counted")]
    reserved: Annotated[
        int | None, Field(description="promised and not sent yet; asked for one of your own listings only")
    ] = None
    seller: SellerOut
    url: str
    pictures: list[PictureOut]
    created_at: str


class ListingsOut(Schema):
    listings: list[ListingOut]
    next: str | None


@router.post("/listings", response={201: Made}, summary="Put something up")
def create_listing(request: HttpRequest, body: ListingIn) -> Status[dict[str, UUID]]:
    """Public at once, for the organisation that the person acts for."""
    made = services.create_listing(
        actor=request.auth,  # type: ignore[attr-defined]  # ninja puts the user there
        title=body.title,
        description=body.description,
        price=money.positive(body.price.minor, body.price.currency),
        kind=body.kind,
        supply=services.Supply(stock=body.stock),
        now=clock.now(),
    )
    return Status(201, {"id": made.pk})


@router.get(
    "/listings", response=ListingsOut, summary="Public listings: newest first, or what a search finds"
)
def list_listings(
    request: HttpRequest,
    after: After = None,
    q: str = "",
    kind: str = "",
    seller: Annotated[str, Query(description="only this seller's, by slug; without words")] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = queries.PAGE,
) -> dict[str, Any]:
    """Those that hold all the words of `q`, the last of which may be the beginning of one; best first.

    `next` is what to ask with for the following page.
    """
    if seller:
        owner = people.organisation_by_slug(seller)
        page = queries.public_listings_of(owner.pk, after=after, kind=kind, limit=limit)
    else:
        page = queries.published(after=after, words=q, kind=kind, limit=limit)
    return {"listings": [_listing(row, request) for row in page.listings], "next": page.after}


@router.get("/listings/{listing}", response=ListingOut, summary="One listing")
def get_listing(request: HttpRequest, listing: UUID) -> dict[str, Any]:
    """A public one, or one of the person's own organisations."""
    viewer = request.auth  # type: ignore[attr-defined]
    found = queries.listing_for(viewer, listing)
    ours = isinstance(viewer, User) and people.membership(viewer, found.organisation_id) is not None
    return {**_listing(found, request), "reserved": queries.reserved(found) if ours else None}


def _listing(row: Listing, request: HttpRequest) -> dict[str, Any]:
    absolute = request.build_absolute_uri
    return {
        "id": row.pk,
        "title": row.title,
        "description": row.description,
        "kind": row.kind,
        "status": row.status,
        "price": {"minor": row.price_minor, "currency": row.currency},
        "stock": row.stock,
        "seller": {"id": row.organisation_id, "name": row.organisation.name},
        "url": absolute(row.get_absolute_url()),
        "pictures": [
            {
                "url": absolute(picture.full_url),
                "thumbnail_url": absolute(picture.thumbnail_url),
                "width": picture.width,
                "height": picture.height,
                "alt": picture.alt,
            }
            for picture in row.pictures.all()
        ],
        "created_at": clock.text(row.created_at),
    }
