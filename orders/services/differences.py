"""What an amendment means for the money: more is asked for, too much goes back, each once.

All follows from what payments know and the gross that is in force, so that it may be looked at again at any
time: after the amendment, and after each word of the provider.
"""

from datetime import datetime, timedelta

from negotiation_hub.kernel import limits, outbox
from negotiation_hub.kernel.money import Money
from orders.models import Amendment, Order
from payments import services as payments
from payments.queries import OrderMoney, order_money

CAUSE = payments.PRICE_LOWERED


def to_settle(money: OrderMoney, gross: int) -> tuple[int, int]:
    """What is still to be asked for, and what is too much, in minor units: at most one is above zero."""
    covered = money.authorized + money.captured - money.lowered
    return max(0, gross - covered), max(0, covered - gross)


def settle(order: Order, amendment: Amendment, now: datetime) -> None:
    """Asks for what the order costs more now, and lets go of what it costs less. Of a locked order."""
    missing, too_much = to_settle(order_money(order.pk), order.gross)
    asked = payments.asked_and_open(order.pk)
    if asked > missing:
        payments.stop_asking(order_id=order.pk, cause=f"amendment:{amendment.pk}", now=now)
        asked = 0
    if missing > asked:
        _ask(order, amendment, missing - asked, now)
    if too_much:
        payments.void_whole(order_id=order.pk, most=too_much, cause=f"amendment:{amendment.pk}", now=now)
        give_back(order, now)


def give_back(order: Order, now: datetime) -> None:
    """Gives back what an amended order has captured beyond its gross, as soon as nothing waits for its
    capture. Asked again it gives nothing more.
    """
    if order.amendment is None:
        return
    money = order_money(order.pk)
    _missing, too_much = to_settle(money, order.gross)
    if too_much <= 0 or money.authorized > 0:
        return
    # In the name of how it stood: what failed at the provider is not asked for again by itself.
    payments.refund_order(
        order_id=order.pk,
        amount=Money(min(too_much, money.captured - money.refunded), order.currency),
        cause=f"{CAUSE}{order.amendment}:{money.captured}:{money.lowered}",
        actor=None,
        now=now,
    )


def may_expire(order: Order) -> bool:
    """Whether an order that is not paid in full ends at its due time: not when what was agreed first is paid
    and only what an amendment costs more is missing.
    """
    if order.amendment is None:
        return True
    money = order_money(order.pk)
    return money.authorized + money.captured - money.refunded <= 0


def _ask(order: Order, amendment: Amendment, minor: int, now: datetime) -> None:
    order.due_at = max(order.due_at, now + timedelta(seconds=limits.PAYMENT_DUE_S))
    order.save(update_fields=["due_at"])
    payments.request_payment(
        order_id=order.pk,
        payer_id=order.buyer_id,
        payee_id=order.seller_id,
        amount=Money(minor, order.currency),
        due_at=order.due_at,
        cause=f"agreement:{amendment.agreement_id}",
        now=now,
        title=f"{amendment.name} {order.title}"[:200],
    )
    payload = {"order": str(order.pk)}
    outbox.enqueue("orders.expire", payload, dedupe=f"expire:{order.pk}:{amendment.pk}", at=order.due_at)
