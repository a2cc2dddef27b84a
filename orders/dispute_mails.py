"""Mails about work that is disputed."""

from django.utils.translation import gettext as _

from orders.mails import sellers, tell
from orders.models import Order, WorkDispute, WorkMilestone


def disputed(order: Order, work: WorkMilestone, made: WorkDispute) -> None:
    """To the seller: what the buyer says, and what can be done."""

    def words() -> tuple[str, list[str]]:
        shown = {"number": order.number, "buyer": order.buyer_name, "work": work.title}
        body = _("%(buyer)s disputes this: %(work)s.") % shown
        rest = _(
            "Until that has an end, silence is no receipt. Please talk in the room: do it anew, propose "
            "another time, or give money back on the order's page."
        )
        return _("Order %(number)s: work disputed") % shown, [body, f"“{made.reason}”", rest]

    tell(sellers(order), order, f"disputed:{made.pk}", words)


def withdrawn(order: Order, work: WorkMilestone, made: WorkDispute) -> None:
    """To the seller."""

    def words() -> tuple[str, list[str]]:
        shown = {"number": order.number, "buyer": order.buyer_name, "work": work.title}
        body = _("%(buyer)s no longer disputes this: %(work)s.") % shown
        return _("Order %(number)s: dispute withdrawn") % shown, [body]

    tell(sellers(order), order, f"dispute-withdrawn:{made.pk}", words)
