"""How returns are said to people, in the active language."""

from decimal import Decimal

from django.utils.translation import gettext as _

from orders import wording
from orders.lifecycle import ReturnOutcome, ReturnReason, ReturnStatus
from orders.models import GoodsReturn, ReturnItem
from orders.parts import decimal_text


def reasons() -> dict[str, str]:
    """The reasons for a return, in the order in which they are offered."""
    return {
        ReturnReason.DAMAGED.value: _("It is damaged or does not work"),
        ReturnReason.WRONG_ITEM.value: _("It is not what was ordered"),
        ReturnReason.NOT_AS_DESCRIBED.value: _("It is not as described"),
        ReturnReason.NO_LONGER_WANTED.value: _("It is no longer wanted"),
        ReturnReason.OTHER.value: _("Another reason"),
        ReturnReason.NOT_RECEIVED.value: _("It never came"),
    }


def asked_for() -> dict[str, str]:
    """The reasons that a buyer may ask for a return with."""
    return {code: words for code, words in reasons().items() if code != ReturnReason.NOT_RECEIVED}


def outcomes() -> dict[str, str]:
    """What the buyer gets."""
    return {
        ReturnOutcome.REFUND.value: _("money back"),
        ReturnOutcome.REPLACEMENT.value: _("a replacement"),
    }


def statuses() -> dict[str, str]:
    """How far a return is."""
    return {
        ReturnStatus.REQUESTED.value: _("asked for"),
        ReturnStatus.APPROVED.value: _("agreed"),
        ReturnStatus.REFUSED.value: _("refused"),
        ReturnStatus.SENT_BACK.value: _("on its way back"),
        ReturnStatus.RECEIVED.value: _("received"),
        ReturnStatus.CANCELED.value: _("withdrawn"),
    }


def steps() -> dict[str, str]:
    """The events of a return."""
    return {
        "request": _("Asked for by the buyer"),
        "approve": _("Agreed by the seller"),
        "refuse": _("Refused by the seller"),
        "send_back": _("Sent back by the buyer"),
        "receive": _("Received by the seller"),
        "cancel": _("Withdrawn by the buyer"),
        "settle": _("Agreed in a dispute"),
        "write_off": _("Agreed in a dispute: it never came"),
        "record": _("Taken back by the seller"),
    }


def items(row: GoodsReturn) -> list[str]:
    """`2 pcs Pump NB-40`, line by line: what is sent back."""
    return [_item(item, item.stands) for item in _items(row) if Decimal(item.stands)]


def refused_items(row: GoodsReturn) -> list[str]:
    """The same of what was asked for and the seller did not agree to."""
    rest = [(item, Decimal(item.quantity) - Decimal(item.stands)) for item in _items(row)]
    return [_item(item, decimal_text(left)) for item, left in rest if left]


def _items(row: GoodsReturn) -> list[ReturnItem]:
    return list(row.items.select_related("line").order_by("line__position"))


def _item(item: ReturnItem, text: str) -> str:
    return f"{wording.quantity(text, item.line.unit)} {item.line.title}"
