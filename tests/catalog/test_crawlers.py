import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from catalog import crawlers, queries, services, storefronts
from catalog.models import Listing
from tests.factories.catalog import ListingFactory, picture_bytes
from tests.factories.people import OrganisationFactory
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def put_up(cast: Cast, **more: Any) -> Listing:
    return ListingFactory.create(organisation=cast.norte, author=cast.ada, **more)


def locations(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    tree = ET.fromstring(answer.content.decode())
    return [
        (found.text or "").removeprefix("http://testserver") for found in tree.iterfind(".//s:loc", NAMES)
    ]


def everything(client: Client) -> list[str]:
    robots = client.get("/robots.txt").content.decode()
    named = re.search(r"^Sitemap: http://testserver(\S+)$", robots, re.MULTILINE)
    assert named is not None
    return [page for part in locations(client, named[1]) for page in locations(client, part)]


def test_a_crawler_finds_every_public_page_and_no_other(client: Client, cast: Cast) -> None:
    public = [put_up(cast, title=f"Pump {number}") for number in range(3)]
    put_up(cast, status="draft")
    put_up(cast, status="archived")
    quiet = OrganisationFactory.create(slug="quiet")
    storefronts.write_storefront(
        actor=cast.ada,
        organisation=cast.norte,
        story="We make pumps.",
        policies="",
        contact="",
        published=True,
        now=START,
    )
    pages = everything(client)
    assert sorted(pages) == sorted([*(row.get_absolute_url() for row in public), "/sellers/norte/"])
    assert quiet.slug not in " ".join(pages)
    for page in pages:
        assert client.get(page).status_code == 200


def test_a_map_of_many_is_cut_by_key_and_loses_none(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawlers, "SITEMAP_ADDRESSES", 3)
    for count in range(1, 8):
        put_up(cast)
        parts = locations(client, "/sitemap.xml")
        assert len([part for part in parts if "listings" in part]) == -(-count // 3)
        pages = [page for page in everything(client) if "/listings/" in page]
        assert len(pages) == len(set(pages)) == count
    assert queries.last_of_listings(None, 7) is None


def test_sellers_are_cut_by_key_as_well(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawlers, "SITEMAP_ADDRESSES", 2)
    for _ in range(5):
        ListingFactory.create(organisation=OrganisationFactory.create(), author=cast.ada)
    pages = [page for page in everything(client) if "/sellers/" in page]
    assert len(pages) == len(set(pages)) == 5


@pytest.mark.parametrize(
    "path",
    [
        "/sitemaps/orders.xml",
        "/sitemaps/.xml",
        "/sitemaps/listings/x.xml",
        "/sitemaps/users/" + "0" * 32 + ".xml",
    ],
)
def test_there_are_no_other_maps(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_maps_of_an_empty_site_are_maps(client: Client, db: None) -> None:
    assert everything(client) == []


def test_pages_of_somebodys_own_are_not_to_be_read(client: Client, db: None) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    for path in ("/orders/", "/rooms/", "/deals/", "/api/", "/accounts/"):
        assert f"Disallow: {path}" in lines
    assert not [
        line for line in lines if line in {"Disallow: /", "Disallow: /listings/", "Disallow: /sellers/"}
    ]


def test_a_link_that_is_shared_shows_title_text_and_picture(client: Client, cast: Cast) -> None:
    listing = put_up(cast, title='Pump "NB"', description="A **good** pump.")
    services.add_picture(actor=cast.ada, listing_id=listing.pk, data=picture_bytes(), alt="A pump", now=START)
    page = client.get(listing.get_absolute_url()).content.decode()
    tags = dict(re.findall(r'<meta property="og:([\w:]+)" content="([^"]*)">', page))
    assert tags["title"] == "Pump &quot;NB&quot;"
    assert tags["description"] == "A good pump."
    assert tags["url"] == f"http://testserver{listing.get_absolute_url()}"
    assert tags["image"].startswith("http://testserver/files/pictures/")
    assert (tags["image:width"], tags["image:alt"]) == ("60", "A pump")
    assert client.get(tags["image"].removeprefix("http://testserver")).status_code == 200
