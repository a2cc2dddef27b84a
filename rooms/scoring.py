"""What an offer is worth to one side: an additive value function over its issues, in whole numbers. Pure.

The terms are those of negotiation analysis (Keeney and Raiffa, "Decisions with Multiple Objectives", 1976;
Raiffa, "The Art and Science of Negotiation", 1982): for each issue a side knows its reservation value, at
which it would rather walk away, its target (aspiration), and how much the issue weighs. An issue earns 0 at
its reservation value, everything at its target, and in proportion between them. What an offer earns is the
mean over its issues by weight. What the best alternative to an agreement would earn (BATNA) is on that scale.

An issue that an offer does not speak of, or not in a way that can be read, earns nothing and is named: so a
worse term is never worth leaving out. Points are basis points, 0 to 10,000, rounded down: full points mean
that every target is met. The browser has the same function in `frontend/src/room/scoring.ts`; both are run
over `tests/fixtures/score_cases.json`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from negotiation_hub.kernel import limits

FULL: Final = 10_000  # points: basis points
NAMELESS: Final = "total"  # the one kind of issue that needs no name

Kind = Literal["total", "unit_price", "quantity", "number", "date", "choice"]
Status = Literal["met", "within", "beyond", "unclear", "missing"]

_DAY: Final = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_DIGITS: Final = re.compile(r"[0-9]+")
_BLANK: Final = " \t\r\n\u00a0"  # Python and the browser differ in what else they take for white space
_DIGITS_MAX: Final = 15  # every number of so many digits is exact in the browser


@dataclass(frozen=True, slots=True)
class Part:
    """What one issue earns, and why. `beyond`: on the wrong side of the reservation value."""

    kind: str
    name: str | None
    points: int
    status: Status


@dataclass(frozen=True, slots=True)
class Score:
    """What a package earns, in basis points, and each issue's part, in the order of the preferences."""

    points: int
    parts: Sequence[Part]

    def view(self) -> dict[str, Any]:
        """As REST shows it."""
        return {"points": self.points, "parts": [asdict(part) for part in self.parts]}


def score(preferences: Sequence[Mapping[str, Any]], package: Mapping[str, Any], side: str) -> Score | None:
    """What a priced package earns by a side's preferences; None where it has none.

    A preference is `{kind, name, reservation, target, weight}` of `rooms/preference_wire.py: Preference`, a
    package one of an offer in an event. The total is what counts for the side: a seller's net, a buyer's
    gross.
    """
    if not preferences:
        return None
    parts = [_part(one, package, side) for one in preferences]
    weights = [one["weight"] for one in preferences]
    earned = sum(weight * part.points for weight, part in zip(weights, parts, strict=True))
    return Score(earned // sum(weights), parts)


def of_offer(
    preferences: Sequence[Mapping[str, Any]], packages: Iterable[Mapping[str, Any]], *, own: bool, side: str
) -> int | None:
    """What an offer of several packages earns, in basis points.

    The other side picks among our own packages, so the worst counts; among theirs we pick, so the best does.
    """
    scores = [found.points for one in packages if (found := score(preferences, one, side)) is not None]
    return (min if own else max)(scores, default=None)


def measure(kind: str, value: Any) -> int | str | None:
    """A value on the scale of its kind, None for what is not on it.

    Amounts are minor units, quantities millionths, days those since the year 1; a number may stand in a text
    that has no other digits ("30 days").
    """
    if kind == "choice":
        return _choice(value)
    if kind == "quantity":
        return int(Decimal(value).scaleb(limits.QUANTITY_DECIMALS_MAX)) if isinstance(value, str) else None
    if kind == "date":
        return _day(value) if isinstance(value, str) else None
    if isinstance(value, str):
        return _number(value) if kind == "number" else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def plain(name: str) -> str:
    """A name as names are compared."""
    return name.strip(_BLANK).lower()


def _part(one: Mapping[str, Any], package: Mapping[str, Any], side: str) -> Part:
    kind, name = one["kind"], one.get("name")
    found = _values(kind, plain(name or ""), package, side)
    points, status = min((_points(one, value) for value in found), default=(0, "missing"))
    return Part(kind, name, points, status)


def _values(kind: str, name: str, package: Mapping[str, Any], side: str) -> list[Any]:
    """What a package says of an issue: nothing, one value, or a price for each line of that name."""
    if kind == "total":
        return [package["net" if side == "seller" else "gross"]]
    if kind in {"unit_price", "quantity"}:
        lines = [line for line in package["lines"] if plain(line["title"]) == name]
        if kind == "unit_price":
            return [line["unit_price"] for line in lines]
        return [str(sum(Decimal(line["quantity"]) for line in lines))] if lines else []
    return [issue["value"] for issue in package["issues"] if plain(issue["name"]) == name][:1]


def _points(one: Mapping[str, Any], value: Any) -> tuple[int, Status]:
    kind = one["kind"]
    at, start, end = (measure(kind, given) for given in (value, one["reservation"], one["target"]))
    if isinstance(at, int) and isinstance(start, int) and isinstance(end, int):
        return _between(at, start, end)
    if at is not None and at == end:
        return FULL, "met"
    return 0, "within" if at is not None and at == start else "unclear"


def _between(at: int, start: int, end: int) -> tuple[int, Status]:
    span, gone = (end - start, at - start) if end > start else (start - end, start - at)
    if gone < 0:
        return 0, "beyond"
    return (FULL, "met") if gone >= span else (gone * FULL // span, "within")


def _choice(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(str(value))


def _day(text: str) -> int | None:
    text = text.strip(_BLANK)
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:  # there is no such day
        return None


def _number(text: str) -> int | None:
    runs = _DIGITS.findall(text)
    if len(runs) != 1 or len(runs[0]) > _DIGITS_MAX:
        return None
    return -int(runs[0]) if text.strip(_BLANK).startswith(f"-{runs[0]}") else int(runs[0])
