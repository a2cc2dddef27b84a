"""The only place that looks at the clock. Edges call `now()` and pass the time inward."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """The server's time, in UTC, with microseconds."""
    return datetime.now(UTC)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00Z; exact, where `timestamp()` would round."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_us(microseconds: int) -> datetime:
    """The inverse of `to_us`."""
    return EPOCH + timedelta(microseconds=microseconds)


@lru_cache(maxsize=256)  # all events of one commit have the same time
def text(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, as the wire and the hash chain write it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
