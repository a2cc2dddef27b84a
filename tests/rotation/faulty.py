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


PLANTS: Final[dict[str, Callable[[], None]]] = {"stale": stale, "lazy": lazy}

if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    django.setup()
    PLANTS[sys.argv[1]]()
    sys.exit(cli.main(["rotate-keys"]))
