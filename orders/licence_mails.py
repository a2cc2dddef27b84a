"""Mails about licence keys: to the buyer with the keys, to the seller, once, when some are missing."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.mails import _facts, buyers, sellers, tell
from orders.models import LicenceKey, Order, OrderLine


def keys_given(order: Order, keys: list[LicenceKey]) -> None:
    """To the buyer: the keys, which are also on the order's page."""

    def words() -> tuple[str, list[str]]:
        body = ngettext(
            "Here is your licence key from %(seller)s:",
            "Here are your licence keys from %(seller)s:",
            len(keys),
        ) % _facts(order)
        rest = _("They are yours alone, and stay on the order's page.")
        return _("Licence keys of order %(number)s") % _facts(order), [
            body,
            "\n".join(key.get() for key in keys),
            rest,
        ]

    tell(buyers(order), order, f"licences:{keys[0].pk}", words)


def keys_missing(order: Order, line: OrderLine) -> None:
    """To the seller, once for each line."""

    def words() -> tuple[str, list[str]]:
        body = _(
            "%(buyer)s has paid, but there are too few licence keys for: %(line)s. Please add more to the "
            "listing; they go to those who wait, in their order."
        ) % {**_facts(order), "line": line.title}
        return _("Order %(number)s waits for licence keys") % _facts(order), [body]

    tell(sellers(order), order, f"licences-missing:{line.pk}", words)
