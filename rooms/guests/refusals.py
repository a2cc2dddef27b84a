"""What guests and those who invite them are refused, with stable codes."""

from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Refusal


class LinkUnknown(Refusal):
    """Never made, changed, revoked, over, or about something that is not offered any more: all alike."""

    code = "guest.link_unknown"
    message = gettext_noop(
        "This link leads nowhere, or nowhere any more. Ask whoever sent it to you for another one."
    )
    status = 404


class OtherBrowser(Refusal):
    """The link belongs to the browser that opened it first."""

    code = "guest.other_browser"
    message = gettext_noop("This link is in use in another browser.")
    status = 403


class NoCookies(Refusal):
    """A link belongs to a browser, which is known by a cookie."""

    code = "guest.no_cookies"
    message = gettext_noop("Your browser does not keep cookies, so the room could not be yours alone.")
    status = 403


class GuestsTooMany(Refusal):
    """As many guests as come from one network address within an hour."""

    code = "guest.too_many"
    message = gettext_noop("Too many guests came from your network just now. Please try again later.")
    temporary = True
    status = 429


class LinksExhausted(Refusal):
    """As many links wait to be opened as an organisation may have."""

    code = "guest.links_exhausted"
    message = gettext_noop("Too many links wait to be opened. Revoke some of them first.")


class NoAddress(Refusal):
    """Nobody has said where a code could be mailed to."""

    code = "guest.no_address"
    message = gettext_noop(
        "No mail address is known for this link, so no code can be sent. Ask whoever sent it for a new one."
    )


class CodeTooSoon(Refusal):
    """A code was mailed a moment ago, or as many as there may be for one link."""

    code = "guest.code_too_soon"
    message = gettext_noop("A code was mailed a moment ago. Please wait a minute before asking for another.")
    temporary = True
    status = 429


class CodesExhausted(Refusal):
    """As many codes were mailed as there may be for one link."""

    code = "guest.codes_exhausted"
    message = gettext_noop("Too many codes were mailed for this link. Ask whoever sent it for a new one.")


class CodeWrong(Refusal):
    """Not the code that was mailed, or not any more; after some tries another one is needed."""

    code = "guest.code_wrong"
    message = gettext_noop("This is not the code, or it is not good any more.")
    status = 422


class GuestGone(Refusal):
    """The guest's link was revoked, or its time is over: no moderator brings them back."""

    code = "guest.gone"
    message = gettext_noop("This guest's link is over. Only whoever invited them can send a new one.")


class MessageTooLong(Refusal):
    """Guests write shorter messages than people with an account."""

    code = "guest.message_too_long"
    message = gettext_noop("A guest's message has at most 2,000 characters.")
    status = 422
