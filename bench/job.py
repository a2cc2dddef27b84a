"""What a load client is asked to do, and what it answers: one JSON document each way."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Protocol = Literal["hub", "board", "chat", "socketio"]
Shape = Literal["single", "burst", "pairs", "steady", "idle", "open", "stalled"]


@dataclass(frozen=True, slots=True)
class Seat:
    """One socket: where it connects, the room it is in, and for our server whose token it shows."""

    port: int
    room: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Sockets at one server, and a shape of load. Times in seconds, `pids` are the server's processes.

    `size` is the number of messages at once, `gap_s` the shortest time between two bursts, `rate` messages a
    second where the schedule is fixed. `patience_s` without any delivery while one is due ends the phase.
    What comes within `quiet_s` after everything has arrived came twice, or to the wrong socket.
    `later` connect in the course of the phase, `stalled` never reads. `times` is how often something is done,
    `chars` the length of a message, 0 for the usual one.
    """

    protocol: Protocol
    shape: Shape
    seats: tuple[Seat, ...]
    pids: tuple[int, ...]
    core: int | None = None
    warm_s: float = 1.0
    seconds: float = 4.0
    size: int = 1
    gap_s: float = 0.0
    rate: float = 20.0
    quiet_s: float = 0.3
    patience_s: float = 20.0
    plant: str = ""
    later: tuple[Seat, ...] = ()
    stalled: Seat | None = None
    chars: int = 0
    times: int = 0

    def as_json(self) -> dict[str, Any]:
        """The job as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Job":
        """The inverse of `as_json`."""
        seats = {name: tuple(Seat(**seat) for seat in data[name]) for name in ("seats", "later")}
        stalled = data["stalled"] and Seat(**data["stalled"])
        return cls(**{**data, **seats, "pids": tuple(data["pids"]), "stalled": stalled})


@dataclass(slots=True)
class Outcome:
    """What a phase measured. Any `problems` make the measurement invalid.

    Counts and processor times are of the measured window of `seconds`.
    Latencies are milliseconds. `waits`: how often a sender's rate limit held a message back.
    """

    label: str
    seconds: float = 0.0
    deliveries: int = 0
    messages: int = 0
    frames: int = 0
    acknowledged: int = 0
    server_cpu_s: float = 0.0
    client_cpu_s: float = 0.0
    waits: int = 0
    p50_ms: float | None = None
    p99_ms: float | None = None
    values: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def us_per_delivery(self) -> float:
        """Server processor time for each event taken by a socket, in microseconds."""
        return self.server_cpu_s * 1e6 / max(self.deliveries, 1)

    @property
    def acknowledged_per_s(self) -> float:
        """Messages a second whose sender was told that they are stored."""
        return self.acknowledged / self.seconds if self.seconds else 0.0
