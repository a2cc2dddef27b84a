"""What orders by mail refuse, with stable codes."""

from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Refusal


class MailOrderLink(Refusal):
    """The link was changed, is too old, was not made here, or what was mailed is forgotten."""

    code = "mail_order.link"
    message = gettext_noop(
        "This link is not valid any more. Please send the order again, or buy on the listing's page."
    )
    status = 410


class MailOrderChanged(Refusal):
    """What is confirmed is not what was shown: another page has changed it since."""

    code = "mail_order.changed"
    message = gettext_noop("The order was changed on another page. Please look at it once more.")


class MailOrderIncomplete(Refusal):
    """Something in the form is missing, or cannot be right."""

    code = "mail_order.incomplete"
    message = gettext_noop("Something in the order is missing or wrong. Please look at the lines below.")
    status = 422


class SenderUnknown(Refusal):
    """Nobody here has the address that the order was sent from, or nobody has confirmed it as theirs."""

    code = "mail_order.sender_unknown"
    message = gettext_noop("The address that this order was sent from has no account yet.")
    status = 403


class OtherSender(Refusal):
    """Somebody else is signed in than who the order is of."""

    code = "mail_order.other_sender"
    message = gettext_noop(
        "This order was sent from another address than yours. To confirm it, sign out first, or"
        " sign in with that one."
    )
    status = 403
