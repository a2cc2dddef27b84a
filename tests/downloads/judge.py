"""What many slow downloads came to, and whether it holds. Pure."""

from dataclasses import dataclass, field
from typing import Final

GROWN_MB_MAX: Final = 200.0  # of the server's process tree, for 200 readers
TAKEN_MIN: Final = 1_000_000  # bytes of each reader: more than all buffers on the way


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is read. A quarter as many again connect and never read."""

    readers: int = 200
    megabytes: int = 100
    rate: int = 1_000_000  # bytes a second of each
    seconds: float = 30.0
    grown_mb_max: float = GROWN_MB_MAX

    @property
    def stalled(self) -> int:
        """Those who never read."""
        return self.readers // 4


@dataclass(slots=True)
class Outcome:
    """What was found. Memory is the resident memory of the server's process tree."""

    plan: Plan
    before_kb: int = 0
    most_kb: int = 0
    after_kb: int = 0  # when all have gone
    readers: list[tuple[int, int, bool]] = field(default_factory=list)  # taken, wrong, broken off
    health_ms: list[float] = field(default_factory=list)

    @property
    def grown_mb(self) -> float:
        """By how much the memory grew at most."""
        return (self.most_kb - self.before_kb) / 1024

    @property
    def p95_ms(self) -> float:
        """Of what else was asked for meanwhile."""
        return sorted(self.health_ms)[int(len(self.health_ms) * 0.95)] if self.health_ms else 0.0

    def complaints(self) -> list[str]:
        """Why it does not hold. No figure of time is among the reasons."""
        found = []
        if self.grown_mb >= self.plan.grown_mb_max:
            found.append(
                f"memory grew by {self.grown_mb:.1f} MB, and {self.plan.grown_mb_max:g} is the bound"
            )
        if wrong := sum(wrong for _, wrong, _ in self.readers):
            found.append(f"{wrong} pieces were not those of the file")
        if broken := sum(broken for _, _, broken in self.readers):
            found.append(f"{broken} readers were broken off")
        if len(self.readers) < self.plan.readers or min(taken for taken, _, _ in self.readers) < TAKEN_MIN:
            found.append("somebody hardly read")
        if not self.health_ms:
            found.append("nothing else was asked for")
        return found

    def line(self) -> str:
        """In one line."""
        moved = sum(taken for taken, _, _ in self.readers)
        plan = self.plan
        return (
            f"downloads: {plan.readers} readers of {plan.megabytes} MB at {plan.rate / 1e6:g} MB/s and"
            f" {plan.stalled} who never read, {plan.seconds:g} s: {moved / 1e6:,.0f} MB taken,"
            f" {self.grown_mb:+.1f} MB resident ({(self.after_kb - self.before_kb) / 1024:+.1f} afterwards),"
            f" /healthz p95 {self.p95_ms:.0f} ms of {len(self.health_ms)}"
        )
