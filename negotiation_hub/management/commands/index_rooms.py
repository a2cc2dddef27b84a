"""negotiation-hub index-rooms: reads what is said and offered in rooms into the search."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from negotiation_hub.kernel import limits
from rooms.models import SearchEntry, SearchReach
from rooms.search import catch_up


class Command(BaseCommand):
    help = "read what was said and offered in rooms into the search, as the worker does little by little"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="from the beginning, replacing what is there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            catch_up.rebuild()
        while not catch_up.catch_up(most=limits.INDEX_JOB_EVENTS):
            pass
        streams, entries = SearchReach.objects.count(), SearchEntry.objects.count()
        self.stdout.write(f"the search knows {entries} entries of {streams} streams")
