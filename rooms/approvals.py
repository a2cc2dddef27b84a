"""The caucus decides: what may be offered, and what a manager lets through. Nothing of it shows at the table.

A room's table is always locked before one of its caucuses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from negotiation_hub.kernel import commit, outbox, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import Command, StreamUnknown
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import amending, approval, negotiation, proposals, queries, wire
from rooms.approval import Status
from rooms.models import Approval, Bound, Participant, Room
from rooms.refusals import ApprovalDecided, AuthorSilent, NotOpen
from rooms.table import Table, may_speak


@dataclass(slots=True)
class Caucus:
    """A caucus under lock, its room's table locked before it."""

    head: stream.Head
    table: stream.Head
    room: Room
    seat: queries.Seat
    actor: User
    command: str
    now: datetime

    def write(self, kind: str, body: dict[str, Any]) -> Answer:
        """Appends to the caucus."""
        first = stream.append(
            self.head, [Draft(kind, body)], by=self.actor.pk, at=self.now, command=self.command
        )[0]
        return Answer(first.seq, first.hash)


def grant_approval(*, actor: User, frame: wire.ApprovalGrant, now: datetime) -> Answer:
    """A manager's word: the offer goes to the table, as its author's, if it still fits.

    Raises ApprovalDecided, NotPermitted, NotOpen, Muted, Locked, AuthorSilent, and what putting an offer on
    the table raises.
    """

    def do(caucus: Caucus) -> Answer:
        row = _waiting(caucus, frame.approval)
        amends = None
        if caucus.room.status == negotiation.Status.ORDERED:
            amends = amending.in_force(caucus.room)
        elif caucus.room.status != negotiation.Status.OPEN:
            raise NotOpen
        may_speak(caucus.seat, "table")
        _author_may_offer(row)
        # Under the id of the command that asked, so that its repetition finds what became of it.
        table = Table(
            caucus.table, caucus.room, row.side, row.by, row.command, now, may_approve=True, amends=amends
        )
        way: proposals.Way = row.way  # type: ignore[assignment]  # one of three, as it was written
        proposals.place(table, way, row.answers, wire.OfferTerms.model_validate(row.terms))
        _decide(row, "grant", caucus)
        body = {"approval": str(row.pk), "version": caucus.room.versions}
        return caucus.write("approval.granted", body)

    return _in_caucus(actor, frame, now, do, manager=True)


def refuse_approval(*, actor: User, frame: wire.ApprovalRefuse, now: datetime) -> Answer:
    """A manager says no. Raises ApprovalDecided, NotPermitted."""

    def do(caucus: Caucus) -> Answer:
        row = _waiting(caucus, frame.approval)
        _decide(row, "refuse", caucus, reason=frame.reason)
        return caucus.write("approval.refused", {"approval": str(row.pk), "reason": frame.reason})

    return _in_caucus(actor, frame, now, do, manager=True)


def withdraw_approval(*, actor: User, frame: wire.ApprovalWithdraw, now: datetime) -> Answer:
    """Whoever asked does not want it any more. Raises ApprovalDecided, NotPermitted."""

    def do(caucus: Caucus) -> Answer:
        row = _waiting(caucus, frame.approval)
        if row.by != actor:
            raise NotPermitted
        _decide(row, "withdraw", caucus)
        return caucus.write("approval.withdrawn", {"approval": str(row.pk)})

    return _in_caucus(actor, frame, now, do, manager=False)


def set_bound(*, actor: User, frame: wire.BoundSet, now: datetime) -> Answer:
    """How far the side's people may go alone in this room: a seller's floor, a buyer's limit. Null: as far as
    they like. Managers only.
    """

    def do(caucus: Caucus) -> Answer:
        Bound.objects.update_or_create(
            room=caucus.room,
            side=caucus.head.side,
            defaults={"minor": frame.minor, "set_by": actor, "set_at": now},
        )
        return caucus.write("bound.set", {"minor": frame.minor})

    return _in_caucus(actor, frame, now, do, manager=True)


@outbox.handler("rooms.lapse")
def lapse(payload: dict[str, Any], now: datetime) -> None:
    """Ends what waits for a manager and does not fit the table any more."""
    room_id = UUID(payload["room"])
    with commit.transact():
        if stream.lock(room_id) is None:
            return
        room = Room.objects.get(pk=room_id)
        for row in Approval.objects.filter(room=room, status=Status.PENDING_APPROVAL):
            takes = room.status in {negotiation.Status.OPEN, negotiation.Status.ORDERED}
            if takes and room.standing == row.answers:
                continue
            caucus = Stream.objects.get(kind="caucus", scope=room_id, side=row.side)
            head = stream.lock(caucus.id)
            if head is None:
                continue
            _move(row, "lapse", by=None, now=now)
            draft = Draft("approval.lapsed", {"approval": str(row.pk)})
            stream.append(head, [draft], by=None, at=now, command=row.pk)


def _in_caucus(
    actor: User, frame: Command, now: datetime, do: Callable[[Caucus], Answer], *, manager: bool
) -> Answer:
    """Locks table and caucus, checks authority, answers a repetition from the log, and else does it."""
    with commit.transact():
        row = Stream.objects.filter(id=frame.stream).first()
        if row is None or row.kind not in {"table", "caucus"}:
            raise StreamUnknown
        queries.reader(actor, row)
        if row.kind != "caucus":
            raise NotPermitted("This is decided in a side's own lane.")
        table, head = stream.lock(row.scope), stream.lock(row.id)
        if table is None or head is None:
            raise StreamUnknown
        seat = queries.reader(actor, row)  # again: what was read before the lock may be old
        if manager and not seat.may_approve:
            raise NotPermitted("Only a manager decides this.")
        if (first := stream.answered(head.id, by=actor.pk, command=frame.id)) is not None:
            return Answer(first.seq, first.hash)
        return do(Caucus(head, table, seat.room, seat, actor, frame.id, now))


def _waiting(caucus: Caucus, approval_id: str) -> Approval:
    row = (
        Approval.objects.select_for_update(of=("self",))
        .select_related("by")
        .filter(pk=approval_id, room=caucus.room, side=caucus.head.side)
        .first()
    )
    if row is None:
        raise NotFound
    if row.status != Status.PENDING_APPROVAL:
        raise ApprovalDecided
    return row


def _author_may_offer(row: Approval) -> None:
    """Nothing, while whoever asked is neither muted nor removed. Raises AuthorSilent."""
    silenced = Q(muted__isnull=False) | Q(removed__isnull=False)
    if Participant.objects.filter(silenced, room=row.room, user=row.by).exists():
        raise AuthorSilent


def _decide(row: Approval, event: str, caucus: Caucus, *, reason: str = "") -> None:
    row.reason = reason
    _move(row, event, by=caucus.actor, now=caucus.now)


def _move(row: Approval, event: str, *, by: User | None, now: datetime) -> None:
    step = approval.step(event, Status(row.status))
    if step is None:
        raise ApprovalDecided
    row.status, row.decided_by, row.decided_at = step.after, by, now
    row.save(update_fields=["status", "decided_by", "decided_at", "reason"])
