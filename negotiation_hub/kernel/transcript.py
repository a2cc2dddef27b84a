"""Transcripts: a stream as a signed file, which anybody can check with a public key and nothing else of ours.

The format is written down in docs/transcript.md. A file is canonical JSON whose last member is the signature,
made over the SHA-256 of the file without that member; so it is written, hashed and signed in one pass, in
bounded memory, however long the stream is.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from negotiation_hub.kernel import canonical, clock, crypto, stream
from negotiation_hub.kernel.models import SignedHead, Stream

FORMAT: Final = "negotiation-hub/transcript/1"
# All members of a file, in the order in which they stand: that of their names.
MEMBERS: Final = (
    "agreements",
    "events",
    "format",
    "head",
    "heads",
    "issuer",
    "keys",
    "log",
    "made_at",
    "people",
    "room",
    "sides",
    "signature",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a transcript says beside its events. `row` as it was when the other facts were read.

    `people` are `{id, name, side}`, `agreements`, `room` and `sides` as the wire shows them.
    """

    row: Stream
    issuer: str
    room: Mapping[str, Any]
    sides: Mapping[str, Any]
    people: list[dict[str, Any]]
    agreements: list[dict[str, Any]]


class Sealed:
    """A file that is being written: remembers the hash of what it was given."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._hash = out, hashlib.sha256()

    def say(self, text: str) -> None:
        """Writes a piece that is signed."""
        data = text.encode()
        self._hash.update(data)
        self._out.write(data)

    def end(self) -> str:
        """Closes the object, with the signature in front of its end. The SHA-256 of all, in hexadecimal."""
        whole = self._hash.copy()
        self._hash.update(b"}")
        signature = crypto.sign(statement(self._hash.hexdigest()))
        value = {"key": signature.key_id, "value": signature.value.hex()}
        end = f',"signature":{canonical.dumps(value)}}}'.encode()
        whole.update(end)
        self._out.write(end)
        return whole.hexdigest()


def statement(sha256: str) -> bytes:
    """The bytes that are signed: the hash, in hexadecimal, of a file without its signature."""
    return canonical.dumps([FORMAT, sha256]).encode()


def write(out: BinaryIO, facts: Facts, *, at: datetime) -> str:
    """Writes the transcript of a stream up to the head that `facts.row` has. The file's SHA-256.

    What is removed from the log while this runs is told as removed: the chain holds either way.
    """
    file, row = Sealed(out), facts.row
    file.say(f'{{"agreements":{canonical.dumps(facts.agreements)},"events":[')
    _say_all(file, _events(row))
    head = {"hash": bytes(row.head_hash).hex(), "seq": row.head_seq}
    file.say(f'],"format":"{FORMAT}","head":{canonical.dumps(head)},"heads":[')
    used = _Keys()
    _say_all(file, used.of(_heads(row)))
    log = {"id": str(row.id), "kind": row.kind, "side": row.side}
    rest = {
        "issuer": facts.issuer,
        "keys": used.public(),
        "log": log,
        "made_at": clock.text(at),
        "people": facts.people,
        "room": dict(facts.room),
        "sides": dict(facts.sides),
    }
    file.say("]," + canonical.dumps(rest)[1:-1])
    return file.end()


def event_view(event: stream.Event) -> dict[str, Any]:
    """An event with all that is needed to compute its hash; without salt and content once it was removed."""
    return {
        "at": clock.text(event.at),
        "by": event.by,
        "commitment": event.commitment.hex(),
        "content": event.content,
        "hash": event.hash.hex(),
        "kind": event.kind,
        "salt": None if event.salt is None else event.salt.hex(),
        "seq": event.seq,
    }


class _Keys:
    """The public keys that a file's signatures were made with, the one of the file itself included."""

    def __init__(self) -> None:
        self._ids: set[str] = set()

    def of(self, heads: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for head in heads:
            self._ids.add(head["key"])
            yield head

    def public(self) -> dict[str, str]:
        known = crypto.public_keys()
        newest = next(reversed(known))
        return {id: known[id] for id in {*self._ids, newest} if id in known}


def _say_all(file: Sealed, items: Iterable[dict[str, Any]]) -> None:
    between = ""
    for item in items:
        file.say(between + canonical.dumps(item))
        between = ","


def _events(row: Stream) -> Iterator[dict[str, Any]]:
    for event in stream.everything(row.id):
        if event.seq > row.head_seq:
            return  # came while this was written
        yield event_view(event)


def _heads(row: Stream) -> Iterator[dict[str, Any]]:
    signed = SignedHead.objects.filter(stream=row, seq__lte=row.head_seq).order_by("seq")
    for head in signed.iterator(chunk_size=500):
        yield {
            "at": clock.text(clock.from_us(head.at_us)),
            "hash": bytes(head.hash).hex(),
            "key": head.key_id,
            "seq": head.seq,
            "signature": bytes(head.signature).hex(),
        }
