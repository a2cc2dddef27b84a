"""negotiation-hub rotate-keys: a fresh key writes from now on; the old ones go on reading."""

from typing import Any

from django.core.management.base import BaseCommand

from negotiation_hub.kernel import crypto


class Command(BaseCommand):
    help = "add a fresh key to the ring"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        crypto.public_keys()  # makes the ring where there is none
        self.stdout.write(f"key {crypto.rotate()} writes from now on; servers read it when they start")
