"""Moderators take items of the review queue in hand, one each, and decide them.

Of two who claim at once one gets it: the item's row is locked. A claim ends by the clock, whether or not
somebody has noticed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from desk import conflicts, items, limits, machine
from desk.machine import Status
from desk.models import ReviewItem
from desk.refusals import (
    ReviewChanged,
    ReviewClaimed,
    ReviewConflict,
    ReviewDecided,
    ReviewNotClaimed,
    ReviewNotRemoved,
)
from desk.targets import all_removed
from negotiation_hub.kernel import commit
from negotiation_hub.kernel.refusals import Malformed, NotFound
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import may_moderate

WORDS_MAX: Final = 500  # characters of a reason


def claim(*, item_id: UUID, actor: User, now: datetime) -> ReviewItem:
    """Takes an item in hand for half an hour; again prolongs it.

    Raises NotFound, ReviewConflict, ReviewDecided, ReviewClaimed.
    """

    def do(item: ReviewItem) -> None:
        if in_hand(item, now) and item.claimed_by_id != actor.pk:
            raise ReviewClaimed
        if not in_hand(item, now):
            if item.claimed_by_id is not None:
                items.step(item, "lapse", item.claimed_by_id, now)
            items.step(item, "claim", actor.pk, now)
        item.claimed_by, item.claimed_until = actor, now + timedelta(seconds=limits.CLAIM_S)

    return _change(item_id, actor, "claim", do)


def release(*, item_id: UUID, actor: User, now: datetime, reason: str = "") -> ReviewItem:
    """Gives an item back to the queue. One that nobody holds stays as it is.

    Raises NotFound, ReviewConflict, ReviewDecided, ReviewClaimed.
    """

    def do(item: ReviewItem) -> None:
        if in_hand(item, now) and item.claimed_by_id != actor.pk:
            raise ReviewClaimed
        if item.claimed_by_id == actor.pk:
            items.step(item, "release", actor.pk, now, _reason(reason))
            item.claimed_by = item.claimed_until = None

    return _change(item_id, actor, "release", do)


def decide(
    *, item_id: UUID, actor: User, decision: str, reason: str, version: int, now: datetime
) -> ReviewItem:
    """Ends an item: `approve`, `reject`, `ignore` or `delete`, with a reason. `version` is the one looked at.

    The same decision by the same moderator again changes nothing. Raises NotFound, Malformed, ReviewConflict,
    ReviewDecided, ReviewNotClaimed, ReviewChanged, ReviewNotRemoved.
    """
    well_formed = decision in machine.DECISIONS and bool(reason.strip())

    def do(item: ReviewItem) -> None:
        if not in_hand(item, now) or item.claimed_by_id != actor.pk:
            raise ReviewNotClaimed
        if item.version != version:
            raise ReviewChanged
        if decision == "delete" and not all_removed(item):
            raise ReviewNotRemoved
        items.step(item, decision, actor.pk, now, _reason(reason))
        item.decided_at, item.claimed_until = now, None

    return _change(item_id, actor, decision, do, well_formed=well_formed)


def in_hand(item: ReviewItem, now: datetime) -> bool:
    """Whether somebody's claim holds."""
    return item.claimed_until is not None and item.claimed_until > now


def _change(
    item_id: UUID, actor: User, event: str, do: Callable[[ReviewItem], None], *, well_formed: bool = True
) -> ReviewItem:
    if not may_moderate(actor):
        raise NotFound
    with commit.transact():
        item = (
            ReviewItem.objects.select_for_update(no_key=True, of=("self",))
            .select_related("room")
            .filter(pk=item_id)
            .first()
        )
        if item is None or conflicts.concerns(item, actor):
            raise NotFound
        if conflicts.of_room(item.room, conflicts.related_organisations(actor)):
            raise ReviewConflict
        if not well_formed:
            raise Malformed("A decision is approve, reject, ignore or delete, with a reason.")
        step = machine.step(event, Status(item.status))
        if step is None:
            if _decided_so(item, actor, event):
                return item
            raise ReviewDecided
        do(item)
        item.status = step.after
        item.save(update_fields=["status", "version", "claimed_by", "claimed_until", "decided_at"])
        return item


def _decided_so(item: ReviewItem, actor: User, event: str) -> bool:
    last = item.steps.order_by("-pk").first()
    return last is not None and (last.event, last.by_id) == (event, actor.pk)


def _reason(text: str) -> str:
    return text.strip()[:WORDS_MAX]
