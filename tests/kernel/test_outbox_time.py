"""What a job is told about the time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from negotiation_hub.kernel import commit, outbox

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def told() -> Iterator[list[datetime]]:
    """When the jobs of a topic ran, by what they were told. Each takes a second."""
    times: list[datetime] = []

    @outbox.handler("test.slow")
    def slow(payload: dict[str, Any], now: datetime) -> None:
        times.append(now)
        clock.shift(timedelta(seconds=1))

    with time_machine.travel(START, tick=False) as clock:
        yield times
    del outbox._handlers["test.slow"]


def test_a_job_that_falls_due_while_others_run_is_told_no_earlier_time(told: list[datetime]) -> None:
    due = [START, START + timedelta(milliseconds=500)]
    with commit.transact():
        for at in due:
            outbox.enqueue("test.slow", {}, dedupe=f"slow:{at}", at=at)
    assert outbox.drain(START) == 2
    assert all(now >= at for now, at in zip(told, due, strict=True))
