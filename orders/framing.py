"""Frame agreements: what the issues of an offer say of them, and what a call-off costs by them. Pure.

An offer is a frame agreement by an issue named "Frame agreement" whose value has one of these plain forms:

    until 2027-06-30
    for 12 months

The last day is a day of UTC and belongs to it; months are counted from the day of the agreement, as in
article 3 of Regulation (EEC) 1182/71. The volume is the quantity of each line. Prices may go by tiers: by an
issue named "Price tiers" for the only line, or "Price tiers line 2" for one of several, in the form

    from 100: 9.50; from 500: 9.00

in the offer's currency for one unit. Each piece is priced by its place: once 100 have been called off, the
next ones cost 9.50, whichever call-off they are in.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypedDict

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import limits, money
from negotiation_hub.kernel.refusals import Refusal

NAME: Final = "Frame agreement"
TIERS: Final = "Price tiers"
CALLED_FROM: Final = "Called off from"  # the issue by which a call-off names its frame agreement
_NAMES: Final = frozenset({NAME.casefold(), "acuerdo marco"})
_TIERS_NAME: Final = re.compile(
    r"(?:price tiers|tramos de precio)(?: (?:line|l[ií]nea) (?P<line>[1-9][0-9]{0,2}))?", re.IGNORECASE
)
_TERM: Final = re.compile(
    r"(?:(?:until|hasta)(?: el)? (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?:for|durante) (?P<months>[1-9][0-9]{0,2}) (?:months?|mes(?:es)?))",
    re.IGNORECASE,
)
_MEANT: Final = re.compile(r"(?:until|hasta|for|durante)\b.*[0-9]", re.IGNORECASE)
# Whole numbers and no thousands, which are written with a point here and a comma there.
_TIER: Final = re.compile(
    r"(?:from|desde) (?P<start>[1-9][0-9]{0,11}): ?(?P<price>[0-9]{1,15}(?:[.,][0-9]{1,3})?)", re.IGNORECASE
)
# Days of single deliveries: a frame agreement has none.
_DAYS: Final = frozenset({"delivery date", "fecha de entrega", "appointment", "cita"})


class FrameTermInvalid(Refusal):
    """The issue names a term that cannot be read, has passed, or is too long."""

    code = "offer.frame_term"
    status = 422
    message = _(
        "A frame agreement is valid “until 2027-06-30” or “for 12 months”, up to ten years from now. Please "
        "write its term like this."
    )


class FrameTiersInvalid(Refusal):
    """Price tiers of a frame agreement that cannot be read: nobody would know what a piece costs."""

    code = "offer.frame_tiers"
    status = 422
    message = _(
        "Price tiers are written like this: “from 100: 9.50; from 500: 9.00”, with rising whole quantities "
        "below the volume and without separators of thousands. With several lines, name the issue “Price "
        "tiers line 2”."
    )


class FrameDay(Refusal):
    """A frame agreement that names the day of a single delivery."""

    code = "offer.frame_day"
    status = 422
    message = _(
        "A frame agreement has no day of delivery and no appointment. Please leave them out: they belong to "
        "the call-offs."
    )


class FrameLines(Refusal):
    """Two lines of a frame agreement that nobody could tell apart in a call-off."""

    code = "offer.frame_lines"
    status = 422
    message = _("The lines of a frame agreement need different titles or units.")


class FrameAmends(Refusal):
    """An amendment that would make a frame agreement of an order."""

    code = "offer.frame_amends"
    status = 422
    message = _("An order cannot become a frame agreement. Please negotiate that in a new room.")


class Sold(TypedDict):
    """What is read of a line of an offer; `due` only where a day was agreed."""

    title: str
    quantity: str
    unit: str
    unit_price: int


@dataclass(frozen=True, slots=True)
class Term:
    """How long a frame agreement is valid: until a day, or for so many months. One of the two."""

    until: date | None = None
    months: int | None = None

    def ends_on(self, day: date) -> date:
        """The last day, of what was agreed on `day`."""
        if self.until is not None:
            return self.until
        count = day.month - 1 + (self.months or 0)
        year, month = day.year + count // 12, count % 12 + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Tier:
    """What one unit costs, in minor units, once `start` have been called off."""

    start: int
    unit_price: int


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a call-off's line at one price."""

    quantity: Decimal
    unit_price: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What an offer's package says of a frame agreement; `tiers` by line, from 0."""

    term: Term
    tiers: tuple[tuple[Tier, ...], ...]


def term(clause: Any) -> Term | None:
    """The term of a clause; None where it is not in a plain form."""
    found = _TERM.fullmatch(clause.strip()) if isinstance(clause, str) else None
    if found is None:
        return None
    if found["months"]:
        months = int(found["months"])
        return Term(months=months) if months <= limits.FRAME_MONTHS_MAX else None
    try:
        return Term(until=date.fromisoformat(found["day"]))
    except ValueError:
        return None


def tiers(clause: Any, *, currency: str, volume: Decimal, first: int) -> tuple[Tier, ...] | None:
    """The tiers of a clause, for a line of so much whose first piece costs `first`, in minor units. None
    where they cannot be read.

    The first one begins above zero, each above the one before, all below the volume.
    """
    if not isinstance(clause, str):
        return None
    found = [Tier(0, first)]
    for text in clause.strip().removesuffix(".").split(";"):
        match = _TIER.fullmatch(text.strip())
        price = None if match is None else _minor(match["price"], currency)
        if match is None or price is None or not found[-1].start < int(match["start"]) < volume:
            return None
        found.append(Tier(int(match["start"]), price))
    return tuple(found[1:]) if len(found) <= limits.FRAME_TIERS_MAX + 1 else None


def read(
    issues: Sequence[dict[str, Any]], lines: Sequence[Any], *, currency: str, today: date
) -> Terms | None:
    """What a package says of a frame agreement, if it would be accepted today; None where it is an order.

    Raises FrameTermInvalid, FrameTiersInvalid, FrameDay, FrameLines.
    """
    clauses = [one["value"] for one in issues if _key(one) in _NAMES]
    agreed = next((found for one in clauses if (found := term(one)) is not None), None)
    if agreed is None:
        # What begins as a term was meant as one: it must not become an order of the whole volume.
        if any(isinstance(one, str) and _MEANT.match(one.strip()) for one in clauses):
            raise FrameTermInvalid
        return None
    last = Term(months=limits.FRAME_MONTHS_MAX).ends_on(today)
    if not today <= agreed.ends_on(today) <= last or len(clauses) > 1:
        raise FrameTermInvalid
    if any(_key(one) in _DAYS for one in issues) or any(line.get("due") for line in lines):
        raise FrameDay
    if len({same(line) for line in lines}) != len(lines):
        raise FrameLines
    return Terms(agreed, _tiers_of(issues, lines, currency))


def same(line: Any) -> tuple[str, str]:
    """What a line of a call-off is known by in its frame agreement."""
    return line["title"].strip().casefold(), line["unit"]


def parts(start: Decimal, quantity: Decimal, unit_price: int, agreed: Sequence[Tier]) -> list[Part]:
    """What `quantity` costs when `start` have been called off before it: a part for each price."""
    found, at, end = [], start, start + quantity
    steps = [Tier(0, unit_price), *agreed]
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        upper = end if following is None else min(end, Decimal(following.start))
        if upper > at:
            found.append(Part(upper - at, step.unit_price))
            at = upper
    return found


def carried(issues: Sequence[dict[str, Any]], number: str) -> list[dict[str, Any]]:
    """The issues of a call-off: all that was agreed but the frame's own, and its number."""
    own = [
        {"name": one["name"], "value": one["value"]}
        for one in issues
        if _key(one) not in _NAMES | {CALLED_FROM.casefold()} and not _TIERS_NAME.fullmatch(_key(one))
    ]
    return [{"name": CALLED_FROM, "value": number}, *own]


def _tiers_of(
    issues: Sequence[dict[str, Any]], lines: Sequence[Any], currency: str
) -> tuple[tuple[Tier, ...], ...]:
    found: dict[int, tuple[Tier, ...]] = {}
    for issue in issues:
        name = _TIERS_NAME.fullmatch(_key(issue))
        if name is None:
            continue
        at = int(name["line"]) - 1 if name["line"] else 0
        if at >= len(lines) or at in found or (len(lines) > 1 and not name["line"]):
            raise FrameTiersInvalid
        volume, first = Decimal(lines[at]["quantity"]), lines[at]["unit_price"]
        agreed = tiers(issue["value"], currency=currency, volume=volume, first=first)
        if agreed is None:
            raise FrameTiersInvalid
        found[at] = agreed
    return tuple(found.get(at, ()) for at in range(len(lines)))


def _key(issue: dict[str, Any]) -> str:
    return str(issue["name"]).strip().casefold()


def _minor(text: str, currency: str) -> int | None:
    amount = Decimal(text.replace(",", ".")).scaleb(money.exponent(currency))
    whole = int(amount)
    return whole if amount == whole and 0 < whole <= limits.AMOUNT_MINOR_MAX else None
