"""Identifiers: UUIDv7 (RFC 9562) where order by time helps an index, UUIDv4 where time must not leak."""

import os
import time
from uuid import UUID, uuid4

__all__ = ["random_id", "uuid7"]

# An offer's id must not tell the other side when it was drafted, so it carries no time.
random_id = uuid4


def uuid7() -> UUID:
    """A time-ordered UUID: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562 section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= ((noise >> 62) & 0x0FFF) << 64
    value |= 0b10 << 62
    value |= noise & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=value)
