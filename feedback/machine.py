"""STATE MACHINE of a follow-up. Only `feedback/services.py` moves one, and only along these steps."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Whether the loop that a low score has opened is closed."""

    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Step:
    """`event` takes a follow-up from `before` to `after`."""

    event: str
    before: Status
    after: Status


# A thread may be opened again by a word of thanks; that the loop was closed, and when, stays true.
STEPS: Final = (Step("resolve", Status.OPEN, Status.RESOLVED),)
EVENTS: Final = tuple(step.event for step in STEPS)


def step(event: str, before: Status) -> Step | None:
    """The step that the table allows, or None."""
    return next((one for one in STEPS if (one.event, one.before) == (event, before)), None)


def mermaid() -> str:
    """The table as a state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.OPEN}"]
    lines += [f"    {one.before} --> {one.after} : {one.event}" for one in STEPS]
    return "\n".join([*lines, f"    {Status.RESOLVED} --> [*]"])
