"""The figures, and how far to go: each goal is a bound on a ratio of ours to a peer's, or on ours alone."""

from dataclasses import dataclass
from typing import Any, Final

LARGE: Final = 100  # from here on digits behind the point say nothing


@dataclass(frozen=True, slots=True)
class Goal:
    """One comparison. `limit` bounds ours / peer, and ours itself when `alone`; `most` or at least."""

    figure: int
    name: str
    what: str
    limit: float
    unit: str
    most: bool = True
    alone: bool = False
    built: bool = True

    @property
    def text(self) -> str:
        """The goal as people read it."""
        sign = "<=" if self.most else ">="
        return f"{sign} {self.limit:g}" + (f" {self.unit}" if self.alone else "")


@dataclass(frozen=True, slots=True)
class Result:
    """What a comparison came to. Without a number it was not measured, and `why` says why.

    `invalid`: it was measured, and the measurement is worth nothing.
    """

    goal: Goal
    ours: float | None = None
    peer: float | None = None
    why: str = ""
    invalid: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours to the peer's; None where there is nothing to compare."""
        if self.goal.alone or self.ours is None or not self.peer:
            return None
        return self.ours / self.peer

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None when that is not known."""
        judged = self.ours if self.goal.alone else self.ratio
        if judged is None or self.invalid:
            return None
        return judged <= self.goal.limit if self.goal.most else judged >= self.goal.limit

    def as_json(self) -> dict[str, Any]:
        """The entry of `latest.json`."""
        return {
            "figure": self.goal.figure,
            "name": self.goal.name,
            "ours": rounded(self.ours),
            "peer": rounded(self.peer),
            "ratio": rounded(self.ratio),
            "goal": self.goal.text,
            "met": self.met,
        }


_US: Final = "us"
GOALS: Final = {
    "1": Goal(1, "room-chat", "one room of 200: CPU per delivery, tutorial chat", 1 / 40, _US),
    "2": Goal(2, "room-ws", "one room of 200: CPU per delivery, Node ws", 1.0, _US),
    "3": Goal(3, "room-socketio", "one room of 200: CPU per delivery, Socket.IO", 0.7, _US),
    "4": Goal(4, "burst-chat", "32 messages at once: CPU per delivery, tutorial chat", 1 / 400, _US),
    "5-chat": Goal(5, "pairs-chat", "500 rooms of two: CPU per delivery, tutorial chat", 1 / 40, _US),
    "5-socketio": Goal(5, "pairs-socketio", "500 rooms of two: CPU per delivery, Socket.IO", 0.85, _US),
    "5-ws": Goal(5, "pairs-ws", "500 rooms of two: CPU per delivery, Node ws", 1.1, _US),
    "6-postgres": Goal(6, "durable-postgres", "stored messages/s, PostgreSQL, acreate", 50, "/s", most=False),
    "6-sqlite": Goal(6, "durable-sqlite", "stored messages/s, SQLite FULL, acreate", 25, "/s", most=False),
    "7": Goal(7, "latency-ws", "20 messages/s to 200: p50, Node ws", 2.0, "ms"),
    "8": Goal(8, "idle-memory", "resident memory per idle connection", 24, "kB", alone=True),
    "9": Goal(9, "opening", "opening a room: 1,000,000 events, 1,000 events", 1.2, "ms"),
    "10": Goal(10, "board", "board: CPU per delivered update, a message", 1.5, _US),
    "11-1": Goal(11, "ledger-1", "ledger, 1 client: postings/s, pgbench", 0.9, "/s", most=False, built=False),
    "11-4": Goal(
        11, "ledger-4", "ledger, 4 clients: postings/s, pgbench", 0.5, "/s", most=False, built=False
    ),
    "12": Goal(12, "search", "search, 1,000,000 listings: p95, bare SQL", 1.5, "ms", built=False),
    "13-js": Goal(13, "room-javascript", "room ready: gzip JavaScript", 110, "kB", alone=True, built=False),
    "13-page": Goal(
        13, "listing-page", "listing page: Lighthouse", 100, "", most=False, alone=True, built=False
    ),
    "14": Goal(14, "two-processes", "two processes and Redis: CPU per delivery, one process", 1.3, _US),
    "15-p99": Goal(15, "stalled-p99", "a stalled socket: p99 of the others, without it", 1.2, "ms"),
    "15-memory": Goal(
        15, "stalled-memory", "a stalled socket: memory held for 8 MB unread", 4, "MB", alone=True
    ),
}


def rounded(value: float | None) -> float | None:
    """Four significant digits, the rest is noise."""
    return None if value is None else float(f"{value:.4g}")


def not_built() -> list[Result]:
    """The figures of what does not exist yet."""
    return [Result(goal, why="no figure yet") for goal in GOALS.values() if not goal.built]


def chosen(asked: str) -> set[int]:
    """The figures that `BENCH` names, by numbers (`1`, `1-5`, `1,8`) or by how a name begins; all without it.

    Raises ValueError for what names none.
    """
    every = {goal.figure for goal in GOALS.values()}
    if not asked.strip():
        return every
    found: set[int] = set()
    for word in asked.replace(",", " ").split():
        low, _, high = word.partition("-")
        if low.isdigit() and (not high or high.isdigit()):
            named = every & set(range(int(low), int(high or low) + 1))
        else:
            named = {goal.figure for goal in GOALS.values() if goal.name.startswith(word)}
        if not named:
            raise ValueError(f"BENCH: {word!r} is no figure (1 to 15) and no name begins with it")
        found |= named
    return found
