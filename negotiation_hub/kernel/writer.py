"""The group-commit writer: many simple commands of many streams in one transaction.

A thread of its own with a connection of its own. While one transaction waits for the disk, the next batch
gathers. Answers and broadcasts follow the COMMIT. Rich commands (offers, orders, money) are services with a
transaction of their own; a stream that one of them holds is left for the next round, so nobody waits.
"""

import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connection

from negotiation_hub.kernel import authority, canonical, clock, commit, limits, stream, wire
from negotiation_hub.kernel.line import Line
from negotiation_hub.kernel.refusals import Busy, Refusal
from negotiation_hub.kernel.stream import Tip

log = logging.getLogger(__name__)


class AuthorityChanged(Refusal):
    """What the author may do has changed since it was looked up: it must be looked up again."""

    code = "authority.changed"
    temporary = True


class Answer(NamedTuple):
    """The number and hash of a command's first event (of the head, where it wrote none)."""

    seq: int
    hash: bytes


class Grant:
    """That a person may write to a stream, as it was looked up at `version` of their authority."""

    __slots__ = ("by", "by_text", "name", "number", "stream", "version")

    def __init__(self, number: int, stream: UUID, by: UUID, version: int) -> None:
        self.number, self.stream, self.by, self.version = number, stream, by, version
        self.name, self.by_text = str(stream), str(by)  # here once, and not for every message


Outcome = Answer | Refusal


class Author(Protocol):
    """Who sent an entry, and is told what became of it."""

    line: Line

    def settled(self, entry: "Entry", outcome: Outcome) -> None:
        """Called once, by `tell`, after the commit."""


@dataclass(slots=True, eq=False)
class Entry:
    """A simple command: one event, of somebody who may."""

    id: str
    grant: Grant
    kind: str
    body: dict[str, Any]
    author: Author
    frame: Any = None  # as it was sent: what may not be written simply any more is judged by its service
    rounds: int = 0


class Written(NamedTuple):
    """What one transaction wrote to one stream: the events from number `first` on, encoded for the wire."""

    stream: str
    first: int
    encoded: list[str]


Settled = list[tuple[Entry, Outcome]]
Tell = Callable[[Settled, list[Written]], None]


@dataclass(eq=False)
class Writer:
    """Takes entries from one event loop; `tell` is called on the writer's thread after each commit."""

    tell: Tell
    _queue: SimpleQueue[Sequence[Entry] | None] = field(default_factory=SimpleQueue)  # None: the end
    _submitted: int = 0  # counted by the loop alone, as the next one is by the thread alone
    _taken: int = 0
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread, once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Writes what waits, and ends the thread."""
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join(timeout=limits.STOP_WITHIN_S)

    def submit(self, entries: Sequence[Entry]) -> None:
        """Queues entries in their order. Raises Busy, for all of them, when too many wait."""
        if self.waiting + len(entries) > limits.WRITER_QUEUE_MAX:
            raise Busy(retry_after_ms=limits.BUSY_RETRY_MS)
        self._submitted += len(entries)
        self._queue.put(entries)

    @property
    def waiting(self) -> int:
        """How many entries wait for a transaction."""
        return self._submitted - self._taken

    def _run(self) -> None:
        fresh: deque[Entry] = deque()
        held: list[Entry] = []  # their streams were locked by services; tried again soon
        ending = False
        while not (ending and not fresh):
            patience = 0 if fresh else limits.WRITER_HELD_RETRY_S if held else None
            ending |= self._gather(fresh, patience)
            room = limits.WRITER_BATCH_MAX - len(held)
            taken = [fresh.popleft() for _ in range(min(room, len(fresh)))]
            self._taken += len(taken)
            held = self._write(held + taken)
        connection.close()

    def _gather(self, fresh: deque[Entry], patience: float | None) -> bool:
        """Takes in what was submitted, waiting so many seconds for the first of it; whether it is the end."""
        try:
            some = self._queue.get(timeout=patience) if patience != 0 else self._queue.get_nowait()
            while some is not None:
                fresh.extend(some)
                some = self._queue.get_nowait()
        except Empty:
            return False
        return True

    def _write(self, entries: list[Entry]) -> list[Entry]:
        """One round; returns the entries that were left for the next one."""
        if not entries:
            return []
        try:
            settled, written, left = write(entries)
        except Exception:
            log.exception("the writer failed with a batch of %d", len(entries))
            settled, written, left = _all_refused(entries)
        if settled:
            self.tell(settled, written)
        return left


Round = tuple[Settled, list[Written], list[Entry]]


def write(entries: Sequence[Entry]) -> Round:
    """Commits entries together: what became of each, what was written, and what a lock left over.

    An entry that cannot be written is refused alone. A database that is away refuses all, after a second try
    on a new connection: should the first COMMIT have got through after all, the ids of the commands tell.
    """
    try:
        try:
            return _commit(entries, known={})
        except IntegrityError:
            return _commit_unknown(entries)  # a command is there already, as after a reconnect
        except DataError:
            return _one_by_one(entries)
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            log.exception("a batch of %d cannot be written", len(entries))
            return _one_by_one(entries)
    except (DatabaseError, InterfaceError) as error:
        log.warning("the database refused %d entries: %r", len(entries), error)
        connection.close()
    try:
        return _commit_unknown(entries)
    except (DatabaseError, InterfaceError) as error:
        log.warning("the database refused %d entries again: %r", len(entries), error)
        connection.close()
        return _all_refused(entries)


def _commit_unknown(entries: Sequence[Entry]) -> Round:
    """Commits those of the entries that were not committed before; the others get their first answer."""
    with commit.snapshot():
        known = stream.answered_all(
            {(entry.grant.number, entry.grant.by_text, entry.id) for entry in entries}
        )
    try:
        return _commit(entries, known=known)
    except (DataError, IntegrityError):
        return _one_by_one(entries)


def _one_by_one(entries: Sequence[Entry]) -> Round:
    if len(entries) == 1:
        log.error("an event of kind %s cannot be written", entries[0].kind)
        return _all_refused(entries)
    rounds = [write([entry]) for entry in entries]
    return (
        [one for settled, _, _ in rounds for one in settled],
        [one for _, written, _ in rounds for one in written],
        [one for _, _, left in rounds for one in left],
    )


def _all_refused(entries: Sequence[Entry]) -> Round:
    return [(entry, wire.Internal(retry_after_ms=limits.BUSY_RETRY_MS)) for entry in entries], [], []


Known = dict[tuple[int, str, str], tuple[int, bytes]]


def _commit(entries: Sequence[Entry], *, known: Known) -> Round:
    by_stream: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_stream[entry.grant.number].append(entry)
    now = clock.now()
    settled: Settled = []
    left: list[Entry] = []
    numbered: list[tuple[Tip, list[stream.Event]]] = []
    accepted: list[list[Entry]] = []
    with commit.transact("stream"):
        tips = stream.lock_free([wanted[0].grant for wanted in by_stream.values()])
        people = {entry.grant.by_text: entry.grant.by for entry in entries}
        versions = dict(zip(people, authority.versions(people.values()), strict=True))
        for wanted, tip in zip(by_stream.values(), tips, strict=True):
            if tip is None:
                _leave(wanted, settled, left)
            elif admitted := _admitted(wanted, versions, known, settled):
                once = _once(admitted)
                events = _number(tip, once, now)
                _answer(admitted, once, events, settled)
                numbered.append((tip, events))
                accepted.append(once)
        if numbered:
            stream.store(numbered)
    written = [_encoded(once, events) for once, (_, events) in zip(accepted, numbered, strict=True)]
    return settled, written, left


def _leave(wanted: list[Entry], settled: Settled, left: list[Entry]) -> None:
    # Held by a service, or gone. A stream never goes, so what is missing for long is something else's fault.
    for entry in wanted:
        entry.rounds += 1
        if entry.rounds > limits.WRITER_ROUNDS_MAX:
            settled.append((entry, Busy(retry_after_ms=limits.BUSY_RETRY_MS)))
        else:
            left.append(entry)


def _admitted(wanted: list[Entry], versions: dict[str, int], known: Known, settled: Settled) -> list[Entry]:
    """Those that may be written now; what was written before is answered as at first."""
    admitted = []
    for entry in wanted:
        grant = entry.grant
        if versions[grant.by_text] != grant.version:
            settled.append((entry, AuthorityChanged()))
        elif known and (first := known.get((grant.number, grant.by_text, entry.id))) is not None:
            settled.append((entry, Answer(*first)))
        else:
            admitted.append(entry)
    return admitted


def _once(admitted: list[Entry]) -> list[Entry]:
    # A command that is there twice in one batch is written once, and answered twice.
    if len(admitted) == 1:
        return admitted
    return list({(entry.grant.by_text, entry.id): entry for entry in admitted}.values())


def _number(tip: Tip, once: list[Entry], now: datetime) -> list[stream.Event]:
    return stream.number(
        tip, [(one.kind, canonical.dumps(one.body), one.grant.by_text, one.id) for one in once], at=now
    )


def _answer(admitted: list[Entry], once: list[Entry], events: list[stream.Event], settled: Settled) -> None:
    if len(once) == len(admitted):
        settled += [(entry, Answer(event.seq, event.hash)) for entry, event in zip(once, events, strict=True)]
        return
    answers = {(event.by, event.command): Answer(event.seq, event.hash) for event in events}
    settled += [(entry, answers[entry.grant.by_text, entry.id]) for entry in admitted]


def _encoded(once: list[Entry], events: list[stream.Event]) -> Written:
    encoded = [wire.event_json(event, entry.body) for entry, event in zip(once, events, strict=True)]
    return Written(once[0].grant.name, events[0].seq, encoded)
