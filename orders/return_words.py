"""How returns are said to people, in the active language."""

from django.utils.translation import gettext as _

from orders import wording
from orders.lifecycle import ReturnOutcome, ReturnReason, ReturnStatus
from orders.models import GoodsReturn


def reasons() -> dict[str, str]:
    """The reasons for a return, in the order in which they are offered."""
    return {
        ReturnReason.DAMAGED.value: _("It is damaged or does not work"),
        ReturnReason.WRONG_ITEM.value: _("It is not what was ordered"),
        ReturnReason.NOT_AS_DESCRIBED.value: _("It is not as described"),
        ReturnReason.NO_LONGER_WANTED.value: _("It is no longer wanted"),
        ReturnReason.OTHER.value: _("Another reason"),
    }


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
    }


def items(row: GoodsReturn) -> list[str]:
    """`2 pcs Pump NB-40`, line by line."""
    return [
        f"{wording.quantity(item.quantity, item.line.unit)} {item.line.title}"
        for item in row.items.select_related("line").order_by("line__position")
    ]
