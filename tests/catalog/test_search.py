import json
import random
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client

from catalog import audit, queries, search, services
from catalog.models import Listing
from catalog.search import Hit
from negotiation_hub.kernel.money import Money
from tests.factories.catalog import ListingFactory
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db


def put_up(cast: Cast, title: str, description: str = "", **more: Any) -> Listing:
    return ListingFactory.create(
        organisation=cast.norte, author=cast.ada, title=title, description=description, **more
    )


def titles(words: str, **narrowed: Any) -> list[str]:
    return [row.title for row in queries.published(words=words, **narrowed).listings]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("estacion", "Estación de bombeo"),
        ("ESTACIÓN", "Estación de bombeo"),
        ("estación", "ESTACION DE BOMBEO"),
        ("nino", "Para niños"),
        ("niñ", "Para niños"),
        ("garantia", "Garanti\u0301a de un año"),
        ("garanti\u0301a", "Garantía de un año"),
        ("Größe", "In jeder größe"),
        ("m3", "18 m³ a day"),
        ("m³", "40 m³/h"),
        ("40 m3/h", "40 m³/h at 32 m"),
        ("dp-6", "Dosing pumps DP-6"),
        ("DP 6", "Dosing pumps DP-6"),
        ("nb", "Pump NB-40"),
        ("40", "Pump NB-40"),
        ("-40", "Pump NB-40"),
        ("1.5", "A motor of 1.5 kW"),
        ("user@example.com", "Write to user@example.com"),
        ("example", "See https://example.com/pumps?x=1"),
        ("pumps", "See https://example.com/pumps?x=1"),
        ("насос", "Насос новый"),
        ("水泵", "水泵"),
        ("pump.", "A pump."),
    ],
)
def test_words_are_found_however_they_are_written(cast: Cast, words: str, text: str) -> None:
    listing = put_up(cast, text)
    other = put_up(cast, "Something else", text)
    put_up(cast, "Quite different", "Nothing of the kind")
    assert [row.pk for row in queries.published(words=words).listings] == [listing.pk, other.pk]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cent", True),
        ("c", True),
        ("centrifugal pu", True),
        ("cent pump", False),
        ("entrifugal", False),
        ("pump steel", True),
        ("pump brass", False),
    ],
)
def test_the_last_word_may_be_a_beginning_the_others_are_whole(cast: Cast, words: str, found: bool) -> None:
    put_up(cast, "Centrifugal pump", "Of steel")
    assert bool(titles(words)) is found


def test_what_has_more_of_the_words_in_its_title_comes_first_then_what_is_newer(cast: Cast) -> None:
    for title, description in (
        ("Solar pump", "old"),
        ("Kit", "A pump with solar modules"),
        ("Pump", "With a solar module"),
        ("Solar pump", "new"),
    ):
        put_up(cast, title, description)
    rows = queries.published(words="solar pump").listings
    assert [(row.title, row.description) for row in rows] == [
        ("Solar pump", "new"),
        ("Solar pump", "old"),
        ("Pump", "With a solar module"),
        ("Kit", "A pump with solar modules"),
    ]


HOSTILE = [
    '"',
    "'",
    "''",
    "pump'",
    '"pump',
    "pump*",
    "*",
    "pump OR brass",
    "brass OR pump",
    "NOT pump",
    "pump NOT steel",
    "pump AND",
    "NEAR(pump steel)",
    "title : pump",
    "{title} : pump",
    "listing : x",
    "-pump",
    "^pump",
    "pump + steel",
    "(pump",
    "pump)",
    "pump:*",
    "pump:A",
    "!pump",
    "pump & | ! <-> steel",
    "pump <-> steel",
    "\\",
    "pump\\",
    "%",
    "%s",
    "{}",
    "'; DROP TABLE catalog_listing; --",
    "\x00pump\x00",
    "\ud800pump",
    "pump\u202e",
    "\u0301\u0301",
    "\u037a",
    "\ufe70 pump",
    "\u3164",
    "\u0301",
    "½ ™ № ﬁ Ⅻ ㎏",
    "😀",
    "1e400 -1e-400 .5 5. 1.2.3.4",
    "<a href=x>",
    "&amp;",
    "/etc/passwd",
    "pump" * 5_000,
    "pump " * 5_000,
    " ".join(f"w{n}" for n in range(1_000)),
    "ａｂｃ",
    "\u2028pump\u2029",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_raises_or_means_more_than_its_words(cast: Cast, words: str) -> None:
    put_up(cast, "Brass valve")
    draft = put_up(cast, "Pump of steel", status="draft")
    hits = search.find(words, limit=10)
    asked = search.words_of(words)
    assert hits == [] or {"brass", "valve"}.issuperset(asked)
    assert draft.pk not in {hit.listing for hit in hits}
    assert Listing.objects.count() == 2


def test_random_bytes_are_only_words(cast: Cast) -> None:
    dice = random.Random(20260302)
    put_up(cast, "Pump")
    pieces = [
        "pump",
        '"',
        "'",
        "*",
        "OR",
        "NEAR",
        "(",
        ")",
        ":",
        "&",
        "|",
        "!",
        "\\",
        "<->",
        " ",
        "\x00",
        "á",
        "-",
    ]
    for _ in range(300):
        text = "".join(dice.choice(pieces) for _ in range(dice.randint(1, 12)))
        found = bool(search.find(text, limit=1))
        words = search.words_of(text)
        assert found == (bool(words) and set(words[:-1]) <= {"pump"} and "pump".startswith(words[-1])), text


def test_only_what_is_public_is_found_whatever_happens_to_it(cast: Cast) -> None:
    listing = services.create_listing(
        actor=cast.ada, title="Pump", description="", price=Money(1, "EUR"), draft=True, now=START
    )
    assert titles("pump") == []
    services.publish_listing(actor=cast.ada, listing_id=listing.pk, now=START)
    assert titles("pump") == ["Pump"]
    services.edit_listing(
        actor=cast.ada,
        listing_id=listing.pk,
        title="Valve",
        description="Of brass",
        price=Money(1, "EUR"),
        kind="goods",
        now=START,
    )
    assert (titles("pump"), titles("valve brass")) == ([], ["Valve"])
    services.archive_listing(actor=cast.ada, listing_id=listing.pk, now=START)
    assert titles("valve") == []
    services.publish_listing(actor=cast.ada, listing_id=listing.pk, now=START)
    assert titles("valve") == ["Valve"]


def test_no_way_of_writing_is_forgotten(cast: Cast) -> None:
    """The database keeps its index itself: also for rows that no service wrote."""
    facts = {"organisation": cast.norte, "author": cast.ada, "title": "Pump", "description": ""}
    one, two = ListingFactory.build_batch(2, **facts)
    Listing.objects.bulk_create([one, two])
    assert len(titles("pump")) == 2
    Listing.objects.filter(pk=one.pk).update(title="Valve")
    assert (len(titles("pump")), len(titles("valve"))) == (1, 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_listing SET description = 'brass', title = 'Gauge'")
    assert (titles("valve"), titles("gauge brass")) == ([], ["Gauge", "Gauge"])
    two.delete()
    Listing.objects.all().delete()
    assert titles("gauge") == []
    assert list(audit.check()) == []


def test_an_index_that_was_meddled_with_is_named(cast: Cast) -> None:
    listing = put_up(cast, "Pump")
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="generated"), connection.cursor() as cursor:
            cursor.execute("UPDATE catalog_listing SET search = ''")
        return
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_search")
    assert [str(problem) for problem in audit.check()] == [
        f"listing {listing.pk}: is public, but the search does not know it as it is"
    ]
    with connection.cursor() as cursor:  # what the runbook says
        cursor.execute("UPDATE catalog_listing SET status = status")
    assert list(audit.check()) == []
    assert titles("pump") == ["Pump"]


def test_pages_hold_each_hit_once_while_others_put_things_up(cast: Cast) -> None:
    for number in range(30):
        put_up(cast, f"Pump {number}" if number % 3 else f"Kit {number}", "With a pump")
    expected = [row.pk for row in queries.published(words="pump", limit=100).listings]
    seen, after = [], None
    while True:
        page = queries.published(words="pump", limit=7, after=after)
        seen += [row.pk for row in page.listings]
        put_up(cast, "Pump that came later" if after is None else "Kit", "pump pump pump")
        if page.after is None or len(seen) > 60:
            break
        after = page.after
    assert [pk for pk in seen if pk in expected] == expected
    assert len(set(seen)) == len(seen)


def test_one_kind_is_searched_alone(cast: Cast) -> None:
    put_up(cast, "Pump")
    put_up(cast, "Pump service", kind="service")
    assert titles("pump", kind="service") == ["Pump service"]
    assert titles("pump", kind="dragon") == ["Pump service", "Pump"]
    assert titles("", kind="service") == ["Pump service"]


@pytest.mark.parametrize(
    "after", [None, "", "x", "9", "1.2", "10." + "0" * 32, "1." + "g" * 32, "1.\x00", "٣." + "0" * 32]
)
def test_a_place_that_is_none_is_not_heeded(cast: Cast, after: str | None) -> None:
    put_up(cast, "Pump")
    assert titles("pump", after=after) == ["Pump"]
    assert search.after_of(after) is None


def test_a_place_says_where_one_is(cast: Cast) -> None:
    hit = Hit(put_up(cast, "Pump").pk, 1)
    assert search.after_of(hit.cursor) == hit


def test_a_search_costs_the_same_with_many_hits(cast: Cast, django_assert_num_queries: Any) -> None:
    for _ in range(12):
        put_up(cast, "Pump")
    with django_assert_num_queries(3):
        for row in queries.published(words="pump", limit=10).listings:
            assert row.organisation.name
            assert list(row.pictures.all()) == []


def test_the_page_and_the_api_search_alike(cast: Cast) -> None:
    for number in range(30):
        put_up(cast, f"Válvula {number:02}", kind="service")
    put_up(cast, "Pump")
    client = Client()
    page = client.get("/listings/?q=valvula&kind=service").content.decode()
    assert page.count("<article") == 24
    client.force_login(cast.ben)
    first = client.get("/api/v1/listings?q=valvula&limit=20&kind=service").json()
    second = client.get(f"/api/v1/listings?q=valvula&limit=20&after={first['next']}").json()
    ids = {row["id"] for row in first["listings"] + second["listings"]}
    assert (len(ids), second["next"]) == (30, None)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("search", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_one_line_of_json(cast: Cast) -> None:
    listing = put_up(cast, "Solar pump", "With a frame")
    put_up(cast, "Kit", "Solar pump inside")
    line = run("solar pum", "--limit", "5", "--json")
    assert line.count("\n") == 1
    first, second = json.loads(line)
    assert first == {
        "id": str(listing.pk),
        "title": "Solar pump",
        "kind": "goods",
        "price": {"minor": 125_000, "currency": "EUR"},
        "seller": {"slug": "norte", "name": "Norte"},
        "url": f"http://127.0.0.1:8000{listing.get_absolute_url()}",
        "score": 2,
    }
    assert second["score"] == 0
    assert json.loads(run("nothing like that", "--json")) == []


def test_the_command_prints_a_line_a_hit_and_how_many(cast: Cast) -> None:
    for number in range(3):
        put_up(cast, f"Pump {number}")
    lines = run("pump", "--limit", "2").splitlines()
    assert len(lines) == 3
    # Listings of one millisecond stand in any order.
    assert re.match(r"Pump [012]  1,250\.00 EUR  goods  Norte  http://", lines[0])
    assert lines[-1] == "2 found, and there are more"
    assert run("valve").splitlines() == ["0 found"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "٣", "1" * 400])
def test_the_command_refuses_a_limit_that_cannot_be(limit: str) -> None:
    with pytest.raises(CommandError, match="not a number from 1 to 100"):
        run("pump", "--limit", limit)
