"""What is to be done first where something is disputed or sent back, and how that is said."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from orders.lifecycle import ReturnStatus
from orders.order_facts import Facts

Turn = Literal["buyer", "seller", "nobody"]


@dataclass(frozen=True, slots=True)
class NextStep:
    """`turn` is the side that acts next; `stage` is a word or two for lists; `headline` and `text` are for
    both sides to read; `action` is the headline for those who act, short enough for a button.
    """

    turn: Turn
    stage: str
    headline: str
    text: str
    action: str = ""


def work_disputed() -> NextStep:
    """The buyer says that work was not done as agreed."""
    return NextStep(
        "seller",
        _("Disputed"),
        _("The buyer disputes the work"),
        _(
            "Until that has an end, silence is no receipt. The seller does it anew, agrees on another "
            "time, or gives money back; the buyer receives the work or takes the dispute back."
        ),
        _("Settle the dispute"),
    )


def disputing(facts: Facts) -> NextStep | None:
    """What is to be done about goods that are disputed; None: nothing."""
    if facts.disputing is None:
        return None
    if facts.disputing.proposal is not None:
        return NextStep(
            "buyer",
            _("Disputed"),
            _("The buyer answers about the dispute"),
            _("The seller has proposed how to end it. The buyer takes that or not; its share stays held."),
            _("Answer about the dispute"),
        )
    return NextStep(
        "seller",
        _("Disputed"),
        _("The buyer disputes goods"),
        _(
            "Until that has an end, its share stays held and silence is no receipt of it. The seller "
            "proposes how to end it; the buyer receives it after all or takes the dispute back."
        ),
        _("Settle the dispute"),
    )


def returning(facts: Facts) -> NextStep | None:
    """What is to be done about pieces that are sent back, before anything else; None: nothing."""
    if facts.to_replace and (facts.returning is None or facts.returning.status != ReturnStatus.REQUESTED):
        return NextStep(
            "seller",
            _("To replace"),
            _("The seller sends a replacement"),
            _("A replacement was agreed for what the buyer sends back."),
            _("Send the replacement"),
        )
    match facts.returning.status if facts.returning is not None else None:
        case ReturnStatus.REQUESTED:
            return NextStep(
                "seller",
                _("Return asked for"),
                _("The seller answers about a return"),
                _("The buyer asks to send something back. Its share stays held until that is over."),
                _("Answer about the return"),
            )
        case ReturnStatus.APPROVED:
            return NextStep(
                "buyer",
                _("To send back"),
                _("The buyer sends it back"),
                _("The return is agreed. The buyer sends the goods back and says with which carrier."),
                _("Send it back"),
            )
        case ReturnStatus.SENT_BACK:
            return NextStep(
                "seller",
                _("On its way back"),
                _("The goods are on their way back"),
                _("As soon as they are there, the seller confirms it."),
                _("Confirm what came back"),
            )
    return None
