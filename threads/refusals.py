"""What threads refuse, with stable codes."""

from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Malformed, Refusal


class TextTooLong(Malformed):
    """More than one message may have."""

    code = "message.too_long"
    message = gettext_noop("A message has at most 8,000 characters.")


class SubjectInvalid(Malformed):
    """Empty, too long, or with characters that cannot be shown."""

    code = "thread.subject"
    message = gettext_noop("A subject has 1 to 200 characters, all on one line.")


class PeopleTooMany(Malformed):
    """A private thread is for a few people."""

    code = "thread.people"
    message = gettext_noop("A private thread has 1 to 50 people.")


class AnswersNothing(Malformed):
    """The post that this one answers is not there."""

    code = "thread.answers"
    message = gettext_noop("There is no such post in this thread.")


class NoListing(Refusal):
    """A room is about a listing, and this thread is about none."""

    code = "thread.no_listing"
    message = gettext_noop("This thread is not about a listing.")


class GroupInvalid(Malformed):
    """The name, title or charter of a group is not possible."""

    code = "group.invalid"
    message = gettext_noop("A group has a name of small letters, digits, hyphens and dots, and a title.")


class GroupExists(Refusal):
    """Names are unique."""

    code = "group.exists"
    message = gettext_noop("There is a group with this name already.")
