"""Identifiers: UUIDv7 (RFC 9562) where order by time helps an index, UUIDv4 where time must not leak."""

import secrets
import time
from threading import Lock
from typing import Final
from uuid import UUID, uuid4

__all__ = ["random_id", "uuid7"]

# An offer's id must not tell the other side when it was drafted, so it carries no time.
random_id = uuid4


_lock = Lock()
_last = (0, 0)  # the millisecond of the newest, and its random part
_NOISE_BITS: Final = 74
_STEP_BITS: Final = 32


def uuid7() -> UUID:
    """A time-ordered UUID: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562 section 5.7).

    Of one process, those of one millisecond follow each other too (section 6.2, method 2): what was made
    later is later in every list by id. When the clock goes back, ids go back with it.
    """
    global _last  # noqa: PLW0603 - what the next one must be above
    with _lock:
        milliseconds = time.time_ns() // 1_000_000
        moment, noise = _last
        if milliseconds == moment:
            noise += 1 + secrets.randbits(_STEP_BITS)
        if milliseconds != moment or noise >> _NOISE_BITS:
            noise = secrets.randbits(_NOISE_BITS - 1)  # the upper half is left for those that follow
        _last = (milliseconds, noise)
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= (noise >> 62) << 64
    value |= 0b10 << 62
    value |= noise & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=value)
