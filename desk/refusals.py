"""What reports, the review queue and the check of transcripts refuse, with stable codes."""

from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Refusal


class ReportOpen(Refusal):
    """One report of a person about a thing waits for a moderator at a time."""

    code = "report.open"
    message = gettext_noop("You have reported this already. A moderator will look at it.")


class ReportTarget(Refusal):
    """There is no such message, offer or person at this table, or what was said is removed."""

    code = "report.target"
    message = gettext_noop("There is nothing like that in this room to report.")
    status = 404


class ReportOwn(Refusal):
    """One's own words, offers, or oneself."""

    code = "report.own"
    message = gettext_noop("This is your own.")


class ReportTooMany(Refusal):
    """More reports in an hour than one person may file."""

    code = "report.too_many"
    message = gettext_noop("You have reported a lot. Please wait a while before you report more.")


class ChecksTooMany(Refusal):
    """One network address has had many files checked within an hour."""

    code = "transcript.too_many"
    message = gettext_noop("Too many files come from your network. Please try again later.")
    temporary = True
    status = 429


class ReviewConflict(Refusal):
    """The moderator belongs to a side of the room, or to the same organisation as somebody of a side."""

    code = "review.conflict"
    message = gettext_noop("Your organisation has to do with this. Another moderator decides it.")
    status = 403


class ReviewClaimed(Refusal):
    """Another moderator has it in hand."""

    code = "review.claimed"
    message = gettext_noop("Another moderator has this in hand.")


class ReviewNotClaimed(Refusal):
    """Only who has claimed it, and whose claim has not run out, releases or decides it."""

    code = "review.not_claimed"
    message = gettext_noop("Claim this first: you do not have it in hand, or no longer.")


class ReviewChanged(Refusal):
    """Something was reported or found since the moderator looked."""

    code = "review.changed"
    message = gettext_noop("Something was added since you looked. Look again before you decide.")


class ReviewDecided(Refusal):
    """It was decided already."""

    code = "review.decided"
    message = gettext_noop("This has been decided already.")


class ReviewNotRemoved(Refusal):
    """`deleted` says that what was said is gone; it is not."""

    code = "review.not_removed"
    message = gettext_noop("Not everything that this is about has been removed. Remove it in the room first.")


class NoFile(Refusal):
    """The form came without a file."""

    code = "transcript.no_file"
    message = gettext_noop("Please choose a file first.")
    status = 422
