import csv
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from itertools import combinations
from pathlib import Path
from uuid import UUID

import pytest
from django.template import Context, Template
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from feedback import audit, defaults, limits, results, services, wire
from feedback.demo import make_answers
from feedback.export import cell, to_csv
from feedback.models import FollowUp, Survey
from feedback.results import Given, Results, headline, question_result, results_of, visible
from tests.feedback.given import BAD, FINE, Deals, give, received

QUESTIONS = wire.read_questions(defaults.QUESTIONS)


def the_results(deals: Deals, year: int | None = None) -> Results:
    found = results_of(deals.deal.seller.pk, year)
    assert len(found) == 1
    return found[0]


# -- below and above the threshold -------------------------------------------------------------------------


def test_below_five_answers_nothing_is_said(deals: Deals) -> None:
    assert results_of(deals.deal.seller.pk) == []
    deals.answered(4, better="A word")
    found = the_results(deals)
    assert found == Results(found.survey, found.title, None, enough=False)
    assert headline(deals.deal.seller.pk) is None


def test_five_answers_of_four_buyers_are_not_enough(deals: Deals) -> None:
    deals.answered(3)
    first = deals.another()
    give(deals.deal, first)
    give(deals.deal, deals.another(buyer=first.buyer_id, person=first.person))
    assert not the_results(deals).enough
    assert headline(deals.deal.seller.pk) is None
    deals.answered(1)
    assert the_results(deals).enough


def test_the_fifth_buyer_makes_the_result_appear(deals: Deals) -> None:
    deals.answered(4)
    give(deals.deal, received(deals.deal), **BAD)
    found = the_results(deals)
    assert (found.answers, found.buyers, found.mean, found.as_agreed) == (5, 5, Decimal("3.9"), 80)
    by_key = {row.question.key: row for row in found.questions}
    assert [(bar.value, bar.count, bar.percent) for bar in by_key["product"].bars] == [
        ("yes", 4, 80),
        ("in_part", 0, 0),
        ("no", 1, 20),
    ]
    assert [(bar.value, bar.count) for bar in by_key["delivery"].bars] == [
        ("5", 4),
        ("4", 0),
        ("3", 0),
        ("2", 0),
        ("1", 1),
    ]
    assert by_key["delivery"].mean == Decimal("4.2")
    assert found.loops is not None
    assert (found.loops.opened, found.loops.closed, found.loops.percent) == (1, 0, 0)
    shown = headline(deals.deal.seller.pk)
    assert shown is not None
    assert (shown.mean, shown.answers, shown.buyers, shown.stars) == (Decimal("3.9"), 5, 5, 4)


def test_the_share_of_closed_loops_is_counted(deals: Deals) -> None:
    deals.answered(5, **BAD)
    answer = FollowUp.objects.order_by("pk").first()
    assert answer is not None
    services.resolve_follow_up(thread_id=answer.thread_id, at=deals.deal.now)
    loops = the_results(deals).loops
    assert loops is not None
    assert (loops.opened, loops.closed, loops.percent) == (5, 1, 20)


def test_a_text_is_shown_once_five_buyers_have_written_one(deals: Deals) -> None:
    deals.answered(4, better="The box was wet.")
    deals.answered(1)
    row = the_results(deals).questions[-1]
    assert row == results.QuestionResult(row.question, enough=False)
    deals.answered(1, better="A longer hose.")
    row = the_results(deals).questions[-1]
    assert (row.enough, row.texts) == (True, ["A longer hose.", *["The box was wet."] * 4])


def test_another_seller_has_results_of_their_own(deals: Deals) -> None:
    deals.answered(5)
    deal = deals.deal
    assert headline(deal.buyer.pk) is None
    assert not results_of(deal.buyer.pk)[0].enough


def test_a_question_of_an_older_version_is_still_counted(deals: Deals) -> None:
    deals.answered(5)
    survey = defaults.default_survey(deals.deal.now)
    fewer = [question for question in defaults.QUESTIONS if question["key"] != "delivery"]
    defaults.write_version(survey, fewer, deals.deal.now)
    keys = [row.question.key for row in the_results(deals).questions]
    assert keys == ["product", "negotiation", "better", "delivery"]
    assert [row.enough for row in the_results(deals).questions] == [True, True, False, True]


# -- no combination tells who said what --------------------------------------------------------------------


BUYERS = [UUID(int=number) for number in range(1, 9)]
_values = st.fixed_dictionaries(
    {},
    optional={
        "product": st.sampled_from(["yes", "in_part", "no", "gone"]),
        "delivery": st.integers(1, 5),
        "negotiation": st.integers(1, 5),
        "better": st.sampled_from(["more", "less", "=1+1"]),
    },
)
_answers = st.builds(
    Given,
    buyer=st.sampled_from(BUYERS),
    at=st.sampled_from([datetime(year, 6, 1, tzinfo=UTC) for year in (2024, 2025, 2026)]),
    score=st.none() | st.integers(100, 500),
    values=_values,
)


def hidden(rows: Iterable[Given]) -> bool:
    """Whether nobody could say of whom these are: none at all, or five of five."""
    rows = list(rows)
    return not rows or (len(rows) >= 5 and len({row.buyer for row in rows}) >= 5)


def shown_sets(rows: Sequence[Given]) -> list[set[int]]:
    """Which answers each filter shows together, for the whole and for each question."""
    sets = []
    for question in (None, *QUESTIONS):
        chosen = [
            row for row in rows if question is None or wire.fits(question, row.values.get(question.key))
        ]
        of_question = [
            {index for index, row in enumerate(rows) if any(row is one for one in group.rows)}
            for year in (None, 2023, 2024, 2025, 2026)
            if (group := visible(chosen, year)) is not None
        ]
        # The years of one question, taken from the whole of it and from each other in every way.
        for size in range(1, len(of_question)):
            taken = combinations(of_question[1:], size)
            sets += [of_question[0] - set().union(*parts) for parts in taken]
        sets += of_question
    return sets


@hypothesis_given(rows=st.lists(_answers, max_size=40))
def test_no_filter_and_no_difference_of_filters_shows_a_cell_below_the_threshold(rows: list[Given]) -> None:
    for shown in shown_sets(rows):
        assert hidden(rows[index] for index in shown)


@hypothesis_given(rows=st.lists(_answers, max_size=40), year=st.sampled_from([None, 2023, 2024, 2025, 2026]))
def test_a_question_tells_nothing_below_the_threshold(rows: list[Given], year: int | None) -> None:
    for question in QUESTIONS:
        row = question_result(question, rows, year)
        spoke = [
            one
            for one in rows
            if wire.fits(question, one.values.get(question.key)) and year in {None, one.at.year}
        ]
        if not row.enough:
            assert (row.answers, row.bars, row.texts, row.mean) == (0, (), (), None)
        else:
            assert hidden(spoke)
            assert row.answers == len(spoke) >= 5
            assert sum(bar.count for bar in row.bars) + len(row.texts) == len(spoke)


def test_a_year_is_a_filter_only_where_every_year_may_be_shown() -> None:
    rows = [Given(BUYERS[n], datetime(2025, 1, 1, tzinfo=UTC), 400) for n in range(5)]
    rows += [Given(BUYERS[n], datetime(2026, 1, 1, tzinfo=UTC), 400) for n in range(4)]
    assert results.years_of(rows) == []
    assert visible(rows) is not None
    rows.append(Given(BUYERS[7], datetime(2026, 2, 1, tzinfo=UTC), 400))
    assert results.years_of(rows) == [2026, 2025]
    assert visible(rows, 2024) is None


# -- numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratings", "hundredths"), [([5, 4], 450), ([1, 1, 2], 133), ([1, 2, 2], 167), ([3], 300), ([], None)]
)
def test_a_score_is_the_mean_in_hundredths_halves_up(ratings: list[int], hundredths: int | None) -> None:
    label = {"en": "?", "es": "?"}
    asked = wire.read_questions([{"key": f"q{n}", "kind": "rating", "label": label} for n in range(3)])
    assert wire.score(asked, {f"q{n}": rating for n, rating in enumerate(ratings)}) == hundredths


def test_a_mean_has_one_decimal_halves_up() -> None:
    rows = [
        Given(buyer, datetime(2026, 1, 1, tzinfo=UTC), score)
        for buyer, score in zip(BUYERS, [425, 425, 425, 425, 425], strict=False)
    ]
    group = visible(rows)
    assert group is not None
    assert group.mean() == Decimal("4.3")


# -- the table ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("+49 1", "'+49 1"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_a_formula_is_a_text(text: str, safe: str) -> None:
    assert cell(text) == safe


@hypothesis_given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not cell(text).lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"))


def test_the_table_says_what_the_page_says(deals: Deals) -> None:
    deals.answered(5, better='=HYPERLINK("http://x.test";"a")\n"b",c')
    for language, yes in (("en", "Yes"), ("es", "Sí")):
        text = to_csv(the_results(deals), language)
        assert text.startswith("\ufeff")
        rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
        assert ["Answers", "", "5", ""] in rows
        assert any(row[1:] == [yes, "5", "100"] for row in rows)
        assert sum(row[1].startswith("'=HYPERLINK") for row in rows) == 5
        assert {len(row) for row in rows} == {4}


@pytest.mark.realdata
def test_no_string_of_the_hostile_collection_runs_on_a_page_or_in_a_table(realdata: Path) -> None:
    strings = [entry["s"] for entry in json.loads((realdata / "hostile" / "strings.json").read_text())]
    question = QUESTIONS[-1]
    texts = [
        str(kept["better"])
        for string in strings
        if (kept := wire.clean_values([question], {"better": string[: limits.TEXT_CHARS_MAX]}))
    ]
    assert len(texts) > 4_000
    survey = Survey(title=defaults.TITLE)
    row = results.QuestionResult(question, enough=True, answers=len(texts), texts=texts)
    found = Results(survey, wire.Words.model_validate(defaults.TITLE), None, enough=True, questions=[row])
    table = list(csv.reader(StringIO(to_csv(found, "en").removeprefix("\ufeff"), newline="")))
    assert [cells[1] for cells in table[3:]] == [cell(text) for text in texts]
    assert not [text for text in texts if cell(text).lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))]
    shown = Template("{% for text in texts %}<bdi>{{ text|linebreaksbr }}</bdi>{% endfor %}")
    assert set(re.findall(r"<[^>]*>?", shown.render(Context({"texts": texts})))) == {
        "<bdi>",
        "</bdi>",
        "<br>",
    }


def test_the_default_questions_speak_both_languages() -> None:
    for question in QUESTIONS:
        assert question.label.spoken("es-mx") == question.label.es != question.label.en
        assert question.label.spoken("de") == question.label.en
    assert set(FINE) == {question.key for question in QUESTIONS if question.required}


@pytest.mark.parametrize(
    "broken",
    [
        [],
        [{"key": "a", "kind": "select", "label": {"en": "a", "es": "a"}}],
        [{"key": "a", "kind": "guess", "label": {"en": "a", "es": "a"}}],
        [{"key": "A b", "kind": "text", "label": {"en": "a", "es": "a"}}],
        [{"key": "a", "kind": "text", "label": {"en": "a"}}],
        [{"key": "a", "kind": "text", "label": {"en": "a", "es": "a"}}] * 2,
        [{"key": "a", "kind": "text", "label": {"en": "a", "es": "a"}, "more": 1}],
        [
            {
                "key": "a",
                "kind": "select",
                "label": {"en": "a", "es": "a"},
                "options": [{"value": "x", "label": {"en": "x", "es": "x"}}] * 2,
            }
        ],
    ],
)
def test_what_are_no_questions_is_refused(broken: list[object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        wire.read_questions(broken)


def test_the_demos_answers_are_given_through_the_services_once(deals: Deals) -> None:
    asked = [deals.another() for _ in range(4)]
    orders = [invitation.order_id for invitation in asked]
    now = deals.deal.now
    assert make_answers([*orders, deals.deal.order_id], now=now) == 4
    assert make_answers(orders, now=now) == 0
    assert headline(deals.deal.seller.pk) is None
    give(deals.deal, received(deals.deal))
    assert headline(deals.deal.seller.pk) is not None
    assert [str(problem) for problem in audit.check()] == []
