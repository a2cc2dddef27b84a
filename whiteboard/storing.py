"""The rows of a board, by hand-written SQL: they are read and written with every stroke that is finished."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

import orjson
from django.db import connection

from negotiation_hub.kernel import rows
from whiteboard import limits, merge
from whiteboard.merge import Stamp
from whiteboard.refusals import BoardFull

_EVENT_BYTES_MAX: Final = 60_000  # of the elements in one event, as in a command
_COUNTS = "SELECT shown, shown_bytes, gone FROM whiteboard_board WHERE id = %s"
_COUNTED = "UPDATE whiteboard_board SET shown = %s, shown_bytes = %s, gone = %s WHERE id = %s"
_HELD = (
    "SELECT element, version, nonce, deleted, content FROM whiteboard_element"
    " WHERE board_id = %s AND element "
)
_AMONG_SQLITE = f"{_HELD} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - constants
_AMONG_POSTGRES = f"{_HELD} = ANY(%s)"
_COLUMNS = ("version", "nonce", '"index"', "seq", "by_id", "deleted", "content")
# The author stays whoever it was, where the element is there.
_PUT = (
    f"INSERT INTO whiteboard_element (board_id, element, author_id, {', '.join(_COLUMNS)})"  # noqa: S608
    f" VALUES (%s, %s, %s, {', '.join(['%s'] * len(_COLUMNS))})"
    " ON CONFLICT (board_id, element) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS)
)


@dataclass(slots=True)
class Counts:
    """What the limits of a board are compared with: `Board` says what each is."""

    shown: int
    shown_bytes: int
    gone: int

    def count(self, *, deleted: bool, content: str, by: int) -> None:
        """Adds an element, or takes it away."""
        if deleted:
            self.gone += by
        else:
            self.shown += by
            self.shown_bytes += by * len(content.encode())

    def require_room(self, *, shows: bool, adds: bool) -> None:
        """Nothing, where there is room for what was counted. Raises BoardFull."""
        # Deleting is never refused: it is what helps.
        too_much = self.shown > limits.ELEMENTS_MAX or self.shown_bytes > limits.BOARD_BYTES_MAX
        if (shows and too_much) or (adds and self.shown + self.gone > limits.ELEMENTS_EVER_MAX):
            raise BoardFull


@dataclass(frozen=True, slots=True)
class Held:
    """What a board has of an element."""

    stamp: Stamp
    deleted: bool
    content: str


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


def take_over(board_id: UUID, asked: Sequence[C], *, seq: int, by: UUID, bounded: bool = True) -> list[C]:
    """Writes the elements that win into the rows of a locked board and returns them.

    Raises BoardFull, where the board's limits have to be asked.
    """
    held = _held(board_id, {element.id for element in asked})
    stamps = {name: one.stamp for name, one in held.items()}
    stamped = ((one.id, Stamp(one.version, one.version_nonce), one) for one in asked)
    won = list(merge.newest(stamped, stamps).values())
    if not won:
        return []
    (board,) = rows.ids([board_id])
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [board])
        counts = Counts(*cursor.fetchone())
        for element in won:
            if (old := held.get(element.id)) is not None:
                counts.count(deleted=old.deleted, content=old.content, by=-1)
            counts.count(deleted=element.is_deleted, content=element.content, by=1)
        if bounded:
            counts.require_room(
                shows=any(not one.is_deleted for one in won), adds=any(one.id not in held for one in won)
            )
        (author,) = rows.ids([by])
        cursor.executemany(_PUT, [_row(board, author, seq, element) for element in won])
        cursor.execute(_COUNTED, [counts.shown, counts.shown_bytes, counts.gone, board])
    return won


def _held(board_id: UUID, names: set[str]) -> dict[str, Held]:
    (board,) = rows.ids([board_id])
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            listed = orjson.dumps(list(names)).decode()
            cursor.execute(_AMONG_SQLITE, [board, listed])
        else:
            cursor.execute(_AMONG_POSTGRES, [board, list(names)])
        found = cursor.fetchall()
    return {
        name: Held(Stamp(version, nonce), bool(deleted), content)
        for name, version, nonce, deleted, content in found
    }


def _row(board: Any, author: Any, seq: int, element: Content) -> tuple[Any, ...]:
    changed = (element.version, element.version_nonce, element.index or "", seq, author, element.is_deleted)
    return (board, element.id, author, *changed, element.content)
