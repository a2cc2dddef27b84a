"""TABLE of what a participant can report, and how much a report of each kind weighs."""

from dataclasses import dataclass
from typing import Final

from negotiation_hub.kernel.refusals import gettext_noop


@dataclass(frozen=True, slots=True)
class Kind:
    """`points` is what one report adds to the score of its item."""

    name: str
    points: int
    words: str


KINDS: Final = (
    Kind("payment", 60, gettext_noop("Payment off the platform")),
    Kind("fraud", 60, gettext_noop("Fraud")),
    Kind("insult", 30, gettext_noop("Insult or threat")),
    Kind("spam", 20, gettext_noop("Spam")),
    Kind("other", 30, gettext_noop("Something else")),
)
BY_NAME: Final = {kind.name: kind for kind in KINDS}
# Of how the moderators decided on a person's earlier reports, in per cent of the points.
TRUSTED_PER_CENT: Final = 150  # more were found right than not
DOUBTED_PER_CENT: Final = 50  # more were found wrong
# What a rule's group is called beside the kinds of reports.
KIND_OF_GROUP: Final = {"payment": "payment", "contact": "payment", "words": "insult"}
