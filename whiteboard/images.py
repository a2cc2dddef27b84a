"""Pictures on a board: put up first, then shown by elements that name them.

They come through the same door as files in messages: read and drawn anew apart, before any transaction, and
kept sealed. Their event has the hash of their bytes, so that the log and a frozen board cover them. A picture
stays for as long as the board does: an element that was deleted may come back.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Sum

from negotiation_hub.kernel import apart, commit, files, sealed_files, stream
from negotiation_hub.kernel import limits as kernel_limits
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.rate import Rate
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.uploads import Examined
from negotiation_hub.kernel.wire import TooFast
from negotiation_hub.people.guests import require_account
from negotiation_hub.people.models import User
from whiteboard import access, limits, queries, wire
from whiteboard.models import Board, BoardImage
from whiteboard.refusals import ImageNameTaken, ImagesFull, ImageUnknown, NoImage

KIND: Final = "board.images_added"
PICTURE: Final = sealed_files.kind("board.image", "whiteboard.BoardImage", "file")
_uploads: Final = Rate(kernel_limits.UPLOADS_PER_MIN, kernel_limits.UPLOADS_BURST, period_s=60)


def put_up(
    *, actor: User, room_id: UUID, name: str, data: bytes, now: datetime, layer: bool = False
) -> BoardImage:
    """A picture that elements may show by this name; the same one again is there once.

    Takes as long as reading it does, at most EXAMINE_WITHIN_S. Raises StreamUnknown, ImageNameTaken,
    ImagesFull, and what `access.may_draw` and `read_apart` raise.
    """
    board = access.drawn_by(actor, room_id, layer=layer)
    if (known := _known(board, name, data)) is not None:
        return known
    with read_apart(actor, {name: data}) as read, commit.transact():
        keep(access.locked(actor, board), board, actor, read, now)
        return board.images.get(name=name)


@dataclass(frozen=True, slots=True)
class Read:
    """A picture that was read and drawn anew, and whose sealed bytes are on disk; nothing names it yet."""

    key: UUID
    given: bytes
    examined: Examined
    width: int
    height: int
    written: files.Written


@contextmanager
def read_apart(actor: User, given: Mapping[str, bytes]) -> Iterator[dict[str, Read]]:
    """Reads pictures, by name, outside of any transaction; what is not kept within the block is forgotten.

    Raises AccountNeeded, TooFast, NoImage, and what `kernel.apart.examine` raises.
    """
    require_account(actor)
    read: dict[str, Read] = {}
    try:
        for name, data in given.items():
            if wait_ms := _uploads.take(actor.pk):
                raise TooFast(retry_after_ms=wait_ms)
            found = apart.examine(data, "picture")
            if found.width is None or found.height is None:
                raise NoImage
            key = uuid7()
            written = PICTURE.write(BoardImage(id=key), found.data)
            read[name] = Read(key, data, found, found.width, found.height, written)
        yield read
    finally:
        made = BoardImage.objects.filter(pk__in=[one.key for one in read.values()])
        kept = set(made.values_list("pk", flat=True))
        for one in read.values():
            if one.key not in kept:
                sealed_files.discard(one.written)


def keep(head: stream.Head, board: Board, actor: User, read: Mapping[str, Read], now: datetime) -> None:
    """Keeps pictures that were read, under the lock of the board's stream; those that are there stay.

    Raises ImageNameTaken, ImagesFull.
    """
    fresh = {name: one for name, one in read.items() if _known(board, name, one.given) is None}
    if not fresh:
        return
    held = board.images.aggregate(sum=Sum("bytes"), count=Count("pk"))
    size = (held["sum"] or 0) + sum(len(one.examined.data) for one in fresh.values())
    if held["count"] + len(fresh) > limits.IMAGES_MAX or size > limits.IMAGES_BYTES_MAX:
        raise ImagesFull
    made = [_keep(head, board, actor, name, one, now) for name, one in fresh.items()]
    stream.append(head, [Draft(KIND, {"images": [view(row) for row in made]})], by=actor.pk, at=now)


def _keep(head: stream.Head, board: Board, actor: User, name: str, read: Read, now: datetime) -> BoardImage:
    examined = read.examined
    made = BoardImage(
        id=read.key,
        board=board,
        name=name,
        seq=head.seq + 1,
        by=actor,
        given=hashlib.sha256(read.given).hexdigest(),
        file=PICTURE.keep(read.written, owner=actor.pk),
        media_type=examined.media_type,
        bytes=len(examined.data),
        sha256=hashlib.sha256(examined.data).hexdigest(),
        width=read.width,
        height=read.height,
        made_at=now,
    )
    made.save(force_insert=True)
    return made


def require(board_id: UUID, elements: Iterable[wire.BoardElement]) -> None:
    """Nothing, when every picture that these elements show is on the board. Raises ImageUnknown."""
    named = {
        element.file_id
        for element in elements
        if element.type == wire.IMAGE and element.file_id is not None and not element.is_deleted
    }
    if named and BoardImage.objects.filter(board=board_id, name__in=named).count() != len(named):
        raise ImageUnknown


def readable(actor: User, room_id: UUID, name: str, *, layer: bool = False) -> BoardImage:
    """A picture of a board that the person may see. Raises StreamUnknown, NotFound."""
    board = queries.board_for(actor, room_id, layer=layer)
    found = None if board is None else board.images.select_related("file").filter(name=name).first()
    if found is None:
        raise NotFound
    return found


def content(row: BoardImage) -> bytes:
    """The bytes of a picture. Raises kernel.files.FileDamaged, kernel.crypto.BadSeal."""
    return PICTURE.open(row)


def shown_in(board_id: UUID, elements: Iterable[Mapping[str, Any]]) -> dict[str, bytes]:
    """The pictures that elements show, by name."""
    named = {element.get("fileId") for element in elements if element.get("type") == wire.IMAGE}
    rows = BoardImage.objects.select_related("file").filter(board=board_id, name__in=named - {None})
    return {row.name: content(row) for row in rows} if named else {}


def view(row: BoardImage) -> dict[str, Any]:
    """A picture as events name it. `sha256` is that of the bytes that are served."""
    return {
        "name": row.name,
        "type": row.media_type,
        "bytes": row.bytes,
        "width": row.width,
        "height": row.height,
        "sha256": row.sha256,
    }


def _known(board: Board, name: str, data: bytes) -> BoardImage | None:
    known = board.images.filter(name=name).first()
    # What was exported from here and comes back is the same picture too.
    if known is not None and hashlib.sha256(data).hexdigest() not in {known.given, known.sha256}:
        raise ImageNameTaken
    return known
