"""What happens on boards: drawing, and being frozen into an agreement.

Locks: the board's stream comes after the table's, as it was made after it. Drawing takes only the board's.
"""

from datetime import datetime
from uuid import UUID

import orjson

from negotiation_hub.kernel import commit, files, outbox, stream
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import plainly
from rooms import queries as rooms
from rooms.hooks import Annex
from whiteboard import access, images, picture, queries, storing, wire
from whiteboard.models import Board, BoardVersion
from whiteboard.refusals import KindNotTaken


def open_board(room_id: UUID, now: datetime) -> None:
    """The hook: a room that is opened has a board from the start, and each side a layer over it."""
    for kind, side in ((queries.BOARD, ""), *((queries.LAYER, side) for side in rooms.SIDES)):
        board_id = uuid7()
        stream.create(kind=kind, scope=room_id, side=side, id=board_id)
        Board.objects.create(id=board_id, room=room_id, side=side, created_at=now)


def draw(*, actor: User, frame: wire.BoardDraw, now: datetime) -> Answer:
    """Puts elements on a board: those that win over what is there become one event.

    What is stale changes nothing and is no error: its author learns the newer one from the stream. Raises
    NotPermitted for moderators, NotOpen, Muted, Locked, KindNotTaken, ImageUnknown, BoardFull.
    """
    with commit.transact():
        head, found = access.seat(actor, stream.lock(UUID(frame.stream)))
        if found.side not in rooms.SIDES:
            raise NotPermitted("Moderators look at the board, the two sides draw.")
        if (first := stream.answered(head.id, by=actor.pk, command=frame.id)) is not None:
            return Answer(first.seq, first.hash)
        access.may_draw(found, layer=bool(head.side))
        return _put(head, frame, by=actor.pk, now=now)


def draw_by(*, by: UUID, frame: wire.BoardDraw, now: datetime) -> Answer:
    """The same for a person of whom only the id is known, made for many a second.

    Who plainly may is let through by one query, and everybody else is looked at by `draw`.
    """
    with commit.transact():
        head = stream.lock(UUID(frame.stream))
        if head is None or head.kind != queries.BOARD or not plainly.draws(by, head.scope):
            return draw(actor=User.objects.get(pk=by), frame=frame, now=now)
        if (first := stream.answered(head.id, by=by, command=frame.id)) is not None:
            return Answer(first.seq, first.hash)
        return _put(head, frame, by=by, now=now)


def _put(head: stream.Head, frame: wire.BoardDraw, *, by: UUID, now: datetime) -> Answer:
    """What `draw` does for who may, on the board's locked stream."""
    if any(element.type in wire.KINDS_NOT_TAKEN for element in frame.elements):
        raise KindNotTaken
    images.require(head.id, frame.elements)
    won = storing.take_over(head.id, frame.elements, seq=head.seq + 1, by=by)
    if not won:
        return Answer(head.seq, head.hash)
    draft = Draft("board.drawn", {"elements": [element.content for element in won]})
    event = stream.append(head, [draft], by=by, at=now, command=frame.id)[0]
    return Answer(event.seq, event.hash)


def freeze(room_id: UUID, now: datetime) -> Annex | None:
    """The hook: what the board shows becomes part of the agreement that is being made. None when it is empty.

    Frozen twice without a change in between, it is one version.
    """
    board = Board.objects.filter(room=room_id, side="").first()
    head = None if board is None else stream.lock(board.pk)
    if board is None or head is None:
        return None
    texts = queries.contents(board.elements.all())
    if not texts:
        return None
    version = queries.frozen(board, head.seq)
    if version is None:
        elements = queries.together(texts)
        version = BoardVersion.objects.create(
            board=board,
            seq=head.seq,
            hash=head.hash.hex(),
            content=queries.content_hash(elements),
            elements=elements,
            reason=queries.AGREEMENT,
            made_at=now,
        )
        outbox.enqueue(
            "whiteboard.picture", {"version": str(version.pk)}, dedupe=f"board.picture:{version.pk}"
        )
    return Annex(kind="board", id=board.pk, seq=version.seq, hash=version.hash, content=version.content)


def store_picture(version_id: UUID, now: datetime) -> None:
    """Draws a frozen board and keeps the picture with it. A second time changes nothing."""
    version = BoardVersion.objects.get(pk=version_id)
    if version.picture_id is not None:
        return
    elements = orjson.loads(version.elements)
    data = picture.draw(elements, images.shown_in(version.board_id, elements))
    with commit.transact():
        name = f"board-{version.seq}.png"
        version.picture = files.store(data, name=name, media_type=picture.MEDIA_TYPE, owner=None)
        # Whoever is first: two workers may have drawn the same picture.
        BoardVersion.objects.filter(pk=version.pk, picture=None).update(picture=version.picture)
