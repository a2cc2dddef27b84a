from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from catalog.demo.campaigns import make_campaign
from catalog.demo.listings import make_listings
from negotiation_hub.demo.making import make_deals
from negotiation_hub.kernel import clock
from negotiation_hub.people import demo
from threads.demo import make_threads


class Command(BaseCommand):
    help = (
        "Make the demo: database, people, listings, threads, deals. A second run adds only what is missing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-deals", action="store_true", help="people and listings only, no deals")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_old_tables()
        _migrate()
        # Whoever calls this wants the demo's people; only a server with DEMO=1 lets anybody be one of them.
        settings.DEMO = True
        now = clock.now()
        people = demo.make_people(now=now)
        made = make_listings(now=now)
        talks = make_threads(now=now)
        make_campaign(now=now)
        deals = 0 if options["no_deals"] else make_deals(now=now)
        new = f"{made} new listings, {talks} new threads, {deals} new deals"
        self.stdout.write(f"demo ready: {len(people)} people, {new}")


def _refuse_old_tables() -> None:
    # Before 1.0 the first migration was changed once more: streams are known to their events by a number.
    with connection.cursor() as cursor:
        if "kernel_stream" not in connection.introspection.table_names(cursor):
            return
        table = connection.introspection.get_table_description(cursor, "kernel_stream")
    if "number" not in {column.name for column in table}:
        raise CommandError(
            "This database was made by a version whose tables were others. `make reset` makes ./data anew;"
            " or say DATA_DIR= for another folder."
        )


def _migrate() -> None:
    # Asking first is ten times faster than a migrate that finds nothing to do, and this runs at every start.
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0)
