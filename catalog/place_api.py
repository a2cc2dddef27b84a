"""REST: the places where a seller's goods lie."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from catalog import places
from catalog.models import Place
from catalog.storefronts import require_writer
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.limits import STOCK_MAX
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User

router = Router(tags=["listings"])


class PlaceIn(Schema):
    model_config = ConfigDict(extra="forbid")

    name: str
    mail: Annotated[str, Field(description="of whoever picks there")]
    language: Annotated[str, Field(description="of the mails and pages for them: en or es")] = "en"
    street: str
    postal_code: str = ""
    city: str
    country: Annotated[str, Field(description="ISO 3166-1 alpha-2, such as ES")]
    pick_up: Annotated[bool, Field(description="buyers may fetch what they ordered there")] = False
    hours: str = ""


class PlaceOut(PlaceIn):
    id: UUID
    closed: bool


class PlacesOut(Schema):
    places: list[PlaceOut]


class CountIn(Schema):
    model_config = ConfigDict(extra="forbid")

    listing: UUID
    seen: Annotated[int | None, Field(description="what was read before; null: nothing was counted")] = None
    pieces: Annotated[int, Field(ge=0, le=STOCK_MAX)]


class CountsIn(Schema):
    model_config = ConfigDict(extra="forbid")

    counts: Annotated[list[CountIn], Field(min_length=1, max_length=1000)]
    for_sale: Annotated[bool, Field(description="the listings' stock grows, or shrinks, by as many")] = False


class CountOut(Schema):
    listing: UUID
    pieces: int


class CountsOut(Schema):
    counts: list[CountOut]


@router.get("/places", response=PlacesOut, summary="Your places (seller)")
def list_places(request: HttpRequest) -> dict[str, Any]:
    """The open ones of the organisation that the person acts for."""
    person = _person(request)
    seller = people.acting_organisation(person)
    require_writer(person, seller)
    return {"places": [_shown(place) for place in places.places_of(seller.pk)]}


@router.put("/places/{uuid:place}", response=PlaceOut, summary="Add a place, or change it (seller)")
def put_place(request: HttpRequest, place: UUID, data: PlaceIn) -> dict[str, Any]:
    """The id is yours, so that a repeated call is the same place."""
    person = _person(request)
    saved = places.save_place(
        actor=person,
        organisation=people.acting_organisation(person),
        place_id=place,
        facts=places.PlaceFacts(**data.dict()),
        now=clock.now(),
    )
    return _shown(saved)


@router.post("/places/{uuid:place}/close", response=PlaceOut, summary="Close a place (seller)")
def close_place(request: HttpRequest, place: UUID) -> dict[str, Any]:
    """Nothing new is picked there; what was begun goes on."""
    return _shown(places.close_place(actor=_person(request), place_id=place, now=clock.now()))


@router.get("/places/{uuid:place}/stock", response=CountsOut, summary="What lies at a place (seller)")
def get_stock(request: HttpRequest, place: UUID) -> dict[str, Any]:
    """Pieces that are meant for no parcel yet."""
    return _counted(places.place_of(_person(request), place))


@router.post("/places/{uuid:place}/stock", response=CountsOut, summary="Count what lies there (seller)")
def count_stock(request: HttpRequest, place: UUID, data: CountsIn) -> dict[str, Any]:
    """All or nothing; refused where something was picked since it was read (`listing.stock_changed`)."""
    places.count_at(
        actor=_person(request),
        place_id=place,
        counts={row.listing: (row.seen, row.pieces) for row in data.counts},
        for_sale=data.for_sale,
        now=clock.now(),
    )
    return _counted(places.place_of(_person(request), place))


def _shown(place: Place) -> dict[str, Any]:
    return {**places.as_initial(place), "id": place.pk, "closed": place.closed_at is not None}


def _counted(place: Place) -> dict[str, Any]:
    rows = sorted(places.counted_at(place).items())
    return {"counts": [{"listing": listing, "pieces": pieces} for listing, pieces in rows]}


def _person(request: HttpRequest) -> User:
    person = request.auth  # type: ignore[attr-defined]  # ninja puts the user there
    assert isinstance(person, User)  # noqa: S101 - every way to sign in gives one
    return person
