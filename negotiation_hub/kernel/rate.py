"""Token buckets: how fast a person may act."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Bucket:
    tokens_us: int
    seen_us: int


@dataclass
class Rate:
    """`per_s` actions a second with bursts of `burst`, for each key; keys that rest are forgotten.

    Counted in microseconds of credit with integers. Monotonic time: a wrong wall clock blocks nobody.
    """

    per_s: int
    burst: int
    keys_max: int = 50_000
    now_ns: Callable[[], int] = time.monotonic_ns
    _buckets: OrderedDict[Hashable, _Bucket] = field(default_factory=OrderedDict)

    def take(self, key: Hashable) -> int:
        """Takes one action. 0 when it is allowed, else the milliseconds until it will be."""
        cost_us = 1_000_000 // self.per_s
        now_us = self.now_ns() // 1000
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(self.burst * cost_us, now_us)
            if len(self._buckets) > self.keys_max:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        bucket.tokens_us = min(self.burst * cost_us, bucket.tokens_us + now_us - bucket.seen_us)
        bucket.seen_us = now_us
        if bucket.tokens_us < cost_us:
            return (cost_us - bucket.tokens_us) // 1000 + 1
        bucket.tokens_us -= cost_us
        return 0
