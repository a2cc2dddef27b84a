"""Sealing anew with the newest key, slice by slice, while the service runs.

A slice is one short transaction that holds its rows: whoever writes one of them meanwhile waits, or has
written before and is read as written. A slice that was cut off is done again, as nothing else is changed.
What stands in the clear from before its column was sealed is sealed, too.
"""

from collections.abc import Callable, Iterator
from typing import Final

from django.db import connection, models

from negotiation_hub.kernel import commit, crypto, event_seal, sealed
from negotiation_hub.kernel.models import Stream

SLICE_ROWS: Final = 200  # a slice holds SQLite's only write lock for some 10 ms

# Of the apps: each seals what it keeps in a way of its own, as far as it is not under this key, in slices of
# its own, and says after each how many values those were.
more: list[Callable[[str], Iterator[int]]] = []


def reseal() -> Iterator[int]:
    """Seals everything with the newest key; after each slice, how many values it sealed."""
    key_id = crypto.newest_key()
    for model, columns in sealed.sealed_columns():
        yield from _table(model, columns, key_id)
    yield from _events(key_id)
    for one in more:
        yield from one(key_id)


def slices(rows: "models.QuerySet[models.Model]") -> Iterator[list[models.Model]]:
    """The rows by their keys, each slice locked in a transaction that ends when the next is asked for."""
    last = None
    while True:
        with commit.transact():
            page = rows.order_by("pk") if last is None else rows.filter(pk__gt=last).order_by("pk")
            held = list(page.select_for_update(of=("self",))[:SLICE_ROWS])
            if not held:
                return
            last = held[-1].pk
            yield held


def _table(model: type[models.Model], columns: list[sealed.Sealed], key_id: str) -> Iterator[int]:
    names = [column.attname for column in columns]
    for held in slices(model._default_manager.all()):  # noqa: SLF001 - Django's own name
        changed = []
        for row in held:
            old = [name for name in names if _is_old(row.__dict__[name], key_id)]
            for name in old:
                getattr(row, name)  # opened, so that it is sealed anew when it is saved
            if old:
                row.save(update_fields=[column.name for column in columns if column.attname in old])
                changed.append(len(old))
        yield sum(changed)


def _is_old(stored: object, key_id: str) -> bool:
    return isinstance(stored, sealed.Stored) and not sealed.is_current(stored, key_id)


def _events(key_id: str) -> Iterator[int]:
    for stream in Stream.objects.filter(kind__in=event_seal.streams).order_by("pk").iterator(chunk_size=500):
        seen, end = 0, False
        while not end:
            with commit.transact():
                found = _page(stream.number, seen)
                end = len(found) < SLICE_ROWS
                fresh = [
                    (event_seal.seal(stream.id, seq, said), stream.number, seq)
                    for seq, kind, content in found
                    if event_seal.is_old(kind, content, key_id)
                    and (said := event_seal.opened(stream.id, seq, content)) is not None
                ]
                _write(fresh)
            if found:
                seen = found[-1][0]
            yield len(fresh)


def _page(stream: int, after: int) -> list[tuple[int, str, str]]:
    how = "" if connection.vendor == "sqlite" else " FOR NO KEY UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, kind, content FROM kernel_event WHERE stream_id = %s AND seq > %s"  # noqa: S608
            f" AND content IS NOT NULL ORDER BY seq LIMIT {SLICE_ROWS}{how}",
            [stream, after],
        )
        found: list[tuple[int, str, str]] = cursor.fetchall()
    return found


def _write(fresh: list[tuple[str, int, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE kernel_event SET content = %s WHERE stream_id = %s AND seq = %s", fresh)
