"""What feedback refuses, with stable codes."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Malformed, Refusal


class LinkInvalid(Refusal):
    """The link was changed, is too old, or was not made here."""

    code = "survey.link"
    message = gettext_noop("This link is not valid any more. Please use the one in the newest mail.")
    status = 410


class Expired(Refusal):
    """The time to answer has passed."""

    code = "survey.expired"
    message = gettext_noop("The time for this answer has passed. Thank you for coming back to it.")
    status = 410


class AnswersInvalid(Malformed):
    """Something is missing, or is no answer to its question. `problems` says what, by the question's key."""

    code = "survey.answers"
    message = gettext_noop("An answer is missing, or does not fit its question.")

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__()


class TooFew(Refusal):
    """What few people said would tell who said it."""

    code = "survey.too_few"
    message = gettext_noop("There are fewer than 5 answers of 5 different buyers.")
