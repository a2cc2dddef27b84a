"""A long past for a room, by bulk SQL: rows as the product writes them, the chain of hashes included."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from negotiation_hub.kernel import canonical, clock, stream

_COLUMNS: Final = "stream_id, seq, kind, actor, at_us, command, salt, content, commitment, hash"
_SLICE: Final = 20_000  # rows in one transaction, to bound the memory and the journal
_KIND: Final = "message.sent"


def extend(room: UUID, until: int, *, by: UUID, now: datetime) -> None:
    """Appends messages to a room's table until its newest event has this number.

    Nobody else may be writing to the database.
    """
    with transaction.atomic():
        head = stream.lock(room)
    if head is None:
        raise LookupError(f"there is no stream {room}")
    rows = _rows(head, until, by, now)
    while page := list(islice(rows, _SLICE)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO kernel_event ({_COLUMNS}) VALUES ({', '.join(['%s'] * 10)})",  # noqa: S608 - constants
                page,
            )
            cursor.execute(
                "UPDATE kernel_stream SET head_seq = %s, head_hash = %s WHERE number = %s",
                [page[-1][1], page[-1][-1], head.row],
            )


def _rows(head: stream.Head, until: int, by: UUID, now: datetime) -> Iterator[list[Any]]:
    previous, start = head.hash, now - timedelta(milliseconds=until)
    actor, name, author = _short(by), str(head.id), str(by)
    for seq in range(head.seq + 1, until + 1):
        at = start + timedelta(milliseconds=seq)
        content = canonical.dumps({"text": f"Message {seq}: we keep the price and the terms until Friday."})
        salt = os.urandom(16)
        commitment = stream.commitment_of(salt, content)
        previous = stream.hash_of(name, seq, previous, _KIND, author, clock.text(at), commitment)
        yield [
            head.row,
            seq,
            _KIND,
            actor,
            clock.to_us(at),
            None,
            salt,
            content,
            commitment,
            previous,
        ]


def _short(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.bytes
