"""The buyer's binding word: a draft with complete details becomes an order that the seller delivers."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, limits, outbox
from negotiation_hub.kernel.refusals import Malformed, NotPermitted, Refusal
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import membership
from orders import mails
from orders.facts import OrderDetails
from orders.hooks import milestone
from orders.lifecycle import Status, Who
from orders.models import Lookup, Order, OrderChange, SealedDetails
from orders.services import appointments, common, downloads, picking, punctuality
from orders.services.capture import capture_if_far

PLACED: Final = frozenset(
    {
        Status.UNFULFILLED,
        Status.PARTIALLY_FULFILLED,
        Status.FULFILLED,
        Status.PARTIALLY_RETURNED,
        Status.RETURNED,
    }
)


class ConfirmationTooSoon(Refusal):
    """The confirmation went out a moment ago, or too often today."""

    code = "order.confirmation_too_soon"
    message = _(
        "The confirmation was sent a moment ago. Please look into your mail, spam too, before you ask again."
    )
    status = 429
    temporary = True


def place_order(*, order_id: UUID, actor: User, details: OrderDetails, now: datetime) -> Order:
    """The buyer completes contact, address, tax and payment plan; the order becomes `unfulfilled`.

    A placed order is returned as it is. Raises DetailsMissing, OrderState, OrderOverdue, NotPermitted,
    NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, common.who_may("place"))
        if order.status in PLACED:
            return order
        details.require_complete(now.date())
        picking.require_place(order, details.pick_up)
        common.refresh_money(order)
        common.require_in_time(order, now)
        change = take_in(order, "place", details, by=actor.pk, now=now)
        milestone(order, "order.placed", change.pk, now)
        mails.order_placed(order, change)
    return order


def place_together(
    *, order_ids: Collection[UUID], actor: User, details: OrderDetails, now: datetime
) -> list[Order]:
    """Places several orders with the same details, all of them or none; each stays an order of its own.

    Those that are placed already are returned as they are. Raises what `place_order` does, and Malformed for
    none or too many.
    """
    if not 0 < len(set(order_ids)) <= limits.PLACED_TOGETHER_MAX:
        raise Malformed
    with commit.transact():
        for order_id in sorted(set(order_ids)):
            common.locked(order_id)
        return [
            place_order(order_id=order_id, actor=actor, details=details, now=now)
            for order_id in sorted(set(order_ids))
        ]


def resend_confirmation(*, order_id: UUID, actor: User, now: datetime) -> Order:
    """Sends the buyer's confirmation once more, to whom it went and to whoever asks.

    Raises ConfirmationTooSoon (temporary), OrderState before it is placed, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.EITHER)
        if membership(actor, order.buyer_id) is None:
            raise NotPermitted
        resend(order, actor, now)
    return order


def resend(order: Order, actor: User | None, now: datetime) -> None:
    """The confirmation of a locked order once more. Raises OrderState, ConfirmationTooSoon."""
    if order.status not in PLACED or order.placed_at is None:
        raise common.OrderState
    sent = OrderChange.objects.filter(order=order, event="resend", at__gt=now - timedelta(days=1))
    last = max([order.placed_at, *sent.values_list("at", flat=True)])
    again = last + timedelta(seconds=limits.CONFIRMATION_PAUSE_S)
    if now < again or sent.count() >= limits.CONFIRMATIONS_PER_DAY_MAX:
        raise ConfirmationTooSoon
    change = common.note(order, "resend", by=actor.pk if actor else None, now=now)
    people = mails.buyers(order)
    if actor is not None and actor not in people:
        people = [*people, actor]
    mails.confirmation(order, f"resend:{change.pk}", people)


def take_in(
    order: Order, event: str, details: OrderDetails | None, *, by: UUID | None, now: datetime
) -> OrderChange:
    """Places a locked order: details, status, and what follows of it."""
    order.placed_at = now
    if details is not None:
        store_details(order, details, now)
    change = common.move(order, event, by=by, now=now)
    downloads.release_if_paid(order, now)
    picking.ask_places(order, change.pk)
    appointments.follow(order, now)
    capture_if_far(order, now)
    punctuality.watch(order)
    outbox.enqueue("orders.agreement_pdf", {"order": str(order.pk)}, dedupe=f"pdf:{order.pk}")
    return change


def store_details(order: Order, details: OrderDetails, now: datetime) -> None:
    """Seals the details of a locked order, and notes what of them decides over payment and capture."""
    row = SealedDetails.objects.filter(order=order).first() or SealedDetails(order=order)
    row.updated_at = now
    row.put(details)
    row.save()
    Lookup.objects.filter(order=order).delete()
    Lookup.objects.bulk_create(row.lookups())
    order.expected_on = details.expected_on
    order.payment_plan = details.payment_plan
    order.save(update_fields=["expected_on", "payment_plan"])
