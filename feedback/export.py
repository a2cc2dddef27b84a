"""Results as a table for spreadsheets, which run what looks like a formula."""

import csv
from io import StringIO
from typing import Final

from django.utils.translation import gettext as _

from feedback import limits
from feedback.results import QuestionResult, Results

# What spreadsheets take for the beginning of a formula, in the wide forms of the same characters too, and
# what some skip in front of one.
_FORMULA: Final = ("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")
_SKIPPED: Final = ("\t", "\r", "\n")
_MARK: Final = "\ufeff"  # tells a spreadsheet that this is UTF-8


def cell(text: str) -> str:
    """A text that stays a text: with an apostrophe in front where it would be a formula."""
    return f"'{text}" if text.startswith(_SKIPPED) or text.lstrip().startswith(_FORMULA) else text


def to_csv(results: Results, language: str | None) -> str:
    """What the page shows, a row for each bar and text. Only of results that are enough."""
    buffer = StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([_("Question"), _("Answer"), _("Number"), _("Per cent")])
    writer.writerow([_("Answers"), "", results.answers, ""])
    writer.writerow([_("Buyers"), "", results.buyers, ""])
    for result in results.questions:
        writer.writerows(_rows(result, language))
    return _MARK + buffer.getvalue()


def _rows(result: QuestionResult, language: str | None) -> list[list[str | int]]:
    asked = cell(result.question.label.spoken(language))
    bars: list[list[str | int]] = [
        [
            asked,
            cell(bar.words.spoken(language)) if bar.words else f"{bar.value} / {limits.RATING_MAX}",
            bar.count,
            bar.percent,
        ]
        for bar in result.bars
    ]
    return bars + [[asked, cell(text), 1, ""] for text in result.texts]
