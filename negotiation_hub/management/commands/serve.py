"""negotiation-hub serve: daphne with background work in one process."""

import asyncio
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from negotiation_hub.kernel import clock, heads, limits
from negotiation_hub.kernel.worker import Worker


class Command(BaseCommand):
    help = "run the server and its background work"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=_port())
        parser.add_argument(
            "--no-worker", action="store_true", help="leave background work to `negotiation-hub worker`"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["port"] != _port():
            # Every address in the settings follows from PORT: start again with the right one.
            os.environ["PORT"] = str(options["port"])
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves

        from daphne.server import Server

        from asgi import application

        worker = None if options["no_worker"] else Worker()
        host, port = options["host"], options["port"]

        def ready() -> None:
            self.stdout.write(f"Negotiation Hub listens on http://{host}:{port}")
            self.stdout.flush()

        server = Server(
            application=application,
            endpoints=[f"tcp:port={port}:interface={host}"],
            ready_callable=ready,
            websocket_timeout=-1,
            websocket_max_message_size=limits.FRAME_BYTES_MAX * 2,
            websocket_max_frame_size=limits.FRAME_BYTES_MAX * 2,
            server_name="negotiation-hub",
            verbosity=0,
        )
        if worker is not None:
            worker.start()
        try:
            server.run()
        finally:
            if worker is not None:
                worker.stop()
                heads.sign_tails(clock.now())
            asyncio.set_event_loop(None)


def _port() -> int:
    return int(os.environ.get("PORT", "8000"))
