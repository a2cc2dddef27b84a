"""Forgetting orders by mail: those that nobody has confirmed in time, and those of whoever is erased."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from negotiation_hub.kernel import commit, limits, outbox
from rooms.mailed.models import MailOrder, indexes

_AT_ONCE = 100  # in one transaction: nobody may hold the gate of SQLite for 20 ms


@outbox.every("rooms.forget_mail_orders", 3600)
def forget_old(now: datetime) -> None:
    """Forgets what is too old to be confirmed; of what was confirmed the row stays, for `verify`."""
    old = Q(made_at__lte=now - timedelta(seconds=limits.MAIL_ORDER_S), index__isnull=False)
    while True:
        with commit.transact():
            rows = list(MailOrder.objects.select_for_update().filter(old).order_by("pk")[:_AT_ONCE])
            _forget(rows)
        if len(rows) < _AT_ONCE:
            return


def forget_address(address: str, now: datetime) -> None:
    """Forgets all that was ordered from this address, in the open transaction."""
    commit.require_transaction()
    _forget(MailOrder.objects.select_for_update().filter(index__in=indexes(address)))


def _forget(rows: Iterable[MailOrder]) -> None:
    for draft in rows:
        if draft.room_id is None:
            draft.delete()
        else:
            draft.forget()
            draft.save(update_fields=["sender", "index", "typed", "rest"])
