"""What can be done with an order now, by whom, and how that is said. Pages, the desk and REST read it;
services decide.
"""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import may_buy, may_convert, membership
from orders import lifecycle, returned, services, trouble, wording
from orders.lifecycle import (
    Appointed,
    AuthorizeStatus,
    ChargeStatus,
    Status,
    Tracking,
    Work,
)
from orders.order_facts import RECEIVABLE, Facts
from orders.parts import gone
from orders.trouble import NextStep

_PLACED = frozenset({Status.UNFULFILLED, Status.PARTIALLY_FULFILLED, Status.FULFILLED})


def actions(facts: Facts, user: User) -> frozenset[str]:
    """What the person may do now, by the names of the REST calls."""
    order, can = facts.order, lifecycle.events_from(lifecycle.ORDER, facts.status)
    buys, sells = membership(user, order.buyer_id), membership(user, order.seller_id)
    open_tracking = any(
        lifecycle.step(lifecycle.SHIPMENT, "deliver", Tracking(s.status)) for s in gone(facts.shipments)
    )
    charged = order.charge_status != ChargeStatus.NONE
    found = {
        "place": buys is not None and "place" in can,
        "confirm": buys is not None and "confirm" in can,
        "pay": may_buy(buys)
        and not facts.paid
        and facts.status in {Status.DRAFT, Status.UNCONFIRMED, *_PLACED},
        "receipt": buys is not None
        and facts.status in RECEIVABLE
        and facts.receipt is None
        and not facts.blocked,
        "ask_return": buys is not None and _may_come_back(facts),
        "receive_part": buys is not None
        and facts.status in {Status.PARTIALLY_FULFILLED, Status.FULFILLED, Status.PARTIALLY_RETURNED}
        and facts.receipt is None
        and facts.parts.goods
        and facts.parts.parcels > 0,
        "dispute_goods": may_buy(buys)
        and facts.parts.goods
        and any(one.left or one.unsent for one in services.disputable(order, clock.now()).values()),
        "convert": may_convert(sells) and "convert" in can,
        "ship": sells is not None
        and "ship" in can
        and facts.paid
        and facts.parts.goods
        and not facts.parts.packed,
        "report": sells is not None
        and "deliver" in can
        and facts.paid
        and any(row.status == Work.OPEN for row in facts.work),
        "receive": may_buy(buys) and any(row.status == Work.REPORTED for row in facts.work),
        "changes": may_buy(buys)
        and "rework" in can
        and any(row.status == Work.REPORTED for row in facts.work),
        "dispute": may_buy(buys)
        and facts.status in _PLACED
        and any(row.status != Work.RECEIVED for row in facts.work),
        "release": may_convert(sells)
        and facts.status in _PLACED
        and facts.paid
        and facts.parts.information > 0,
        "delivered": open_tracking,
        "refund": may_convert(sells) and charged,
        "return": may_convert(sells) and _may_come_back(facts),
        "late": may_convert(sells) and facts.late is not None,
        "cancel": (buys is not None and "decline" in can)
        or (may_buy(buys) and "withdraw" in can and _may_leave(facts))
        or (may_convert(sells) and "cancel" in can),
    }
    return frozenset(name for name, allowed in found.items() if allowed)


def _may_come_back(facts: Facts) -> bool:
    return (
        facts.status in {Status.PARTIALLY_FULFILLED, *RECEIVABLE}
        and facts.parts.goods
        and any(returned.returnable(facts.order).values())
    )


def _may_leave(facts: Facts) -> bool:
    terms = facts.leaving()
    return terms is not None and terms.cost is not None


def next_step(facts: Facts) -> NextStep:
    """Where the order stands and who acts next."""
    if facts.disputed and facts.status in _PLACED:
        return trouble.work_disputed()
    if (step := trouble.disputing(facts) or trouble.returning(facts)) is not None:
        return step
    match facts.status:
        case Status.DRAFT | Status.UNCONFIRMED:
            return _before_placing(facts)
        case Status.UNFULFILLED | Status.PARTIALLY_FULFILLED:
            return _before_shipping(facts)
        case Status.FULFILLED:
            return _after_shipping(facts)
        case _:
            return _at_the_end(facts)


def _before_placing(facts: Facts) -> NextStep:
    if facts.status == Status.UNCONFIRMED:
        return NextStep(
            "buyer",
            _("To confirm"),
            _("The buyer confirms the order"),
            _(
                "The seller has filled in what they know. The order is binding as soon as the "
                "buyer confirms it by the link in their mail, or here."
            ),
            _("Confirm the order"),
        )
    return NextStep(
        "buyer",
        _("To place"),
        _("The buyer places the order"),
        _(
            "It is agreed. What is missing is where the goods should go; the seller's sales "
            "staff can fill that in for the buyer."
        )
        if facts.parts.goods
        else _(
            "It is agreed. What is missing is whom it is for; the seller's sales staff can fill "
            "that in for the buyer."
        ),
        _("Place the order"),
    )


def _before_shipping(facts: Facts) -> NextStep:
    if not facts.paid and facts.order.amendment and facts.order.authorize_status == AuthorizeStatus.PARTIAL:
        return NextStep(
            "buyer",
            _("To pay"),
            _("The buyer authorises the payment of the difference"),
            _("Both sides have changed the order. Nothing more is sent before the difference is authorised."),
            _("Authorise the difference"),
        )
    if not facts.paid:
        return NextStep(
            "buyer",
            _("To pay"),
            _("The buyer authorises the payment"),
            " ".join(
                [
                    wording.when_charged(facts.order),
                    _("Without an authorised payment in time the order expires."),
                ]
            ),
            _("Authorise payment"),
        )
    if facts.parts.only_goods and facts.parts.parcels:
        return NextStep(
            "seller",
            _("Sent in part"),
            _("The seller sends the rest"),
            _("A part of the goods is on its way."),
            _("Send the rest"),
        )
    return _to_deliver(facts)


def _to_deliver(facts: Facts) -> NextStep:
    if facts.parts.missing == ("service",) and (step := _appointment(facts)) is not None:
        return step
    missing = [_MISSING[kind]() for kind in facts.parts.missing]
    if facts.parts.begun:
        text = _("A part of the order is delivered.")
    else:
        text = _("The order is placed and the payment is authorised.")
    if len(missing) == 1:
        stage, headline, action, more = missing[0]
    else:
        stage, headline, action = _("To deliver"), _("The seller delivers"), _("Deliver what is missing")
        more = " ".join(item[3] for item in missing)
    return NextStep("seller", stage, headline, f"{text} {more}", action)


def _appointment(facts: Facts) -> NextStep | None:
    """Who acts until the time of a service is agreed; None: nothing is to be agreed."""
    open_yet = [row for row in facts.appointments if row.status in {Appointed.OPEN, Appointed.MISSED}]
    if not open_yet:
        return None
    standing = [one for row in open_yet for one in row.proposals.all() if one.outcome == "standing"]
    if any(one.side == "seller" for one in standing):
        return NextStep(
            "buyer",
            _("To choose"),
            _("The buyer chooses a time"),
            _("The seller has proposed times for the appointment. Choosing one agrees it."),
            _("Choose a time"),
        )
    if standing:
        return NextStep(
            "seller",
            _("To answer"),
            _("The seller answers the proposed times"),
            _("The buyer has proposed times for the appointment. Choosing one agrees it."),
            _("Choose a time"),
        )
    return NextStep(
        "seller",
        _("To appoint"),
        _("The seller proposes times"),
        _("What is missing is when it takes place: the seller proposes up to three times."),
        _("Propose times"),
    )


# Stage, headline, action and a sentence for what the seller has not delivered yet, by its kind.
_MISSING: Final[dict[str, Callable[[], tuple[str, str, str, str]]]] = {
    "goods": lambda: (
        _("To send"),
        _("The seller sends the goods"),
        _("Send the goods"),
        _("The goods are still to be sent."),
    ),
    "information": lambda: (
        _("Files missing"),
        _("The seller releases the files"),
        _("Add and release the files"),
        _("The listing has no files yet: the seller adds them to it and releases them."),
    ),
    "service": lambda: (
        _("To do"),
        _("The seller does the work"),
        _("Do the work and report it"),
        _("The work is still to be done and reported."),
    ),
}


def _after_shipping(facts: Facts) -> NextStep:
    if facts.receipt is not None:
        if facts.receipt.released_at is not None:
            return NextStep(
                "nobody",
                _("Done"),
                _("The deal is done"),
                _("Everything is received, and the funds are released to the seller."),
            )
        return NextStep(
            "nobody",
            _("Received"),
            _("The receipt is confirmed"),
            _("The held funds go to the seller as soon as the provider confirms the charge."),
        )
    if facts.delivered:
        goods = facts.parts.only_goods
        return NextStep(
            "buyer",
            _("To receive"),
            _("The buyer checks the goods") if goods else _("The buyer checks what was delivered"),
            " ".join(
                [
                    _("The goods were delivered.") if goods else _("Everything is delivered."),
                    _(
                        "Confirming the receipt releases the held funds; after %(days)d days of silence "
                        "they are released as well."
                    )
                    % {"days": facts.silence_days},
                ]
            ),
            _("Check the goods") if goods else _("Check what was delivered"),
        )
    return NextStep(
        "buyer",
        _("On its way"),
        _("The goods are on their way"),
        _("As soon as they are there, the buyer checks them and confirms the receipt."),
        _("Confirm receipt"),
    )


def _at_the_end(facts: Facts) -> NextStep:
    if facts.late is not None:
        return NextStep(
            "seller",
            _("Late payment"),
            _("The seller decides about a late payment"),
            _(
                "The payment arrived after the order had expired. The seller continues the "
                "order or returns the money."
            ),
            _("Decide about it"),
        )
    if facts.status == Status.EXPIRED:
        return NextStep(
            "nobody",
            _("Expired"),
            _("The order has expired"),
            _("The payment did not arrive in time. Nothing is owed; the seller may make a new offer."),
        )
    if facts.status == Status.CANCELED:
        kept = _(
            "The seller keeps what the agreed terms of canceling take; the rest of the money is returned."
        )
        text = kept if facts.kept else _("What was paid is returned.")
        return NextStep("nobody", _("Canceled"), _("The order was canceled"), text)
    if facts.status == Status.PARTIALLY_RETURNED and facts.returns:
        return _after_shipping(facts)
    if facts.status == Status.PARTIALLY_RETURNED:
        return NextStep(
            "nobody",
            _("Returned in part"),
            _("A part of the goods came back"),
            _("The seller can refund that part."),
        )
    text = _("What was paid is given back.") if facts.returns else _("The seller can refund the payment.")
    return NextStep("nobody", _("Returned"), _("The goods came back"), text)
