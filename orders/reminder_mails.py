"""What a reminder says, in its reader's language, with a way to end them by one click."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from negotiation_hub.kernel import mail
from negotiation_hub.people.models import User
from orders import wording
from orders.mails import address, moment, order_url
from orders.models import Order, Reminder


def remind(order: Order, kind: Reminder.Kind, number: int, people: list[tuple[User, str]]) -> None:
    """Writes to each person; `people` are they, each with the token that ends their reminders."""
    for person, token in people:
        leave = address("orders:stop_reminders", token)
        with translation.override(person.language or settings.LANGUAGE_CODE):
            subject, body = _words(order, kind)
            paragraphs = [
                _("Hello %(name)s,") % {"name": person.get_short_name()},
                body,
                _("Order %(number)s: %(title)s, %(gross)s")
                % {
                    "number": order.number,
                    "title": order.title,
                    "gross": wording.amount(order.gross, order.currency),
                },
                order_url(order),
                f"{_('No more reminders of this order:')} {leave}",
            ]
        mail.send(
            person.email,
            subject,
            "\n\n".join(paragraphs) + "\n",
            dedupe=f"remind:{order.pk}:{number}:{person.pk}",
            # A one-click way out is https by its standard (RFC 8058); the embedded demo has none.
            list_unsubscribe=[leave] if leave.startswith("https:") else [],
        )


def _words(order: Order, kind: Reminder.Kind) -> tuple[str, str]:
    facts = {"number": order.number, "seller": order.seller_name, "due": moment(order.due_at)}
    if kind == Reminder.Kind.UNFINISHED:
        subject = _("Order %(number)s is not placed yet")
        body = _(
            "You have agreed with %(seller)s, and the order is not placed yet. What you have typed is kept. "
            "Please complete it and pay by %(due)s; after that the order expires."
        )
    elif kind == Reminder.Kind.UNCONFIRMED:
        subject = _("Order %(number)s waits for your confirmation")
        body = _(
            "%(seller)s has filled in the order that you agreed on. Please look at it, confirm it and pay by "
            "%(due)s; after that the order expires."
        )
    else:
        subject = _("Order %(number)s waits for your payment")
        body = _(
            "The payment of your order with %(seller)s is still open. It is due by %(due)s; "
            "after that the order expires."
        )
    return subject % facts, body % facts
