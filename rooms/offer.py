"""STATE MACHINE of an offer on the table.

Only `rooms/services.py` moves an offer, and only along these steps.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where an offer stands. At most one of a room is `pending`."""

    PENDING = "pending"
    COUNTERED = "countered"
    SUPERSEDED = "superseded"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOIDED = "voided"


class Who(StrEnum):
    """Whose act it is, seen from the offer."""

    OWN = "own"  # the side that made it
    OTHER = "other"  # the side that is asked
    SYSTEM = "system"  # the server's clock
    MODERATOR = "moderator"  # who has stepped in


@dataclass(frozen=True, slots=True)
class Step:
    """`event` by `who` takes an offer from `before` to `after`."""

    event: str
    before: Status
    after: Status
    who: Who


STEPS: Final = (
    Step("counter", Status.PENDING, Status.COUNTERED, Who.OTHER),
    Step("supersede", Status.PENDING, Status.SUPERSEDED, Who.OWN),
    Step("accept", Status.PENDING, Status.ACCEPTED, Who.OTHER),
    Step("decline", Status.PENDING, Status.DECLINED, Who.OTHER),
    Step("withdraw", Status.PENDING, Status.WITHDRAWN, Who.OWN),
    Step("expire", Status.PENDING, Status.EXPIRED, Who.SYSTEM),
    Step("void", Status.PENDING, Status.VOIDED, Who.MODERATOR),
)
EVENTS: Final = tuple(step.event for step in STEPS)


def step(event: str, before: Status, who: Who) -> Step | None:
    """The step that the table allows, or None."""
    return next((s for s in STEPS if (s.event, s.before, s.who) == (event, before, who)), None)


def mermaid() -> str:
    """The table as a state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> pending : propose, counter, supersede"]
    lines += [f"    {s.before} --> {s.after} : {s.event} ({s.who})" for s in STEPS]
    lines += [f"    {status} --> [*]" for status in Status if status is not Status.PENDING]
    return "\n".join(lines)
