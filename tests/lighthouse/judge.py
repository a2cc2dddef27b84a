"""What Lighthouse's reports say, and whether that is enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

PERFORMANCE_MIN: Final = 90
ACCESSIBILITY_MIN: Final = 100
# What makes up the mark for performance, shown beside it.
_SHOWN: Final = (
    ("first-contentful-paint", "first paint"),
    ("largest-contentful-paint", "largest paint"),
    ("total-blocking-time", "blocked"),
    ("cumulative-layout-shift", "shifts"),
    ("speed-index", "speed index"),
)


@dataclass(frozen=True)
class Run:
    """One visit. Marks are from 0 to 100; `failed` are the rules of accessibility that the page breaks."""

    performance: int
    accessibility: int
    times: str
    failed: tuple[str, ...]

    @classmethod
    def of(cls, report: dict[str, Any]) -> "Run":
        """From a report of Lighthouse as JSON. Raises Broken where the page did not load."""
        if error := report.get("runtimeError"):
            raise Broken(f"{error.get('code')}: {error.get('message')}")
        marks = {name: one["score"] for name, one in report["categories"].items()}
        if None in marks.values():
            raise Broken("there is a mark that Lighthouse could not give")
        audits = report["audits"]
        rules = [one["id"] for one in report["categories"]["accessibility"]["auditRefs"] if one["weight"]]
        return cls(
            performance=round(marks["performance"] * 100),
            accessibility=round(marks["accessibility"] * 100),
            times=", ".join(f"{name} {audits[id]['displayValue']}" for id, name in _SHOWN),
            failed=tuple(id for id in rules if audits[id]["score"] == 0),
        )


class Broken(Exception):
    """The proof could not be run to its end."""


@dataclass(frozen=True)
class Verdict:
    """The marks of all runs: of performance the median counts, of accessibility the lowest."""

    runs: Sequence[Run]

    @property
    def performance(self) -> float:
        """The median, which one busy moment of the machine does not change."""
        return median(run.performance for run in self.runs)

    @property
    def accessibility(self) -> int:
        """The lowest: a rule that is broken once is broken."""
        return min(run.accessibility for run in self.runs)

    @property
    def holds(self) -> bool:
        """Whether both are enough."""
        return self.performance >= PERFORMANCE_MIN and self.accessibility >= ACCESSIBILITY_MIN

    def line(self, load: float) -> str:
        """In one line, with the load of the machine, without which the figures say little."""
        marks = " ".join(str(run.performance) for run in self.runs)
        broken = sorted({rule for run in self.runs for rule in run.failed})
        return (
            f"performance {self.performance:g} of {PERFORMANCE_MIN} (runs: {marks}), accessibility "
            f"{self.accessibility} of {ACCESSIBILITY_MIN}{''.join(f', broken: {one}' for one in broken)}; "
            f"load {load:.1f}"
        )
