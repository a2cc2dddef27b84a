"""What threads tell the apps above them. Their `ready` registers functions here."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from threads.machine import Status

# Each is called once a thread is resolved or open again, inside that transaction and under the lock of the
# thread's stream: it inserts rows or queues a job, and locks nothing.
thread_moved: list[Callable[[UUID, Status, datetime], None]] = []


def tell_moved(thread_id: UUID, status: Status, at: datetime) -> None:
    """Tells everyone who has registered."""
    for hook in thread_moved:
        hook(thread_id, status, at)
