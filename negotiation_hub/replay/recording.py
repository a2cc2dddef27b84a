"""Recorded negotiations: one JSON object a line, read one at a time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

SIDES: Final = ("buyer", "seller")
ACTIONS: Final = frozenset({"message", "offer", "accept", "reject", "quit"})
MINOR_PER_DOLLAR: Final = 100
CURRENCY: Final = "USD"

Json = dict[str, Any]


class NotARecording(Exception):
    """A line that is not in the replay format; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Act:
    """What one side did: `action` is message, offer, accept, reject or quit."""

    by: str
    action: str
    data: Any


@dataclass(frozen=True, slots=True)
class Recording:
    """One negotiation as it was recorded."""

    uuid: str
    title: str
    description: str
    list_price: Any  # whole dollars, or nothing
    acts: tuple[Act, ...]
    status: str  # agreed, rejected, quit, no_offer, open_offer
    price: Any  # agreed on, in whole dollars
    issues: dict[str, int] | None  # agreed on
    anomalies: tuple[str, ...]


def read(path: Path) -> Iterator[Recording | NotARecording]:
    """The lines of a file, broken ones as what is wrong with them. Raises OSError."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield parse(line)
            except NotARecording as error:
                yield NotARecording(f"line {number} is not a recorded negotiation: {error}")


def parse(line: bytes) -> Recording:
    """One line. Raises NotARecording."""
    try:
        found = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise NotARecording(str(error)) from None
    if not isinstance(found, dict):
        raise NotARecording("it is not an object")
    try:
        expected = found.get("expected") or {}
        return Recording(
            uuid=str(found["uuid"]),
            title=str(found["title"]),
            description="\n".join(map(str, found.get("description") or ())),
            list_price=found.get("list_price"),
            acts=tuple(_act(event) for event in found["events"]),
            status=str(expected.get("status", "")),
            price=expected.get("price"),
            issues=expected.get("issues"),
            anomalies=tuple(map(str, found.get("anomalies") or ())),
        )
    except KeyError as error:
        raise NotARecording(f"it has no {error.args[0]}") from None
    except (TypeError, AttributeError) as error:
        raise NotARecording(str(error)) from None


def minor(dollars: Any) -> Any:
    """Dollars in minor units; what is no amount stays as it is, for the server to judge."""
    if isinstance(dollars, bool) or not isinstance(dollars, int | Decimal):
        return dollars
    try:
        amount = Decimal(dollars) * MINOR_PER_DOLLAR
        return int(amount) if amount == amount.to_integral_value() else str(amount)
    except ArithmeticError:
        return str(dollars)


def price_of(data: Any) -> Any:
    """The price of an offer, in minor units."""
    return minor(data.get("price") if isinstance(data, dict) else data)


def issues_of(data: Any) -> dict[str, Any]:
    """The issues of an offer, by name."""
    issues = data.get("issues") if isinstance(data, dict) else None
    return issues if isinstance(issues, dict) else {}


def _act(event: Any) -> Act:
    act = Act(event["by"], event["action"], event.get("data"))
    if act.by not in SIDES:
        raise NotARecording(f"neither side is {act.by!r}")
    if act.action not in ACTIONS:
        raise NotARecording(f"nobody can {act.action!r}")
    return act
