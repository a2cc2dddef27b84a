"""Reminders of what a buyer has left open: a draft, a confirmation, a payment.

At most three go out for an order, whatever it waits for, and none once it waits for nothing of the buyer's.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import commit, crypto, limits, outbox
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people.models import User
from orders import mails, reminder_mails
from orders.lifecycle import Status
from orders.models import Order, Reminder, ReminderStop
from orders.services import common

TOPIC: Final = "orders.remind"
_PURPOSE: Final = "order.remind"
_KINDS: Final = {
    Status.DRAFT: Reminder.Kind.UNFINISHED,
    Status.UNCONFIRMED: Reminder.Kind.UNCONFIRMED,
    Status.UNFULFILLED: Reminder.Kind.UNPAID,
}


class StopLinkInvalid(Refusal):
    """The link was changed, is too old, or was not made here."""

    code = "order.reminder_link"
    message = _("This link is not valid any more. Sign in and open the order instead.")
    status = 410


@outbox.handler(TOPIC)
def remind(payload: dict[str, Any], now: datetime) -> None:
    """The job of one reminder: writes to the buyer's people who still want it, once."""
    with commit.transact():
        order = common.locked(UUID(payload["order"]))
        common.refresh_money(order)
        kind = waits_for(order, now)
        number = payload["number"]
        # Jobs that have waited for a worker come all at once: one reminder is enough then.
        lately = Q(number=number) | Q(at__gt=now - timedelta(seconds=limits.REMINDER_PAUSE_S))
        if kind is None or Reminder.objects.filter(lately, order=order).exists():
            return
        stopped = set(ReminderStop.objects.filter(order=order).values_list("person_id", flat=True))
        people = [one for one in mails.buyers(order) if one.pk not in stopped]
        if people:
            Reminder.objects.create(order=order, number=number, kind=kind, at=now)
            reminder_mails.remind(order, kind, number, [(one, stop_token(order, one, now)) for one in people])


def waits_for(order: Order, now: datetime) -> Reminder.Kind | None:
    """What a locked order waits for of its buyer; None: for nothing, or it is too late."""
    kind = _KINDS.get(Status(order.status))
    if kind is None or now >= order.due_at or common.paid_in_full(order):
        return None
    return kind


def stop_token(order: Order, person: User, now: datetime) -> str:
    """The signed text of a link that ends a person's reminders of an order."""
    payload = {"order": str(order.pk), "person": str(person.pk)}
    return crypto.make_token(_PURPOSE, payload, ttl_s=limits.STOP_LINK_S, now=now)


def stopped(*, token: str, now: datetime) -> tuple[Order, bool]:
    """The order of a link, and whether its person gets no more reminders. Raises StopLinkInvalid."""
    order, person = _read(token, now)
    return order, ReminderStop.objects.filter(order=order, person=person).exists()


def stop(*, token: str, now: datetime) -> Order:
    """Ends the reminders of an order for the person of the link; repeated, nothing more happens.

    Raises StopLinkInvalid.
    """
    order, person = _read(token, now)
    with commit.transact():
        order = common.locked(order.pk)
        ReminderStop.objects.get_or_create(order=order, person_id=person, defaults={"at": now})
    return order


def _read(token: str, now: datetime) -> tuple[Order, UUID]:
    try:
        payload = crypto.read_token(_PURPOSE, token, now=now)
    except crypto.BadToken:
        raise StopLinkInvalid from None
    return Order.objects.get(pk=UUID(payload["order"])), UUID(payload["person"])
