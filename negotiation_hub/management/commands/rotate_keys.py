"""negotiation-hub rotate-keys: a fresh key writes from now on; what is sealed is sealed anew with it."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from negotiation_hub.kernel import crypto, resealing

_WAIT_S = 2 * crypto.RING_SEEN_AGAIN_S  # after it no process writes with an older key


class Command(BaseCommand):
    help = "add a fresh key to the ring and seal everything anew with it, while the service runs"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--only-reseal",
            action="store_true",
            help="add no key: finish what was cut off, and seal what an older version left in the clear",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        key_id = crypto.newest_key() if options["only_reseal"] else crypto.rotate()
        time.sleep(_WAIT_S)
        begun = time.monotonic()
        count = sum(resealing.reseal())
        seconds = time.monotonic() - begun
        self.stdout.write(
            f"key {key_id} writes from now on; sealed {count} values anew in {seconds:.1f} s, "
            "older keys are kept to check what they signed"
        )
