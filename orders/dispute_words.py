"""How disputes of goods are said to people, in the active language."""

from django.utils.translation import gettext as _

from orders import wording
from orders.lifecycle import DisputeEnd, DisputeOutcome, DisputeReason
from orders.models import DisputeChange, GoodsDispute, Order


def reasons() -> dict[str, str]:
    """What can be wrong, in the order in which it is offered."""
    return {
        DisputeReason.NOT_RECEIVED.value: _("It never came"),
        DisputeReason.DAMAGED.value: _("It is damaged or does not work"),
        DisputeReason.NOT_AS_DESCRIBED.value: _("It is not as described"),
        DisputeReason.OTHER.value: _("Something else"),
    }


def ends() -> dict[str, str]:
    """How a dispute ended."""
    return {
        DisputeEnd.RECEIVED.value: _("received"),
        DisputeEnd.WITHDRAWN.value: _("taken back"),
        DisputeEnd.REPLACEMENT.value: _("agreed: a replacement"),
        DisputeEnd.REFUND.value: _("agreed: money back"),
        DisputeEnd.REJECTION.value: _("agreed: nothing is wrong"),
        DisputeEnd.AMENDED.value: _("the order was changed by both"),
        DisputeEnd.ENDED.value: _("the order has ended"),
    }


def steps() -> dict[str, str]:
    """The events of a dispute."""
    return {
        "dispute": _("Disputed by the buyer"),
        "propose": _("Proposed by the seller"),
        "decline": _("Declined by the buyer"),
        "agree": _("Agreed by both"),
        "receive": _("Received by the buyer"),
        "withdraw": _("Taken back by the buyer"),
        "end": _("Over with the order or its change"),
    }


def proposal(order: Order, change: DisputeChange) -> str:
    """What the seller proposes, in a sentence."""
    if change.outcome == DisputeOutcome.REFUND:
        amount = wording.amount(change.amount or 0, order.currency)
        return _("%(amount)s go back to the buyer, who claims nothing more of it.") % {"amount": amount}
    if change.outcome == DisputeOutcome.REPLACEMENT:
        if change.dispute.reason == DisputeReason.NOT_RECEIVED:
            return _("The seller sends others instead.")
        return _("The buyer sends it back, and the seller sends others instead.")
    return _("Nothing is wrong with it: it counts as delivered as agreed.")


def items(row: GoodsDispute) -> list[str]:
    """`2 pcs Pump NB-40`, line by line."""
    return [
        f"{wording.quantity(item.quantity, item.line.unit)} {item.line.title}"
        for item in row.items.select_related("line").order_by("line__position")
    ]
