"""STATE MACHINE of a thread. Only `threads/services.py` moves a thread, and only along these steps."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Whether somebody is waiting for an answer."""

    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Step:
    """`event` takes a thread from `before` to `after`, and is told in its stream as `kind`."""

    event: str
    before: Status
    after: Status
    kind: str


STEPS: Final = (
    Step("resolve", Status.OPEN, Status.RESOLVED, "thread.resolved"),
    Step("reopen", Status.RESOLVED, Status.OPEN, "thread.reopened"),
    # Whoever has more to say need not ask first, least of all by mail.
    Step("post", Status.RESOLVED, Status.OPEN, "thread.reopened"),
)
EVENTS: Final = tuple(step.event for step in STEPS)


def step(event: str, before: Status) -> Step | None:
    """The step that the table allows, or None."""
    return next((one for one in STEPS if (one.event, one.before) == (event, before)), None)


def after(kind: str, before: Status) -> Status:
    """Where a thread stands once an event of this kind was told; other kinds change nothing."""
    return next((one.after for one in STEPS if (one.kind, one.before) == (kind, before)), before)


def mermaid() -> str:
    """The table as a state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.OPEN}"]
    lines += [f"    {one.before} --> {one.after} : {one.event}" for one in STEPS]
    return "\n".join(lines)
