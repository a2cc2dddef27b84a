import json
from typing import Any

import pytest
from django.test import Client

from catalog.models import Listing
from negotiation_hub.people import services as people
from negotiation_hub.people.models import User
from tests.factories.catalog import ListingFactory
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
BODY = {"title": "Pump", "description": "A pump.", "price": {"minor": 12345, "currency": "EUR"}}
PATH = "/api/v1/listings"


@pytest.fixture(autouse=True)
def _tokens_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "TOKEN_LIFE_S", 10**9)


def call(person: User | None, method: str, path: str, body: Any = None) -> Any:
    headers = {}
    if person is not None:
        token = people.issue_token(user=person, now=START, life_s=10**9)
        headers["authorization"] = f"Bearer {token}"
    data = body if isinstance(body, str) else json.dumps(body)
    return Client(headers=headers).generic(method, path, data, "application/json")


def test_a_seller_puts_something_up(cast: Cast) -> None:
    answer = call(cast.ada, "POST", PATH, BODY)
    assert answer.status_code == 201
    listing = Listing.objects.get(pk=answer.json()["id"])
    assert (listing.organisation, listing.price_minor, listing.kind) == (cast.norte, 12345, "goods")


@pytest.mark.parametrize(
    "minor",
    [
        "0",
        "-1",
        "NaN",
        "Infinity",
        "1e400",
        "12.5",
        "12345.0",
        "9007199254740992",
        "1" * 400,
        '"12"',
        "true",
        "null",
        "[]",
    ],
)
def test_a_price_that_cannot_be_is_refused_with_its_code(cast: Cast, minor: str) -> None:
    text = json.dumps(BODY).replace("12345", minor)
    answer = call(cast.ada, "POST", PATH, text)
    assert (answer.status_code, answer.json()["code"]) == (422, "amount.invalid")
    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": ""}, "listing.title"),
        ({"title": "\x00"}, "listing.title"),
        ({"title": "\ud800"}, "listing.title"),
        ({"description": "\x00"}, "listing.description"),
        ({"kind": "dragon"}, "listing.kind"),
        ({"price": {"minor": 1, "currency": "XXX"}}, "currency.unknown"),
        ({"price": {"minor": 1, "currency": "eur"}}, "currency.unknown"),
        ({"price": 5}, "malformed"),
        ({"price": {"minor": 1, "currency": "EUR", "tax": 1}}, "malformed"),
        ({"title": None}, "malformed"),
        ({"surprise": 1}, "malformed"),
    ],
)
def test_a_bad_field_is_refused_with_its_code(cast: Cast, change: dict[str, Any], code: str) -> None:
    answer = call(cast.ada, "POST", PATH, {**BODY, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Listing.objects.exists()


def test_a_purchaser_and_a_visitor_put_nothing_up(cast: Cast) -> None:
    assert call(cast.ben, "POST", PATH, BODY).status_code == 403
    assert call(None, "POST", PATH, BODY).status_code == 401
    assert not Listing.objects.exists()


def test_listings_come_in_pages(cast: Cast) -> None:
    for _ in range(5):
        ListingFactory.create(organisation=cast.norte, author=cast.ada)
    first = call(cast.ben, "GET", f"{PATH}?limit=3").json()
    second = call(cast.ben, "GET", f"{PATH}?limit=3&after={first['next']}").json()
    ids = [row["id"] for row in first["listings"] + second["listings"]]
    assert len(set(ids)) == 5
    assert second["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "after=x"])
def test_a_page_that_cannot_be_is_malformed(cast: Cast, query: str) -> None:
    answer = call(cast.ben, "GET", f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_one_listing_is_shown_whole(cast: Cast) -> None:
    listing = ListingFactory.create(organisation=cast.norte, author=cast.ada)
    shown = call(cast.ben, "GET", f"{PATH}/{listing.pk}").json()
    assert shown["price"] == {"minor": 125_000, "currency": "EUR"}
    assert shown["seller"] == {"id": str(cast.norte.pk), "name": "Norte"}
    assert shown["url"] == f"http://testserver{listing.get_absolute_url()}"


def test_a_hidden_listing_is_as_missing_as_one_that_never_was(cast: Cast) -> None:
    draft = ListingFactory.create(organisation=cast.norte, author=cast.ada, status="draft")
    hidden = call(cast.ben, "GET", f"{PATH}/{draft.pk}")
    missing = call(cast.ben, "GET", f"{PATH}/01234567-89ab-7def-8123-456789abcdef")
    assert (
        (hidden.status_code, hidden.json()) == (missing.status_code, missing.json()) == (404, missing.json())
    )
    assert call(cast.sol, "GET", f"{PATH}/{draft.pk}").status_code == 200
