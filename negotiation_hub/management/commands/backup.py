"""negotiation-hub backup FILE: the database and the files it names in one tar file, as the service runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from negotiation_hub import backup
from negotiation_hub.kernel import clock


class Command(BaseCommand):
    help = "write the database and its files into one tar file, while the service runs"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the backup to write; what is there is replaced")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            saved = backup.backup(options["file"], now=clock.now())
        except (backup.Unusable, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"backed up {saved.database_bytes} bytes of database and {saved.files} files; not the keys"
        )
