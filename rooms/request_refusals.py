"""What requests refuse. Their words are for buyers, but `RequestOver`, which a seller may read too."""

from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Malformed, Refusal


class RequestOver(Refusal):
    """The request that the room belongs to is closed or awarded: nothing is agreed on in it any more.

    It says neither which of the two, nor that anybody else was asked.
    """

    code = "request.over"
    message = gettext_noop("The request that this room was opened for is closed. Nothing is accepted here.")


class RequestState(Refusal):
    """Not in this state of the request."""

    code = "request.state"
    message = gettext_noop("This request is not where that can be done. Load the page again.")


class RequestChanged(Refusal):
    """A colleague has changed the draft since it was read."""

    code = "request.changed"
    message = gettext_noop("The request was changed meanwhile. Read it again, then send it.")


class RequestIncomplete(Malformed):
    """A request without a line, or without a seller, asks nobody for anything."""

    code = "request.incomplete"
    message = gettext_noop("A request needs at least one line and one seller before it is sent.")


class RequestTextInvalid(Malformed):
    """Title, text or a line is empty, too long, or has characters that cannot be shown."""

    code = "request.text"
    message = gettext_noop("The title, the text or a line is empty, too long, or cannot be shown.")


class RequestLinesTooMany(Malformed):
    """More lines than sellers read."""

    code = "request.lines"
    message = gettext_noop("A request has at most 30 lines.")


class RequestDeadline(Malformed):
    """Answers are asked for until a moment that has passed, or is too far away."""

    code = "request.answers_until"
    message = gettext_noop("Answers can be asked for until a day from today on, within a year.")


class RequestSeller(Malformed):
    """One's own organisation, or one that has nothing on offer."""

    code = "request.seller"
    message = gettext_noop("This organisation cannot be asked: it does not sell here, or you belong to it.")


class RequestSellersTooMany(Malformed):
    """More sellers than anybody compares."""

    code = "request.sellers"
    message = gettext_noop("A request goes to at most 8 sellers.")


class RequestsTooMany(Refusal):
    """More open requests than one organisation may have."""

    code = "request.too_many"
    message = gettext_noop("Your organisation has 20 open requests. Close one before you send another.")
