"""Streams: one function appends, inside the transaction it is given, under the lock of the stream's row.

`hash` = SHA-256 over canonical JSON of (tag, stream, seq, previous hash, kind, by, at, commitment); the
commitment is SHA-256 over a random salt and the content. Redaction removes salt and content and leaves the
commitment, so the chain still verifies and nothing can be guessed back.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from negotiation_hub.kernel import canonical, clock, commit, heads
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.models import Stream

_SALT_BYTES = 16  # nobody can try all short messages against a commitment
_COLUMNS = "seq, kind, actor, at_us, content, hash, salt, commitment, command"


@dataclass(slots=True)
class Head:
    """A stream whose row is locked, with the number and hash of its newest event. `append` moves it on."""

    id: UUID
    kind: str
    scope: UUID
    side: str
    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a number.

    `body` is JSON without floats; `milestone` has the new head signed at once.
    """

    kind: str
    body: dict[str, Any]
    milestone: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A numbered event as it stands in the log.

    `content` is the exact text that was hashed, None once redacted.
    """

    stream: UUID
    seq: int
    kind: str
    by: UUID | None
    at: datetime
    content: str | None
    hash: bytes
    salt: bytes | None
    commitment: bytes
    command: UUID | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The content as data; empty once redacted."""
        return {} if self.content is None else json.loads(self.content)


Listener = Callable[[Sequence[Event]], None]
committed: list[Listener] = []  # told, in order, of what was committed by this process: the hub's way in


def create(*, kind: str, scope: UUID, side: str = "", id: UUID | None = None) -> Head:
    """Makes an empty stream in the open transaction; the caller holds it."""
    commit.require_transaction()
    stream_id = id or uuid7()
    first = genesis(stream_id)
    Stream.objects.create(id=stream_id, kind=kind, scope=scope, side=side, head_hash=first)
    return Head(stream_id, kind, scope, side, 0, first)


def lock(stream_id: UUID) -> Head | None:
    """Locks the stream's row until the transaction ends; None when there is no such stream.

    On SQLite the transaction already holds the only write lock. PostgreSQL: NO KEY UPDATE, so that inserting
    events (whose foreign key takes a key-share lock) by others is not what we wait for.
    """
    commit.require_transaction()
    how = "" if connection.vendor == "sqlite" else " FOR NO KEY UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, scope, side, head_seq, head_hash FROM kernel_stream WHERE id = %s{how}",  # noqa: S608 - constant
            [_db(stream_id)],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return Head(stream_id, row[0], UUID(str(row[1])), row[2], row[3], bytes(row[4]))


def append(
    head: Head, drafts: Sequence[Draft], *, by: UUID | None, at: datetime, command: UUID | None = None
) -> list[Event]:
    """Appends events to a locked stream and moves its head; listeners hear of them after the commit.

    `command` is the id that the author's client gave; the first event carries it, so that a repetition finds
    its answer.
    """
    commit.require_transaction()
    events = list(_numbered(head, drafts, by, at, command))
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO kernel_event"
            " (stream_id, seq, kind, actor, at_us, command, salt, content, commitment, hash) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [_row(event) for event in events],
        )
        head.seq, head.hash = events[-1].seq, events[-1].hash
        cursor.execute(
            "UPDATE kernel_stream SET head_seq = %s, head_hash = %s WHERE id = %s",
            [head.seq, head.hash, _db(head.id)],
        )
    if any(draft.milestone for draft in drafts):
        heads.sign(head.id, head.seq, head.hash, at=at)
    commit.after(lambda: _tell(events))
    return events


def answered(stream_id: UUID, *, by: UUID | None, command: UUID) -> Event | None:
    """The first event of a command that this author has already had committed on this stream."""
    who, values = ("actor IS NULL", []) if by is None else ("actor = %s", [_db(by)])
    found = _select(stream_id, f"command = %s AND {who} LIMIT 1", [_db(command), *values])
    return next(iter(found), None)


def at(stream_id: UUID, seq: int) -> Event | None:
    """One event by its number."""
    return next(iter(_select(stream_id, "seq = %s", [seq])), None)


def after(stream_id: UUID, seq: int, *, limit: int) -> list[Event]:
    """The events behind `seq`, oldest first."""
    return _select(stream_id, "seq > %s ORDER BY seq LIMIT %s", [seq, limit])


def before(stream_id: UUID, seq: int, *, limit: int) -> list[Event]:
    """The `limit` events in front of `seq`, oldest first."""
    return _select(stream_id, "seq < %s ORDER BY seq DESC LIMIT %s", [seq, limit])[::-1]


def everything(stream_id: UUID, *, page: int = 500) -> Iterator[Event]:
    """All events of a stream in order, read page by page."""
    seen = 0
    while events := after(stream_id, seen, limit=page):
        yield from events
        seen = events[-1].seq


def head_of(stream_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The newest number of each stream named. One query."""
    return dict(Stream.objects.filter(id__in=list(stream_ids)).values_list("id", "head_seq"))


def genesis(stream_id: UUID) -> bytes:
    """The hash that stands before event 1."""
    return canonical.digest(["negotiation-hub/stream/1", str(stream_id)])


def commitment_of(salt: bytes, content: str) -> bytes:
    """What binds an event to its content without telling it."""
    return hashlib.sha256(salt + content.encode()).digest()


def hash_of(
    stream: UUID, seq: int, previous: bytes, kind: str, by: UUID | None, at_text: str, commitment: bytes
) -> bytes:
    """The chain's next hash. 32 bytes."""
    actor = None if by is None else str(by)
    return canonical.digest(
        ["negotiation-hub/event/1", str(stream), seq, previous.hex(), kind, actor, at_text, commitment.hex()]
    )


def _numbered(
    head: Head, drafts: Sequence[Draft], by: UUID | None, moment: datetime, command: UUID | None
) -> Iterator[Event]:
    previous, at_text = head.hash, clock.text(moment)
    for offset, draft in enumerate(drafts):
        seq = head.seq + 1 + offset
        content, salt = canonical.dumps(draft.body), os.urandom(_SALT_BYTES)
        commitment = commitment_of(salt, content)
        previous = hash_of(head.id, seq, previous, draft.kind, by, at_text, commitment)
        yield Event(
            stream=head.id,
            seq=seq,
            kind=draft.kind,
            by=by,
            at=moment,
            content=content,
            hash=previous,
            salt=salt,
            commitment=commitment,
            command=command if offset == 0 else None,
        )


def _row(event: Event) -> list[Any]:
    return [
        _db(event.stream),
        event.seq,
        event.kind,
        None if event.by is None else _db(event.by),
        clock.to_us(event.at),
        None if event.command is None else _db(event.command),
        event.salt,
        event.content,
        event.commitment,
        event.hash,
    ]


def _select(stream_id: UUID, where: str, values: list[Any]) -> list[Event]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM kernel_event WHERE stream_id = %s AND {where}",  # noqa: S608 - constants only
            [_db(stream_id), *values],
        )
        return [_event(stream_id, row) for row in cursor.fetchall()]


def _event(stream_id: UUID, row: Sequence[Any]) -> Event:
    seq, kind, actor, at_us, content, digest, salt, commitment, command = row
    return Event(
        stream=stream_id,
        seq=seq,
        kind=kind,
        by=None if actor is None else UUID(str(actor)),
        at=clock.from_us(at_us),
        content=content,
        hash=bytes(digest),
        salt=None if salt is None else bytes(salt),
        commitment=bytes(commitment),
        command=None if command is None else UUID(str(command)),
    )


def _db(value: UUID) -> Any:
    # SQLite has no UUID type: Django stores 32 hexadecimal digits, and hand-written SQL must too.
    return value if connection.features.has_native_uuid_field else value.hex


def _tell(events: Sequence[Event]) -> None:
    for listener in committed:
        listener(events)
