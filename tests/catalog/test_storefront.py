import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from catalog import hooks, services, storefronts
from catalog.hooks import Panel
from catalog.models import Listing, Storefront
from catalog.refusals import StorefrontInvalid
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.models import Membership, Organisation, User
from tests.factories.catalog import ListingFactory
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
PAGE = "/sellers/norte/"
TEXTS = {
    "story": "We make **pumps**.",
    "policies": "Returns within *30 days*.",
    "contact": "+34 976 555 018",
    "published": True,
}


@pytest.fixture
def panels() -> Iterator[list[Any]]:
    before = list(hooks.storefront_panels)
    yield hooks.storefront_panels
    hooks.storefront_panels[:] = before


def put_up(cast: Cast, **more: Any) -> Listing:
    return ListingFactory.create(organisation=cast.norte, author=cast.ada, **more)


def write(actor: User, organisation: Organisation, **changes: Any) -> Storefront:
    return storefronts.write_storefront(
        actor=actor, organisation=organisation, now=START, **{**TEXTS, **changes}
    )


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everyone_reads_who_the_seller_is_and_what_is_on_offer(client: Client, cast: Cast) -> None:
    write(cast.ada, cast.norte)
    put_up(cast, title="Solar pump")
    put_up(cast, title="Draft pump", status="draft")
    page = text(client)
    for part in ("<h1>Norte</h1>", "We make <strong>pumps</strong>", "<em>30 days</em>", "+34 976 555 018"):
        assert part in page
    assert "Solar pump" in page
    assert "Draft pump" not in page
    assert "/edit/" not in page


def test_a_seller_without_a_word_of_their_own_has_a_plain_page(client: Client, cast: Cast) -> None:
    put_up(cast, title="Solar pump")
    page = text(client)
    assert "Solar pump" in page
    assert "Who we are" not in page


def test_who_sells_nothing_and_says_nothing_has_no_page(client: Client, cast: Cast) -> None:
    write(cast.ada, cast.norte, published=False)
    put_up(cast, status="draft")
    hidden, missing = client.get(PAGE), client.get("/sellers/nobody/")
    assert hidden.status_code == missing.status_code == 404
    assert client.get("/sellers/acme/").status_code == 404
    bodies = [
        answer.content.decode().split("<main")[1].split("</main")[0].replace("norte", "nobody")
        for answer in (hidden, missing)
    ]
    assert bodies[0] == bodies[1]
    assert as_person(cast.sol).get(PAGE).status_code == 200


def test_texts_that_are_not_published_are_for_nobody(client: Client, cast: Cast) -> None:
    write(cast.ada, cast.norte, published=False)
    put_up(cast)
    for page in (text(client), text(as_person(cast.ben))):
        assert "We make" not in page
        assert re.search(r"\b976\b", page) is None


def test_listings_are_paged_and_filtered_by_kind(client: Client, cast: Cast) -> None:
    for number in range(30):
        put_up(cast, title=f"Valve {number:02}", kind="service")
    put_up(cast, title="Pump")
    page = text(client, f"{PAGE}?kind=service")
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older is not None
    rest = text(client, PAGE + older[1].replace("&amp;", "&"))
    assert len(set(re.findall(r"Valve \d\d", page + rest))) == 30
    assert "Pump<" not in page + rest
    assert "Nothing of this kind" in text(client, f"{PAGE}?kind=information")


@pytest.mark.parametrize("query", ["after=x", "after=%00", "kind=%27", "kind=dragon", "after=" + "0" * 500])
def test_a_meddled_address_still_shows_the_page(client: Client, cast: Cast, query: str) -> None:
    put_up(cast)
    assert client.get(f"{PAGE}?{query}").status_code == 200


def test_a_listing_leads_to_its_seller_and_my_listings_to_writing_the_page(cast: Cast) -> None:
    listing = put_up(cast)
    assert f'href="{PAGE}"' in text(Client(), listing.get_absolute_url())
    assert f'href="{PAGE}edit/"' in text(as_person(cast.sol), "/listings/mine/")
    assert f'href="{PAGE}edit/"' in text(as_person(cast.sol))


def test_sales_staff_and_managers_write_it_without_javascript(cast: Cast) -> None:
    form = {name: value for name, value in TEXTS.items() if name != "published"}
    for person in (cast.sol, cast.max):
        answer = as_person(person).post(f"{PAGE}edit/", {**form, "published": "on", "contact": person.name})
        assert answer["Location"] == PAGE
        assert person.name in text(Client())
    as_person(cast.max).post(f"{PAGE}edit/", form)
    assert Client().get(PAGE).status_code == 404
    page = text(as_person(cast.ada), f"{PAGE}edit/")
    assert "We make **pumps**." in page
    assert Storefront.objects.count() == 1


def test_nobody_else_does(cast: Cast) -> None:
    member = cast.cleo
    Membership.objects.create(user=member, organisation=cast.norte, role="member", created_at=START)
    with pytest.raises(NotPermitted):
        write(member, cast.norte)
    for stranger in (cast.ben, cast.dov):
        with pytest.raises(NotFound):
            write(stranger, cast.norte)
    for person, status in ((member, 403), (cast.ben, 404), (cast.dov, 404)):
        assert as_person(person).get(f"{PAGE}edit/").status_code == status
        assert as_person(person).post(f"{PAGE}edit/", {"story": "Mine"}).status_code == status
    assert as_person(cast.ada).get("/sellers/nobody/edit/").status_code == 404
    assert Client().get(f"{PAGE}edit/")["Location"].startswith("/accounts/auth/login/")
    assert not Storefront.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("story", "x" * 10_001),
        ("story", "a\x00b"),
        ("story", "\u202e"),
        ("policies", "x" * 10_001),
        ("policies", "\x1b[31m"),
        ("contact", "x" * 201),
        ("contact", "a\x07"),
    ],
)
def test_a_text_that_cannot_be_shown_is_refused(cast: Cast, field: str, typed: str) -> None:
    with pytest.raises(StorefrontInvalid):
        write(cast.ada, cast.norte, **{field: typed})
    answer = as_person(cast.ada).post(f"{PAGE}edit/", {**TEXTS, "published": "on", field: typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Storefront.objects.exists()


def test_no_text_of_a_seller_breaks_out_of_its_place(client: Client, cast: Cast) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>&\"'"
    cast.norte.name = evil
    cast.norte.save()
    write(cast.ada, cast.norte, story=evil, policies=evil, contact=evil)
    page = text(client)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert structured(page)["name"] == evil


def structured(page: str) -> Any:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    return json.loads(found[0])


def test_search_engines_read_who_sells(client: Client, cast: Cast) -> None:
    write(cast.ada, cast.norte)
    page = text(client)
    assert structured(page) == {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": f"http://testserver{PAGE}#seller",
        "name": "Norte",
        "url": f"http://testserver{PAGE}",
        "description": "We make pumps.",
    }
    assert f'<link rel="canonical" href="http://testserver{PAGE}">' in page


def test_a_person_who_sells_is_a_person(client: Client, cast: Cast) -> None:
    listing = services.create_listing(
        actor=cast.cleo, title="Bike", description="", price=ListingFactory.build().price, now=START
    )
    page = text(client, f"/sellers/{listing.organisation.slug}/")
    assert structured(page)["@type"] == "Person"
    assert "Private seller" in page


def test_higher_apps_show_their_panels_in_their_order(client: Client, cast: Cast, panels: list[Any]) -> None:
    put_up(cast)
    told: list[Organisation] = []

    def one(organisation: Organisation) -> Panel:
        told.append(organisation)
        return Panel("components/notice.html", {"kind": "info", "text": "<b>first</b>"})

    panels += [one, lambda _: None, lambda _: Panel("components/notice.html", {"text": "second"})]
    page = text(client)
    assert page.index("&lt;b&gt;first&lt;/b&gt;") < page.index("second")
    assert told == [cast.norte]


def test_the_page_costs_the_same_with_many_listings(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    write(cast.ada, cast.norte)
    for _ in range(20):
        put_up(cast)
    with django_assert_max_num_queries(4):
        client.get(PAGE)
