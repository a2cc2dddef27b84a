import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from catalog import services
from catalog.models import Listing
from negotiation_hub.people.models import User
from tests.factories.catalog import ListingFactory, picture_bytes
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
FORM = {
    "title": "Pump",
    "kind": "goods",
    "price": "1250.50",
    "currency": "EUR",
    "description": "A **good** pump.",
    "alt": "A pump",
}


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def listing(cast: Cast) -> Listing:
    return ListingFactory.create(organisation=cast.norte, author=cast.ada, description="A **good** pump.")


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def structured_data(page: str) -> Any:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    return json.loads(found[0])


def test_everyone_reads_a_public_listing(client: Client, listing: Listing) -> None:
    page = client.get(listing.get_absolute_url()).content.decode()
    assert listing.title in page
    assert "<strong>good</strong>" in page
    assert "1,250.00\N{NO-BREAK SPACE}EUR" in page
    assert "Norte" in page


def test_amounts_are_written_as_the_readers_language_does(listing: Listing) -> None:
    page = Client(headers={"accept-language": "es"}).get(listing.get_absolute_url()).content.decode()
    assert re.search(r"1[.\s]250,00\N{NO-BREAK SPACE}EUR", page)


def test_an_old_or_short_address_leads_to_the_listing(client: Client, listing: Listing) -> None:
    for path in (f"/listings/{listing.pk}/", f"/listings/{listing.pk}/another-name/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (301, listing.get_absolute_url())


def test_a_hidden_listing_is_as_missing_as_one_that_never_was(client: Client, listing: Listing) -> None:
    services.archive_listing(actor=listing.author, listing_id=listing.pk, now=START)
    hidden = client.get(listing.get_absolute_url())
    missing = client.get("/listings/01234567-89ab-7def-8123-456789abcdef/pump/")
    assert hidden.status_code == missing.status_code == 404
    assert (
        hidden.content.replace(str(listing.pk).encode(), b"").split(b"<main")[1].split(b"</main")[0]
        == (missing.content.split(b"<main")[1].split(b"</main")[0])
    )


def test_search_engines_read_product_offer_and_seller(client: Client, listing: Listing) -> None:
    services.add_picture(actor=listing.author, listing_id=listing.pk, data=picture_bytes(), now=START)
    data = structured_data(client.get(listing.get_absolute_url()).content.decode())
    assert data["@type"] == "Product"
    assert (data["offers"]["price"], data["offers"]["priceCurrency"]) == ("1250.00", "EUR")
    assert data["offers"]["seller"] == {
        "@type": "Organization",
        "name": "Norte",
        "url": "http://testserver/sellers/norte/",
    }
    assert data["image"][0].startswith("http://testserver/files/pictures/")


def test_no_text_of_a_listing_breaks_out_of_its_place(client: Client, cast: Cast) -> None:
    evil = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>&\"'"
    listing = services.create_listing(
        actor=cast.ada, title=evil, description=evil, price=ListingFactory.build().price, now=START
    )
    for path in (listing.get_absolute_url(), "/listings/", "/", f"/listings/?q={evil}"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert structured_data(client.get(listing.get_absolute_url()).content.decode())["name"] == evil


def test_a_page_has_no_script_or_style_of_its_own(client: Client, listing: Listing) -> None:
    for path in (listing.get_absolute_url(), "/", "/listings/", "/accounts/auth/login/"):
        page = client.get(path).content.decode()
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
            assert "src=" in attributes or "json" in attributes or not body.strip()
        assert not re.search(r"<style|\sstyle=|\son\w+=", page)


@pytest.mark.covers("room:entry.listing")
def test_who_is_signed_in_negotiates_with_one_button(cast: Cast, listing: Listing) -> None:
    page = as_person(cast.ben).get(listing.get_absolute_url()).content.decode()
    form = re.search(r'<form method="post" action="/rooms/open/">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    assert f'name="listing" value="{listing.pk}"' in form[1]
    assert 'type="submit"' in form[1]


def test_who_is_not_signed_in_goes_to_the_door_and_comes_back(client: Client, listing: Listing) -> None:
    page = client.get(listing.get_absolute_url()).content.decode()
    assert f'href="/accounts/auth/login/?next={listing.get_absolute_url()}"' in page
    assert 'action="/rooms/open/"' not in page


def test_the_sellers_people_cannot_negotiate_with_themselves(cast: Cast, listing: Listing) -> None:
    for person in (cast.ada, cast.max):
        assert "/rooms/open/" not in as_person(person).get(listing.get_absolute_url()).content.decode()


def test_a_seller_puts_something_up_with_a_picture(cast: Cast) -> None:
    upload = SimpleUploadedFile("../../evil.png", picture_bytes(), "text/html")
    answer = as_person(cast.ada).post("/listings/new/", {**FORM, "pictures": [upload, upload_copy()]})
    listing = Listing.objects.get()
    assert answer["Location"] == listing.get_absolute_url()
    assert (listing.price_minor, listing.currency, listing.status) == (125_050, "EUR", "published")
    assert [picture.alt for picture in listing.pictures.all()] == ["A pump", "A pump"]


def upload_copy() -> SimpleUploadedFile:
    return SimpleUploadedFile("b.png", picture_bytes(30, 30), "image/png")


def test_a_draft_is_saved_as_one(cast: Cast) -> None:
    as_person(cast.ada).post("/listings/new/", {**FORM, "draft": "1"})
    assert Listing.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", " "),
        ("title", "a\x00b"),
        ("title", "x" * 201),
        ("price", "0"),
        ("price", "-5"),
        ("price", "NaN"),
        ("price", "Infinity"),
        ("price", "1e999999"),
        ("price", "1.005"),
        ("price", "1,250"),
        ("price", "ten"),
        ("price", ""),
        ("price", "99999999999999999"),
        ("currency", "XXX"),
        ("kind", "dragon"),
        ("description", "x" * 20_001),
        ("description", "a\x1bb"),
    ],
)
def test_a_bad_field_is_named_and_what_was_typed_stays(cast: Cast, field: str, text: str) -> None:
    answer = as_person(cast.ada).post("/listings/new/", {**FORM, field: text})
    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert "A **good** pump." in answer.content.decode() or field == "description"
    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("typed", "minor"), [("1250", 125_000), ("1250,5", 125_050), ("0,99", 99), (" 7.10 ", 710)]
)
def test_a_price_may_be_typed_as_people_do(cast: Cast, typed: str, minor: int) -> None:
    as_person(cast.ada).post("/listings/new/", {**FORM, "price": typed})
    assert Listing.objects.get().price_minor == minor


def test_a_broken_picture_is_named_and_nothing_is_stored(cast: Cast) -> None:
    upload = SimpleUploadedFile("a.png", b"no picture", "image/png")
    answer = as_person(cast.ada).post("/listings/new/", {**FORM, "pictures": [upload]})
    assert "cannot be read" in str(answer.context["form"].errors["pictures"])
    assert not Listing.objects.exists()


def test_a_purchaser_is_told_who_may(cast: Cast) -> None:
    answer = as_person(cast.ben).get("/listings/new/")
    assert answer.status_code == 403
    assert b"not_permitted" in answer.content


@pytest.mark.parametrize("path", ["/listings/new/", "/listings/mine/"])
def test_the_sellers_pages_ask_who_is_there(client: Client, db: None, path: str) -> None:
    assert client.get(path)["Location"] == f"/accounts/auth/login/?next={path}"


def test_a_seller_edits_archives_and_publishes_again(cast: Cast, listing: Listing) -> None:
    seller = as_person(cast.sol)
    page = seller.get(f"/listings/{listing.pk}/edit/").content.decode()
    assert 'value="1250.00"' in page
    seller.post(
        f"/listings/{listing.pk}/edit/", {**FORM, "title": "Better pump", "pictures": [upload_copy()]}
    )
    listing.refresh_from_db()
    assert (listing.title, listing.pictures.count()) == ("Better pump", 1)
    seller.post(f"/pictures/{listing.pictures.get().pk}/remove/")
    assert listing.pictures.count() == 0
    seller.post(f"/listings/{listing.pk}/archive/")
    assert b"Better pump" in seller.get("/listings/mine/").content
    assert b"Better pump" not in seller.get("/listings/").content
    seller.post(f"/listings/{listing.pk}/publish/")
    assert b"Better pump" in seller.get("/listings/").content


@pytest.mark.parametrize("action", ["edit", "archive", "publish"])
def test_nobody_else_does(cast: Cast, listing: Listing, action: str) -> None:
    for person in (cast.ben, cast.cleo, cast.dov):
        assert as_person(person).post(f"/listings/{listing.pk}/{action}/", FORM).status_code == 403
    listing.refresh_from_db()
    assert listing.status == "published"


def test_the_list_is_paged_and_searched_without_javascript(client: Client, cast: Cast) -> None:
    for number in range(30):
        ListingFactory.create(
            organisation=cast.norte, author=cast.ada, title=f"Valve {number:02}", kind="service"
        )
    page = client.get("/listings/?q=valve&kind=service").content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older is not None
    rest = client.get("/listings/" + older[1].replace("&amp;", "&")).content.decode()
    titles = re.findall(r"Valve \d\d", page + rest)
    assert len(set(titles)) == 30
    assert not re.findall(r"Valve \d\d", client.get("/listings/?q=valve&kind=goods").content.decode())


@pytest.mark.parametrize(
    "query", ["after=x", "after=%00", "q=%00", "kind=%27", "q=%ff%fe", "after=" + "0" * 500]
)
def test_a_meddled_address_still_shows_listings(client: Client, listing: Listing, query: str) -> None:
    assert client.get(f"/listings/?{query}").status_code == 200


def test_the_first_page_shows_something_to_negotiate_about(client: Client, cast: Cast) -> None:
    with_picture = ListingFactory.create(organisation=cast.norte, author=cast.ada, title="Pictured pump")
    services.add_picture(actor=cast.ada, listing_id=with_picture.pk, data=picture_bytes(), now=START)
    ListingFactory.create(organisation=cast.norte, author=cast.ada, title="Newer pump")
    page = client.get("/").content.decode()
    assert page.index("Pictured pump") < page.index("Newer pump")


def test_the_first_page_opens_with_nothing_on_offer(client: Client, db: None) -> None:
    assert client.get("/").status_code == 200


def test_a_picture_is_served_to_everyone_for_ever(client: Client, listing: Listing) -> None:
    picture = services.add_picture(
        actor=listing.author, listing_id=listing.pk, data=picture_bytes(), now=START
    )
    for url in (picture.full_url, picture.thumbnail_url):
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.content[8:12] == b"WEBP"
        assert answer["Content-Type"] == "image/webp"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies


def test_a_picture_of_a_hidden_listing_is_for_the_sellers_people(cast: Cast, listing: Listing) -> None:
    picture = services.add_picture(actor=cast.ada, listing_id=listing.pk, data=picture_bytes(), now=START)
    services.archive_listing(actor=cast.ada, listing_id=listing.pk, now=START)
    assert Client().get(picture.full_url).status_code == 404
    assert as_person(cast.ben).get(picture.full_url).status_code == 404
    answer = as_person(cast.sol).get(picture.full_url)
    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("private")


@pytest.mark.parametrize("name", ["huge.webp", "full.png", "..%2f..%2fhub.webp"])
def test_there_are_no_other_pictures(client: Client, listing: Listing, name: str) -> None:
    picture = services.add_picture(
        actor=listing.author, listing_id=listing.pk, data=picture_bytes(), now=START
    )
    assert client.get(f"/files/pictures/{picture.pk}/{name}").status_code == 404
