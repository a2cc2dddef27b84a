"""negotiation-hub drop-keys: takes old keys out of the ring, when nothing needs them any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from negotiation_hub.kernel import crypto, resealing


class Command(BaseCommand):
    help = "take all keys but the newest out of the ring, when nothing is sealed with them any more"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if left := resealing.needing_old_keys():
            raise CommandError(
                f"{left} values still need an older key: run rotate-keys --only-reseal, and verify if that "
                "leaves them; nothing was dropped"
            )
        dropped = crypto.drop_old()
        self.stdout.write(
            f"dropped {len(dropped)} keys, of which the public halves stay; "
            f"key {crypto.newest_key()} opens all that is sealed"
        )
