"""STATE MACHINE of an offer that waits for a manager's word in its side's caucus.

Only `rooms/approvals.py` moves one, and only along these steps.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where it stands. At most one of a side and room is `pending_approval`."""

    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"  # and on the table, where it has a version and a status of its own
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # what it answered does not stand any more


class Who(StrEnum):
    """Whose act it is."""

    MANAGER = "manager"
    AUTHOR = "author"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Step:
    """`event` by `who` takes it from `before` to `after`."""

    event: str
    before: Status
    after: Status
    who: Who


STEPS: Final = (
    Step("grant", Status.PENDING_APPROVAL, Status.APPROVED, Who.MANAGER),
    Step("refuse", Status.PENDING_APPROVAL, Status.REFUSED, Who.MANAGER),
    Step("withdraw", Status.PENDING_APPROVAL, Status.WITHDRAWN, Who.AUTHOR),
    Step("lapse", Status.PENDING_APPROVAL, Status.LAPSED, Who.SYSTEM),
)


def step(event: str, before: Status) -> Step | None:
    """The step that the table allows, or None."""
    return next((s for s in STEPS if (s.event, s.before) == (event, before)), None)


def mermaid() -> str:
    """The table as a state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> pending_approval : ask"]
    lines += [f"    {s.before} --> {s.after} : {s.event} ({s.who})" for s in STEPS]
    return "\n".join([*lines, *(f"    {s.after} --> [*]" for s in STEPS)])
