"""What happens on boards: drawing, and being frozen into an agreement.

Locks: the board's stream comes after the table's, as it was made after it. Drawing takes only the board's.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar
from uuid import UUID

import orjson

from negotiation_hub.kernel import commit, files, outbox, stream
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people.models import User
from rooms import queries as rooms
from rooms.hooks import Annex
from whiteboard import access, images, limits, merge, picture, queries, wire
from whiteboard.merge import Stamp
from whiteboard.models import Board, BoardVersion, Element
from whiteboard.refusals import BoardFull, KindNotTaken

_EVENT_BYTES_MAX: Final = 60_000  # of the elements in one event, as in a command


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
        if any(element.type in wire.KINDS_NOT_TAKEN for element in frame.elements):
            raise KindNotTaken
        board = Board.objects.get(pk=head.id)
        images.require(board, frame.elements)
        won = take_over(board, frame.elements, seq=head.seq + 1, actor=actor)
        if not won:
            return Answer(head.seq, head.hash)
        draft = Draft("board.drawn", {"elements": [element.content for element in won]})
        event = stream.append(head, [draft], by=actor.pk, at=now, command=frame.id)[0]
        return Answer(event.seq, event.hash)


class Content(Protocol):
    """An element as it is written into a board's rows and its log."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def version_nonce(self) -> int: ...
    @property
    def index(self) -> str | None: ...
    @property
    def is_deleted(self) -> bool: ...
    @property
    def content(self) -> str: ...


C = TypeVar("C", bound=Content)


def in_events(elements: Iterable[C]) -> Iterator[list[C]]:
    """Elements in parts of such a size that every client takes each as one event."""
    part: list[C] = []
    size = 0
    for element in elements:
        more = len(element.content.encode()) + 1
        if part and (size + more > _EVENT_BYTES_MAX or len(part) >= limits.ELEMENTS_PER_COMMAND_MAX):
            yield part
            part, size = [], 0
        part.append(element)
        size += more
    if part:
        yield part


def take_over(board: Board, asked: Sequence[C], *, seq: int, actor: User, bounded: bool = True) -> list[C]:
    """Writes the elements that win into the rows of a locked board and returns them.

    Raises BoardFull, where the board's limits have to be asked.
    """
    names = {element.id for element in asked}
    rows = {row.element: row for row in Element.objects.filter(board=board, element__in=names)}
    held = {name: Stamp(row.version, row.nonce) for name, row in rows.items()}
    stamped = ((one.id, Stamp(one.version, one.version_nonce), one) for one in asked)
    won = list(merge.newest(stamped, held).values())
    if not won:
        return []
    for element in won:
        if (old := rows.get(element.id)) is not None:
            _count(board, deleted=old.deleted, content=old.content, by=-1)
        _count(board, deleted=element.is_deleted, content=element.content, by=1)
    if bounded:
        _require_room(
            board, shows=any(not one.is_deleted for one in won), adds=any(one.id not in rows for one in won)
        )
    Element.objects.bulk_create(
        [
            Element(
                board=board,
                element=element.id,
                version=element.version,
                nonce=element.version_nonce,
                index=element.index or "",
                seq=seq,
                by=actor,
                author=actor,  # stays whoever it was, where the element is there
                deleted=element.is_deleted,
                content=element.content,
            )
            for element in won
        ],
        update_conflicts=True,
        unique_fields=["board", "element"],
        update_fields=["version", "nonce", "index", "seq", "by", "deleted", "content"],
    )
    board.save(update_fields=["shown", "shown_bytes", "gone"])
    return won


def _require_room(board: Board, *, shows: bool, adds: bool) -> None:
    # Deleting is never refused: it is what helps.
    too_much = board.shown > limits.ELEMENTS_MAX or board.shown_bytes > limits.BOARD_BYTES_MAX
    if (shows and too_much) or (adds and board.shown + board.gone > limits.ELEMENTS_EVER_MAX):
        raise BoardFull


def _count(board: Board, *, deleted: bool, content: str, by: int) -> None:
    if deleted:
        board.gone += by
    else:
        board.shown += by
        board.shown_bytes += by * len(content.encode())


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
