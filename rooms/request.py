"""STATE MACHINE of a request: a buyer asks several sellers at once, each in a room of its own."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """How far a request is."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    AWARDED = "awarded"


@dataclass(frozen=True, slots=True)
class Step:
    """`event` takes a request from `before` to `after`."""

    event: str
    before: Status
    after: Status


STEPS: Final = (
    Step("send", Status.DRAFT, Status.OPEN),
    Step("close", Status.DRAFT, Status.CLOSED),  # thrown away: nobody was asked
    Step("close", Status.OPEN, Status.CLOSED),
    Step("award", Status.OPEN, Status.AWARDED),
)
# In these a seller may be added: those of a draft are asked when it is sent.
TAKES_SELLERS: Final = frozenset({Status.DRAFT, Status.OPEN})
# From these nothing leads on; the same can be asked again.
ENDED: Final = frozenset({Status.CLOSED, Status.AWARDED})


def after(event: str, before: Status) -> Status | None:
    """Where the event takes the request; None where the table has no such cell."""
    return next((s.after for s in STEPS if s.event == event and s.before == before), None)


def mermaid() -> str:
    """The table as a state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {s.before} --> {s.after} : {s.event}" for s in STEPS]
    return "\n".join([*lines, "    closed --> [*]", "    awarded --> [*]"])
