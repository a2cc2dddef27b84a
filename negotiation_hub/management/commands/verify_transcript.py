"""negotiation-hub verify-transcript FILE: checks a transcript offline, with nothing but public keys."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from desk import transcript_words
from desk.transcript_pdf import record_in
from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.transcript_check import Finding, Report, check

_KEY_BYTES: Final = 32


class Command(BaseCommand):
    help = "check the signature and the chain of a transcript (JSON, or PDF with it inside)"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--keys",
            type=Path,
            help="the site's published keys: /.well-known/negotiation-hub-keys.json, saved",
        )
        parser.add_argument("--key", action="append", default=[], help="one key, as ID:HEX; again for more")

    def handle(self, *args: Any, **options: Any) -> None:
        keys = _keys(options["keys"], options["key"])
        data = options["file"].read_bytes()
        record = record_in(data) if data.startswith(b"%PDF-") else data
        report = Report((Finding("pdf_without"),)) if record is None else check(record, keys)
        for finding in report.findings:
            self.stdout.write(transcript_words.of(finding))
        if report.more:
            self.stdout.write(f"… and {report.more} more")
        if not report.genuine or report.document is None:
            self.stdout.write(f"{options['file'].name}: not genuine")
            sys.exit(1)
        head = report.document["head"]
        if not report.exact:
            self.stdout.write("the file was written anew by another program; what it says is unchanged")
        self.stdout.write(
            f"{options['file'].name}: genuine, signed with key {report.document['signature']['key']}, "
            f"{head['seq']} events, head {head['hash']}"
        )


def _keys(file: Path | None, named: list[str]) -> dict[str, str]:
    if file is None and not named:
        if not Path(settings.KEY_RING).exists():
            raise CommandError("there are no keys here: name the site's with --keys FILE or --key ID:HEX")
        return crypto.public_keys()
    found: dict[str, Any] = {}
    if file is not None:
        try:
            found.update(json.loads(file.read_text())["keys"])
        except (ValueError, KeyError, TypeError):
            raise CommandError(f"{file.name} does not hold a site's keys") from None
    for pair in named:
        id, _, value = pair.rpartition(":")
        found[id] = value
    for id, value in found.items():
        if not (id and isinstance(value, str) and _is_key(value)):
            raise CommandError(f"{id or value}: a key is named as ID:HEX, of 64 hexadecimal digits")
    return found


def _is_key(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == _KEY_BYTES
    except ValueError:
        return False
