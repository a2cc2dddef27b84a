"""STATE MACHINE of a campaign. Only `catalog/campaigns.py` and `catalog/sending.py` move one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"  # told to go; the background work takes it at its time
    RUNNING = "running"
    PAUSED = "paused"
    CANCELED = "canceled"
    FINISHED = "finished"  # of every mail it is known whether it went out


@dataclass(frozen=True, slots=True)
class Step:
    """`event` takes a campaign from `before` to `after`."""

    event: str
    before: Status
    after: Status


STEPS: Final = (
    Step("schedule", Status.DRAFT, Status.SCHEDULED),
    Step("start", Status.SCHEDULED, Status.RUNNING),
    Step("pause", Status.RUNNING, Status.PAUSED),
    Step("resume", Status.PAUSED, Status.RUNNING),
    Step("cancel", Status.DRAFT, Status.CANCELED),
    Step("cancel", Status.SCHEDULED, Status.CANCELED),
    Step("cancel", Status.RUNNING, Status.CANCELED),
    Step("cancel", Status.PAUSED, Status.CANCELED),
    Step("finish", Status.RUNNING, Status.FINISHED),
)
EVENTS: Final = tuple(dict.fromkeys(step.event for step in STEPS))


def after(event: str, before: str) -> Status | None:
    """Where `event` leads to, None when it is not for a campaign that stands there."""
    return next((step.after for step in STEPS if (step.event, step.before) == (event, before)), None)


def leads_to(event: str) -> Status:
    """Where an event leads to, wherever it comes from."""
    return next(step.after for step in STEPS if step.event == event)


def mermaid() -> str:
    """The table as a state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.DRAFT}"]
    lines += [f"    {step.before} --> {step.after} : {step.event}" for step in STEPS]
    ends = [status for status in Status if status not in {step.before for step in STEPS}]
    return "\n".join([*lines, *(f"    {status} --> [*]" for status in ends)])
