"""Transactions: the one way to open one, and what happens after it.

On SQLite one process owns all writes. Its threads pass a fair gate, so that nobody polls for the file's lock
and nobody starves: two queues, stream commits and rich commands, take turns. On PostgreSQL rows are the locks
and the gate is open.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Literal, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")
Queue = Literal["stream", "rich"]

log = logging.getLogger(__name__)
_RETRIES_MAX = 3  # a deadlock or a serialisation failure; PostgreSQL resolves one of them each time
_RETRY_STATES = {"40001", "40P01"}


class WriteGate:
    """A fair lock with two queues that take turns; first come, first served within each."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._held = False
        self._waiting: dict[Queue, deque[threading.Event]] = {"stream": deque(), "rich": deque()}
        self._last: Queue = "rich"

    @contextmanager
    def hold(self, queue: Queue) -> Iterator[None]:
        """Waits for its turn, holds the gate for the body."""
        self._enter(queue)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, queue: Queue) -> None:
        with self._mutex:
            if not self._held:
                self._held, self._last = True, queue
                return
            turn = threading.Event()
            self._waiting[queue].append(turn)
        turn.wait()  # the gate is handed over: it stays held, and belongs to whoever is woken

    def _leave(self) -> None:
        with self._mutex:
            other: Queue = "stream" if self._last == "rich" else "rich"
            for queue in (other, self._last):
                if self._waiting[queue]:
                    self._last = queue
                    self._waiting[queue].popleft().set()
                    return
            self._held = False


class _Local(threading.local):
    following: list[Callable[[], object]] | None = None


_gate = WriteGate()
_local = _Local()


@contextmanager
def transact(queue: Queue = "rich") -> Iterator[None]:
    """A transaction; nested calls join the one that is open. What raises inside it changes nothing."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    # The connection is opened before the gate: connecting runs PRAGMAs that may wait for the file.
    connection.ensure_connection()
    gate = _gate.hold(queue) if connection.vendor == "sqlite" else nullcontext()
    following: list[Callable[[], object]] = []
    _local.following = following
    try:
        with gate, transaction.atomic():
            yield
    finally:
        _local.following = None
    for function in following:
        _run(function)


def after(function: Callable[[], object]) -> None:
    """Runs when the open transaction has committed and the gate is free; never when it is rolled back.

    What fails here is logged and fails nobody: the command was committed, and must not be answered as if it
    were not.
    """
    transaction.on_commit(partial(_follow, function))


def _follow(function: Callable[[], object]) -> None:
    # Django calls this at the commit, inside the gate; what follows may open a transaction of its own.
    if _local.following is None:
        _run(function)
    else:
        _local.following.append(function)


def _run(function: Callable[[], object]) -> None:
    try:
        function()
    except Exception:
        log.exception("what follows a commit failed; the commit stands")


def require_transaction() -> None:
    """Raises RuntimeError outside a transaction: the caller would leave half of its rows behind."""
    if not connection.in_atomic_block:
        raise RuntimeError("this must be called inside commit.transact()")


def retrying(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Calls a service, again when the database broke a deadlock or a conflict at its expense."""
    call = partial(function, *args, **kwargs)
    for _ in range(_RETRIES_MAX):
        try:
            return call()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in _RETRY_STATES:
                raise
    return call()


@contextmanager
def snapshot() -> Iterator[None]:
    """Reads that all see the same moment, without blocking a writer.

    Inside a transaction it joins that one.
    """
    if connection.in_atomic_block:
        yield
        return
    # Not atomic(): on SQLite that would take the write lock, and on PostgreSQL each statement would see a
    # moment of its own.
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED" if sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
