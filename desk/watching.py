"""Looks at what was said and offered at every table, behind the log, by the rules of `desk/rules.py`.

Tables only: a caucus is its side's own, and no moderator reads it either.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from desk import filing, items, limits, report_kinds, scorer
from desk.models import Finding
from negotiation_hub.kernel import commit
from negotiation_hub.kernel.following import Told, follow
from negotiation_hub.people.models import User
from rooms.models import Participant, Room


class Found(NamedTuple):
    """What fits in one event of a table."""

    room: UUID
    seq: int
    by: UUID
    target: str
    fits: Sequence[scorer.Fit]


@follow("desk.watch", "table")
def watch(events: Sequence[Told], now: datetime) -> bool:
    """Notes down what the rules find; what was found before changes nothing."""
    since = now - timedelta(seconds=limits.WATCH_BACK_S)
    found = _fair([one for event in events if event.at >= since and (one := look(event)) is not None])
    by_person: dict[tuple[UUID, UUID], list[Found]] = defaultdict(list)
    for one in found:
        by_person[one.room, one.by].append(one)
    for (room_id, person), some in by_person.items():
        commit.retrying(_note, room_id, person, some, now)
    return bool(found)


def look(event: Told) -> Found | None:
    """What the rules find in an event, None when nothing. Whoever said it may have been a guest."""
    if event.by is None or event.content is None or not event.kind.startswith(("message.", "offer.")):
        return None
    body = json.loads(event.content)
    fits = scorer.fits(said, guest=True) if (said := scorer.said_in(event.kind, body)) else []
    if not fits:
        return None
    return Found(event.stream, event.seq, event.by, _target(event, body), fits)


def _fair(found: Sequence[Found]) -> list[Found]:
    """The same, without what is only looked for in the words of guests where the author is none."""
    asked = {one.by for one in found if any(fit.rule.of_guests for fit in one.fits)}
    if not asked:
        return list(found)
    guests = set(User.objects.filter(pk__in=asked, is_guest=True).values_list("pk", flat=True))
    fair = (
        one if one.by in guests else one._replace(fits=[fit for fit in one.fits if not fit.rule.of_guests])
        for one in found
    )
    return [one for one in fair if one.fits]


def _target(event: Told, body: dict[str, Any]) -> str:
    if event.kind.startswith("message."):
        return f"message {body.get('message', event.seq)}"  # a correction names its message
    version = body["offer"]["version"] if "offer" in body else body["version"]
    return f"offer {version}"


def _note(room_id: UUID, person: UUID, found: Sequence[Found], now: datetime) -> None:
    with commit.transact():
        # A moderator at the table may say how one must not pay.
        if Participant.objects.filter(room=room_id, user=person, side="moderator").exists():
            return
        known = set(_known(room_id, found))
        fresh = [(one, fit) for one in found for fit in one.fits if (one.seq, fit.rule.name) not in known]
        if not fresh:
            return
        top = max((fit.rule for _, fit in fresh), key=lambda rule: rule.points)
        kind = report_kinds.KIND_OF_GROUP[top.group]
        item = items.waiting(Room.objects.get(pk=room_id), person, kind, now)
        # Another reader may have come before us while the item was waited for.
        known = set(_known(room_id, found))
        rows = [
            Finding(
                item=item,
                room_id=room_id,
                seq=one.seq,
                target=one.target,
                rule=fit.rule.name,
                points=fit.rule.points,
                found_at=now,
            )
            for one, fit in fresh
            if (one.seq, fit.rule.name) not in known
        ]
        before = filing.heaviest(item)
        Finding.objects.bulk_create(rows)
        if rows and top.points >= before:
            item.kind = kind
        items.add(item, sum(row.points for row in rows), item.kind, 0)


def _known(room_id: UUID, found: Sequence[Found]) -> Any:
    seqs = [one.seq for one in found]
    return Finding.objects.filter(room=room_id, seq__in=seqs).values_list("seq", "rule")
