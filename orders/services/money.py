"""What payments mean for an order: axes, milestones, expiry, late payments and refunds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people.models import User
from orders import mails
from orders.hooks import cause_id, milestone
from orders.lifecycle import Status, Who
from orders.models import LatePayment, Order, OrderChange
from orders.services import (
    appointments,
    calling_off,
    cancelling,
    capture,
    common,
    differences,
    downloads,
    picking,
    receiving,
    return_money,
    shipping,
    stock,
)
from payments import services as payments
from payments.machine import ENDED as PAYMENT_ENDED
from payments.machine import UNPAID
from payments.machine import Status as PaymentStatus
from payments.queries import order_money

Choice = Literal["reinstate", "return"]
_ENDED: Final = frozenset({Status.EXPIRED, Status.CANCELED})
_ARRIVED: Final = frozenset({"payment.authorized", "payment.captured"})


class NothingToRefund(Refusal):
    """Nothing that was charged is left to give back, or not as much as that."""

    code = "order.nothing_to_refund"
    message = _("There is not as much charged as should be given back.")


class RoomTaken(Refusal):
    """The room has agreed anew since the order ended."""

    code = "order.superseded"
    message = _("A newer agreement of this room has taken its place. Please return the money.")


class NoLatePayment(Refusal):
    """No late payment waits for a choice."""

    code = "order.no_late_payment"
    message = _("No late payment waits for your choice.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFact:
    """A verified change of one payment, as payments tell it (`payments.hooks.PaymentChanged`). Amounts in
    minor units.
    """

    order_id: UUID
    payment_id: UUID
    event_id: UUID
    status: str
    previous: str
    amount: int
    currency: str
    captured_now: int = 0
    refunded_now: int = 0
    failure_code: str = ""

    def news(self) -> dict[str, int]:
        """What it is called on the table, with the amount that it is about."""
        found: dict[str, int] = {}
        if self.status == PaymentStatus.REQUIRES_CAPTURE != self.previous:
            found["payment.authorized"] = self.amount
        if self.captured_now > 0:
            found["payment.captured"] = self.captured_now
        if self.refunded_now > 0:
            found["payment.refunded"] = self.refunded_now
        moved = self.captured_now or self.refunded_now
        declined = self.failure_code and self.status in UNPAID
        if not moved and (declined or self.status == PaymentStatus.FAILED != self.previous):
            found["payment.failed"] = self.amount
        return found


def payment_changed(*, fact: PaymentFact, now: datetime) -> None:
    """Takes in a change of a payment: axes, milestones, what follows. In any order, any number of times."""
    news = fact.news()
    with commit.transact():
        order = common.locked(fact.order_id)
        common.refresh_money(order)
        if order.status in _ENDED and news.keys() & _ARRIVED and not cancelling.keeps(order):
            _arrived_late(order, fact, now)
            return
        for kind, amount in news.items():
            shown = {"id": str(fact.payment_id), "amount": amount, "currency": fact.currency}
            milestone(order, kind, cause_id(order, kind, fact.event_id), now, payment=shown)
        if "payment.failed" in news:
            mails.payment_failed(order, str(fact.event_id))
        if "payment.authorized" in news:
            mails.payment_authorized(order, fact.payment_id)
        downloads.release_if_paid(order, now)
        picking.ask_places(order, fact.event_id)
        capture.capture_if_far(order, now)
        capture.capture_if_shipped(order, f"retry:{fact.payment_id}", now)
        money = order_money(order.pk)
        if money.captured == money.refunded > 0:
            downloads.revoke(order, now)
        differences.give_back(order, now)
        return_money.refund_due(order, now)
        cancelling.settle(order, now)
        receiving.release_if_due(order, now)
        common.queue_papers(order, fact.event_id)
        if fact.status in PAYMENT_ENDED:
            _lost(order, fact, now)


def _arrived_late(order: Order, fact: PaymentFact, now: datetime) -> None:
    if order.status == Status.CANCELED:
        cancelling.give_back(order, f"late:{fact.event_id}", now)
    else:
        _note_late(order, fact, now)


def _lost(order: Order, fact: PaymentFact, now: datetime) -> None:
    """The payment came to nothing: no choice is left about a late one, and an order past its due time is
    unpaid again.
    """
    waiting = LatePayment.objects.filter(payment_id=fact.payment_id, choice=LatePayment.Choice.WAITING)
    waiting.update(choice=LatePayment.Choice.RETURNED, decided_at=now)
    if now >= order.due_at:
        _expire(order, now)


def _note_late(order: Order, fact: PaymentFact, now: datetime) -> None:
    late, new = LatePayment.objects.get_or_create(
        payment_id=fact.payment_id,
        defaults={"order": order, "amount": fact.amount, "currency": fact.currency, "arrived_at": now},
    )
    if not new:
        if late.choice == LatePayment.Choice.RETURNED:
            cancelling.give_back(order, f"late:{fact.event_id}", now)
        return
    shown = {"id": str(fact.payment_id), "amount": fact.amount, "currency": fact.currency}
    milestone(order, "payment.late", late.pk, now, payment=shown)
    mails.payment_late(order, late)


def expire_unpaid(*, order_id: UUID, now: datetime) -> Order:
    """Ends an order whose payment is due and missing; an open authorisation is canceled. Else changes
    nothing.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.refresh_money(order)
        if now >= order.due_at:
            _expire(order, now)
    return order


def _expire(order: Order, now: datetime) -> None:
    if (
        common.paid_in_full(order)
        or not common.possible(order, "expire")
        or not differences.may_expire(order)
    ):
        return
    change = common.move(order, "expire", by=None, now=now)
    milestone(order, "order.expired", change.pk, now)
    shipping.unpack(order, by=None, now=now)
    calling_off.give_back(order)
    stock.give_back(order, now)
    cancelling.give_back(order, f"expired:{change.pk}", now)
    mails.order_expired(order, change)
    cancelling.end_services(order, now)


def resolve_late_payment(*, order_id: UUID, actor: User, choice: Choice, now: datetime) -> Order:
    """The seller takes the late money and the order goes on, or sends it back. The same choice again changes
    nothing.

    Raises NoLatePayment, OrderUnpaid (the authorisation has lapsed meanwhile), RoomTaken, SoldOut,
    FrameVolume, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.SALES)
        wanted = LatePayment.Choice.REINSTATED if choice == "reinstate" else LatePayment.Choice.RETURNED
        waiting = list(LatePayment.objects.filter(order=order, choice=LatePayment.Choice.WAITING))
        if not waiting:
            last = LatePayment.objects.filter(order=order).last()
            if last is not None and last.choice == wanted:
                return order
            raise NoLatePayment
        common.refresh_money(order)
        if wanted == LatePayment.Choice.REINSTATED:
            _reinstate(order, actor, now)
        else:
            cancelling.give_back(order, f"late:{waiting[-1].pk}", now)
            mails.late_payment_returned(order, waiting[-1])
        for late in waiting:
            late.choice, late.decided_by, late.decided_at = wanted, actor.pk, now
            late.save()
    return order


def _reinstate(order: Order, actor: User, now: datetime) -> None:
    if not common.paid_in_full(order):
        raise common.OrderUnpaid
    if Order.objects.filter(room_id=order.room_id).exclude(status__in=_ENDED).exists():
        raise RoomTaken
    change = common.move(order, "reinstate" if order.placed_at else "reopen", by=actor.pk, now=now)
    milestone(order, "order.reinstated" if order.placed_at else "order.reopened", change.pk, now)
    calling_off.take_again(order)
    stock.take(order, now)
    mails.order_reinstated(order, change)
    appointments.follow(order, now)
    downloads.release_if_paid(order, now)
    capture.capture_if_far(order, now)
    common.queue_papers(order, change.pk)


def refund_order(
    *, order_id: UUID, actor: User, amount: Money | None, now: datetime, refund_id: UUID | None = None
) -> Order:
    """Gives back what was charged, in whole (`amount` None) or in part. Repeated with one `refund_id` it
    happens once.

    Raises NothingToRefund, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.SALES)
        if (
            refund_id is not None
            and OrderChange.objects.filter(order=order, facts__refund=str(refund_id)).exists()
        ):
            return order
        common.refresh_money(order)
        left = return_money.refundable(order)
        if amount is None and left == 0 and order_money(order.pk).captured:
            return order  # all of it is given back, or on its way
        wanted = left if amount is None else amount.minor
        if not 0 < wanted <= left or (amount is not None and amount.currency != order.currency):
            raise NothingToRefund
        change = common.note(
            order, "refund", by=actor.pk, now=now, amount=wanted, refund=str(refund_id or "")
        )
        payments.refund_order(
            order_id=order.pk,
            amount=Money(wanted, order.currency),
            cause=f"refund:{change.pk}",
            actor=actor,
            now=now,
        )
    return order
