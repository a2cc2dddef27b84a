"""The questions of a survey and the answers to them, as they are stored and as programs see them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Self

from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from feedback import limits
from feedback.refusals import AnswersInvalid

Label = Annotated[str, StringConstraints(min_length=1, max_length=limits.LABEL_CHARS_MAX)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Value = str | int
Values = dict[str, Value]

MISSING: Final = gettext_noop("Please answer this question.")
UNFIT: Final = gettext_noop("Please choose one of the answers.")
TOO_LONG: Final = gettext_noop("At most 2,000 characters, please.")
UNKNOWN: Final = gettext_noop("There is no such question.")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Words(_Frozen):
    """The same words in each language of the site."""

    en: Label
    es: Label

    def spoken(self, language: str | None) -> str:
        """In this language (`es`, `es-mx`), else in English."""
        return self.es if (language or "").split("-")[0] == "es" else self.en


class Option(_Frozen):
    """What can be selected. `follow_up`: whoever selects it should hear from the seller."""

    value: Key
    label: Words
    follow_up: bool = False


class Question(_Frozen):
    """To select one of `options`, to rate from 1 to 5, or to fill in. `key` names it in every version."""

    key: Key
    kind: Literal["select", "rating", "text"]
    label: Words
    options: Annotated[list[Option], Field(max_length=limits.OPTIONS_MAX)] = []
    required: bool = False

    @model_validator(mode="after")
    def _options_fit(self) -> Self:
        values = [option.value for option in self.options]
        if len(set(values)) != len(values):
            raise ValueError("two options have one value")
        if (self.kind == "select") != (len(values) > 1):
            raise ValueError("a question to select from has at least two options, and no other has any")
        return self

    def option(self, value: Value) -> Option | None:
        """The option with this value."""
        return next((one for one in self.options if one.value == value), None)


_QUESTIONS: Final = TypeAdapter(
    Annotated[list[Question], Field(min_length=1, max_length=limits.QUESTIONS_MAX)]
)


def read_questions(raw: Any) -> list[Question]:
    """The questions of a version. Raises ValueError for what are none, and for a key that comes twice."""
    questions = _QUESTIONS.validate_python(raw)
    if len({question.key for question in questions}) != len(questions):
        raise ValueError("two questions have one key")
    return questions


def clean_values(questions: Sequence[Question], raw: Mapping[str, Any]) -> Values:
    """The answers as they are stored: by key, without those left empty. Raises AnswersInvalid."""
    problems: dict[str, str] = {key: UNKNOWN for key in raw if key not in {one.key for one in questions}}
    values: Values = {}
    for question in questions:
        value, problem = _clean(question, raw.get(question.key))
        if problem:
            problems[question.key] = problem
        elif value is not None:
            values[question.key] = value
        elif question.required:
            problems[question.key] = MISSING
    if problems:
        raise AnswersInvalid(problems)
    return values


def fits(question: Question, value: Any) -> bool:
    """Whether this is an answer to the question; an older version may have asked another under its key."""
    clean, problem = _clean(question, value)
    return clean is not None and not problem


def _clean(question: Question, raw: Any) -> tuple[Value | None, str]:
    """The answer to one question, or what is wrong with it."""
    if raw is None or raw == "":
        return None, ""
    if question.kind == "rating":
        fits = isinstance(raw, int) and not isinstance(raw, bool) and 1 <= raw <= limits.RATING_MAX
        return (raw, "") if fits else (None, UNFIT)
    if not isinstance(raw, str):
        return None, UNFIT
    if question.kind == "select":
        return (raw, "") if question.option(raw) is not None else (None, UNFIT)
    text = _clean_text(raw)
    return (text or None, "") if len(text) <= limits.TEXT_CHARS_MAX else (None, TOO_LONG)


def _clean_text(raw: str) -> str:
    """Plain line ends, and nothing that a database cannot store."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "replace").decode().strip()


def score(questions: Sequence[Question], values: Mapping[str, Value]) -> int | None:
    """The mean of the ratings in 1/100 of a star, halves up; None when nothing was rated."""
    ratings = [values[one.key] for one in questions if one.kind == "rating" and one.key in values]
    stars = sum(int(rating) for rating in ratings)
    return (200 * stars + len(ratings)) // (2 * len(ratings)) if ratings else None


def is_unhappy(questions: Sequence[Question], values: Mapping[str, Value]) -> bool:
    """Whether somebody should ask what went wrong: a low score, or an option that says so."""
    stars = score(questions, values)
    if stars is not None and stars <= limits.LOW_SCORE_MAX:
        return True
    chosen = (one.option(values[one.key]) for one in questions if one.key in values)
    return any(option is not None and option.follow_up for option in chosen)


def answer_words(question: Question, values: Mapping[str, Value], language: str | None) -> str:
    """What was answered, in words; empty for what was left out. A text is as it was typed."""
    value = values.get(question.key)
    if value is None:
        return ""
    option = question.option(value)
    if option is not None:
        return option.label.spoken(language)
    return f"{value} / {limits.RATING_MAX}" if question.kind == "rating" else str(value)
