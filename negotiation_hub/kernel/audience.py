"""What the socket asks an app about a kind of stream: who may read it, what they see, what they may do there.

An app's `consumers.py` names a `Kind` for each kind of stream that it has (table, caucus, thread, board), and
the frames that belong to them; `negotiation_hub/consumers.py` puts those of all apps together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from negotiation_hub.kernel import limits, reading, stream, wire
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.stream import Draft
from negotiation_hub.kernel.topics import Opened
from negotiation_hub.kernel.writer import Answer

Service = Callable[..., Answer]  # of `actor`, `frame` and `now`: a transaction of its own
Quick = Callable[..., Answer]  # the same of `by`, the person's id: for what is too frequent to look them up
Simple = Callable[[Any], Draft]  # of a frame: appends one event, whatever the state


class NotSeated(Exception):
    """Nobody watches a stream unseen: the person must enter first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A stream as one person sees it.

    `room` is what their rate is counted for, and what a snapshot names. `may` holds the tags of those simple
    commands and signs that they may send here without being looked at again; any other goes to a service.
    """

    room: UUID
    you: Mapping[str, Any]
    state: Callable[[], Mapping[str, Any]]
    may: frozenset[str] = frozenset()
    events: int = limits.SNAPSHOT_EVENTS  # how many of the newest a snapshot has
    reads: bool = False  # whether those who read it see how far the others have read
    replay: int = limits.REPLAY_EVENTS_MAX  # how many a client may miss before a snapshot is smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of stream. `view` raises StreamUnknown for who may not read it, NotSeated for who must `enter`.

    `view` takes the person and the stream's row, `enter` keywords `actor`, `scope` and `now`.
    """

    view: Callable[[Any, Stream], View]
    services: Mapping[str, Service] = field(default_factory=dict)
    quick: Mapping[str, Quick] = field(default_factory=dict)
    enter: Callable[..., None] | None = None


def with_services(kind: Kind, more: Mapping[str, Service]) -> Kind:
    """A kind of stream with the commands that a higher app adds to it."""
    return replace(kind, services={**kind.services, **more})


def opened(row: Stream, view: View, resume: wire.Resume, *, version: int) -> Opened:
    """The frames that bring a client up to the head: what it misses, or a snapshot.

    Called inside the `commit.snapshot()` in which `row` and `view` were read, and `version`, that of the
    person's authority, before them.
    """
    continues = _continues(row, resume, view.replay)
    frames = _missing(row, resume.after) if continues else [wire.encode_raw(_whole(row, view))]
    if view.reads and (marks := reading.marks_of(row.number)):
        frames.append(wire.reads(row.id, marks))
    return Opened(
        frames=frames,
        number=row.number,
        kind=row.kind,
        seq=row.head_seq,
        hash=bytes(row.head_hash),
        room=view.room,
        version=version,
        may=view.may,
    )


def _whole(row: Stream, view: View) -> dict[str, Any]:
    """A `snapshot` frame, but for its events, which are encoded already and stand under `events` as text."""
    events = stream.before(row.id, row.head_seq + 1, limit=view.events) if view.events else []
    encoded = wire.newest([wire.event_json(event) for event in events])
    return {
        "t": "snapshot",
        "stream": str(row.id),
        "kind": row.kind,
        "room": str(view.room),
        "head": row.head_seq,
        "hash": bytes(row.head_hash).hex(),
        "you": dict(view.you),
        "state": dict(view.state()),
        "first": row.head_seq + 1 - len(encoded),
        "events": encoded,
    }


def _continues(row: Stream, resume: wire.Resume, replay: int) -> bool:
    """Whether what the client has is a beginning of this very history, and not too far behind."""
    if resume.after == 0 or resume.hash is None or not 0 <= row.head_seq - resume.after <= replay:
        return False
    known = stream.at(row.id, resume.after)
    return known is not None and known.hash.hex() == resume.hash


def _missing(row: Stream, seq: int) -> list[str]:
    events = [
        event
        for event in stream.after(row.id, seq, limit=limits.REPLAY_EVENTS_MAX)
        if event.seq <= row.head_seq
    ]
    encoded = [wire.event_json(event) for event in events]
    return [wire.events_frame(row.id, page) for page in wire.pages(encoded)]
