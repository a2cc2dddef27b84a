"""Who listens to which stream in this process: what the hub keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from negotiation_hub.kernel.flow import Flow
from negotiation_hub.kernel.line import Line, Packet
from negotiation_hub.kernel.rate import Bucket
from negotiation_hub.kernel.writer import Grant

_NO_ROOM = UUID(int=0)
Write = Callable[[Packet], None]


class Member(Protocol):
    """A connection, as the hub sees it."""

    person: UUID
    version: int  # of the person's authority, -1 before it was looked up
    line: Line
    flow: Flow

    def tick(self) -> None:
        """Called every GAP_CHECK_INTERVAL_S: whoever has been silent for too long is closed."""

    def authority_changed(self) -> None:
        """What the person may do has changed: look again at all that is open."""

    def departed(self, subscription: "Subscription") -> None:
        """The person has been told that they were removed: this stream, and all beside it, end here."""


@dataclass(eq=False, slots=True)
class Subscription:
    """One socket's view of one stream: `seq` is the last number that it was given by itself."""

    stream: str
    member: Member
    room: UUID = _NO_ROOM  # until it is known
    seq: int = -1
    closed: bool = False
    catching_up: bool = False  # it is reading what it misses

    def is_open(self) -> bool:
        """Whether the socket still wants it."""
        return not self.closed


@dataclass(eq=False, slots=True)
class Topic:
    """A stream that is open in this process. Whoever is in `live` has been given all up to `seq`.

    `others` load what they miss, or were told to resync and are silent until they open the stream again.
    """

    seq: int = -1  # -1 while nobody is live
    live: dict[Subscription, Write] = field(default_factory=dict)
    others: set[Subscription] = field(default_factory=set)
    unaccounted: int = 0  # bytes given to everybody in `live` since their accounts were last looked at
    repairing: bool = False


# By kind and person: the newest sign, as a frame, and whose own it is.
Signals = dict[tuple[str, UUID], tuple[str, Subscription | None]]


@dataclass(frozen=True, slots=True)
class Opened:
    """What opens a stream for a person: the frames, and `seq`, the event that they lead up to.

    `number` is that of the stream's row; `version` that of the person's authority, read before it was
    looked up; `may` the simple commands and signs that they may send there.
    """

    frames: list[str]
    number: int
    kind: str
    seq: int
    hash: bytes
    room: UUID
    version: int
    may: frozenset[str]


@dataclass(slots=True)
class Place:
    """A stream that this connection has opened: what the hub gives, what the person may, how fast."""

    subscription: Subscription
    grant: Grant
    rate: Bucket
    kind: str
    may: frozenset[str]
