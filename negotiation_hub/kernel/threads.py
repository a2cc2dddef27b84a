"""Services run in threads, each with Django's connection: the event loop never waits."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connection

from negotiation_hub.kernel import commit

P = ParamSpec("P")
R = TypeVar("R")

SERVICE_THREADS = 4  # commands wait for commits, not for the processor; each thread costs a connection

_pool = ThreadPoolExecutor(max_workers=SERVICE_THREADS, thread_name_prefix="service")


def _in_thread(call: Callable[[], R]) -> R:
    _tidy_up()
    try:
        return commit.retrying(call)
    finally:
        _tidy_up()


def _tidy_up() -> None:
    # A good connection to SQLite is kept: opening one anew cost a fifth of the server's time. PostgreSQL's go
    # back to their pool, which finds out what broke.
    if connection.vendor != "sqlite" or connection.errors_occurred:
        close_old_connections()


def connect_all() -> None:
    """Has each service thread open its connection, one after the other, before anybody waits for them.

    On SQLite whoever closes the last connection writes the whole journal into the database, and locks all
    others out meanwhile. From here on there is always another one.
    """
    if connection.vendor != "sqlite":
        return  # the pool has done so
    all_there, turn = threading.Barrier(SERVICE_THREADS), threading.Lock()

    def connect() -> None:
        all_there.wait()
        with turn:
            connection.ensure_connection()

    for connected in [_pool.submit(connect) for _ in range(SERVICE_THREADS)]:
        connected.result()


async def in_service(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls a synchronous service or query from the event loop."""
    return await asyncio.get_running_loop().run_in_executor(
        _pool, _in_thread, partial(function, *args, **kwargs)
    )
