"""What one sandbox is started with."""

from dataclasses import dataclass, field
from pathlib import Path

# Seconds between the attempts to deliver a webhook, the last one repeated until the event is three days old.
RETRY_DELAYS_MS = (1_000, 2_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000)


@dataclass(frozen=True, slots=True)
class Config:
    """`public_base` is the address of this app as browsers reach it, mount included; empty: as the caller
    reached it.

    `webhook_url` may be empty: then events are only listed. The secrets never appear in a representation.
    """

    database_path: Path
    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    webhook_url: str
    public_base: str
    shop: str = ""  # whom the payer pays, as pages name it; empty: the host that they came from
    retry_delays_ms: tuple[int, ...] = RETRY_DELAYS_MS
    webhook_timeout_s: int = 10
