"""The outbox: what must happen outside a transaction is written inside it, and done later, at least once.

A handler is a plain function of `(payload, now)` registered for a topic. It must be idempotent, opens its own
transactions, and raises to be tried again (with exponential back-off). Any number of workers may drain: a job
is claimed by compare-and-set and leased.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from negotiation_hub.kernel import clock, commit, limits
from negotiation_hub.kernel.models import Job

Handler = Callable[[dict[str, Any], datetime], None]
log = logging.getLogger(__name__)

_handlers: dict[str, Handler] = {}
_periodic: dict[str, tuple[int, Callable[[datetime], None]]] = {}
wake = (
    threading.Event()
)  # set after a commit that queued something, so that a worker need not wait for its next look


def handler(topic: str) -> Callable[[Handler], Handler]:
    """Registers the function that does the jobs of a topic."""

    def register(function: Handler) -> Handler:
        if _handlers.setdefault(topic, function) is not function:
            raise ValueError(f"two handlers for {topic}")
        return function

    return register


def every(name: str, seconds: int) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Registers a periodic job: once per `seconds`, wherever workers run."""

    def register(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
        _periodic[name] = (seconds, function)
        return function

    return register


def enqueue(topic: str, payload: dict[str, Any], *, dedupe: str, at: datetime | None = None) -> None:
    """Queues a job in the open transaction. A second job with the same `dedupe` is not queued."""
    commit.require_transaction()
    moment = clock.now()
    row = Job(topic=topic, payload=payload, dedupe=dedupe[:200], next_at=at or moment, created_at=moment)
    Job.objects.bulk_create([row], ignore_conflicts=True)
    if at is None:
        commit.after(wake.set)


def queued(topic: str, dedupe: str) -> bool:
    """Whether such a job was queued before, done or not."""
    return Job.objects.filter(topic=topic, dedupe=dedupe[:200]).exists()


def hasten(topic: str, beginning: str) -> None:
    """Has waiting jobs whose `dedupe` begins so done at once, in the open transaction."""
    commit.require_transaction()
    waiting = Job.objects.filter(topic=topic, dedupe__startswith=beginning, done_at=None)
    waiting.update(next_at=clock.now())
    commit.after(wake.set)


def drain(now: datetime, *, limit: int = 1000) -> int:
    """Does the jobs that are due, one after the other, those that they queue included.

    Returns how many were tried.
    """
    tried = 0
    while tried < limit:
        # Time goes on while jobs run: one that has fallen due meanwhile would find itself too early by `now`.
        moment = max(now, clock.now()) if tried else now
        job = _claim(moment)
        if job is None:
            break
        _run(job, moment)
        tried += 1
    return tried


def queue_periodic(now: datetime) -> None:
    """Queues each periodic job once for its present slot of time."""
    for name, (seconds, _) in _periodic.items():
        slot = int(now.timestamp()) // seconds
        dedupe = f"every:{name}:{slot}"
        if not Job.objects.filter(dedupe=dedupe).exists():
            with commit.transact():
                enqueue("every", {"name": name}, dedupe=dedupe)


def _claim(now: datetime) -> Job | None:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    due = Job.objects.filter(free, done_at=None, failed_at=None, next_at__lte=now).order_by("next_at", "id")
    for job in due[:8]:
        lease = now + timedelta(seconds=limits.JOB_LEASE_S)
        with commit.transact():
            # Another worker may have seen the same row: whoever changes it first has it.
            taken = Job.objects.filter(free, pk=job.pk, done_at=None, attempts=job.attempts).update(
                leased_until=lease, attempts=job.attempts + 1
            )
        if taken:
            job.attempts += 1
            return job
    return None


def _run(job: Job, now: datetime) -> None:
    try:
        _handlers[job.topic](job.payload, now)
    except Exception as error:  # noqa: BLE001 - the one place where anything may fail: it is written down and tried again
        _failed(job, error)
        return
    with commit.transact():
        Job.objects.filter(pk=job.pk).update(done_at=clock.now(), leased_until=None, last_error="")


def _failed(job: Job, error: Exception) -> None:
    given_up = job.attempts >= limits.JOB_ATTEMPTS_MAX
    wait_s = min(limits.JOB_BACKOFF_S * 2 ** (job.attempts - 1), limits.JOB_BACKOFF_MAX_S)
    moment = clock.now()
    log.log(
        logging.ERROR if given_up else logging.WARNING,
        "job %s %s: %r",
        job.topic,
        job.dedupe,
        error,
        exc_info=given_up,
    )
    with commit.transact():
        Job.objects.filter(pk=job.pk).update(
            leased_until=None,
            next_at=moment + timedelta(seconds=wait_s),
            failed_at=moment if given_up else None,
            last_error=f"{type(error).__name__}: {error}"[:1000],
        )


@handler("every")
def _run_periodic(payload: dict[str, Any], now: datetime) -> None:
    if (entry := _periodic.get(payload["name"])) is not None:
        entry[1](now)


@every("outbox.clean", 3600)
def _forget_done(now: datetime) -> None:
    with commit.transact():
        Job.objects.filter(done_at__lt=now - timedelta(seconds=limits.JOBS_KEPT_S)).delete()
