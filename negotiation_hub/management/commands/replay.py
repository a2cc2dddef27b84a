"""negotiation-hub replay: recorded negotiations, played by live people over real sockets."""

import asyncio
import itertools
import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from negotiation_hub.replay import recording
from negotiation_hub.replay.client import Unreachable
from negotiation_hub.replay.run import replay

PARALLEL_MAX = 200  # beyond it this process, not the server, is what is slow


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise ArgumentTypeError(f"{text!r} is not a number of negotiations")
    return number


def _parallel(text: str) -> int:
    number = _count(text)
    if not 1 <= number <= PARALLEL_MAX:
        raise ArgumentTypeError(f"between 1 and {PARALLEL_MAX} negotiations can be played at once")
    return number


class Command(BaseCommand):
    help = "play recorded negotiations against a running demo"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="one recorded negotiation a line (JSON)")
        parser.add_argument(
            "--url", default="http://127.0.0.1:8000", help="the server, which runs with DEMO=1"
        )
        parser.add_argument("--parallel", type=_parallel, default=8, help="how many at once")
        parser.add_argument("--limit", type=_count, help="only the first N")
        parser.add_argument(
            "--complete", type=_count, default=0, help="take the first N agreed ones to released funds"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            with file.open("rb"):
                pass
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        lines = itertools.islice(recording.read(file), options["limit"])
        try:
            report = asyncio.run(
                replay(
                    options["url"],
                    lines,
                    parallel=options["parallel"],
                    complete=options["complete"],
                    complain=lambda text: self.stderr.write(f"replay: {' '.join(text.split())}"),
                )
            )
        except Unreachable as error:
            raise CommandError(str(error)) from None
        if options["complete"]:
            self.stdout.write(f"{report.completed} completed, from order to released funds")
        self.stdout.write(report.sum_line())
        self.stdout.write(report.last_line())
        if report.failed:
            sys.exit(1)
