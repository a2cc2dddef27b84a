"""What both sides are told by mail of an amendment that they have agreed on."""

from django.utils.translation import gettext as _

from orders import mails, wording
from orders.models import Amendment, Order


def amended(order: Order, amendment: Amendment, gross: int) -> None:
    """To both sides, once: what it cost and what it costs now, and what follows for the money."""

    def words() -> tuple[str, list[str]]:
        shown = {
            "number": order.number,
            "change": amendment.name,
            "before": wording.amount(gross, order.currency),
            "after": wording.amount(order.gross, order.currency),
        }
        body = _("Both sides have accepted the order change %(change)s.") % shown
        total = _("The total was %(before)s and is %(after)s now.") % shown
        return _("Order %(number)s was changed") % shown, [body, total, _money(order, gross)]

    people = [*mails.buyers(order), *mails.sellers(order)]
    mails.tell(people, order, f"amended:{amendment.pk}", words)


def _money(order: Order, gross: int) -> str:
    difference = wording.amount(abs(order.gross - gross), order.currency)
    if order.gross > gross:
        words = _("The buyer is asked to pay the difference of %(amount)s by %(due)s.")
        return words % {"amount": difference, "due": mails.moment(order.due_at)}
    if order.gross < gross:
        return _("The difference of %(amount)s is not charged, or goes back.") % {"amount": difference}
    return _("Nothing changes about the payment.")
