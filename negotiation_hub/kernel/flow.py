"""Flow control in the protocol: how much a client was given and has not reported as taken.

Servers and proxies take any amount for a client that reads nothing. So clients report the last number that
they have taken of a stream, and what is outstanding on one socket has a bound on every server.
"""

from collections import deque
from dataclasses import dataclass, field

from negotiation_hub.kernel import limits

Mark = tuple[str, int, int]  # when event `seq` of a stream had been given, so many bytes had been


@dataclass(slots=True)
class Flow:
    """One socket's account, in bytes of frames.

    TCP keeps their order, so a report vouches for all that was given before.
    """

    given: int = 0
    taken: int = 0
    _marks: deque[Mark] | None = field(default=None)  # most sockets never need one

    def exhausted_after(self, size: int, stream: str, seq: int) -> bool:
        """Counts `size` bytes more, up to event `seq`. True when more than the window is outstanding."""
        self.given += size
        if self._marks is None:
            self._marks = deque()
        self._marks.append((stream, seq, self.given))
        return self.outstanding > limits.FLOW_WINDOW_BYTES

    def report(self, stream: str, seq: int) -> None:
        """The client has taken this stream's events up to `seq`."""
        if self._marks is None:
            return
        reached = [place for place, mark in enumerate(self._marks) if mark[0] == stream and mark[1] <= seq]
        if reached:
            self.taken = self._marks[reached[-1]][2]
            for _ in range(reached[-1] + 1):
                self._marks.popleft()
            if not self._marks:
                self._marks = None

    @property
    def outstanding(self) -> int:
        """Bytes given and not known to be taken."""
        return self.given - self.taken
