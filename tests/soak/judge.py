"""What a soak came to, and whether it holds: pure functions of what was sent, taken and measured."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

STALLED_MB_MAX: Final = 50  # what the server's memory may grow by because of those who do not read
Taken = tuple[int, int, int]  # a message's number, and the nanoseconds when it was sent and when it was taken


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a run is. `megabytes` go into the busy room while the stalled readers sit there.

    `readers` of that room read, and write into it. After `settle_s` what connecting left behind is collected.
    `patience_s` without anything new ends the waiting for what is missing. `plant` is the fault that must be
    found.
    """

    idle: int = 5_000
    active: int = 200
    stalled: int = 200
    readers: int = 16
    seconds: float = 300.0
    every_s: float = 1.0  # how often each of the active ones says something
    megabytes: float = 64.0  # more than the bound, so that a server that keeps it once is found as well
    settle_s: float = 2.0
    patience_s: float = 10.0
    plant: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the run: when it began and ended (monotonic nanoseconds), and its server processor time."""

    first_ns: int
    last_ns: int
    cpu_s: float

    @property
    def cpu(self) -> float:
        """The share of one core that the server used."""
        return self.cpu_s * 1e9 / max(self.last_ns - self.first_ns, 1)


@dataclass(slots=True)
class Outcome:
    """All that was found. Memory is the server's resident memory in kB, by the moment when it was read."""

    plan: Plan
    rss_kb: dict[str, int] = field(default_factory=dict)
    connect_s: float = 0.0
    stretches: dict[str, Stretch] = field(default_factory=dict)
    latencies_ms: dict[str, tuple[float, float]] = field(default_factory=dict)  # p50 and p99 by stretch
    messages: int = 0
    lost: int = 0
    duplicated: int = 0
    unanswered: int = 0
    closed: int = 0
    held: int = 0  # stalled readers that were still connected at the end
    given_mb: float = 0.0  # what each reader of the busy room was given meanwhile
    problems: list[str] = field(default_factory=list)

    @property
    def grown_mb(self) -> float:
        """The most that memory grew by since the stalled readers came, whatever it was for."""
        return (self.rss_kb.get("most", 0) - self.rss_kb.get("before", 0)) / 1024

    @property
    def kb_per_idle(self) -> float:
        """Resident memory for each idle connection; the active ones had warmed the server up."""
        return (self.rss_kb.get("connected", 0) - self.rss_kb.get("warm", 0)) / max(self.plan.idle, 1)


def compare(said: Mapping[str, Iterable[int]], took: Iterable[tuple[str, Iterable[int]]]) -> tuple[int, int]:
    """How many deliveries are lost, and how many came twice or to somebody in another room.

    `said` are the numbers of each room's messages; `took`, for every socket, its room and what it was given.
    """
    lost = duplicated = 0
    expected = {room: frozenset(numbers) for room, numbers in said.items()}
    for room, numbers in took:
        counted, due = Counter(numbers), expected.get(room, frozenset())
        lost += sum(number not in counted for number in due)
        duplicated += sum(times - (number in due) for number, times in counted.items())
    return lost, duplicated


def to_last_delivery(took: Iterable[Sequence[Taken]], stretch: Stretch) -> list[int]:
    """Nanoseconds from sending to the last delivery of each message sent in a stretch, in order of size."""
    longest: dict[int, int] = {}
    for taken in took:
        for number, sent_ns, taken_ns in taken:
            if stretch.first_ns <= sent_ns < stretch.last_ns:
                longest[number] = max(longest.get(number, 0), taken_ns - sent_ns)
    return sorted(longest.values())


def complaints(outcome: Outcome) -> list[str]:
    """Why the proof does not hold; empty when it does. No figure of time is among the reasons."""
    plan, said = outcome.plan, []
    if outcome.closed:
        said.append(f"{outcome.closed} connections were closed")
    if not outcome.messages:
        said.append("nothing was sent")
    if outcome.lost or outcome.duplicated:
        said.append(f"{outcome.lost} deliveries were lost and {outcome.duplicated} came twice")
    if outcome.unanswered:
        said.append(f"{outcome.unanswered} messages were not acknowledged exactly once")
    if outcome.grown_mb >= STALLED_MB_MAX:
        said.append(f"memory grew by {outcome.grown_mb:.1f} MB, and {STALLED_MB_MAX} MB is the bound")
    if outcome.held < plan.stalled:
        said.append(f"{outcome.held} of {plan.stalled} stalled readers were still connected at the end")
    if outcome.given_mb < plan.megabytes:
        said.append(f"the busy room was given {outcome.given_mb:.1f} of {plan.megabytes:g} MB")
    return said + outcome.problems


def table(outcome: Outcome) -> list[str]:
    """Every figure, a line each."""
    rss = {moment: kb / 1024 for moment, kb in outcome.rss_kb.items()}
    everybody = outcome.plan.idle + outcome.plan.active
    each_ms = outcome.connect_s * 1000 / max(everybody, 1)
    lines = [
        f"connecting {everybody}: {outcome.connect_s:.1f} s, {each_ms:.1f} ms each",
        "resident memory: "
        + ", ".join(f"{rss[moment]:.1f} MB {text}" for moment, text in _MOMENTS.items() if moment in rss),
        f"an idle connection: {outcome.kb_per_idle:.1f} kB",
    ]
    for name, stretch in outcome.stretches.items():
        p50, p99 = outcome.latencies_ms.get(name, (0.0, 0.0))
        seconds = (stretch.last_ns - stretch.first_ns) / 1e9
        lines.append(
            f"{name}, {seconds:.1f} s: p50 {p50:.1f} ms, p99 {p99:.1f} ms, server {stretch.cpu:.0%} of a core"
        )
    return lines


_MOMENTS: Final = {
    "start": "at the start",
    "warm": "with the active ones",
    "connected": "with all connected",
    "end": "at the end of the quiet phase",
    "before": "before the stalled readers",
    "most": "at most with them",
    "after": "with them at the end",
}


def last_line(outcome: Outcome) -> str:
    """The whole run in one line."""
    plan = outcome.plan
    quiet, stalled = (outcome.latencies_ms.get(name, (0.0, 0.0))[1] for name in ("quiet", "stalled"))
    return (
        f"soak: {plan.idle + plan.active} connections for {plan.seconds:g} s, {outcome.closed} closed, "
        f"{outcome.messages:,} messages, {outcome.lost} lost, {outcome.duplicated} duplicated, "
        f"p99 {quiet:.1f} ms; "
        f"{plan.stalled} stalled readers: {outcome.grown_mb:+.1f} MB, p99 {stalled:.1f} ms"
    )
