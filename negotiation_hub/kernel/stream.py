"""Streams: one function appends, inside the transaction it is given, under the lock of the stream's row.

`hash` = SHA-256 over canonical JSON of (tag, stream, seq, previous hash, kind, by, at, commitment); the
commitment is SHA-256 over a random salt and the content. Redaction removes salt and content and leaves the
commitment, so the chain still verifies and nothing can be guessed back.
"""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import orjson
from django.db import connection

from negotiation_hub.kernel import canonical, clock, commit, event_seal, heads, rows
from negotiation_hub.kernel.ids import uuid7
from negotiation_hub.kernel.models import Stream

_SALT_BYTES = 16  # nobody can try all short messages against a commitment
_WRITTEN = ("stream_id", "seq", "kind", "actor", "at_us", "command", "salt", "content", "commitment", "hash")
_HEAD = {"head_seq": "bigint", "head_hash": "bytea", "number": "bigint"}
_OF = "stream_id = (SELECT number FROM kernel_stream WHERE id = %s)"
_COLUMNS = "seq, kind, actor, at_us, content, hash, salt, commitment, command"


@dataclass(slots=True)
class Tip:
    """The number and hash of a stream's newest event, while its row is locked. `number` moves it on."""

    row: int  # the stream's own number, by which its events refer to it
    id: UUID
    name: str  # the id as text
    seq: int
    hash: bytes


class Addressed(Protocol):
    """Whatever knows a stream by all its names: the number of its row, its id, and that as text."""

    number: int
    stream: UUID
    name: str


@dataclass(slots=True)
class Head(Tip):
    """A locked stream with what it belongs to."""

    kind: str
    scope: UUID
    side: str


class Draft(NamedTuple):
    """An event before it has a number.

    `body` is JSON without floats; `milestone` has the new head signed at once.
    """

    kind: str
    body: dict[str, Any]
    milestone: bool = False


class Event(NamedTuple):
    """A numbered event as it stands in the log.

    `content` is the exact text that was hashed, None once redacted. A tuple, as thousands are made a second.
    """

    stream: UUID
    seq: int
    kind: str
    by: str | None  # a person's id, as the wire and the chain write it
    at: datetime
    content: str | None
    hash: bytes
    salt: bytes | None
    commitment: bytes
    command: str | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The content as data; empty once redacted."""
        return {} if self.content is None else orjson.loads(self.content)


# An event before it has a number: its kind, its content in the canonical form that is hashed, its author as
# text, the id of the command. A plain tuple, as thousands are made a second.
Unwritten = tuple[str, str, str | None, str | None]


Listener = Callable[[Sequence[Event]], None]
committed: list[Listener] = []  # told, in order, of what was committed by this process: the hub's way in
# Called with a locked stream and numbers before what these events say is removed, in the same transaction:
# whoever keeps copies of words takes them away. They may lock what is their own, and no stream.
removing: list[Callable[[Tip, Sequence[int]], None]] = []


def create(*, kind: str, scope: UUID, side: str = "", id: UUID | None = None) -> Head:
    """Makes an empty stream in the open transaction; the caller holds it."""
    commit.require_transaction()
    stream_id = id or uuid7()
    first = genesis(stream_id)
    row = Stream.objects.create(id=stream_id, kind=kind, scope=scope, side=side, head_hash=first)
    return Head(row.number, stream_id, str(stream_id), 0, first, kind, scope, side)


def lock_free(wanted: Sequence[Addressed]) -> list[Tip | None]:
    """Locks those of the streams that nobody holds, in one statement, and never waits.

    In the place of a stream that another transaction holds, or that does not exist, stands None.
    """
    commit.require_transaction()
    how = "" if connection.vendor == "sqlite" else " ORDER BY number FOR NO KEY UPDATE SKIP LOCKED"
    numbers = [one.number for one in wanted]
    locked = rows.fetch(
        f"SELECT number, head_seq, head_hash FROM kernel_stream WHERE number {{}}{how}",  # noqa: S608
        numbers,
        "bigint",
    )
    found = {number: (seq, digest) for number, seq, digest in locked}
    return [
        Tip(one.number, one.stream, one.name, head[0], bytes(head[1]))
        if (head := found.get(one.number)) is not None
        else None
        for one in wanted
    ]


def lock(stream_id: UUID) -> Head | None:
    """Locks the stream's row until the transaction ends; None when there is no such stream.

    On SQLite the transaction already holds the only write lock. PostgreSQL: NO KEY UPDATE, so that inserting
    events (whose foreign key takes a key-share lock) by others is not what we wait for.
    """
    commit.require_transaction()
    how = "" if connection.vendor == "sqlite" else " FOR NO KEY UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, scope, side, head_seq, head_hash, number FROM kernel_stream WHERE id = %s{how}",  # noqa: S608 - constant
            [_db(stream_id)],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    kind, scope, side, seq, digest, number = row
    return Head(number, stream_id, str(stream_id), seq, bytes(digest), kind, _uuid(scope), side)


def append(
    head: Head, drafts: Sequence[Draft], *, by: UUID | None, at: datetime, command: UUID | str | None = None
) -> list[Event]:
    """Appends events to a locked stream and moves its head; listeners hear of them after the commit.

    `command` is the id that the author's client gave; the first event carries it, so that a repetition finds
    its answer.
    """
    commit.require_transaction()
    author = None if by is None else str(by)
    unwritten: list[Unwritten] = [(draft.kind, canonical.dumps(draft.body), author, None) for draft in drafts]
    unwritten[0] = (*unwritten[0][:3], None if command is None else str(command))
    events = number(head, unwritten, at=at)
    store([(head, events)], seal=head.kind in event_seal.streams)
    if any(draft.milestone for draft in drafts):
        heads.sign(Stream(number=head.row, id=head.id), head.seq, head.hash, at=at)
    commit.after(lambda: _tell(events))
    return events


def number(head: Tip, unwritten: Sequence[Unwritten], *, at: datetime) -> list[Event]:
    """Gives events their numbers and hashes and moves the head on. Nothing is written: `store` does that."""
    stream_id, name, seq, previous = head.id, head.name, head.seq, head.hash
    at_text, salts = clock.text(at), os.urandom(_SALT_BYTES * len(unwritten))
    events = []
    for kind, content, by, command in unwritten:
        salt, salts = salts[:_SALT_BYTES], salts[_SALT_BYTES:]
        seq += 1
        commitment = commitment_of(salt, content)
        previous = hash_of(name, seq, previous, kind, by, at_text, commitment)
        events.append(Event(stream_id, seq, kind, by, at, content, previous, salt, commitment, command))
    head.seq, head.hash = seq, previous
    return events


def store(written: Sequence[tuple[Tip, Sequence[Event]]], *, seal: bool = False) -> None:
    """Writes numbered events, and the heads of their streams, which the open transaction has locked.

    `seal`: what they say is sealed at rest. The chain is over what they say, sealed or not.
    Raises django.db.IntegrityError when one is there already.
    """
    commit.require_transaction()
    rows.insert("kernel_event", _WRITTEN, _rows(written, seal=seal))
    heads_now = [(tip.seq, tip.hash, tip.row) for tip, _ in written]
    rows.update("kernel_stream", _HEAD, heads_now, always="unsigned = true")


def answered(stream_id: UUID, *, by: UUID | None, command: UUID | str) -> Event | None:
    """The first event of a command that this author has already had committed on this stream."""
    who, values = ("actor IS NULL", []) if by is None else ("actor = %s", [_short(by)])
    found = _select(stream_id, f"command = %s AND {who} LIMIT 1", [_short(command), *values])
    return next(iter(found), None)


def answered_all(
    commands: Collection[tuple[int, str, str]],
) -> dict[tuple[int, str, str], tuple[int, bytes]]:
    """Of commands (number of the stream's row, author, id) those that were committed before.

    With number and hash of their first event.
    """
    values = ",".join(["(%s,%s,%s)"] * len(commands))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stream_id, actor, command, seq, hash FROM kernel_event"  # noqa: S608 - holes only
            f" WHERE (stream_id, command, actor) IN (VALUES {values})",
            [item for number, by, command in commands for item in (number, _short(command), _short(by))],
        )
        found = cursor.fetchall()
    return {(a, str(_uuid(b)), str(_uuid(c))): (seq, bytes(digest)) for a, b, c, seq, digest in found}


def at(stream_id: UUID, seq: int) -> Event | None:
    """One event by its number."""
    return next(iter(_select(stream_id, "seq = %s", [seq])), None)


def numbered(stream_id: UUID, numbers: Sequence[int]) -> dict[int, Event]:
    """The events with these numbers, as far as there are any."""
    holes = ",".join(["%s"] * len(numbers))
    return {event.seq: event for event in _select(stream_id, f"seq IN ({holes})", list(numbers))}


def after(stream_id: UUID, seq: int, *, limit: int, damaged: str | None = None) -> list[Event]:
    """The events behind `seq`, oldest first. `damaged` is what stands for a broken seal."""
    return _select(stream_id, "seq > %s ORDER BY seq LIMIT %s", [seq, limit], damaged=damaged)


def before(stream_id: UUID, seq: int, *, limit: int) -> list[Event]:
    """The `limit` events in front of `seq`, oldest first."""
    return _select(stream_id, "seq < %s ORDER BY seq DESC LIMIT %s", [seq, limit])[::-1]


def of_kinds(stream_id: UUID, *kinds: str, since: int) -> list[Event]:
    """The events of these kinds behind number `since`, oldest first."""
    holes = ",".join(["%s"] * len(kinds))
    return _select(stream_id, f"seq > %s AND kind IN ({holes}) ORDER BY seq", [since, *kinds])


def emptied(stream_id: UUID) -> list[Event]:
    """The events whose content is gone, oldest first."""
    return _select(stream_id, "content IS NULL ORDER BY seq", [])


def redact(head: Head, numbers: Sequence[int]) -> None:
    """Removes what events of a locked stream say, with their salts, for good. The chain still verifies."""
    commit.require_transaction()
    for forget in removing:
        forget(head, numbers)
    holes = ",".join(["%s"] * len(numbers))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE kernel_event SET content = NULL, salt = NULL WHERE stream_id = %s AND seq IN ({holes})",  # noqa: S608
            [head.row, *numbers],
        )


def outline(stream_id: UUID, *, before: int, without: str, limit: int) -> list[Event]:
    """The `limit` events in front of number `before`, oldest first; those of kind `without` have no content.

    What is said takes most of a log's room, and an overview only counts it.
    """
    columns = _COLUMNS.replace("content", "CASE WHEN kind = %s THEN NULL ELSE content END")
    return _select(
        stream_id,
        "seq < %s ORDER BY seq DESC LIMIT %s",
        [before, limit],
        columns=columns,
        chosen=[without],
    )[::-1]


def everything(stream_id: UUID, *, page: int = 500, damaged: str | None = None) -> Iterator[Event]:
    """All events of a stream in order, read page by page. `damaged` is what stands for a broken seal."""
    seen = 0
    while events := after(stream_id, seen, limit=page, damaged=damaged):
        yield from events
        seen = events[-1].seq


def head_of(names: Iterable[str]) -> dict[str, int]:
    """The newest number of each stream named. One query."""
    found = Stream.objects.filter(id__in=list(names)).values_list("id", "head_seq")
    return {str(stream_id): seq for stream_id, seq in found}


def genesis(stream_id: UUID) -> bytes:
    """The hash that stands before event 1."""
    return canonical.digest(["negotiation-hub/stream/1", str(stream_id)])


def commitment_of(salt: bytes, content: str) -> bytes:
    """What binds an event to its content without telling it."""
    return hashlib.sha256(salt + content.encode()).digest()


def hash_of(
    stream: str, seq: int, previous: bytes, kind: str, by: str | None, at_text: str, commitment: bytes
) -> bytes:
    """The chain's next hash. 32 bytes."""
    # The canonical JSON of a list whose items need no escaping, written out: encoding it takes longer.
    actor = "null" if by is None else f'"{by}"'
    text = (
        f'["negotiation-hub/event/1","{stream}",{seq},"{previous.hex()}","{kind}",{actor},"{at_text}",'
        f'"{commitment.hex()}"]'
    )
    return hashlib.sha256(text.encode()).digest()


def _rows(written: Sequence[tuple[Tip, Sequence[Event]]], *, seal: bool) -> Iterator[tuple[Any, ...]]:
    native = connection.features.has_native_uuid_field
    moment, at_us = None, 0
    for tip, events in written:
        number = tip.row
        for _, seq, kind, by, at, content, digest, salt, commitment, command in events:
            if at is not moment:
                moment, at_us = at, clock.to_us(at)
            if seal and content is not None and kind not in event_seal.clear:
                content = event_seal.seal(tip.name, seq, content)  # noqa: PLW2901
            yield (
                number,
                seq,
                kind,
                by if native or by is None else bytes.fromhex(by.replace("-", "")),
                at_us,
                command if native or command is None else bytes.fromhex(command.replace("-", "")),
                salt,
                content,
                commitment,
                digest,
            )


def _select(
    stream_id: UUID,
    where: str,
    values: list[Any],
    *,
    columns: str = _COLUMNS,
    chosen: Sequence[Any] = (),  # what the columns have holes for
    damaged: str | None = None,
) -> list[Event]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM kernel_event WHERE {_OF} AND {where}",  # noqa: S608 - constants only
            [*chosen, _db(stream_id), *values],
        )
        return [_event(stream_id, row, damaged) for row in cursor.fetchall()]


def _event(stream_id: UUID, row: Sequence[Any], damaged: str | None) -> Event:
    seq, kind, actor, at_us, content, digest, salt, commitment, command = row
    return Event(
        stream=stream_id,
        seq=seq,
        kind=kind,
        by=None if actor is None else str(_uuid(actor)),
        at=clock.from_us(at_us),
        content=event_seal.opened(stream_id, seq, content, damaged=damaged),
        hash=bytes(digest),
        salt=None if salt is None else bytes(salt),
        commitment=bytes(commitment),
        command=None if command is None else str(_uuid(command)),
    )


def _db(value: UUID) -> Any:
    # SQLite has no UUID type: Django stores 32 hexadecimal digits, and hand-written SQL must too.
    return value if connection.features.has_native_uuid_field else value.hex


def _short(value: UUID | str) -> Any:
    # A ShortUUIDField.
    value = _uuid(value)
    return value if connection.features.has_native_uuid_field else value.bytes


def _uuid(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    return UUID(value) if isinstance(value, str) else UUID(bytes=bytes(value))


def _tell(events: Sequence[Event]) -> None:
    for listener in committed:
        listener(events)
