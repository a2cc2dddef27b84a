"""Sales staff fill an order in for the buyer, who confirms it by a signed link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, crypto, limits
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people.models import User
from orders import mails
from orders.facts import OrderDetails
from orders.hooks import milestone
from orders.lifecycle import Status
from orders.models import Order, OrderChange
from orders.queries import details_of
from orders.services import common, picking
from orders.services.placing import PLACED, resend, store_details, take_in

_CONFIRM: Final = "order.confirm"


class LinkInvalid(Refusal):
    """The link in the mail was changed, is too old, or was not made here."""

    code = "order.link"
    message = _("This link is not valid any more. Please ask the seller for a new one.")
    status = 410


class OrderChanged(Refusal):
    """The order is not what the link was made for."""

    code = "order.changed"
    message = _("The order has changed since this link was sent. Please use the newest mail.")


@dataclass(frozen=True, slots=True)
class Link:
    """What a confirmation link is bound to."""

    order_id: UUID
    gross: int
    currency: str
    terms_hash: str
    revision: int
    person: UUID | None

    def still_fits(self, order: Order) -> bool:
        return (self.gross, self.currency, self.terms_hash, self.revision) == (
            order.gross,
            order.currency,
            order.terms_hash,
            order.revision,
        )


def convert_order(*, order_id: UUID, actor: User, details: OrderDetails, now: datetime) -> Order:
    """The seller's sales staff fill in what they know for the buyer, who gets a signed link to complete and
    confirm it.

    Once more with the same details changes nothing; with other details the earlier link is void.
    Raises DetailsMissing, OrderState, OrderOverdue, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, common.who_may("convert"))
        if order.status == Status.UNCONFIRMED and details_of(order) == details:
            return order
        details.require_right(now.date())
        common.refresh_money(order)
        common.require_in_time(order, now)
        change = common.move(order, "convert", by=actor.pk, now=now)
        store_details(order, details, now)
        milestone(order, "order.converted", change.pk, now)
        mails.confirm_this(order, change, confirm_token(order, now))
    return order


def confirm_token(order: Order, now: datetime) -> str:
    """The signed text of a link that confirms exactly this order as it stands."""
    payload = {
        "order": str(order.pk),
        "gross": order.gross,
        "currency": order.currency,
        "terms": order.terms_hash,
        "revision": order.revision,
        "person": str(order.buyer_person_id) if order.buyer_person_id else None,
    }
    return crypto.make_token(_CONFIRM, payload, ttl_s=limits.CONFIRM_LINK_S, now=now)


def read_link(token: str, now: datetime) -> Link:
    """What a link is bound to. Raises LinkInvalid."""
    try:
        payload: dict[str, Any] = crypto.read_token(_CONFIRM, token, now=now)
    except crypto.BadToken:
        raise LinkInvalid from None
    return Link(
        order_id=UUID(payload["order"]),
        gross=payload["gross"],
        currency=payload["currency"],
        terms_hash=payload["terms"],
        revision=payload["revision"],
        person=UUID(payload["person"]) if payload["person"] else None,
    )


def order_of_link(*, token: str, now: datetime) -> Order:
    """The order that a link would confirm, to be shown before it does. Raises LinkInvalid, OrderChanged,
    OrderState.
    """
    link = read_link(token, now)
    order = Order.objects.get(pk=link.order_id)
    _check_link(order, link)
    return order


def confirm_order(*, token: str, now: datetime, details: OrderDetails | None = None) -> Order:
    """The buyer's binding word: the order becomes `unfulfilled`. The same link again changes nothing.

    `details` is what the buyer completed; without them those that sales staff gave must be complete.
    Raises DetailsMissing, LinkInvalid, OrderChanged, OrderState, OrderOverdue.
    """
    link = read_link(token, now)
    with commit.transact():
        order = common.locked(link.order_id)
        _check_link(order, link)
        if order.status in PLACED:
            return order
        known = details or details_of(order) or OrderDetails()
        known.require_complete(now.date())
        picking.require_place(order, known.pick_up)
        common.refresh_money(order)
        common.require_in_time(order, now)
        change = take_in(order, "confirm", details, by=link.person, now=now)
        milestone(order, "order.confirmed", change.pk, now)
        mails.order_placed(order, change)
    return order


def resend_by_link(*, token: str, now: datetime) -> Order:
    """The same for who holds the link that confirmed the order.

    Raises ConfirmationTooSoon (temporary), OrderState before it is placed, LinkInvalid, OrderChanged.
    """
    link = read_link(token, now)
    with commit.transact():
        order = common.locked(link.order_id)
        _check_link(order, link)
        resend(order, None, now)
    return order


def _check_link(order: Order, link: Link) -> None:
    if order.status in PLACED:
        # A second click on the link that placed it is welcome; a link for something else is not.
        used = OrderChange.objects.filter(order=order, event="confirm", seq=link.revision + 1).exists()
        if not used:
            raise OrderChanged
    elif order.status != Status.UNCONFIRMED:
        raise common.OrderState
    elif not link.still_fits(order):
        raise OrderChanged
