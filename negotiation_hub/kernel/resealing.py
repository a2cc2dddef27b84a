"""Sealing anew with the newest key, slice by slice, while the service runs.

A slice is read and sealed without any lock, and written by one short transaction that changes a value only
where it still is what was read: whoever has written meanwhile wins, and has written with the newest key. What
was cut off is done again, as nothing else is changed. What stands in the clear from before its column was
sealed is sealed, too.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import OperationalError, connection, models

from negotiation_hub.kernel import commit, crypto, event_seal, sealed
from negotiation_hub.kernel.models import Stream

SLICE_ROWS: Final = 100  # a slice holds SQLite's only write lock for a few milliseconds
_LOCK_WAIT_MAX_S: Final = 60.0  # of one slice; a server that holds the lock for so long has failed

# Of the apps: each seals what it keeps in a way of its own, as far as it is not under this key, in slices of
# its own, and says after each how many values those were.
more: list[Callable[[str], Iterator[int]]] = []

# Of the same: each says how many values of those are not under this key. None may be left when old keys go.
old: list[Callable[[str], int]] = []


def reseal() -> Iterator[int]:
    """Seals everything with the newest key; after each slice, how many values it sealed."""
    key_id = crypto.newest_key()
    with _impatient():
        for model, columns in sealed.sealed_columns():
            yield from _table(model, columns, key_id)
        yield from _events(key_id)
        for one in more:
            yield from one(key_id)


def needing_old_keys() -> int:
    """How many values would not open, or not be known again, if the newest key alone were left."""
    key_id = crypto.newest_key()
    found = sum(
        not sealed.is_current(stored, key_id)
        for model, columns in sealed.sealed_columns()
        for column in columns
        for row in model._default_manager.only("pk", column.name).iterator(chunk_size=500)  # noqa: SLF001
        if (stored := row.__dict__[column.attname]) is not None
    )
    for stream in Stream.objects.filter(kind__in=event_seal.streams).order_by("pk").iterator(chunk_size=500):
        seen = 0
        while page := _page(stream.number, seen):
            seen = page[-1][0]
            found += sum(event_seal.is_old(kind, content, key_id) for _, kind, content in page)
    return found + sum(one(key_id) for one in old)


def pages(rows: "models.QuerySet[Any]") -> Iterator[list[Any]]:
    """The rows by their keys, a slice at a time."""
    last = None
    while page := list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:SLICE_ROWS]):
        last = page[-1].pk
        yield page


def write(change: Callable[[], int]) -> int:
    """Writes a slice, and leaves the lock free for as long as that took: others wait for it as well."""
    deadline = time.monotonic() + _LOCK_WAIT_MAX_S
    while True:
        try:
            with commit.transact():
                begun = time.monotonic()
                count = change()
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0.001, 0.004))  # noqa: S311 - so that two who wait do not go in step
            continue
        if connection.vendor == "sqlite":
            time.sleep(time.monotonic() - begun)
        return count


@contextmanager
def _impatient() -> Iterator[None]:
    """SQLite looks for a lock again after up to 100 ms; behind a busy server it would hardly find it free.

    So it does not wait here, and `write` looks every few milliseconds.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (patience,) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")


def _table(model: type[models.Model], columns: Sequence[sealed.Sealed], key_id: str) -> Iterator[int]:
    place = {name for column in columns for name in column.place}
    rows = model._base_manager.only(*place, *(column.name for column in columns))  # noqa: SLF001 - Django's own
    for page in pages(rows):
        for column in columns:
            fresh = [
                (column.resealed(row, stored), *_key(row), stored)
                for row in page
                if (stored := row.__dict__[column.attname]) is not None
                and not sealed.is_current(stored, key_id)
            ]
            if fresh:
                table, key = model._meta.db_table, model._meta.pk.column  # noqa: SLF001
                yield swap(table, column.column, [key], fresh)


def _key(row: models.Model) -> tuple[Any]:
    return (row._meta.pk.get_db_prep_value(row.pk, connection),)  # noqa: SLF001


def _events(key_id: str) -> Iterator[int]:
    for stream in Stream.objects.filter(kind__in=event_seal.streams).order_by("pk").iterator(chunk_size=500):
        seen = 0
        while found := _page(stream.number, seen):
            seen = found[-1][0]
            fresh = [
                (event_seal.seal(stream.id, seq, said), stream.number, seq, content)
                for seq, kind, content in found
                if event_seal.is_old(kind, content, key_id)
                and (said := event_seal.opened(stream.id, seq, content)) is not None
            ]
            if fresh:
                yield swap("kernel_event", "content", ["stream_id", "seq"], fresh)


def _page(stream: int, after: int) -> list[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, kind, content FROM kernel_event WHERE stream_id = %s AND seq > %s"  # noqa: S608
            f" AND content IS NOT NULL ORDER BY seq LIMIT {SLICE_ROWS}",
            [stream, after],
        )
        found: list[tuple[int, str, str]] = cursor.fetchall()
    return found


def swap(table: str, column: str, key: Sequence[str], fresh: Sequence[tuple[Any, ...]]) -> int:
    """Writes (new, key …, old) where the column still is what it was; how many it wrote."""
    return write(lambda: swapped(table, column, key, fresh))


def swapped(table: str, column: str, key: Sequence[str], fresh: Sequence[tuple[Any, ...]]) -> int:
    """The same in the open transaction."""
    where = " AND ".join(f'"{name}" = %s' for name in [*key, column])
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE "{table}" SET "{column}" = %s WHERE {where}', fresh)  # noqa: S608
        return int(cursor.rowcount)
