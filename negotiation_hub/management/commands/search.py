"""negotiation-hub search: the public search from the command line."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand

from catalog import queries
from catalog.models import Listing
from catalog.search import Hit

LIMIT_MAX: Final = 100


class Command(BaseCommand):
    help = "find public listings that hold all the words"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("words", help="the last one may be the beginning of a word")
        parser.add_argument("--limit", type=_limit, default=20, help=f"how many at most, 1 to {LIMIT_MAX}")
        parser.add_argument("--json", action="store_true", help="one JSON array on one line")

    def handle(self, *args: Any, **options: Any) -> None:
        hits, more = queries.found(options["words"], limit=options["limit"])
        if options["json"]:
            self.stdout.write(json.dumps([_told(hit, listing) for hit, listing in hits]))
            return
        for hit, listing in hits:
            told = _told(hit, listing)
            line = (told["title"], listing.price.format(), told["kind"], told["seller"]["name"], told["url"])
            self.stdout.write("  ".join(line))
        self.stdout.write(f"{len(hits)} found" + (", and there are more" if more else ""))


def _told(hit: Hit, listing: Listing) -> dict[str, Any]:
    return {
        "id": str(listing.pk),
        "title": listing.title,
        "kind": listing.kind,
        "price": {"minor": listing.price_minor, "currency": listing.currency},
        "seller": {"slug": listing.organisation.slug, "name": listing.organisation.name},
        "url": settings.PUBLIC_URL + listing.get_absolute_url(),
        "score": hit.rank,
    }


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LIMIT_MAX:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to {LIMIT_MAX}")
    return int(text)
