"""Token buckets: how fast a person may act."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field


class Bucket:
    """The credit of one key, in microseconds; whoever acts often keeps it at hand."""

    __slots__ = ("_burst_us", "_cost_us", "_now_ns", "_seen_us", "_tokens_us")

    def __init__(self, cost_us: int, burst_us: int, now_ns: Callable[[], int]) -> None:
        self._cost_us, self._burst_us, self._now_ns = cost_us, burst_us, now_ns
        self._tokens_us, self._seen_us = burst_us, now_ns() // 1000

    def take(self) -> int:
        """Takes one action. 0 when it is allowed, else the milliseconds until it will be."""
        now_us = self._now_ns() // 1000
        tokens_us = min(self._burst_us, self._tokens_us + now_us - self._seen_us)
        self._seen_us = now_us
        if tokens_us < self._cost_us:
            self._tokens_us = tokens_us
            return (self._cost_us - tokens_us) // 1000 + 1
        self._tokens_us = tokens_us - self._cost_us
        return 0


@dataclass
class Rate:
    """`per_s` actions in `period_s` seconds with bursts of `burst`, for each key.

    Keys that rest are forgotten. Counted in microseconds of credit with integers. Monotonic time: a wrong
    wall clock blocks nobody.
    """

    per_s: int
    burst: int
    keys_max: int = 50_000
    now_ns: Callable[[], int] = time.monotonic_ns
    period_s: int = 1
    _buckets: OrderedDict[Hashable, Bucket] = field(default_factory=OrderedDict)

    def bucket(self, key: Hashable) -> Bucket:
        """The bucket of a key: the same one for everybody who asks, while it is not forgotten."""
        bucket = self._buckets.get(key)
        if bucket is None:
            cost_us = 1_000_000 * self.period_s // self.per_s
            bucket = self._buckets[key] = Bucket(cost_us, self.burst * cost_us, self.now_ns)
            if len(self._buckets) > self.keys_max:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket

    def take(self, key: Hashable) -> int:
        """Takes one action of a key. 0 when it is allowed, else the milliseconds until it will be."""
        return self.bucket(key).take()
