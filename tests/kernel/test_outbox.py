"""The outbox: written with its cause, done at least once, never by two at a time."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from negotiation_hub.kernel import clock, commit, limits, mail, outbox
from negotiation_hub.kernel.models import Job, Mail


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A topic whose handler notes what it did."""
    payloads: list[Any] = []

    def handle(payload: dict[str, Any], now: datetime) -> None:
        payloads.append(payload["n"])
        if payload.get("fails"):
            raise RuntimeError("not now")

    monkeypatch.setitem(outbox._handlers, "test", handle)
    return payloads


def queue(n: int, **more: Any) -> None:
    """Queues one job."""
    with commit.transact():
        outbox.enqueue(
            "test", {"n": n, **more.pop("payload", {})}, dedupe=more.pop("dedupe", f"test:{n}"), **more
        )


@pytest.mark.django_db
def test_a_job_is_done_once_and_jobs_that_it_queues_too(done: list[Any]) -> None:
    queue(1)
    queue(1)
    queue(2)
    assert outbox.drain(clock.now()) == 2
    assert outbox.drain(clock.now()) == 0
    assert done == [1, 2]


@pytest.mark.django_db
def test_a_job_of_a_transaction_that_failed_was_never_queued(done: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), commit.transact():
        outbox.enqueue("test", {"n": 1}, dedupe="test:1")
        raise ZeroDivisionError
    assert outbox.drain(clock.now()) == 0


@pytest.mark.django_db
def test_a_job_waits_for_its_time(done: list[Any]) -> None:
    now = clock.now()
    queue(1, at=now + timedelta(hours=1))
    assert outbox.drain(now) == 0
    assert outbox.drain(now + timedelta(hours=1)) == 1


@pytest.mark.django_db
def test_a_job_that_fails_is_tried_again_later_and_given_up_at_last(done: list[Any]) -> None:
    queue(1, payload={"fails": True})
    moment, waits = clock.now(), []
    for _ in range(limits.JOB_ATTEMPTS_MAX):
        assert outbox.drain(moment) == 1
        assert outbox.drain(moment) == 0
        due = Job.objects.get().next_at
        waits.append(due - moment)
        moment = due
    job = Job.objects.get()
    assert job.failed_at is not None
    assert job.last_error == "RuntimeError: not now"
    assert outbox.drain(moment + timedelta(days=1)) == 0


@pytest.mark.django_db
def test_the_job_of_a_worker_that_died_is_done_when_its_lease_is_over(done: list[Any]) -> None:
    now = clock.now()
    queue(1)
    Job.objects.update(leased_until=now + timedelta(seconds=60), attempts=1)
    assert outbox.drain(now) == 0
    assert outbox.drain(now + timedelta(seconds=61)) == 1


@pytest.mark.django_db
def test_a_periodic_job_is_queued_once_for_its_time(done: list[Any]) -> None:
    now = clock.now()
    outbox.queue_periodic(now)
    count = Job.objects.count()
    outbox.queue_periodic(now)
    assert Job.objects.count() == count > 0


@pytest.mark.django_db(transaction=True)
def test_many_workers_do_each_job_once(done: list[Any]) -> None:
    for n in range(30):
        queue(n)

    def work() -> None:
        try:
            outbox.drain(clock.now())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(done) == list(range(30))


@pytest.mark.django_db
def test_a_mail_is_stored_with_its_cause_and_sent_once(mailoutbox: list[Any]) -> None:
    for _ in range(2):
        with commit.transact():
            mail.send("ben@example.test", "Your order\nBcc: all@example.test", "Thank you.", dedupe="order:1")
    outbox.drain(clock.now())
    outbox.drain(clock.now())
    assert [(m.to, m.subject) for m in mailoutbox] == [
        (["ben@example.test"], "Your order Bcc: all@example.test")
    ]
    stored = Mail.objects.get()
    assert stored.sent_at is not None
    assert mailoutbox[0].extra_headers["Message-ID"] == stored.message_id
