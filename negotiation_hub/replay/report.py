"""Counts outcomes and says them."""

from dataclasses import dataclass, field

from negotiation_hub.replay.player import Outcome
from negotiation_hub.replay.recording import MINOR_PER_DOLLAR


@dataclass(slots=True)
class Report:
    """The figures of a replay."""

    played: int = 0
    statuses: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("agreed", "rejected", "quit", "open"), 0)
    )
    as_recorded: int = 0
    refused: int = 0
    failed: int = 0
    clean: int = 0
    clean_minor: int = 0
    completed: int = 0

    def add(self, outcome: Outcome) -> None:
        """Counts one negotiation."""
        self.played += 1
        if outcome.status:
            self.statuses[outcome.status] += 1
        self.as_recorded += outcome.as_recorded
        self.refused += outcome.refused
        self.failed += bool(outcome.wrong)
        if outcome.clean and outcome.as_recorded and outcome.price is not None:
            self.clean += 1
            self.clean_minor += outcome.price

    def add_broken(self) -> None:
        """Counts a line that could not be played."""
        self.played += 1
        self.failed += 1

    def sum_line(self) -> str:
        """What the clean agreements come to."""
        dollars, cents = divmod(self.clean_minor, MINOR_PER_DOLLAR)
        amount = f"{dollars:,}" + (f".{cents:02}" if cents else "")
        return f"{self.clean} clean agreements at the recorded price, sum {amount} USD"

    def last_line(self) -> str:
        """The line that others read."""
        told = self.statuses
        return (
            f"replayed {self.played}: agreed {told['agreed']} (price as recorded {self.as_recorded}), "
            f"rejected {told['rejected']}, quit {told['quit']}, open {told['open']}, "
            f"refused {self.refused}, failed {self.failed}"
        )
