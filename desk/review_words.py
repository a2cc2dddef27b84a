"""The words of the review queue: statuses, decisions, steps, and what the wall is narrowed down to."""

from typing import Final

from desk.machine import Status
from negotiation_hub.kernel.refusals import gettext_noop

WHY: Final = {
    "talk": gettext_noop("What is said"),
    "reports": gettext_noop("Reports"),
    "expires": gettext_noop("About to expire"),
    "stalled": gettext_noop("No answer"),
    "cheap": gettext_noop("Far under the list price"),
}  # as `desk/risk.py: REASONS`
STATUSES: Final = {
    Status.PENDING: gettext_noop("Waiting"),
    Status.APPROVED: gettext_noop("Found right"),
    Status.REJECTED: gettext_noop("Found wrong"),
    Status.IGNORED: gettext_noop("Ignored"),
    Status.DELETED: gettext_noop("Removed"),
}
DECISIONS: Final = {
    "approve": gettext_noop("It is right: something was wrong here"),
    "reject": gettext_noop("It is wrong: nothing is to be said against it"),
    "ignore": gettext_noop("Too small to be decided"),
    "delete": gettext_noop("It is right, and what was said is removed"),
}
STEPS: Final = {
    "open": gettext_noop("Came into the queue"),
    "claim": gettext_noop("Claimed"),
    "release": gettext_noop("Given back"),
    "lapse": gettext_noop("The claim ran out"),
    "approve": gettext_noop("Found right"),
    "reject": gettext_noop("Found wrong"),
    "ignore": gettext_noop("Ignored"),
    "delete": gettext_noop("Found right, and removed"),
}
