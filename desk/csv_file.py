"""Tables as CSV that no spreadsheet takes for formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# What spreadsheets read as the beginning of a formula, or drop before they look for one.
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(cell: object) -> str:
    """A cell as text. What could be a formula gets an apostrophe in front; a plain number is none."""
    text = "" if cell is None else str(cell)
    harmless = _NUMBER.fullmatch(text) is not None
    return text if harmless or not text.lstrip(" \xa0").startswith(_STARTS) else f"'{text}"


def response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A table to be saved as `name`.csv, in UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
