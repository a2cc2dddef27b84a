"""negotiation-hub render: message source in, the HTML that browsers get out."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from negotiation_hub.kernel.render import render_message


class Command(BaseCommand):
    help = "render message source from standard input as sanitised HTML"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--batch", action="store_true", help="a JSON array of strings in, a JSON array out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = sys.stdin.buffer.read().decode("utf-8", "replace")
        if not options["batch"]:
            self.stdout.write(render_message(source))
            return
        try:
            sources = json.loads(source)
        except ValueError as error:
            raise CommandError(f"standard input is not JSON: {error}") from None
        if not isinstance(sources, list) or not all(isinstance(item, str) for item in sources):
            raise CommandError("--batch takes a JSON array of strings")
        self.stdout.write(json.dumps([str(render_message(item)) for item in sources]))
