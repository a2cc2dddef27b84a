"""STATE MACHINE of a subscription to a seller's news.

What a subscriber did is a row of the consent log; the status only repeats what its last row says. Only
`catalog/subscriptions.py` writes either.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where a subscription stands. Mails go to those who are `confirmed`, and to nobody else."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"


class What(StrEnum):
    """What the consent log notes."""

    ASKED = "asked"  # somebody typed the address in
    CONFIRMED = "confirmed"  # whoever reads its mail pressed the button
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"  # its mail server says that there is no such mailbox


@dataclass(frozen=True, slots=True)
class Step:
    """`what` takes a subscription from `before` to `after`."""

    what: What
    before: Status
    after: Status


START: Final = Status.UNCONFIRMED  # with its first `asked`
STEPS: Final = (
    Step(What.ASKED, Status.UNCONFIRMED, Status.UNCONFIRMED),
    Step(What.ASKED, Status.UNSUBSCRIBED, Status.UNCONFIRMED),
    Step(What.ASKED, Status.BOUNCED, Status.UNCONFIRMED),
    Step(What.CONFIRMED, Status.UNCONFIRMED, Status.CONFIRMED),
    Step(What.UNSUBSCRIBED, Status.UNCONFIRMED, Status.UNSUBSCRIBED),
    Step(What.UNSUBSCRIBED, Status.CONFIRMED, Status.UNSUBSCRIBED),
    Step(What.UNSUBSCRIBED, Status.BOUNCED, Status.UNSUBSCRIBED),
    Step(What.SUPPRESSED, Status.UNCONFIRMED, Status.BOUNCED),
    Step(What.SUPPRESSED, Status.CONFIRMED, Status.BOUNCED),
)
# Each has one: so the last row of the log says where a subscription stands.
LEADS_TO: Final = {step.what: step.after for step in STEPS}


def after(what: What, before: Status) -> Status | None:
    """Where `what` leads to, None when it changes nothing there."""
    return next((step.after for step in STEPS if (step.what, step.before) == (what, before)), None)


def mermaid() -> str:
    """The table as a state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {START} : {What.ASKED}"]
    return "\n".join([*lines, *(f"    {step.before} --> {step.after} : {step.what}" for step in STEPS)])
