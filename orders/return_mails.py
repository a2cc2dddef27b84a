"""What people are told by mail about returns: once for each step, to the side that did not take it."""

from django.utils.translation import gettext as _

from orders import return_words, wording
from orders.lifecycle import ReturnOutcome
from orders.mails import buyers, sellers, tell
from orders.models import GoodsReturn, Order, Shipment


def requested(order: Order, row: GoodsReturn) -> None:
    """To the seller."""

    def words() -> tuple[str, list[str]]:
        body = _("%(buyer)s asks to send this back: %(items)s.") % _facts(order, row)
        why = return_words.reasons()[row.reason] + "."
        rest = _("Please agree or refuse on the order's page. Its share stays held until then.")
        return _("Order %(number)s: a return is asked for") % _facts(order, row), [body, why, rest]

    tell(sellers(order), order, f"return-requested:{row.pk}", words)


def approved(order: Order, row: GoodsReturn, why_not: str) -> None:
    """To the buyer, with what the seller does not agree to and why, where that is so."""

    def words() -> tuple[str, list[str]]:
        body = _("%(seller)s agrees that you send this back: %(items)s.") % _facts(order, row)
        what = (
            _("You get your money back as soon as it is there.")
            if row.outcome == ReturnOutcome.REFUND
            else _("You get a replacement.")
        )
        rest = _("Please send it, and say on the order's page with which carrier.")
        lines = [body, what, rest]
        if left := return_words.refused_items(row):
            not_this = _("They do not agree to the rest: %(items)s.") % {"items": ", ".join(left)}
            lines += [
                not_this,
                f"“{why_not}”",
                _("If you see it differently, ask again or write in the room."),
            ]
        return _("Order %(number)s: your return is agreed") % _facts(order, row), lines

    tell(buyers(order), order, f"return-approved:{row.pk}", words)


def refused(order: Order, row: GoodsReturn, reason: str) -> None:
    """To the buyer, with the seller's reason."""

    def words() -> tuple[str, list[str]]:
        body = _("%(seller)s does not agree that you send this back: %(items)s.") % _facts(order, row)
        rest = _("If you see it differently, write to them in the room.")
        return _("Order %(number)s: your return is refused") % _facts(order, row), [body, f"“{reason}”", rest]

    tell(buyers(order), order, f"return-refused:{row.pk}", words)


def canceled(order: Order, row: GoodsReturn) -> None:
    """To the seller."""

    def words() -> tuple[str, list[str]]:
        body = _("%(buyer)s keeps this after all: %(items)s.") % _facts(order, row)
        return _("Order %(number)s: no return after all") % _facts(order, row), [body]

    tell(sellers(order), order, f"return-canceled:{row.pk}", words)


def sent_back(order: Order, row: GoodsReturn) -> None:
    """To the seller."""

    def words() -> tuple[str, list[str]]:
        body = _("%(buyer)s has sent this back with %(carrier)s: %(items)s.") % _facts(order, row)
        lines = [body]
        if row.tracking:
            lines.append(_("Tracking number: %(tracking)s") % {"tracking": row.tracking})
        return _("Order %(number)s: goods on their way back") % _facts(order, row), lines

    tell(sellers(order), order, f"return-sent:{row.pk}", words)


def received(order: Order, row: GoodsReturn) -> None:
    """To the buyer."""

    def words() -> tuple[str, list[str]]:
        body = _("%(seller)s has received what you sent back: %(items)s.") % _facts(order, row)
        lines = [body]
        if row.share:
            amount = wording.amount(row.share, order.currency)
            lines.append(_("%(amount)s are given back to you.") % {"amount": amount})
        return _("Order %(number)s: your return has arrived") % _facts(order, row), lines

    tell(buyers(order), order, f"return-received:{row.pk}", words)


def parcel_came_back(order: Order, parcel: Shipment) -> None:
    """To the buyer."""

    def words() -> tuple[str, list[str]]:
        facts = {"number": order.number, "seller": order.seller_name, "carrier": parcel.carrier}
        body = _("%(carrier)s has brought a parcel of your order back to %(seller)s. It will be sent again.")
        return _("Order %(number)s: a parcel went back") % facts, [body % facts]

    tell(buyers(order), order, f"came-back:{parcel.pk}", words)


def _facts(order: Order, row: GoodsReturn) -> dict[str, str]:
    return {
        "number": order.number,
        "buyer": order.buyer_name,
        "seller": order.seller_name,
        "items": ", ".join(return_words.items(row)),
        "carrier": row.carrier,
    }
