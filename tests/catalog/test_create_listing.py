from typing import Any

import pytest

from catalog import queries, services
from catalog.models import Listing
from catalog.refusals import DescriptionInvalid, KindUnknown, ListingArchived, TitleInvalid
from negotiation_hub.kernel.limits import AMOUNT_MINOR_MAX
from negotiation_hub.kernel.money import AmountInvalid, CurrencyUnknown, Money
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.models import User
from tests.factories.catalog import ListingFactory
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
PRICE = Money(125_000, "EUR")


def put_up(actor: User, **changes: Any) -> Listing:
    facts = {"title": "Pump", "description": "A *good* pump.", "price": PRICE, "now": START, **changes}
    return services.create_listing(actor=actor, **facts)


def test_sales_staff_put_something_up_for_their_company(cast: Cast) -> None:
    listing = put_up(cast.ada, kind="service")
    listing.refresh_from_db()
    assert (listing.organisation, listing.author) == (cast.norte, cast.ada)
    assert (listing.price, listing.kind, listing.status) == (PRICE, "service", "published")
    assert queries.published_listing(listing.pk) == listing


def test_a_person_without_a_company_sells_for_themselves(cast: Cast) -> None:
    assert put_up(cast.cleo).organisation.name == "Cleo"


def test_a_purchaser_puts_nothing_up(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        put_up(cast.ben)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "  ",
        "\n",
        "x" * 201,
        "a\x00b",
        "bell\x07",
        "\x7f",
        "\ud800",
        "cheap \u202e00.1 RUE",
        "\u0085\u009f",
    ],
)
def test_a_title_that_cannot_be_shown_is_refused(cast: Cast, title: str) -> None:
    with pytest.raises(TitleInvalid):
        put_up(cast.ada, title=title)
    assert not Listing.objects.exists()


@pytest.mark.parametrize(
    ("title", "kept", "slug"),
    [
        ("•\tSpacious\n 1 BDR!  ", "• Spacious 1 BDR!", "spacious-1-bdr"),
        ("x" * 200, "x" * 200, "x" * 80),
        ("水泵", "水泵", "listing"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>", "scriptalert1script"),
        ("👩‍🔧 Service", "👩‍🔧 Service", "service"),
    ],
)
def test_a_title_is_kept_on_one_line_with_a_readable_address(
    cast: Cast, title: str, kept: str, slug: str
) -> None:
    listing = put_up(cast.ada, title=title)
    assert (listing.title, listing.slug) == (kept, slug)


@pytest.mark.parametrize("description", ["x" * 20_001, "a\x00b", "\x1b[31m", "\udfff"])
def test_a_description_that_cannot_be_shown_is_refused(cast: Cast, description: str) -> None:
    with pytest.raises(DescriptionInvalid):
        put_up(cast.ada, description=description)


@pytest.mark.parametrize(
    ("description", "kept"),
    [("", ""), (" \n", ""), ("a\r\nb\tc\n", "a\nb\tc"), ("x" * 20_000, "x" * 20_000)],
)
def test_a_description_keeps_its_lines(cast: Cast, description: str, kept: str) -> None:
    assert put_up(cast.ada, description=description).description == kept


@pytest.mark.parametrize("kind", ["", "Goods", "dragon", "\x00"])
def test_a_kind_that_does_not_exist_is_refused(cast: Cast, kind: str) -> None:
    with pytest.raises(KindUnknown):
        put_up(cast.ada, kind=kind)


@pytest.mark.parametrize("minor", [0, -1, AMOUNT_MINOR_MAX + 1])
def test_a_price_that_cannot_be_is_refused(cast: Cast, minor: int) -> None:
    with pytest.raises(AmountInvalid):
        put_up(cast.ada, price=Money(minor, "EUR"))


def test_the_largest_price_and_a_currency_without_decimals_are_kept_exactly(cast: Cast) -> None:
    assert put_up(cast.ada, price=Money(AMOUNT_MINOR_MAX, "JPY")).price == Money(AMOUNT_MINOR_MAX, "JPY")
    with pytest.raises(CurrencyUnknown):
        Money(1, "XXX")


def test_a_draft_is_seen_by_the_sellers_people_only(cast: Cast) -> None:
    draft = put_up(cast.ada, draft=True)
    assert queries.listing_for(cast.sol, draft.pk) == draft
    for viewer in (None, cast.ben, cast.cleo):
        with pytest.raises(NotFound):
            queries.listing_for(viewer, draft.pk)
    with pytest.raises(NotFound):
        queries.published_listing(draft.pk)
    services.publish_listing(actor=cast.max, listing_id=draft.pk, now=START)
    assert queries.listing_for(None, draft.pk) == draft


def change(actor: User, listing: Listing) -> None:
    services.edit_listing(
        actor=actor,
        listing_id=listing.pk,
        title="Changed",
        description="",
        price=Money(1, "EUR"),
        kind="goods",
        now=START,
    )


def test_a_colleague_changes_a_listing(cast: Cast) -> None:
    listing = put_up(cast.ada)
    change(cast.sol, listing)
    listing.refresh_from_db()
    assert (listing.title, listing.slug, listing.price_minor) == ("Changed", "changed", 1)


@pytest.mark.parametrize("who", ["ben", "cleo", "dov"])
def test_nobody_else_changes_it(cast: Cast, who: str) -> None:
    listing = put_up(cast.ada)
    stranger = getattr(cast, who)
    with pytest.raises(NotPermitted):
        change(stranger, listing)
    with pytest.raises(NotPermitted):
        services.archive_listing(actor=stranger, listing_id=listing.pk, now=START)
    with pytest.raises(NotPermitted):
        services.add_picture(actor=stranger, listing_id=listing.pk, data=_PNG, now=START)
    listing.refresh_from_db()
    assert (listing.title, listing.status) == ("Pump", "published")


def test_to_strangers_a_hidden_listing_does_not_exist(cast: Cast) -> None:
    draft = put_up(cast.ada, draft=True)
    with pytest.raises(NotFound):
        change(cast.cleo, draft)


def test_an_archived_listing_is_found_no_more_and_does_not_change(cast: Cast) -> None:
    listing = put_up(cast.ada)
    services.archive_listing(actor=cast.ada, listing_id=listing.pk, now=START)
    assert queries.published().listings == []
    with pytest.raises(ListingArchived):
        change(cast.ada, listing)
    services.publish_listing(actor=cast.ada, listing_id=listing.pk, now=START)
    change(cast.ada, listing)


def test_pages_hold_every_public_listing_once_newest_first(cast: Cast) -> None:
    rows = [ListingFactory.create(organisation=cast.norte, author=cast.ada) for _ in range(7)]
    ListingFactory.create(organisation=cast.norte, author=cast.ada, status="draft")
    seen: list[Listing] = []
    page = queries.published(limit=3)
    while True:
        seen += page.listings
        if page.after is None:
            break
        page = queries.published(limit=3, after=page.after)
    assert [row.pk for row in seen] == sorted((row.pk for row in rows), reverse=True)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("solar", {"Solar pump"}),
        ("PUMP", {"Solar pump", "Old pump"}),
        ("pump steel", {"Old pump"}),
        ("steel old", {"Old pump"}),
        ("", {"Solar pump", "Old pump"}),
        ("100%", set()),
        ("_", set()),
        ("\x00 \x07", {"Solar pump", "Old pump"}),
        ("'; DROP TABLE catalog_listing; --", set()),
        ("steel a " * 100, set()),
        ("pump " * 500, {"Solar pump", "Old pump"}),
    ],
)
def test_a_search_finds_what_holds_all_the_words(cast: Cast, words: str, found: set[str]) -> None:
    ListingFactory.create(organisation=cast.norte, author=cast.ada, title="Solar pump", description="")
    ListingFactory.create(organisation=cast.norte, author=cast.ada, title="Old pump", description="Of steel")
    assert {row.title for row in queries.published(words=words).listings} == found


def test_pages_cost_the_same_with_many_listings(cast: Cast, django_assert_num_queries: Any) -> None:
    for _ in range(10):
        ListingFactory.create(organisation=cast.norte, author=cast.ada)
    with django_assert_num_queries(2):
        for row in queries.published(limit=10).listings:
            assert row.organisation.name
            assert list(row.pictures.all()) == []


_PNG = b"never read: permission comes first, or the picture does"
