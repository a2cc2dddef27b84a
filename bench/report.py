"""The table and the file: what was measured, and whether it is what we want."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.goals import LARGE, Result

_HEADINGS: Final = ("figure", "what", "ours", "peer", "ratio", "goal", "met")
_NUMBERS: Final = {0, 2, 3, 4}


def table(results: Sequence[Result]) -> str:
    """The results as aligned text, a line each."""
    rows = [_HEADINGS, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ["  ".join(_cell(row, column, widths[column]) for column in range(len(row))) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def remarks(results: Sequence[Result]) -> list[str]:
    """A line for each comparison that has no verdict, or a reservation."""
    return [f"figure {r.goal.figure} ({r.goal.name}): {r.why}" for r in results if r.why]


def write(results: Sequence[Result], path: Path) -> None:
    """Writes the results for programs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([result.as_json() for result in results], indent=1) + "\n")


def status(results: Sequence[Result]) -> int:
    """0 when all that was to be measured was; a goal that is not met is no error."""
    return 1 if any(result.invalid for result in results) else 0


def number(value: float | None) -> str:
    """A number as the table shows it."""
    if value is None:
        return ""
    if abs(value) >= LARGE:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _row(result: Result) -> tuple[str, ...]:
    unit = result.goal.unit
    return (
        str(result.goal.figure),
        result.goal.what,
        *(f"{number(v)} {unit}".strip() if v is not None else "" for v in (result.ours, result.peer)),
        number(result.ratio),
        result.goal.text,
        _verdict(result),
    )


def _verdict(result: Result) -> str:
    if result.invalid:
        return "invalid"
    if not result.goal.built:
        return "no figure yet"
    return {True: "yes", False: "no", None: "not measured"}[result.met]


def _cell(row: Sequence[str], column: int, width: int) -> str:
    return row[column].rjust(width) if column in _NUMBERS else row[column].ljust(width)
