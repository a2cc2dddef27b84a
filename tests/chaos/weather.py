"""What it is like outside: where seats connect, and what happens to their frames on the way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Weather:
    """What happens to every seat: addresses, shares of frames that are mistreated, and what came of it."""

    urls: Sequence[str]  # of sockets; each connection takes one at random
    dropped: float = 0.0  # of the received `events` and `ack` frames
    doubled: float = 0.0  # of all received frames
    repeated: float = 0.0  # of the commands
    counts: Counter[str] = field(default_factory=Counter)
    closings: Counter[str] = field(default_factory=Counter)  # by close code
    problems: Counter[str] = field(default_factory=Counter)  # what must never happen

    def clear_up(self) -> None:
        """From now on frames go through."""
        self.dropped = self.doubled = self.repeated = 0.0
