"""The places where a seller's goods lie: which there are, how many pieces are where, and which is nearest.

What can still be sold is the listing's `stock`, whatever lies where: a place's count says where a parcel is
picked. Every change is a move with a cause, as in `stock`; here the place's row of a listing is locked, after
all else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F

from catalog import stock
from catalog.models import Listing, Place, PlaceMove, PlaceStock
from catalog.refusals import PlaceInvalid, PlacesTooMany, StockChanged
from catalog.storefronts import require_writer
from negotiation_hub.kernel import commit, countries, ids
from negotiation_hub.kernel.limits import PLACES_MAX
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.kernel.text import can_be_shown, one_line
from negotiation_hub.people.models import Organisation, User

_Reason = PlaceMove.Reason
# Characters; as the columns have them.
_CHARS_MAX: Final = {
    "name": 100,
    "mail": 254,  # RFC 5321, path without its brackets
    "language": 10,
    "street": 200,
    "postal_code": 20,
    "city": 100,
    "country": 2,
    "hours": 200,
}
_NEEDED: Final = ("name", "mail", "street", "city", "country")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """What a seller says of a place."""

    name: str
    mail: str
    language: str
    street: str
    postal_code: str
    city: str
    country: str
    pick_up: bool = False
    hours: str = ""

    def clean(self) -> dict[str, object]:
        """As it is stored. Raises PlaceInvalid, which names the field."""
        values: dict[str, object] = {"pick_up": self.pick_up}
        for name, most in _CHARS_MAX.items():
            line = one_line(getattr(self, name))
            if len(line) > most or not can_be_shown(line) or (not line and name in _NEEDED):
                raise PlaceInvalid(name)
            values[name] = line
        if values["country"] not in countries.codes():
            raise PlaceInvalid("country")
        try:
            validate_email(str(values["mail"]))
        except ValidationError:
            raise PlaceInvalid("mail") from None
        return values


def save_place(
    *, actor: User, organisation: Organisation, place_id: UUID, facts: PlaceFacts, now: datetime
) -> Place:
    """Adds a place, or changes it: `place_id` is the caller's, so that a double click adds one.

    Raises NotFound for strangers and for a place of somebody else, NotPermitted for colleagues who do not
    sell, PlaceInvalid, PlacesTooMany.
    """
    require_writer(actor, organisation)
    values = facts.clean()
    with commit.transact():
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        found = Place.objects.filter(pk=place_id).first()
        if found is None:
            if organisation.places.filter(closed_at=None).count() >= PLACES_MAX:
                raise PlacesTooMany
            found = Place(pk=place_id, organisation=organisation, created_at=now)
        elif found.organisation_id != organisation.pk:
            raise NotFound
        for name, value in values.items():
            setattr(found, name, value)
        found.save()
    return found


def close_place(*, actor: User, place_id: UUID, now: datetime) -> Place:
    """Nothing is picked there any more; what was begun goes on. Raises NotFound, NotPermitted."""
    found = place_of(actor, place_id)
    with commit.transact():
        Place.objects.filter(pk=place_id, closed_at=None).update(closed_at=now)
        found.refresh_from_db()
    return found


def place_of(actor: User, place_id: UUID) -> Place:
    """A place that this person may change. Raises NotFound, NotPermitted."""
    found = Place.objects.select_related("organisation").filter(pk=place_id).first()
    if found is None:
        raise NotFound
    require_writer(actor, found.organisation)
    return found


def places_of(organisation_id: UUID) -> list[Place]:
    """The open places of a seller, the first one first."""
    return list(Place.objects.filter(organisation=organisation_id, closed_at=None))


def pick_up_places(organisation_id: UUID) -> list[Place]:
    """Those where buyers may fetch what they ordered."""
    return [place for place in places_of(organisation_id) if place.pick_up]


def counted_at(place: Place) -> dict[UUID, int]:
    """How many pieces of which listing lie there."""
    return dict(PlaceStock.objects.filter(place=place).values_list("listing", "pieces"))


def count_at(
    *,
    actor: User,
    place_id: UUID,
    counts: Mapping[UUID, tuple[int | None, int]],
    for_sale: bool,
    now: datetime,
) -> None:
    """The seller says how many pieces of its listings lie at a place: `counts` has what they saw (None:
    nothing was counted) and what they say, so that no picking in between is overwritten.

    With `for_sale` what is more, or less, than before is so in the listing's stock too: new pieces came, or
    some were lost. Without, they were in it already. All or nothing.

    Raises StockInvalid, StockChanged, NotFound, NotPermitted.
    """
    place = place_of(actor, place_id)
    with commit.transact():
        listings = Listing.objects.filter(organisation=place.organisation_id, pk__in=counts)
        if listings.count() != len(counts):
            raise NotFound
        for listing_id, (seen, said) in sorted(counts.items()):
            if stock.clean_stock(said) == seen:
                continue
            listing = stock.locked(listing_id)
            row = _locked(place.pk, listing_id)
            if row.pieces != (seen or 0):
                raise StockChanged
            change = said - row.pieces
            if for_sale and change:
                total = stock.clean_stock((listing.stock or 0) + change)
                stock.count_stock(listing=listing, stock=total, seen=listing.stock, now=now)
            _move(row, change, ids.uuid7(), _Reason.COUNTED, now)


def lying(listing_ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, dict[UUID, int]]:
    """By listing and open place: how many pieces lie there. Listings that lie nowhere are left out.

    With `lock` they stay there until the end of the caller's transaction.
    """
    found: dict[UUID, dict[UUID, int]] = {}
    rows = PlaceStock.objects.filter(listing__in=set(listing_ids), place__closed_at=None, pieces__gt=0)
    if lock:  # always in one order, so that two orders never wait for each other
        rows = rows.select_for_update(no_key=True, of=("self",))
    for row in rows.order_by("listing", "place"):
        found.setdefault(row.listing_id, {})[row.place_id] = row.pieces
    return found


def pick(*, place_id: UUID, listing_id: UUID, pieces: int, cause: UUID, now: datetime) -> bool:
    """Takes pieces for a parcel, in the caller's transaction; False where fewer lie there. Said again with
    the cause, it takes nothing more.
    """
    commit.require_transaction()
    row = _locked(place_id, listing_id)
    if row.moves.filter(cause=cause).exists():
        return True
    if row.pieces < pieces:
        return False
    _move(row, -pieces, cause, _Reason.PICKED, now)
    return True


def put_back(*, picked: UUID, cause: UUID, now: datetime) -> None:
    """What was picked for a parcel lies there again, in the caller's transaction; once for each cause."""
    commit.require_transaction()
    for move in PlaceMove.objects.filter(cause=picked).select_related("stock").order_by("stock"):
        row = _locked(move.stock.place_id, move.stock.listing_id)
        if not row.moves.filter(cause=cause).exists():
            _move(row, -move.change, cause, _Reason.PUT_BACK, now)


def miss(*, place_id: UUID, listing_id: UUID, cause: UUID, now: datetime, there: int = 0) -> int:
    """Whoever should pick found only so many: no more lie there. Returns how many fewer those are; once for
    each cause.
    """
    commit.require_transaction()
    row = _locked(place_id, listing_id)
    fewer = row.pieces - there
    if fewer <= 0 or row.moves.filter(cause=cause).exists():
        return 0
    _move(row, -fewer, cause, _Reason.MISSING, now)
    return fewer


def by_nearness(places: Iterable[Place], country: str, postal_code: str) -> list[Place]:
    """The nearest first: those in the country before others, there by how much of the postcode is the same
    from its beginning and then by how far apart the numbers are; among equals as they were given.

    Postcodes grow from region to street in most countries, so that this needs no map.
    """
    wanted = _plain(postal_code)

    def distance(place: Place) -> tuple[bool, int, int]:
        if place.country != country or not wanted:
            return (place.country != country, 0, 0)
        code = _plain(place.postal_code)
        alike = next((n for n, (a, b) in enumerate(zip(code, wanted, strict=False)) if a != b), None)
        same = min(len(code), len(wanted)) if alike is None else alike
        apart = abs(int(code) - int(wanted)) if code.isdecimal() and wanted.isdecimal() else 0
        return (False, -same, apart)

    return sorted(places, key=distance)


def _plain(postal_code: str) -> str:
    return "".join(char for char in postal_code.upper() if char.isascii() and char.isalnum())


def _locked(place_id: UUID, listing_id: UUID) -> PlaceStock:
    PlaceStock.objects.bulk_create(
        [PlaceStock(place_id=place_id, listing_id=listing_id, pieces=0)], ignore_conflicts=True
    )
    return PlaceStock.objects.select_for_update(no_key=True).get(place=place_id, listing=listing_id)


def _move(row: PlaceStock, change: int, cause: UUID, reason: str, now: datetime) -> None:
    if not change:
        return
    PlaceMove.objects.create(stock=row, cause=cause, change=change, reason=reason, at=now)
    PlaceStock.objects.filter(pk=row.pk).update(pieces=F("pieces") + change)
    row.pieces += change


def facts_of(place: Place) -> PlaceFacts:
    """What is known of a place."""
    names = PlaceFacts.__dataclass_fields__
    return PlaceFacts(**{name: getattr(place, name) for name in names})


def as_initial(place: Place) -> dict[str, object]:
    """The same for a form."""
    return asdict(facts_of(place))
