"""Versions of a board that people save under a name, and moments to which it is put back.

Whoever draws saves, and so does a moderator who has stepped in. Neither side may undo what the other has
drawn: the board of both only a moderator clears or puts back, with a reason that both read at the table. The
layer of a side is put back by that side.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Sum
from django.db.models.functions import Length

from negotiation_hub.kernel import clock, commit, stream
from negotiation_hub.kernel.audience import Service
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms.supervision import moderate, said
from rooms.table import Table
from whiteboard import access, limits, queries, restoring, wire
from whiteboard.models import Board, BoardVersion
from whiteboard.refusals import BoardEmpty, VersionsFull


def save_version(*, actor: User, frame: wire.BoardSaveVersion, now: datetime) -> Answer:
    """Keeps what a board shows under a name.

    Raises StreamUnknown, what `access.may_draw` raises, MessageBlank, BoardEmpty, VersionsFull.
    """
    name = said(frame.name).strip()
    with commit.transact():
        head, found = access.seat(actor, stream.lock(UUID(frame.stream)))
        if (first := stream.answered(head.id, by=actor.pk, command=frame.id)) is not None:
            return Answer(first.seq, first.hash)
        if not found.steps_in:
            access.may_draw(found, layer=bool(head.side))
        board = Board.objects.get(pk=head.id)
        elements = queries.shown_on(board)
        if not board.shown:
            raise BoardEmpty
        _require_room(board, elements)
        content = queries.content_hash(elements)
        draft = Draft(queries.SAVED_EVENT, {"name": name, "content": content})
        event = stream.append(head, [draft], by=actor.pk, at=now, command=frame.id)[0]
        BoardVersion.objects.create(
            board=board,
            seq=event.seq,
            hash=event.hash.hex(),
            content=content,
            elements=elements,
            reason=queries.SAVED,
            name=name,
            by=actor,
            made_at=now,
        )
        return Answer(event.seq, event.hash)


def _require_room(board: Board, elements: str) -> None:
    # Characters, as a database counts them: near enough for a bound.
    saved = board.versions.filter(reason=queries.SAVED).aggregate(
        count=Count("pk"), size=Sum(Length("elements"))
    )
    if (
        saved["count"] >= limits.VERSIONS_MAX
        or (saved["size"] or 0) + len(elements) > limits.VERSIONS_BYTES_MAX
    ):
        raise VersionsFull


def restore_layer(*, actor: User, frame: wire.BoardRestore, now: datetime) -> Answer:
    """Puts the layer of a side back to what it showed after an event of it.

    Raises StreamUnknown, NotPermitted for the board of both, what `access.may_draw` raises, EventUnknown,
    PastTooLong.
    """
    with commit.transact():
        head, found = access.seat(actor, stream.lock(UUID(frame.stream)))
        if not head.side:
            raise NotPermitted("A moderator puts the board of both sides back.")
        if (first := stream.answered(head.id, by=actor.pk, command=frame.id)) is not None:
            return Answer(first.seq, first.hash)
        access.may_draw(found, layer=True)
        texts = restoring.shown_at(Board.objects.get(pk=head.id), frame.seq)
        restoring.put_back(head, texts, actor=actor, now=now, command=frame.id)
        return Answer(head.seq, head.hash)


def clear_board(*, actor: User, frame: wire.ModerationClearBoard, now: datetime) -> Answer:
    """Takes everything off the board. Raises what `moderate` raises, MessageBlank."""

    def do(table: Table) -> Answer:
        head = _board_of(table)
        if not restoring.put_back(head, [], actor=actor, now=now):
            return table.unchanged()
        return table.write(Draft("board.cleared", {"reason": said(frame.reason)}, milestone=True))

    return moderate(actor, frame, now, do, stepped_in=True)


def restore_board(*, actor: User, frame: wire.ModerationRestoreBoard, now: datetime) -> Answer:
    """Puts the board back to what it showed after an event of its own.

    Raises what `moderate` raises, MessageBlank, EventUnknown, PastTooLong.
    """

    def do(table: Table) -> Answer:
        head = _board_of(table)
        board = Board.objects.get(pk=head.id)
        texts = restoring.shown_at(board, frame.seq)
        moment = stream.at(board.pk, frame.seq)
        if not restoring.put_back(head, texts, actor=actor, now=now) or moment is None:
            return table.unchanged()
        saved = board.versions.filter(seq=frame.seq, reason=queries.SAVED).first()
        body = {"board_seq": frame.seq, "as_of": clock.text(moment.at), "reason": said(frame.reason)}
        body |= {"name": saved.name} if saved is not None else {}
        return table.write(Draft("board.restored", body, milestone=True))

    return moderate(actor, frame, now, do, stepped_in=True)


def _board_of(table: Table) -> stream.Head:
    # The board's stream comes after the table's in the order of locks.
    board = Board.objects.filter(room=table.room.pk, side="").first()
    head = None if board is None else stream.lock(board.pk)
    if head is None:
        raise StreamUnknown
    return head


TABLE_SERVICES: Final[Mapping[str, Service]] = {
    "moderation.clear_board": clear_board,
    "moderation.restore_board": restore_board,
}
