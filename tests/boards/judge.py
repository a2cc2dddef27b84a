"""What came of the runs, and whether they prove anything. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

FAULTS: Final = ("late", "twice", "lost", "cut", "unknown")  # frontend/proof/board/line.ts: Faults


@dataclass(frozen=True)
class Run:
    """One run. `agreed_ms` is how long after the last change, or the healing of the lines, all were equal."""

    seed: int
    agreed_ms: float | None
    difference: str
    clients: int
    elements: int
    changes: int
    faults: Counter[str]
    taken_back: Counter[str]

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """As the clients say it (`Outcome` in frontend/proof/board/run.ts)."""
        return cls(
            seed=said["seed"],
            agreed_ms=said["agreedMs"],
            difference=said["difference"] or "",
            clients=said["clients"],
            elements=said["elements"],
            changes=said["changes"],
            faults=Counter(said["faults"]),
            taken_back=Counter(said["takenBack"]),
        )

    @property
    def complaint(self) -> str:
        """Why it failed, with the seed that plans it again; empty when it did not."""
        return "" if self.agreed_ms is not None else f"seed {self.seed}: {self.difference}"


def complaints(runs: Sequence[Run]) -> list[str]:
    """Why the proof does not hold. Runs in which nothing was drawn or nothing went wrong prove nothing."""
    found = [run.complaint for run in runs if run.complaint]
    never = (fault for fault in FAULTS if not sum(run.faults[fault] for run in runs))
    found += [f"no fault of the kind `{fault}` happened" for fault in never]
    if not all(run.elements for run in runs):
        found.append("on some boards nothing was drawn")
    return found


def last_line(runs: Sequence[Run]) -> str:
    """The proof's one line."""
    agreed = [run.agreed_ms for run in runs if run.agreed_ms is not None]
    faults = sum((run.faults for run in runs), Counter[str]())
    failed = len(runs) - len(agreed)
    clients = "-".join(str(count) for count in sorted({run.clients for run in runs}))
    line = (
        f"board: {len(runs)} runs, {clients} clients, {sum(run.elements for run in runs)} elements, "
        f"slowest agreement {max(agreed, default=0):.0f} ms, {sum(run.changes for run in runs)} changes, "
        f"frames lost {faults['lost']}, twice {faults['twice']}, late {faults['late']}, cuts {faults['cut']}"
    )
    return f"{line}, NOT EQUAL in {failed}" if failed else line
