"""What people are told by mail about the delivery of goods, each in their own language."""

from django.utils.translation import gettext as _

from orders import mails, wording
from orders.lateness import Timing
from orders.models import Order


def late(order: Order, timing: Timing, key: str) -> None:
    """To both sides: goods are not, or will not be, there on the day that was agreed."""

    def words() -> tuple[str, list[str]]:
        agreed = _("It was agreed that the goods are there %(due)s.") % {"due": wording.due(timing.due)}
        return _("Order %(number)s is late") % {"number": order.number}, [
            agreed,
            f"{_('Now')}: {timing.words}.",
        ]

    mails.tell([*mails.buyers(order), *mails.sellers(order)], order, key, words)
