"""Items of the review queue under lock: the one that waits for a person in a room, and what is added to it.

Its row is taken after the table's stream and nothing is locked under it, so that it has a place of its own at
the end of the order of locks.
"""

from datetime import datetime
from uuid import UUID

from desk import limits
from desk.machine import Status
from desk.models import ReviewItem, ReviewStep
from negotiation_hub.kernel import commit
from rooms.models import Room


def waiting(room: Room, subject: UUID | None, kind: str, now: datetime) -> ReviewItem:
    """The pending item about a person in a room, or about the room, locked; opened where there is none."""
    commit.require_transaction()
    about = "room" if subject is None else str(subject)
    while True:
        item, opened = ReviewItem.objects.get_or_create(
            room=room,
            about=about,
            status=Status.PENDING,
            defaults={"subject_id": subject, "kind": kind, "opened_at": now},
        )
        # It may have been decided between the two statements: then another one waits, or is opened.
        held = ReviewItem.objects.select_for_update(no_key=True).get(pk=item.pk)
        if held.status == Status.PENDING:
            if opened:
                step(held, "open", None, now)
            return held


def step(item: ReviewItem, event: str, by: UUID | None, now: datetime, reason: str = "") -> None:
    """Notes down what happened to a locked item."""
    ReviewStep.objects.create(item=item, event=event, by_id=by, reason=reason, at=now)
    item.version += 1


def add(item: ReviewItem, points: int, kind: str, heaviest: int) -> None:
    """Raises the score of a locked item; `kind` is the item's from now on when nothing in it weighs more."""
    if points >= heaviest:
        item.kind = kind
    item.score = min(item.score + points, limits.SCORE_MAX)
    item.version += 1
    item.save(update_fields=["kind", "score", "version"])
