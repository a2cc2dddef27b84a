"""Signed heads, and the witness: a file outside the database that remembers them.

A chain alone does not show that it was recomputed or cut off by whoever owns the database. A head signed with
a key that is not in the database does, and the witness file (`DATA_DIR/witness/heads.jsonl`, append-only)
shows it even when the newest events were deleted together with their signed heads.
"""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from negotiation_hub.kernel import canonical, clock, commit, crypto, limits, outbox
from negotiation_hub.kernel.models import SignedHead, Stream


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A signed head as the witness file has it."""

    stream: UUID
    seq: int
    hash: bytes
    at: str
    key_id: str
    signature: bytes

    def genuine(self) -> bool:
        """Whether a key of our ring signed it."""
        return crypto.verify(
            statement(self.stream, self.seq, self.hash, self.at), self.key_id, self.signature
        )


_written: set[int] = set()  # rows whose line this process has written, until the job marks them
_lock = threading.Lock()


def statement(stream: UUID, seq: int, digest: bytes, at: str) -> bytes:
    """The bytes that are signed: this stream had this hash at this number at this time."""
    return canonical.dumps(["negotiation-hub/head/1", str(stream), seq, digest.hex(), at]).encode()


def sign(stream: Stream, seq: int, digest: bytes, *, at: datetime) -> None:
    """Signs a head in the open transaction, and has it witnessed after the commit.

    Of `stream` only the number and the id are looked at.
    """
    row = _signed(stream, seq, digest, at)
    row.save(force_insert=True)
    Stream.objects.filter(pk=stream.pk).update(unsigned=False)
    commit.after(lambda: _witness([row]))


def _signed(stream: Stream, seq: int, digest: bytes, at: datetime) -> SignedHead:
    signature = crypto.sign(statement(stream.id, seq, digest, clock.text(at)))
    return SignedHead(
        stream=stream,
        seq=seq,
        hash=digest,
        at_us=clock.to_us(at),
        key_id=signature.key_id,
        signature=signature.value,
    )


@outbox.every("heads.sign", limits.HEAD_SIGN_INTERVAL_S)
def sign_tails(now: datetime) -> None:
    """Signs every head that has moved since it was last signed, and notes down what is not witnessed yet."""
    unsigned = list(Stream.objects.filter(unsigned=True).values_list("pk", flat=True)[:10_000])
    for start in range(0, len(unsigned), limits.HEADS_AT_ONCE):
        _sign_all(unsigned[start : start + limits.HEADS_AT_ONCE], now)
    _settle_witness()


def _sign_all(numbers: list[int], now: datetime) -> None:
    with commit.transact():
        # Under the rows' locks: a head that is just moving would otherwise be signed for a number it no
        # longer has. One that somebody holds is signed the next time.
        locked = Stream.objects.select_for_update(no_key=True, skip_locked=True)
        streams = list(locked.filter(pk__in=numbers, unsigned=True))
        signed = SignedHead.objects.bulk_create(
            [_signed(row, row.head_seq, bytes(row.head_hash), now) for row in streams]
        )
        Stream.objects.filter(pk__in=[row.pk for row in streams]).update(unsigned=False)
        commit.after(lambda: _witness(signed))


def witnessed() -> Iterator[Witnessed]:
    """All lines of the witness file, oldest first. Raises ValueError naming a line that is not one."""
    path = Path(settings.WITNESS)
    if not path.exists():
        return
    with path.open() as file:
        for number, line in enumerate(file, 1):
            if not line.endswith("\n"):
                return  # being written right now
            try:
                stream, seq, digest, at, key_id, signature = json.loads(line)
                yield Witnessed(
                    UUID(stream), seq, bytes.fromhex(digest), at, key_id, bytes.fromhex(signature)
                )
            except (ValueError, TypeError):
                raise ValueError(f"line {number} of the witness file is damaged") from None


def _witness(rows: list[SignedHead]) -> None:
    lines = "".join(
        json.dumps(
            [
                str(row.stream.id),
                row.seq,
                bytes(row.hash).hex(),
                clock.text(clock.from_us(row.at_us)),
                row.key_id,
                bytes(row.signature).hex(),
            ]
        )
        + "\n"
        for row in rows
    )
    path = Path(settings.WITNESS)
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write with O_APPEND: lines of several processes do not mix.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        data = lines.encode()
        if os.write(descriptor, data) != len(data):
            raise OSError("the witness file took only a part")
    finally:
        os.close(descriptor)
    with _lock:
        _written.update(row.pk for row in rows)


def _settle_witness() -> None:
    """Writes lines that a crash swallowed, makes the file durable, and marks the rows."""
    rows = list(SignedHead.objects.filter(witnessed=False).select_related("stream")[:10_000])
    with _lock:
        missing = [row for row in rows if row.pk not in _written]
    if missing:
        _witness(missing)
    if not rows:
        return
    descriptor = os.open(settings.WITNESS, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    for start in range(0, len(rows), 500):
        with commit.transact():
            SignedHead.objects.filter(pk__in=[row.pk for row in rows[start : start + 500]]).update(
                witnessed=True
            )
    with _lock:
        _written.difference_update(row.pk for row in rows)
