"""A sender's own rate limit, so that no server has a reason to refuse anything.

The product allows a person 10 commands a second in a room, with bursts of 40. The clients keep a little below
it, because what leaves evenly may arrive bunched; every peer is sent to under the same limit.
"""

from dataclasses import dataclass
from typing import Final

PER_S: Final = 9.9
BURST: Final = 37.0


@dataclass(slots=True)
class Bucket:
    """What one person may still send in one room. Times are seconds of any monotonic clock."""

    tokens: float = BURST
    seen_s: float = 0.0

    def take(self, now_s: float) -> float:
        """Takes one message: 0 when it may be sent now, else the seconds until it may."""
        if self.seen_s:
            self.tokens = min(BURST, self.tokens + (now_s - self.seen_s) * PER_S)
        self.seen_s = now_s
        if self.tokens < 1:
            return (1 - self.tokens) / PER_S
        self.tokens -= 1
        return 0.0
