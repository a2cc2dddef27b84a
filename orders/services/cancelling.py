"""Ending an order before anything was sent: by the seller, by a buyer who has not placed it yet, or by the
terms that both sides agreed on, maybe at a cost.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, limits
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotPermitted, Refusal
from negotiation_hub.people.models import User
from orders import cancellation, mails
from orders.hooks import cause_id, milestone
from orders.lifecycle import Status, Who
from orders.models import Cancellation, Order
from orders.queries import sides_of
from orders.services import (
    appointments,
    calling_off,
    common,
    disputes,
    downloads,
    goods_disputes,
    return_money,
    shipping,
    stock,
)
from payments import services as payments
from payments.queries import order_money


class CostChanged(Refusal):
    """What canceling costs by the agreed terms is not what the buyer was told, or was not confirmed."""

    code = "order.cancel_cost"
    message = _("What canceling costs has changed, or was not confirmed. Please look at the order again.")


def cancel_order(*, order_id: UUID, actor: User, now: datetime, cost: int | None = None) -> Order:
    """Ends an order before anything was sent; what was paid goes back.

    Once the buyer has placed it, they may by its agreed terms (`orders.cancellation`): what these take of a
    paid order goes to the seller, and `cost` says, in minor units, that the buyer knows how much that is. A
    canceled order is returned as it is. Raises CostChanged, OrderState, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.EITHER)
        event = _event(order, actor)
        common.require(order, actor, common.who_may(event))
        if order.status == Status.CANCELED:
            return order
        common.refresh_money(order)
        taken = _taken(order, cost, now) if event == "withdraw" else 0
        change = common.move(order, event, by=actor.pk, now=now, **({"cost": taken} if taken else {}))
        milestone(order, "order.canceled", change.pk, now)
        shipping.unpack(order, by=actor.pk, now=now)
        calling_off.give_back(order)
        stock.give_back(order, now)
        downloads.revoke(order, now)
        if taken:
            Cancellation.objects.create(order=order, by=actor.pk, cost=taken, canceled_at=now)
            payments.stop_asking(order_id=order.pk, cause=f"canceled:{change.pk}", now=now)
            settle(order, now)
        else:
            give_back(order, f"canceled:{change.pk}", now)
        mails.order_canceled(order, change)
        end_services(order, now)
    return order


def _event(order: Order, actor: User) -> str:
    if "seller" in sides_of(order, actor):
        return "cancel"
    return "withdraw" if order.status == Status.UNFULFILLED else "decline"


def _taken(order: Order, told: int | None, now: datetime) -> int:
    """What the agreed terms take of what was paid, in minor units. An unpaid order ends without a cost, as it
    would by itself once the payment is overdue.
    """
    terms = cancellation.quote(order, now)
    if terms is None or terms.cost is None:
        raise NotPermitted(_("You have placed this order. Please ask the seller to cancel it."))
    cost = cost_now(order, terms)
    if cost != (told or 0):
        raise CostChanged
    return cost


def cost_now(order: Order, terms: cancellation.Quote) -> int:
    """What canceling takes now, in minor units: never more than was paid."""
    money = order_money(order.pk)
    return min(terms.cost or 0, money.authorized + money.captured - money.refunded)


def keeps(order: Order) -> bool:
    """Whether the seller keeps a part of what was paid for a canceled order."""
    return Cancellation.objects.filter(order=order).exists()


def settle(order: Order, now: datetime) -> None:
    """Charges what a canceled order costs, gives the rest back, and the cost to the seller, each once. Of a
    locked order; to be called after each word of the provider.

    Cards are charged in whole: an authorisation cannot be taken in part everywhere.
    """
    row = Cancellation.objects.filter(order=order, released_at=None).first()
    if row is None:
        return
    money = order_money(order.pk)
    if money.authorized > 0:
        payments.capture_order(order_id=order.pk, cause=f"canceled:{row.pk}", now=now)
        return
    rest = return_money.refundable(order) - row.cost
    if rest > 0:
        # In the name of what was charged: what failed at the provider is not asked for again by itself.
        payments.refund_order(
            order_id=order.pk,
            amount=Money(rest, order.currency),
            cause=f"canceled:{row.pk}:{money.captured}",
            actor=None,
            now=now,
        )
    kept = min(row.cost, order_money(order.pk).held)
    if kept > 0:
        _release(order, row, kept, now)


def _release(order: Order, row: Cancellation, kept: int, now: datetime) -> None:
    released = payments.release_funds(
        order_id=order.pk,
        payee_id=order.seller_id,
        fee_bp=limits.PLATFORM_FEE_BP,
        cause=f"canceled:{row.pk}",
        now=now,
        amount=Money(kept, order.currency),
    )
    if released is None:
        return
    row.released_at, row.released_amount, row.released_fee = now, released.amount, released.fee
    row.save(update_fields=["released_at", "released_amount", "released_fee"])
    shown = {"amount": released.amount, "fee": released.fee, "currency": order.currency}
    milestone(order, "funds.released", cause_id(order, "released", row.pk), now, released=shown)


def give_back(order: Order, cause: str, now: datetime) -> None:
    """Lets go of what is authorised and gives back what is charged, whatever there is of either."""
    payments.cancel_authorization(order_id=order.pk, cause=cause, now=now)
    money = order_money(order.pk)
    if money.captured > money.refunded:
        payments.refund_order(order_id=order.pk, amount=None, cause=cause, actor=None, now=now)


def end_services(order: Order, now: datetime) -> None:
    """With an order end its appointments and what is disputed of it."""
    disputes.end_of_order(order, now)
    goods_disputes.end_of_order(order, now)
    appointments.follow(order, now)
