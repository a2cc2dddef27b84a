"""What somebody means by what they type into the search, and what is shown of what it found."""

import sqlite3

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from negotiation_hub.kernel.limits import ROOM_SEARCH_WORDS_MAX, SNIPPET_CHARS
from negotiation_hub.kernel.words import words
from rooms.search.query import Query, for_postgresql, for_sqlite, parse, steps
from rooms.search.snippet import snippet


@pytest.mark.parametrize(
    ("text", "terms", "is_open"),
    [
        ("price list", [("price",), ("list",)], True),
        ('"price list"', [("price", "list")], False),
        ('valve "price list"', [("valve",), ("price", "list")], False),
        ('"price list" val', [("price", "list"), ("val",)], True),
        ('"price li', [("price", "li")], True),
        ("“precio fijo”", [("precio", "fijo")], False),
        ("DP-61", [("dp", "61")], True),
        ("DP-6", [("dp", "6")], False),
        ("合同", [("合", "同")], False),
        ('price ""', [("price",)], True),
        ("BÚSQUEDA", [("busqueda",)], True),
    ],
)
def test_words_phrases_and_a_beginning(text: str, terms: list[tuple[str, ...]], is_open: bool) -> None:
    assert parse(text) == Query(tuple(terms), is_open)


@pytest.mark.parametrize("text", ["", " ", '""', '"', "%", "*", "\x00", "-- ;", "\u202e"])
def test_what_has_no_word_asks_for_nothing(text: str) -> None:
    assert parse(text) is None


SIGNS = st.text(alphabet=st.sampled_from("ab c\"'*:()&|!<>-^{}\\%_;\x00\ud800é水“”+~NEAROT"), max_size=60)


@given(st.one_of(SIGNS, st.text(max_size=300)))
@example('a" OR "b')
@example("NEAR(a b)")
@example("a:* | !b <-> c")
@pytest.mark.django_db
def test_no_text_raises_or_is_anything_but_words_to_either_engine(text: str) -> None:
    query = parse(text)
    if query is None:
        return
    assert len(query.words) <= ROOM_SEARCH_WORDS_MAX
    assert set(query.words) <= set(words(text))
    with sqlite3.connect(":memory:") as engine:
        engine.execute("CREATE VIRTUAL TABLE t USING fts5(words, tokenize = 'ascii')")
        engine.execute("INSERT INTO t VALUES (?)", [" ".join(f"1fz{word}" for word in query.words)])
        found = []
        for step in steps(query):
            asked = for_sqlite(step, [0x1F, 0x2])
            found.append(engine.execute("SELECT count(*) FROM t WHERE t MATCH ?", [asked]).fetchone()[0])
            other = for_sqlite(step, [0x1])
            assert engine.execute("SELECT count(*) FROM t WHERE t MATCH ?", [other]).fetchone() == (0,)
    assert found[0] == 1  # the words as they stand are the first rank
    assert sum(found) == 1  # and no other
    if connection.vendor == "postgresql":
        kept = " ".join(f"'1fz{word}':{place}" for place, word in enumerate(query.words, 1))
        with connection.cursor() as cursor:
            hits = []
            for step in steps(query):
                cursor.execute(
                    "SELECT (%s::tsvector @@ %s::tsquery)::int, (%s::tsvector @@ %s::tsquery)::int",
                    [kept, for_postgresql(step, 0x1F), kept, for_postgresql(step, 0x1)],
                )
                hits.append(cursor.fetchone())
        assert [one for one, _ in hits] == found
        assert not any(other for _, other in hits)


def shown(text: str, asked: str) -> str:
    query = parse(asked)
    assert query is not None
    return "".join(f"[{part.text}]" if part.hit else part.text for part in snippet(text, query))


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("The price list of May", "price", "The [price] list of May"),
        ("The price list of May", '"price list"', "The [price list] of May"),
        ("One price, one list", '"price list"', "One price, one list"),
        ("Búsqueda de precios", "prec busqueda", "[Búsqueda] de precios"),
        ("Búsqueda de precios", "busqueda prec", "[Búsqueda] de [precios]"),
        ("DP-6 and 合同", "dp-6", "[DP-6] and 合同"),
        ("DP-6 and 合同书", "合同", "DP-6 and [合同]书"),
        ("**Price** is `fixed`\n- for _now_", "price", "[Price] is fixed · for now"),
        ("<b>price</b> & <script>", "price", "<b>[price]</b> & <script>"),
        ("2*3*4 a_b", "4", "2*3*[4] a_b"),
    ],
)
def test_a_snippet_marks_what_was_asked_for(text: str, asked: str, found: str) -> None:
    assert shown(text, asked) == found


def test_of_a_long_text_the_place_with_most_of_the_words_is_shown() -> None:
    text = "price " * 60 + "far from here a fixed price list " + "and so on " * 60
    told = shown(text, "fixed price list")
    assert "[fixed] [price] [list]" in told
    assert told.startswith("…")
    assert told.endswith("…")


@given(st.text(max_size=1000), st.text(max_size=40))
def test_a_snippet_of_any_text_is_short_and_of_the_text(text: str, asked: str) -> None:
    query = parse(asked)
    if query is None:
        return
    parts = snippet(text, query)
    assert sum(len(part.text) for part in parts) <= SNIPPET_CHARS + 2
    assert all(part.text for part in parts)
