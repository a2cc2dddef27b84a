"""negotiation-hub export-protocol: writes what is generated from the source, or checks that it is fresh."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from negotiation_hub.devtools.protocol import ROOT, generated


class Command(BaseCommand):
    help = "write the generated types and pages; --check only compares"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = [path for path, text in generated().items() if not path.exists() or path.read_text() != text]
        if options["check"]:
            if stale:
                names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
                raise CommandError(f"stale: {names}; run `negotiation-hub export-protocol`")
            return
        for path, text in generated().items():
            path.write_text(text)
        self.stdout.write(f"{len(stale)} files written")
