"""STATE MACHINE of a negotiation, apart from that of its offers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """How far the two sides are."""

    OPEN = "open"
    AGREED = "agreed"
    ORDERED = "ordered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Step:
    """`event` takes a negotiation from `before` to `after`."""

    event: str
    before: Status
    after: Status


STEPS: Final = (
    Step("offer.accepted", Status.OPEN, Status.AGREED),
    # Nothing more is agreed in its room: each call-off has a room of its own.
    Step("frame.agreed", Status.AGREED, Status.CLOSED),
    Step("negotiation.closed", Status.OPEN, Status.CLOSED),
    Step("order.placed", Status.AGREED, Status.ORDERED),
    Step("order.confirmed", Status.AGREED, Status.ORDERED),
    # What was not paid in time is off: the seller may offer again, in the same room.
    Step("order.expired", Status.AGREED, Status.OPEN),
    Step("order.expired", Status.ORDERED, Status.OPEN),
    # A late payment that the seller takes: the order goes on where it stood, placed or not.
    Step("order.reinstated", Status.OPEN, Status.ORDERED),
    Step("order.reopened", Status.OPEN, Status.AGREED),
    Step("order.canceled", Status.AGREED, Status.CLOSED),
    Step("order.canceled", Status.ORDERED, Status.CLOSED),
    Step("funds.released", Status.ORDERED, Status.CLOSED),
)


def after(event: str, before: Status) -> Status:
    """Where the event takes the negotiation; it stays where it is when the table has no such step."""
    return next((s.after for s in STEPS if s.event == event and s.before == before), before)


def mermaid() -> str:
    """The table as a state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> open"]
    lines += [f"    {s.before} --> {s.after} : {s.event}" for s in STEPS]
    return "\n".join([*lines, "    closed --> [*]"])
