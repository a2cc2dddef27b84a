"""Background work: a thread that drains the outbox. Any number of processes may have one."""

import logging
import threading

from django.db import DatabaseError, close_old_connections

from negotiation_hub.kernel import clock, outbox
from negotiation_hub.kernel.following import Follower

LOOK_INTERVAL_S = (
    1  # how late a job with a time of its own may start; what was queued just now wakes the worker at once
)
log = logging.getLogger(__name__)


class Worker(threading.Thread):
    """Drains the outbox until `stop` is called; the readers behind the log go on beside it."""

    def __init__(self) -> None:
        super().__init__(name="worker", daemon=True)
        self._stopping = threading.Event()
        self._follower = Follower()

    def run(self) -> None:
        """The loop. A database that is away is waited for."""
        self._follower.start()
        while not self._stopping.is_set():
            outbox.wake.wait(LOOK_INTERVAL_S)
            outbox.wake.clear()
            try:
                close_old_connections()
                outbox.queue_periodic(clock.now())
                while not self._stopping.is_set() and outbox.drain(clock.now(), limit=50):
                    pass
            except DatabaseError as error:
                log.warning("the worker waits for the database: %r", error)
                self._stopping.wait(LOOK_INTERVAL_S)

    def stop(self) -> None:
        """Asks the thread to end after the job in hand, and waits for it."""
        self._stopping.set()
        outbox.wake.set()
        self._follower.stop()
        self.join(timeout=30)
