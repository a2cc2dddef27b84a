"""A participant reports what is wrong at a table. Only moderators ever see it.

It is no event: everyone at the table reads those. The reporter gets the answer to the command, with the
number that the table had anyway.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Max

from desk import items, limits, report_kinds, wire
from desk.machine import Status
from desk.models import Report, ReviewItem
from desk.refusals import ReportOpen, ReportOwn, ReportTarget, ReportTooMany
from negotiation_hub.kernel import commit, stream
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import queries
from rooms.models import Offer, Participant, Room


class Target(NamedTuple):
    """What a report is about: its name in the rows, and whose doing it is, None for the room's own."""

    name: str
    subject: UUID | None


def file_report(*, actor: User, frame: wire.ReportFile, now: datetime) -> Answer:
    """Notes a report down and raises what waits for the moderators. The same id again changes nothing.

    Raises StreamUnknown, NotPermitted for a moderator, ReportTarget, ReportOwn, ReportOpen, ReportTooMany.
    """
    row, found = queries.stream_for(actor, UUID(frame.stream))
    if row.kind != "table" or found.side not in queries.SIDES:
        raise NotPermitted("The two sides report what is said at their table.")
    with commit.transact():
        # Who reports twice at once waits here for the first of the two.
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        if not Report.objects.filter(reporter=actor, command=frame.id).exists():
            _file(actor, frame, found.room, now)
    return Answer(row.head_seq, bytes(row.head_hash))


def _file(actor: User, frame: wire.ReportFile, room: Room, now: datetime) -> None:
    about: Any = frame.about
    target = _TARGETS[about.what](room, about)
    if target.subject == actor.pk:
        raise ReportOwn
    mine = Report.objects.filter(reporter=actor)
    if mine.filter(item__room=room, item__status=Status.PENDING, target=target.name).exists():
        raise ReportOpen
    if mine.filter(made_at__gt=now - timedelta(hours=1)).count() >= limits.REPORTS_PER_H:
        raise ReportTooMany(retry_after_ms=600_000)
    points = weight(actor, frame.kind)
    item = items.waiting(room, target.subject, frame.kind, now)
    Report.objects.create(
        item=item,
        reporter=actor,
        command=UUID(frame.id),
        kind=frame.kind,
        target=target.name,
        words=frame.words.strip(),
        points=points,
        made_at=now,
    )
    items.add(item, points, frame.kind, heaviest(item))


def heaviest(item: ReviewItem) -> int:
    """The most points that one report or finding of an item has."""
    tops = [rows.aggregate(top=Max("points"))["top"] or 0 for rows in (item.reports, item.findings)]
    return max(tops)


def weight(reporter: User, kind: str) -> int:
    """The points of a report: those of its kind, by how earlier ones of the person were decided."""
    decided = Report.objects.filter(reporter=reporter).values_list("item__status", flat=True)
    statuses = list(decided.exclude(item__status=Status.PENDING).order_by("-made_at")[:_RECORD])
    right = sum(status in _RIGHT for status in statuses)
    wrong = statuses.count(Status.REJECTED)
    per_cent = 100
    if right > wrong:
        per_cent = report_kinds.TRUSTED_PER_CENT
    elif wrong > right:
        per_cent = report_kinds.DOUBTED_PER_CENT
    return report_kinds.BY_NAME[kind].points * per_cent // 100


_RECORD: Final = 20  # of somebody's newest reports count: people change
_RIGHT: Final = frozenset({Status.APPROVED, Status.DELETED})


def _message(room: Room, about: wire.AboutMessage) -> Target:
    said = stream.at(room.pk, about.message)
    if said is None or said.kind != "message.sent" or said.content is None or said.by is None:
        raise ReportTarget
    return Target(f"message {said.seq}", UUID(said.by))


def _offer(room: Room, about: wire.AboutOffer) -> Target:
    offer = Offer.objects.filter(room=room, version=about.version).first()
    if offer is None:
        raise ReportTarget
    return Target(f"offer {offer.version}", offer.by_id)


def _person(room: Room, about: wire.AboutPerson) -> Target:
    seat = Participant.objects.filter(room=room, user=UUID(about.person)).first()
    if seat is None:
        raise ReportTarget
    return Target(f"person {seat.user_id}", seat.user_id)


def _room(room: Room, about: wire.AboutRoom) -> Target:
    return Target("room", None)


_TARGETS: Final[dict[str, Callable[[Room, Any], Target]]] = {
    "message": _message,
    "offer": _offer,
    "person": _person,
    "room": _room,
}
