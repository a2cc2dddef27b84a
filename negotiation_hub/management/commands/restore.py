"""negotiation-hub restore FILE: puts a backup back, where nothing runs."""

import tarfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from negotiation_hub import backup


class Command(BaseCommand):
    help = "put a backup back, while nothing runs"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="what `backup` has written")
        parser.add_argument("--replace", action="store_true", help="even where there is a database already")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            saved = backup.restore(options["file"], replace=options["replace"])
        except tarfile.TarError:
            raise CommandError(f"{options['file']} is no backup, or was cut off") from None
        except (backup.Unusable, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"restored {saved.database_bytes} bytes of database and {saved.files} files; now run verify"
        )
