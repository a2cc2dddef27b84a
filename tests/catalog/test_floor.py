"""The least price is the seller's own: nothing that anybody else gets may hold it."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from catalog import services
from catalog.models import Listing
from catalog.refusals import FloorInvalid
from catalog.services import Supply
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import Membership, User
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
PRICE, FLOOR = Money(125_000, "EUR"), Money(98_765, "EUR")
# As pages, forms, machines and other languages would write it.
SPELLINGS = ("98765", "987.65", "987,65", "floor", "Least price")


def put_up(cast: Cast, floor: Money | None = FLOOR) -> Listing:
    return services.create_listing(
        actor=cast.ada, title="Pump", description="", price=PRICE, supply=Supply(floor=floor), now=START
    )


def edit(cast: Cast, listing: Listing, price: Money = PRICE, supply: Supply | None = None) -> Listing:
    return services.edit_listing(
        actor=cast.ada,
        listing_id=listing.pk,
        title="Pump",
        description="",
        price=price,
        kind="goods",
        supply=supply,
        now=START,
    )


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def colleague(cast: Cast, role: str) -> User:
    Membership.objects.create(user=cast.cleo, organisation=cast.norte, role=role, created_at=START)
    return cast.cleo


def test_the_sellers_sales_staff_and_managers_see_it_and_set_it(cast: Cast) -> None:
    listing = put_up(cast)
    for person in (cast.ada, cast.sol, cast.max):
        assert "987.65" in as_person(person).get(listing.get_absolute_url()).content.decode()
        assert 'value="987.65"' in as_person(person).get(f"/listings/{listing.pk}/edit/").content.decode()
    form = {"title": "Pump", "kind": "goods", "price": "1250", "currency": "EUR", "floor": "900,50"}
    as_person(cast.max).post(f"/listings/{listing.pk}/edit/", form)
    listing.refresh_from_db()
    assert listing.floor == Money(90_050, "EUR")
    as_person(cast.max).post(f"/listings/{listing.pk}/edit/", {**form, "floor": ""})
    listing.refresh_from_db()
    assert listing.floor is None


def test_nothing_that_others_get_holds_it(cast: Cast) -> None:
    listing = put_up(cast)
    viewers = [Client(), as_person(cast.ben), as_person(cast.dov), as_person(colleague(cast, "member"))]
    paths = [
        listing.get_absolute_url(),
        "/",
        "/listings/",
        "/listings/?q=pump",
        "/listings/?q=98765",
        "/sellers/norte/",
        "/sitemap.xml",
        "/sitemaps/listings.xml",
        "/api/v1/listings",
        "/api/v1/listings?q=pump",
        f"/api/v1/listings/{listing.pk}",
    ]
    for viewer in viewers:
        for path in paths:
            said = viewer.get(path).content.decode().replace("/listings/?q=98765", "")
            said = said.replace('value="98765"', "").replace("98765 ·", "").replace("q=98765", "")
            assert not [spelling for spelling in SPELLINGS if spelling in said], path
    assert viewers[-1].get(f"/listings/{listing.pk}/edit/").status_code == 403


def test_the_search_does_not_know_it(cast: Cast) -> None:
    put_up(cast)
    out = StringIO()
    call_command("search", "pump", "--json", stdout=out)
    assert len(json.loads(out.getvalue())) == 1
    assert "98765" not in out.getvalue()
    for words in ("98765", "987.65", "987"):
        out = StringIO()
        call_command("search", words, "--json", stdout=out)
        assert json.loads(out.getvalue()) == []


@pytest.mark.parametrize(
    "floor", [Money(0, "EUR"), Money(-1, "EUR"), Money(125_001, "EUR"), Money(100, "USD")], ids=str
)
def test_a_floor_that_cannot_be_is_refused(cast: Cast, floor: Money) -> None:
    with pytest.raises(FloorInvalid):
        put_up(cast, floor)
    listing = put_up(cast)
    with pytest.raises(FloorInvalid):
        edit(cast, listing, supply=Supply(floor=floor))


def test_a_price_does_not_go_below_the_floor_that_stays(cast: Cast) -> None:
    listing = put_up(cast)
    assert edit(cast, listing, Money(98_765, "EUR")).floor == FLOOR
    with pytest.raises(FloorInvalid):
        edit(cast, listing, Money(98_764, "EUR"))


def test_the_database_itself_refuses_a_floor_above_the_price(cast: Cast) -> None:
    listing = put_up(cast)
    for change in ({"floor_minor": 0}, {"floor_minor": 125_001}, {"price_minor": 98_764}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Listing.objects.filter(pk=listing.pk).update(**change)


@pytest.mark.parametrize("floor", ["0", "-1", "ten", "2000", "1.005", "1e999999"])
def test_the_form_names_a_floor_that_cannot_be(cast: Cast, floor: str) -> None:
    form: dict[str, Any] = {
        "title": "Pump",
        "kind": "goods",
        "price": "1250",
        "currency": "EUR",
        "floor": floor,
    }
    answer = as_person(cast.ada).post("/listings/new/", form)
    assert answer.context["form"].errors["floor"]
    assert not Listing.objects.exists()
