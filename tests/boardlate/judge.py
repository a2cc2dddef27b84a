"""Whether who comes late saw the board in time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

WITHIN_MS: Final = 1_000


class Broken(Exception):
    """A visit that measured nothing: not all elements were drawn. The text says what happened."""


@dataclass(frozen=True, slots=True)
class Visit:
    """From the click to the frame that shows all, in milliseconds.

    `first`: nothing of the editor was in the browser yet, on another board. `later`: its script was.
    """

    first: float
    later: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the visits come to; the first time ever is said and decides nothing."""

    visits: Sequence[Visit]
    elements: int

    @property
    def holds(self) -> bool:
        """Whether the median was in time. Of no visits nothing holds."""
        return bool(self.visits) and self._later < WITHIN_MS

    def line(self, load: float) -> str:
        """The proof's one line."""
        each = " ".join(f"{visit.later:.0f}" for visit in self.visits)
        first = median(visit.first for visit in self.visits)
        return (
            f"{self.elements} elements drawn {self._later:.0f} of {WITHIN_MS} ms after the click "
            f"(median of {each}); {first:.0f} ms where the editor was never loaded before; load {load:.1f}"
        )

    @property
    def _later(self) -> float:
        return median(visit.later for visit in self.visits)
