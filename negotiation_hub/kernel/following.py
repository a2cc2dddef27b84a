"""Readers behind the log: each is given what was appended to the streams, in order of their numbers.

Nobody who writes waits for a reader, and a reader that was away goes on where it was. What it gets may come
again after a crash, so readers are idempotent. To look costs what has moved, not what there is: a head that
moved is unsigned until it is signed, and signing leaves a row; once a minute all heads are looked at.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import DatabaseError, close_old_connections, connection

from negotiation_hub.kernel import clock, commit, event_seal
from negotiation_hub.kernel.models import Followed, SignedHead

LOOK_INTERVAL_S: Final = 0.25  # between two looks at what has moved: two indexes, some 100 microseconds
REST_FOR_WORK: Final = 9  # a reader rests nine times as long as it computed: a tenth of one core
REST_MAX_S: Final = 1  # but no longer: what was said is found within two seconds
EVENTS_IN_A_PASS: Final = 1_000  # then it rests: a tenth of a second's work
SWEEP_INTERVAL_S: Final = 60  # between two looks at all heads
KEEP_INTERVAL_S: Final = 2  # between two notes of how far a reader has come, when it had nothing to write
STREAMS_AT_ONCE: Final = 100  # read in one statement
EVENTS_AT_ONCE: Final = 50  # of one stream: who floods one room does not hold up the others
_MOVED_MAX: Final = 5_000  # streams that are looked at in one pass
_UNSETTLED: Final = 200  # signed heads that may have got their numbers before others, and be committed later

log = logging.getLogger(__name__)


class Told(NamedTuple):
    """An event as a reader gets it. `content` is canonical JSON, None once it was removed."""

    stream: UUID
    seq: int
    kind: str
    by: UUID | None
    at: datetime
    content: str | None


# Of events in order, stream by stream, and the moment: says whether it wrote anything.
Reader = Callable[[Sequence[Told], datetime], bool]
_readers: dict[str, tuple[str, Reader]] = {}


def follow(name: str, kind: str) -> Callable[[Reader], Reader]:
    """Registers a reader of all streams of a kind, under the name by which it is remembered."""

    def register(function: Reader) -> Reader:
        _readers[name] = (kind, function)
        return function

    return register


class _Moved(NamedTuple):
    number: int
    stream: UUID
    head: int
    seen: int


@dataclass
class Place:
    """How far one reader has come. Kept in memory between two notes in the database."""

    name: str
    kind: str
    read: Reader
    last: int = 0  # the number of the stream where the last pass ended: the next one begins behind it
    signed: int = 0  # the newest signed head that was looked at
    swept_at: float = float("-inf")  # monotonic seconds
    kept_at: float = 0.0
    seen: dict[int, int] = field(default_factory=dict)  # by the number of a stream's row

    def go_on(self, now: datetime) -> bool:
        """Reads one page of each stream that has moved; False when none had."""
        newest = SignedHead.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        moved = self._moved()
        moved.sort(key=lambda one: (one.number <= self.last, one.number))
        left = EVENTS_IN_A_PASS
        for start in range(0, len(moved), STREAMS_AT_ONCE):
            if left <= 0:
                return True
            some = moved[start : start + STREAMS_AT_ONCE]
            events = list(_events(some))
            left -= len(events)
            self.last = some[-1].number
            wrote = self.read(events, now) if events else False
            self.seen.update({one.number: min(one.head, one.seen + EVENTS_AT_ONCE) for one in some})
            if wrote:
                self.keep()
        if all(one.head <= one.seen + EVENTS_AT_ONCE for one in moved):  # else those are looked for again
            self.signed = newest
        if time.monotonic() - self.kept_at >= KEEP_INTERVAL_S:
            self.keep()
        return bool(moved)

    def keep(self) -> None:
        """Notes down how far it has come."""
        self.kept_at = time.monotonic()
        if not self.seen:
            return
        rows = [Followed(reader=self.name, stream_id=number, seq=seq) for number, seq in self.seen.items()]
        with commit.transact():
            Followed.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["reader", "stream"], update_fields=["seq"]
            )
        self.seen.clear()

    def _moved(self) -> list[_Moved]:
        where, values = "", []
        if time.monotonic() - self.swept_at < SWEEP_INTERVAL_S:
            where = (
                " AND s.number IN (SELECT number FROM kernel_stream WHERE unsigned"
                " UNION SELECT stream_id FROM kernel_signedhead WHERE id > %s)"
            )
            values = [self.signed - _UNSETTLED]
        else:
            self.swept_at = time.monotonic()
        return [one for one in self._behind(where, values) if one.head > one.seen]

    def _behind(self, where: str, values: list[int]) -> Iterator[_Moved]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT s.number, s.id, s.head_seq, COALESCE(f.seq, 0) FROM kernel_stream s"  # noqa: S608
                " LEFT JOIN kernel_followed f ON f.stream_id = s.number AND f.reader = %s"
                f" WHERE s.kind = %s AND s.head_seq > COALESCE(f.seq, 0){where} LIMIT {_MOVED_MAX}",
                [self.name, self.kind, *values],
            )
            for number, stream_id, head, seen in cursor.fetchall():
                yield _Moved(number, _uuid(stream_id), head, max(seen, self.seen.get(number, 0)))


def _events(moved: Sequence[_Moved]) -> Iterator[Told]:
    """What is behind the place in each of the streams, at most one page of each. One statement."""
    named = {one.number: one.stream for one in moved}
    after = ",".join(f"({one.number},{one.seen})" for one in moved)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH w(number, seen) AS (VALUES {after})"  # noqa: S608 - whole numbers and constants
            " SELECT e.stream_id, e.seq, e.kind, e.actor, e.at_us, e.content FROM w JOIN kernel_event e"
            f" ON e.stream_id = w.number AND e.seq > w.seen AND e.seq <= w.seen + {EVENTS_AT_ONCE}"
            " ORDER BY e.stream_id, e.seq"
        )
        for number, seq, kind, actor, at_us, content in cursor.fetchall():
            by = None if actor is None else _uuid(actor)
            said = event_seal.opened(named[number], seq, content)
            yield Told(named[number], seq, kind, by, clock.from_us(at_us), said)


def _uuid(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    return UUID(value) if isinstance(value, str) else UUID(bytes=bytes(value))


def places() -> list[Place]:
    """A place for each reader, where it last was."""
    return [Place(name, kind, read) for name, (kind, read) in _readers.items()]


def catch_up(now: datetime) -> None:
    """Lets every reader read all that there is. Tests and commands use it; servers have a `Follower`."""
    for place in places():
        while place.go_on(now):
            pass
        place.keep()


class Follower(threading.Thread):
    """Lets the readers go on until `stop` is called. Beside the worker, so that no long job is in the way."""

    def __init__(self) -> None:
        super().__init__(name="follower", daemon=True)
        self._stopping = threading.Event()

    def run(self) -> None:
        """The loop. A database that is away is waited for; a reader that fails tries again."""
        following = places()
        rest_s = LOOK_INTERVAL_S
        while not self._stopping.wait(rest_s):
            began = time.thread_time()  # of this thread: to wait for the database is no work
            for place in following:
                self._go_on(place)
            rest_s = min(max(LOOK_INTERVAL_S, REST_FOR_WORK * (time.thread_time() - began)), REST_MAX_S)
        for place in following:
            self._keep(place)

    def _go_on(self, place: Place) -> None:
        try:
            close_old_connections()
            place.go_on(clock.now())
        except DatabaseError as error:
            log.warning("the reader %s waits for the database: %r", place.name, error)
            self._stopping.wait(1)
        except Exception:
            log.exception("the reader %s failed; it tries again", place.name)
            self._stopping.wait(1)

    def _keep(self, place: Place) -> None:
        try:
            place.keep()
        except DatabaseError as error:  # what it has read comes again
            log.warning("the reader %s could not say how far it came: %r", place.name, error)

    def stop(self) -> None:
        """Asks the thread to end after the page in hand, and waits for it."""
        self._stopping.set()
        self.join(timeout=30)
