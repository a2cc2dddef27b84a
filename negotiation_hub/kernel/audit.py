"""What `negotiation-hub verify` asks of the streams: contiguous numbers, whole chains, genuine heads."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from negotiation_hub.kernel import clock, crypto, heads, sealed, stream
from negotiation_hub.kernel.models import SignedHead, Stream


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it must be: where, and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def signed_claims() -> dict[UUID, dict[int, bytes]]:
    """What the witness file says each stream's hash was at each signed number.

    Read it before the database: a head witnessed later than the database was read would look like a loss.
    """
    claims: dict[UUID, dict[int, bytes]] = {}
    for line in heads.witnessed():
        if line.genuine():  # a forged line proves nothing
            claims.setdefault(line.stream, {})[line.seq] = line.hash
    return claims


def check_sealed() -> Iterator[Problem]:
    """Opens every value of every sealed column: each must be of its own row and column, as it was sealed."""
    for model, columns in sealed.sealed_columns():
        for row in model._base_manager.order_by("pk").iterator(chunk_size=500):  # noqa: SLF001 - Django's own name
            for column in columns:
                try:
                    getattr(row, column.attname)
                except crypto.BadSeal as broken:
                    yield Problem(f"{model._meta.label} {row.pk}", f"its {column.name} is {broken}")  # noqa: SLF001


def check_streams(claims: dict[UUID, dict[int, bytes]]) -> Iterator[Problem]:
    """Checks every stream against its chain, its signed heads and the witness."""
    known = set()
    for row in Stream.objects.order_by("pk").iterator(chunk_size=500):
        known.add(row.id)
        yield from check_stream(row, claims.get(row.id, {}))
    for stream_id in claims.keys() - known:
        yield Problem(f"stream {stream_id}", f"is gone, though it was signed up to {max(claims[stream_id])}")


def check_stream(row: Stream, claims: dict[int, bytes]) -> Iterator[Problem]:
    """Checks one stream."""
    where = f"stream {row.id}"
    signed = dict(claims)
    for head in SignedHead.objects.filter(stream=row).iterator(chunk_size=500):
        statement = heads.statement(row.id, head.seq, bytes(head.hash), clock.text(clock.from_us(head.at_us)))
        if not crypto.verify(statement, head.key_id, bytes(head.signature)):
            yield Problem(where, f"the signature of its head {head.seq} is not genuine")
        elif signed.setdefault(head.seq, bytes(head.hash)) != bytes(head.hash):
            yield Problem(where, f"two different heads were signed for number {head.seq}")
    previous, seq = stream.genesis(row.id), 0
    for event in stream.everything(row.id, damaged=""):  # which nobody has committed to
        if event.seq != seq + 1:
            yield Problem(where, f"event {seq + 1} is missing")
        seq = event.seq
        yield from _check_event(where, event, previous, signed.pop(seq, None))
        previous = event.hash
    if (row.head_seq, bytes(row.head_hash)) != (seq, previous):
        yield Problem(where, f"its head says {row.head_seq}, its log ends at {seq}")
    if signed:
        yield Problem(where, f"was signed up to event {max(signed)}, but its log ends at {seq}")


def _check_event(where: str, event: stream.Event, previous: bytes, signed: bytes | None) -> Iterator[Problem]:
    where = f"{where} event {event.seq} ({event.kind})"
    if event.content is not None:
        if event.salt is None or stream.commitment_of(event.salt, event.content) != event.commitment:
            yield Problem(where, "its content is not what was committed to")
    elif event.salt is not None:
        yield Problem(where, "its content is gone, but not by redaction")
    expected = stream.hash_of(
        str(event.stream), event.seq, previous, event.kind, event.by, clock.text(event.at), event.commitment
    )
    if expected != event.hash:
        yield Problem(where, "its hash does not follow from the event before it")
    if signed is not None and signed != event.hash:
        yield Problem(where, "its hash is not the one that was signed: the chain was recomputed")
