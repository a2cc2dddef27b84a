"""What all answers together say of a seller.

`visible` is the one place through which answers become numbers or texts for others: whatever is counted,
averaged, listed or exported is asked of a `Group`, and there is no group below the threshold.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Sum

from feedback import limits, wire
from feedback.defaults import AS_AGREED, SLUG
from feedback.machine import Status
from feedback.models import Answer, FollowUp, Survey, SurveyVersion

_ALL: Final = None  # the period that is not filtered


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, without the person who gave it."""

    buyer: UUID
    at: datetime
    score: int | None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Answers that may be shown together. Only `visible` makes one."""

    rows: tuple[Given, ...]

    def mean(self) -> Decimal | None:
        """Of the scores, in stars with one decimal, halves up; None when nobody rated."""
        scores = [row.score for row in self.rows if row.score is not None]
        return _mean(sum(scores), len(scores)) if scores else None

    def counts(self, key: str) -> Counter[Any]:
        """How often each value was given."""
        return Counter(row.values[key] for row in self.rows if key in row.values)

    @property
    def buyers(self) -> int:
        """How many organisations speak."""
        return len({row.buyer for row in self.rows})


def enough(answers: int, buyers: int) -> bool:
    """Whether so many answers of so many organisations hide each of them."""
    return answers >= limits.ANSWERS_MIN and buyers >= limits.BUYERS_MIN


def visible(rows: Iterable[Given], year: int | None = _ALL) -> Group | None:
    """The answers, or those of one year (UTC), as a group that may be shown; None below the threshold.

    A year is shown when every year that has answers may be: a hidden one would be what is left when the shown
    are taken from the whole.
    """
    years: dict[int | None, list[Given]] = {}
    for row in rows:
        years.setdefault(_ALL if year is _ALL else row.at.year, []).append(row)
    if not all(enough(len(part), len({row.buyer for row in part})) for part in years.values()):
        return None
    return Group(tuple(years[year])) if year in years else None


# -- the results of a survey ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer to a question, and how many gave it."""

    value: str
    words: wire.Words | None  # None: so many stars
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What was answered to one question. `enough` false: nothing of it is shown."""

    question: wire.Question
    enough: bool
    answers: int = 0
    bars: Sequence[Bar] = ()
    texts: Sequence[str] = ()  # in the order of the alphabet: that of time would tell who wrote them
    mean: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Loops:
    """How many low scores were followed up, and how many of those were resolved."""

    opened: int
    closed: int

    @property
    def percent(self) -> int:
        return _percent(self.closed, self.opened)


@dataclass(frozen=True, slots=True)
class Results:
    """What is shown of a survey. `enough` false: nothing but that."""

    survey: Survey
    title: wire.Words
    year: int | None
    enough: bool
    years: Sequence[int] = ()
    answers: int = 0
    buyers: int = 0
    mean: Decimal | None = None
    as_agreed: int | None = None  # per cent
    loops: Loops | None = None
    questions: Sequence[QuestionResult] = ()


def results_of(seller_id: UUID, year: int | None = _ALL) -> list[Results]:
    """The results of every survey that asks about this seller, the platform's first."""
    surveys = Survey.objects.filter(organisation=None) | Survey.objects.filter(organisation=seller_id)
    return [
        _results(survey, seller_id, year) for survey in surveys.order_by("organisation", "created_at", "pk")
    ]


def _results(survey: Survey, seller_id: UUID, year: int | None) -> Results:
    rows = _rows(survey, seller_id)
    title = wire.Words.model_validate(survey.title)
    group = visible(rows, year)
    if group is None:
        return Results(survey, title, year, enough=False)
    key, agreed = AS_AGREED
    questions = [question_result(question, rows, year) for question in _questions(survey)]
    product = next((one for one in questions if one.question.key == key and one.enough), None)
    return Results(
        survey=survey,
        title=title,
        year=year,
        enough=True,
        years=years_of(rows),
        answers=len(group.rows),
        buyers=group.buyers,
        mean=group.mean(),
        as_agreed=next((bar.percent for bar in product.bars if bar.value == agreed), None)
        if product
        else None,
        loops=_loops(survey, seller_id) if year is _ALL else None,
        questions=questions,
    )


def _rows(survey: Survey, seller_id: UUID) -> list[Given]:
    found = Answer.objects.filter(invitation__seller=seller_id, invitation__survey=survey)
    return [Given(*row) for row in found.values_list("invitation__buyer_id", "at", "score", "values")]


def years_of(rows: Sequence[Given]) -> list[int]:
    """The years by which the answers can be filtered, the newest first."""
    years = sorted({row.at.year for row in rows}, reverse=True)
    return [year for year in years if visible(rows, year) is not None]


def _questions(survey: Survey) -> list[wire.Question]:
    """What was asked in any version; where a key comes again, the newest words count."""
    found: dict[str, wire.Question] = {}
    for version in SurveyVersion.objects.filter(survey=survey).order_by("-number"):
        for question in wire.read_questions(version.questions):
            found.setdefault(question.key, question)
    return list(found.values())


def question_result(
    question: wire.Question, rows: Iterable[Given], year: int | None = _ALL
) -> QuestionResult:
    """What those who answered this question said: a group of its own, which may be smaller than the whole."""
    group = visible([row for row in rows if wire.fits(question, row.values.get(question.key))], year)
    if group is None:
        return QuestionResult(question, enough=False)
    counts, answers = group.counts(question.key), len(group.rows)
    if question.kind == "text":
        return QuestionResult(question, enough=True, answers=answers, texts=sorted(counts.elements()))
    if question.kind == "select":
        bars = [_bar(one.value, one.label, counts[one.value], answers) for one in question.options]
        return QuestionResult(question, enough=True, answers=answers, bars=bars)
    stars = range(limits.RATING_MAX, 0, -1)
    return QuestionResult(
        question,
        enough=True,
        answers=answers,
        bars=[_bar(str(star), None, counts[star], answers) for star in stars],
        mean=_mean(100 * sum(star * counts[star] for star in stars), answers),
    )


def _bar(value: str, words: wire.Words | None, count: int, answers: int) -> Bar:
    return Bar(value, words, count, _percent(count, answers))


def _loops(survey: Survey, seller_id: UUID) -> Loops:
    rows = FollowUp.objects.filter(answer__invitation__seller=seller_id, answer__invitation__survey=survey)
    return Loops(opened=rows.count(), closed=rows.filter(status=Status.RESOLVED).count())


# -- what the storefront says --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Headline:
    """The rating of a seller by the platform's survey."""

    mean: Decimal
    answers: int
    buyers: int

    @property
    def stars(self) -> int:
        """Whole stars, halves up."""
        return int(self.mean + Decimal("0.5"))


def headline(seller_id: UUID) -> Headline | None:
    """The rating for everyone; None below the threshold. Counted by the database, without reading answers."""
    rows = Answer.objects.filter(
        invitation__seller=seller_id,
        invitation__survey__organisation=None,
        invitation__survey__slug=SLUG,
        score__isnull=False,
    )
    sums = rows.aggregate(
        answers=Count("pk"), buyers=Count("invitation__buyer", distinct=True), score=Sum("score")
    )
    if not enough(sums["answers"], sums["buyers"]):
        return None
    return Headline(_mean(sums["score"], sums["answers"]), sums["answers"], sums["buyers"])


def _mean(hundredths: int, count: int) -> Decimal:
    """The mean of sums in 1/100 of a star, with one decimal, halves up."""
    return Decimal((hundredths + 5 * count) // (10 * count)).scaleb(-1)


def _percent(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole) if whole else 0
