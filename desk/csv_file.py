"""Tables as CSV that no spreadsheet takes for formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

from feedback.export import cell

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def safe(value: object) -> str:
    """A cell as text. What could be a formula gets an apostrophe in front; a plain number is none."""
    text = "" if value is None else str(value)
    return text if _NUMBER.fullmatch(text) else cell(text)


def response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A table to be saved as `name`.csv, in UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([safe(one) for one in header])
    writer.writerows([safe(one) for one in row] for row in rows)
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
