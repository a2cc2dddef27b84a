"""negotiation-hub worker: background work without a server."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from negotiation_hub.kernel.worker import Worker


class Command(BaseCommand):
    help = "run background work only"

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        worker = Worker()
        worker.start()
        self.stdout.write("Negotiation Hub works in the background")
        self.stdout.flush()
        stopping.wait()
        worker.stop()
