"""How far each person has read: told to the others as it happens, kept for those who come later.

A projection and no event (it is no evidence, and nobody's act): what a process that was killed had not yet
written is lost, and made good by the next mark of that person.
"""

import asyncio
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import connection

from negotiation_hub.kernel import clock, commit, limits, rows
from negotiation_hub.kernel.models import ReadMark
from negotiation_hub.kernel.threads import in_service

Marks = dict[tuple[int, UUID], int]  # by number of the stream and person: the last event that was read
# An older mark that arrives late, or from another process, never takes the place of a newer one.
_STORE: Final = (
    "INSERT INTO kernel_readmark (stream_id, person, seq, at) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (stream_id, person) DO UPDATE SET seq = excluded.seq, at = excluded.at "
    "WHERE kernel_readmark.seq < excluded.seq"
)


class Reading:
    """Collects the marks of one process, and writes those of READ_INTERVAL_S at once."""

    def __init__(self) -> None:
        self._marks: Marks = {}

    def note(self, stream: int, person: UUID, seq: int) -> None:
        """A person has read a stream up to `seq`. Called on the event loop only."""
        if not self._marks:
            asyncio.get_running_loop().call_later(limits.READ_INTERVAL_S, self._flush)
        key = (stream, person)
        self._marks[key] = max(seq, self._marks.get(key, 0))

    def _flush(self) -> None:
        marks, self._marks = self._marks, {}
        task = asyncio.get_running_loop().create_task(in_service(store, marks))
        _under_way.add(task)
        task.add_done_callback(_done)


_under_way: set[asyncio.Task[None]] = set()


def _done(task: asyncio.Task[None]) -> None:
    _under_way.discard(task)
    if not task.cancelled():
        task.exception()  # a database that is away: the next mark says more


def store(marks: Mapping[tuple[int, UUID], int]) -> None:
    """Writes marks, in a transaction of its own."""
    at = clock.now()
    people = rows.ids([person for _, person in marks])
    # In one order, so that two processes never wait for each other.
    values = sorted(
        (stream, person, seq, at)
        for (stream, _), person, seq in zip(marks, people, marks.values(), strict=True)
    )
    with commit.transact(), connection.cursor() as cursor:
        cursor.executemany(_STORE, values)


def marks_of(stream: int) -> dict[str, int]:
    """How far the people of a stream have read, the last to read first of all."""
    found = ReadMark.objects.filter(stream_id=stream).order_by("-at")[: limits.PRESENCE_PEOPLE_MAX]
    return {str(mark.person): mark.seq for mark in found}


def has_read(stream: int, person: UUID, seq: int) -> bool:
    """Whether a person has read that far."""
    return ReadMark.objects.filter(stream_id=stream, person=person, seq__gte=seq).exists()
