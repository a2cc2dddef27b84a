"""`rotate-keys` with a fault: python -m tests.rotation.faulty NAME."""

import sys
import time
from collections.abc import Callable
from typing import Any, Final

from negotiation_hub import cli

_EVERY: Final = 100  # of so many orders one is left out


def stale() -> None:
    """What was read is written whatever it has become, so a change that comes in between is written over."""
    from orders import resealing

    def swap(fresh: Any) -> int:
        time.sleep(0.02)  # as on a busy machine
        for row in fresh:
            row.save(update_fields=["fields"])
        return len(fresh)

    resealing._swap = swap


def lazy() -> None:
    """Some orders stay with the old key."""
    from orders import resealing

    current = resealing._is_old

    def is_old(row: Any, key_id: str) -> bool:
        return row.order.pk.int % _EVERY != 0 and current(row, key_id)

    resealing._is_old = is_old


def without_files() -> None:
    """Files stay with the old key."""
    _without("negotiation_hub.kernel.sealed_files")


def without_columns() -> None:
    """Columns that models seal by themselves stay with the old key."""
    _without("negotiation_hub.kernel.sealed_bytes")


def without_bookings() -> None:
    """The ledger's MACs stay with the old key."""
    _without("payments.resealing")


def _without(module: str) -> None:
    from negotiation_hub.kernel import resealing

    resealing.more[:] = [one for one in resealing.more if one.__module__ != module]


PLANTS: Final[dict[str, Callable[[], None]]] = {
    "stale": stale,
    "lazy": lazy,
    "files": without_files,
    "columns": without_columns,
    "bookings": without_bookings,
}
# Those that the last line of the proof names, and not the one about orders.
BESIDE: Final = frozenset({"files", "columns", "bookings"})

if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    django.setup()
    PLANTS[sys.argv[1]]()
    sys.exit(cli.main(["rotate-keys"]))
