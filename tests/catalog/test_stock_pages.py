import json
from typing import Any

import pytest
from django.test import Client

from catalog import services
from catalog.models import Listing
from catalog.services import Supply
from catalog.stock import take_stock
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
FORM = {"title": "Pump", "kind": "goods", "price": "1250", "currency": "EUR"}
BODY = {"title": "Pump", "description": "", "price": {"minor": 12345, "currency": "EUR"}}


def put_up(cast: Cast, stock: int | None) -> Listing:
    return services.create_listing(
        actor=cast.ada,
        title="Pump",
        description="",
        price=Money(125_000, "EUR"),
        supply=Supply(stock=stock),
        now=START,
    )


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("stock", "said", "availability"),
    [(12, "12 in stock", "InStock"), (0, "Sold out", "SoldOut"), (None, None, "InStock")],
)
def test_everyone_sees_how_many_there_are(
    client: Client, cast: Cast, stock: int | None, said: str | None, availability: str
) -> None:
    listing = put_up(cast, stock)
    for path in (listing.get_absolute_url(), "/listings/", "/sellers/norte/"):
        page = client.get(path).content.decode()
        if said:
            assert said in page
        else:
            assert "in stock" not in page
            assert "Sold out" not in page
    page = client.get(listing.get_absolute_url()).content.decode()
    assert f"https://schema.org/{availability}" in page
    client.force_login(cast.ben)
    assert client.get(f"/api/v1/listings/{listing.pk}").json()["stock"] == stock


def test_a_seller_counts_in_the_form(cast: Cast) -> None:
    seller = as_person(cast.ada)
    seller.post("/listings/new/", {**FORM, "stock": "12"})
    listing = Listing.objects.get()
    assert listing.stock == 12
    path = f"/listings/{listing.pk}/edit/"
    assert 'name="initial-stock" value="12"' in seller.get(path).content.decode()
    seller.post(path, {**FORM, "stock": "", "initial-stock": "12"})
    listing.refresh_from_db()
    assert listing.stock is None


def test_a_seller_whose_page_is_old_is_shown_the_stock_of_now(cast: Cast) -> None:
    listing, seller = put_up(cast, 8), as_person(cast.ada)
    take_stock(listing_id=listing.pk, quantity=2, cause=uuid7(), now=START)
    path = f"/listings/{listing.pk}/edit/"
    answer = seller.post(path, {**FORM, "title": "Better pump", "stock": "10", "initial-stock": "8"})
    page = answer.content.decode()
    assert answer.context["form"].errors["stock"]
    assert 'name="initial-stock" value="6"' in page
    assert 'value="Better pump"' in page
    seller.post(path, {**FORM, "stock": "10", "initial-stock": "6"})
    listing.refresh_from_db()
    assert listing.stock == 10


@pytest.mark.parametrize("seen", ["x", "-1", "9" * 50, "٣"])
def test_a_meddled_field_is_not_heeded(cast: Cast, seen: str) -> None:
    listing = put_up(cast, 8)
    answer = as_person(cast.ada).post(
        f"/listings/{listing.pk}/edit/", {**FORM, "stock": "10", "initial-stock": seen}
    )
    assert answer.context["form"].errors["stock"]


@pytest.mark.parametrize("stock", ["-1", "1.5", "ten", "1000000001", "1e9"])
def test_the_form_names_a_stock_that_cannot_be(cast: Cast, stock: str) -> None:
    answer = as_person(cast.ada).post("/listings/new/", {**FORM, "stock": stock})
    assert answer.context["form"].errors["stock"]
    assert not Listing.objects.exists()


@pytest.mark.parametrize("stock", [0, 8, None])
def test_the_api_takes_a_stock(cast: Cast, stock: int | None) -> None:
    answer = as_person(cast.ada).post("/api/v1/listings", {**BODY, "stock": stock}, "application/json")
    assert answer.status_code == 201
    assert Listing.objects.get(pk=answer.json()["id"]).stock == stock


@pytest.mark.parametrize("stock", [-1, 1.5, "8", True, [], 10**30])
def test_the_api_refuses_a_stock_that_cannot_be(cast: Cast, stock: Any) -> None:
    body = json.dumps({**BODY, "stock": stock})
    answer = as_person(cast.ada).post("/api/v1/listings", body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "listing.stock")
    assert not Listing.objects.exists()
