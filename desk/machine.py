"""STATE MACHINE of an item of the review queue. Only `desk/queue.py` moves one, along these steps."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """What was decided about what an item gathers."""

    PENDING = "pending"
    APPROVED = "approved"  # whoever reported it was right
    REJECTED = "rejected"  # nothing was wrong
    IGNORED = "ignored"  # too small to be decided
    DELETED = "deleted"  # right, and what was said is removed


@dataclass(frozen=True, slots=True)
class Step:
    """`event` takes an item from `before` to `after`."""

    event: str
    before: Status
    after: Status


# What comes later about the same person and room opens another item: a decision stays as it was made.
STEPS: Final = (
    Step("add", Status.PENDING, Status.PENDING),
    Step("claim", Status.PENDING, Status.PENDING),
    Step("release", Status.PENDING, Status.PENDING),
    Step("approve", Status.PENDING, Status.APPROVED),
    Step("reject", Status.PENDING, Status.REJECTED),
    Step("ignore", Status.PENDING, Status.IGNORED),
    Step("delete", Status.PENDING, Status.DELETED),
)
EVENTS: Final = tuple(step.event for step in STEPS)
DECISIONS: Final = ("approve", "reject", "ignore", "delete")


def step(event: str, before: Status) -> Step | None:
    """The step that the table allows, or None."""
    return next((one for one in STEPS if (one.event, one.before) == (event, before)), None)


def mermaid() -> str:
    """The table as a state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.PENDING}"]
    lines += [f"    {one.before} --> {one.after} : {one.event}" for one in STEPS]
    lines += [f"    {one} --> [*]" for one in Status if one is not Status.PENDING]
    return "\n".join(lines)
