"""negotiation-hub verify: proves chains, projections, ledger rows, sums and order money."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from negotiation_hub.verify import verify


class Command(BaseCommand):
    help = "prove streams, ledger and orders; say what is wrong and where"

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify(self.stdout.write)
        self.stdout.write(
            f"verified {report.streams} streams, {report.transfers} transfers, {report.orders} orders: "
            f"{report.problems} problems"
        )
        if report.problems:
            sys.exit(1)
