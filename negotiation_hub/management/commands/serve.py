"""negotiation-hub serve: daphne with background work, in one process or several.

With MAIL_IN_PORT set it takes mail in as well (kernel/smtp.py says which process does).
"""

import asyncio
import faulthandler
import gc
import os
import signal
import sys
import threading
from argparse import ArgumentParser
from contextlib import suppress
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from negotiation_hub import supervisor
from negotiation_hub.kernel import clock, heads, limits, threads, wire
from negotiation_hub.kernel.hub import hub
from negotiation_hub.kernel.worker import Worker


class Command(BaseCommand):
    help = "run the server and its background work"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=_port())
        parser.add_argument(
            "--no-worker", action="store_true", help="leave background work to `negotiation-hub worker`"
        )
        parser.add_argument(
            "--workers", type=int, default=1, help="server processes; more than one need PostgreSQL and Redis"
        )
        parser.add_argument("--no-mail", action="store_true", help="leave MAIL_IN_PORT to another process")
        parser.add_argument("--fd", type=int, help="a listening socket that is open, instead of a port")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, workers = options["host"], options["port"], options["workers"]
        if port != _port():
            # Every address in the settings follows from PORT: start again with the right one.
            os.environ["PORT"] = str(port)
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves
        if workers > 1:
            _check_distributed()
            more = ["--no-worker"] if options["no_worker"] else []
            supervisor.run(host, port, workers, more, say=self._say)
            return
        faulthandler.register(signal.SIGUSR1)  # what every thread is doing, on standard error
        threads.connect_all()
        fd = options["fd"]
        endpoint = f"tcp:port={port}:interface={host}" if fd is None else f"fd:fileno={fd}"
        worker = None if options["no_worker"] else Worker()
        mail_in = None if options["no_mail"] else _listen_for_mail()
        server = _make_server(endpoint, ready=lambda: self._ready(host, port, fd))
        if worker is not None:
            worker.start()
        try:
            server.run()
        finally:
            if mail_in is not None:
                mail_in.stop()
            hub.writer.stop()
            if worker is not None:
                worker.stop()
                heads.sign_tails(clock.now())
            asyncio.set_event_loop(None)

    def _ready(self, host: str, port: int, fd: int | None) -> None:
        # What was loaded stays: the collector need not look through it again and again.
        gc.collect()
        gc.freeze()
        if fd is None:
            self._say(f"Negotiation Hub listens on http://{host}:{port}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _make_server(endpoint: str, *, ready: Any) -> Any:
    _install_reactor()
    from twisted.internet import reactor as installed
    from twisted.internet.defer import Deferred

    from asgi import application
    from negotiation_hub.kernel.edge import EdgeServer
    from negotiation_hub.kernel.lane import LaneServer

    def drain() -> Any:
        return Deferred.fromFuture(asyncio.ensure_future(_drain()))

    reactor: Any = installed  # whose type is an interface that is checked at run time
    reactor.addSystemEventTrigger("before", "shutdown", drain)
    _watch_lifeline(reactor)
    kind = LaneServer if os.environ.get("FAST_LANE", "1") != "0" else EdgeServer
    return kind(
        application=application,
        endpoints=[endpoint],
        ready_callable=ready,
        websocket_timeout=-1,
        # Sending is limited by it as well, and a table's state may be long. What a client may send is for the
        # consumer to say, and for the lane.
        websocket_max_message_size=limits.SERVER_FRAME_BYTES_MAX,
        websocket_max_frame_size=limits.SERVER_FRAME_BYTES_MAX,
        server_name="negotiation-hub",
        verbosity=0,
    )


def _listen_for_mail() -> Any:
    """The listener for mail, started; None when there is no port for it."""
    if not settings.MAIL_IN_PORT:
        return None
    from negotiation_hub.kernel.smtp import Listener

    listener = Listener(settings.MAIL_IN_HOST, settings.MAIL_IN_PORT)
    try:
        listener.start()
    except OSError as error:
        where = f"{settings.MAIL_IN_HOST}:{settings.MAIL_IN_PORT}"
        raise CommandError(f"no mail can be received on {where} (MAIL_IN_PORT): {error}") from None
    return listener


def _install_reactor() -> None:
    asyncioreactor: Any = import_module("twisted.internet.asyncioreactor")
    with suppress(ImportError):  # not on every platform
        import uvloop

        asyncioreactor.install(uvloop.new_event_loop())


async def _drain() -> None:
    """Tells every socket that we restart, and gives them a moment to say goodbye."""
    hub.close_all(wire.Close.RESTARTING)
    for _ in range(limits.DRAIN_WITHIN_S * 20):
        if not hub.members:
            return
        await asyncio.sleep(0.05)


def _watch_lifeline(reactor: Any) -> None:
    """A process of several ends with the one that started it, even if that one was killed."""
    if (end := os.environ.pop(supervisor.LIFELINE, "")) == "":
        return

    def watch() -> None:
        os.read(int(end), 1)  # returns when the other end is closed
        reactor.callFromThread(reactor.stop)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def _check_distributed() -> None:
    if connection.vendor == "sqlite":
        raise CommandError(
            "On SQLite one server process owns all writes: several need DATABASE_URL=postgres://…"
        )
    if not os.environ.get("REDIS_URL"):
        raise CommandError("Several server processes need REDIS_URL=redis://… to hear of each other")


def _port() -> int:
    return int(os.environ.get("PORT", "8000"))
