"""negotiation-hub payout-file: makes the bank's file with what is requested, without waiting for the hour."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.money import Money
from payments import batches
from payments.models import PayoutBatch
from payments.payout_file import FileInvalid
from payments.payouts import CURRENCIES


class Command(BaseCommand):
    help = "write the requested payouts into a file for the bank"

    def handle(self, *args: Any, **options: Any) -> None:
        made = False
        try:
            for batch in batches.make_batches(now=clock.now()):
                made = True
                path = _copy(batch)
                self.stdout.write(_line(batch.count, batch.money, str(path)))
        except FileInvalid as error:
            raise CommandError(f"no bank would take the file: {error}") from None
        if not made:
            self.stdout.write(_line(0, Money(0, CURRENCIES[0]), "no file"))


def _line(count: int, total: Money, file: str) -> str:
    return f"wrote {count} payouts, {total.major():f} {total.currency} in {file}"


def _copy(batch: PayoutBatch) -> Path:
    """The file in the clear, for whoever hands it to the bank, and nobody else."""
    folder = Path(settings.DATA_DIR) / "payouts"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / batch.file_name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(batches.xml_of(batch))
    return path
