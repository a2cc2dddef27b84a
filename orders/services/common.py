"""What all services of orders share: the lock, the one place that moves a status, and who may."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, outbox
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from negotiation_hub.people.guests import require_account
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import may_buy, may_convert, membership
from orders import lifecycle, returned, silence
from orders.lifecycle import Status, Who
from orders.models import Order, OrderChange
from orders.parts import Parts
from orders.queries import with_money_as_it_is
from orders.services import stock


class OrderState(Refusal):
    """The order is not in a state in which this can be done."""

    code = "order.state"
    message = _("The order is not at the point where this can be done.")


class OrderOverdue(Refusal):
    """The payment's due time has passed, whether or not the job that marks the order has run."""

    code = "order.expired"
    message = _("The time to pay has passed, so the order has expired.")


class OrderUnpaid(Refusal):
    """The payment is not authorised in full."""

    code = "order.unpaid"
    message = _("The payment is not authorised in full yet.")


def locked(order_id: UUID) -> Order:
    """The order, locked until the transaction ends. First in the lock order: payments and accounts come
    after it.
    """
    commit.require_transaction()
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order


def require(order: Order, actor: User, who: Who) -> None:
    """Raises NotFound for a stranger, NotPermitted for the wrong side or role, AccountNeeded for a guest."""
    buys = membership(actor, order.buyer_id)
    sells = membership(actor, order.seller_id)
    if buys is None and sells is None:
        raise NotFound
    allowed = {
        Who.BUYER: may_buy(buys),
        Who.SELLER: sells is not None,
        Who.SALES: may_convert(sells),
        Who.EITHER: True,
        Who.SYSTEM: False,
    }
    if not allowed[who]:
        raise NotPermitted
    require_account(actor)


def who_may(event: str) -> Who:
    """Who causes this event of the order machine."""
    return next(row.who for row in lifecycle.ORDER if row.event == event)


def possible(order: Order, event: str) -> bool:
    """Whether the machine has this cell."""
    return lifecycle.step(lifecycle.ORDER, event, Status(order.status)) is not None


def move(order: Order, event: str, *, by: UUID | None, now: datetime, **facts: Any) -> OrderChange:
    """Takes a step of the machine: status, history row, saved. Raises OrderState where the table has no such
    cell.
    """
    row = lifecycle.step(lifecycle.ORDER, event, Status(order.status))
    if row is None:
        raise OrderState
    before, order.status = order.status, row.after.value
    order.revision += 1
    order.save()
    return OrderChange.objects.create(
        order=order,
        seq=order.revision,
        event=event,
        before=before,
        after=order.status,
        actor=by,
        at=now,
        facts=facts,
    )


def delivered_more(
    order: Order, events: tuple[str, str], *, by: UUID | None, now: datetime, **facts: Any
) -> None:
    """Moves the order after something of it was delivered: by the first event when nothing is left, else by
    the second.
    """
    whole, part = events
    move(order, whole if Parts.of(order).complete else part, by=by, now=now, **facts)
    stock.follow(order)
    returned_more(order, by=by, now=now)


def returned_more(order: Order, *, by: UUID | None, now: datetime, **facts: Any) -> None:
    """Moves an order that was delivered in whole by what came back of it for money, if that is more than its
    status says.
    """
    if order.status not in {Status.FULFILLED, Status.PARTIALLY_RETURNED} or not returned.any_for_money(order):
        return
    everything = returned.all_for_money(order)
    if everything or order.status == Status.FULFILLED:
        move(order, "return" if everything else "return_part", by=by, now=now, **facts)


def silence_from(order: Order, cause: object, now: datetime) -> None:
    """Looks again, after as long as was agreed, whether anybody has said a word about what was delivered
    now; shortly before, the buyer is reminded.
    """
    at, payload = now + silence.period(order), {"order": str(order.pk)}
    outbox.enqueue("orders.silence", payload, dedupe=f"silence:{cause}", at=at)
    soon = silence.reminder_at(order, at)
    outbox.enqueue("orders.silence_soon", payload, dedupe=f"silence-soon:{cause}", at=soon)


def queue_papers(order: Order, cause: object) -> None:
    """Issues what is due of the order's papers after this cause, as soon as the transaction has committed."""
    outbox.enqueue("orders.papers", {"order": str(order.pk)}, dedupe=f"papers:{cause}")


def note(order: Order, event: str, *, by: UUID | None, now: datetime, **facts: Any) -> OrderChange:
    """Writes a line of the history that moves nothing, such as a refund."""
    order.revision += 1
    order.save(update_fields=["revision"])
    return OrderChange.objects.create(
        order=order,
        seq=order.revision,
        event=event,
        before=order.status,
        after=order.status,
        actor=by,
        at=now,
        facts=facts,
    )


def refresh_money(order: Order) -> None:
    """Recomputes the money axes from what payments know, and saves them."""
    with_money_as_it_is(order)
    order.save(update_fields=["authorize_status", "charge_status"])


def paid_in_full(order: Order) -> bool:
    """Whether the whole gross is authorised or charged, by the axes as they were last recomputed."""
    return order.authorize_status == lifecycle.AuthorizeStatus.FULL


def require_in_time(order: Order, now: datetime) -> None:
    """Raises OrderOverdue once the payment is due and missing."""
    if now >= order.due_at and not paid_in_full(order):
        raise OrderOverdue
