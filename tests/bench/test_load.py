"""The load client counts every delivery at every socket, and says so when one is missing."""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench import client, load
from bench.connecting import close_all, connect_all
from bench.job import Job, Outcome, Protocol, Seat, Shape
from bench.processes import Invalid
from bench.sockets import BOARD_ELEMENTS, Traffic
from tests.bench.fake import Fake, running
from whiteboard.wire import BoardElement


@pytest.fixture
def fake() -> Iterator[Fake]:
    with running(Fake()) as server:
        yield server


def job_of(fake: Fake, protocol: Protocol, shape: Shape, *, sockets: int = 4, rooms: int = 1) -> Job:
    seats = tuple(Seat(fake.port, f"room-{n * rooms // sockets}", "token") for n in range(sockets))
    return Job(
        protocol, shape, seats, (os.getpid(),), warm_s=0.0, seconds=0.05, quiet_s=0.02, patience_s=30.0
    )


async def outcome_of(job: Job) -> Outcome:
    traffic = Traffic(lose=1 if job.plant == "lose" else 0)
    clients = await connect_all(job, job.seats, traffic)
    try:
        return await load.phase(job, "a phase", clients, traffic)
    finally:
        await close_all(clients)


async def test_on_a_board_each_message_is_one_element_that_has_changed(fake: Fake) -> None:
    first, again = [await outcome_of(job_of(fake, "board", "single")) for _ in range(2)]
    assert first.problems == again.problems == []
    assert first.deliveries == 4 * first.messages > 0
    newest = dict[str, int]()
    for elements in fake.drawn:
        (one,) = elements
        BoardElement.model_validate_json(json.dumps(one))
        # A later client goes on from what an earlier one has put there: else the server would keep the old.
        assert one["version"] > newest.get(one["id"], 0)
        newest[one["id"]] = one["version"]
    assert len(newest) <= BOARD_ELEMENTS


@pytest.mark.parametrize("protocol", ["hub", "board", "chat"])
async def test_each_message_is_taken_by_everyone_before_the_next_one_is_sent(
    fake: Fake, protocol: Protocol
) -> None:
    outcome = await outcome_of(job_of(fake, protocol, "single"))
    assert outcome.problems == []
    assert outcome.messages > 0
    assert outcome.deliveries == 4 * outcome.messages == outcome.frames
    # The last answer may come behind the last message, and then counts for the time after the window.
    assert abs(outcome.acknowledged - outcome.messages) <= 1


async def test_a_burst_is_so_many_messages_at_once(fake: Fake) -> None:
    outcome = await outcome_of(replace(job_of(fake, "hub", "burst"), size=8))
    assert outcome.problems == []
    assert outcome.messages % 8 == 0
    assert outcome.deliveries == 4 * outcome.messages


@pytest.mark.parametrize("protocol", ["hub", "chat"])
async def test_two_in_each_room_answer_each_other(fake: Fake, protocol: Protocol) -> None:
    outcome = await outcome_of(job_of(fake, protocol, "pairs", sockets=6, rooms=3))
    assert outcome.problems == []
    assert outcome.messages >= 3
    assert outcome.deliveries == 2 * outcome.messages


async def test_a_steady_rate_gives_a_latency_for_each_delivery(fake: Fake) -> None:
    outcome = await outcome_of(replace(job_of(fake, "hub", "steady"), rate=200))
    assert outcome.problems == []
    assert outcome.p50_ms is not None
    assert outcome.p99_ms is not None
    assert 0 < outcome.p50_ms <= outcome.p99_ms


@pytest.mark.parametrize("protocol", ["hub", "board", "chat"])
async def test_a_delivery_that_the_client_drops_is_named(fake: Fake, protocol: Protocol) -> None:
    job = replace(job_of(fake, protocol, "single"), plant="lose", patience_s=0.1)
    outcome = await outcome_of(job)
    assert "took 0 of 1 messages: number 1 is missing" in " ".join(outcome.problems)


async def test_a_delivery_that_the_server_loses_is_named(fake: Fake) -> None:
    fake.loses = 1
    outcome = await outcome_of(replace(job_of(fake, "chat", "single"), patience_s=0.1))
    assert "took 0 of 1 messages: number 1 is missing" in " ".join(outcome.problems)


async def test_a_gap_in_the_numbers_is_named(fake: Fake) -> None:
    fake.skip_number = 8
    outcome = await outcome_of(job_of(fake, "hub", "single"))
    assert "was given 9 to 9 after 7" in " ".join(outcome.problems)


async def test_a_refusal_is_named(fake: Fake) -> None:
    fake.refuse = True
    outcome = await outcome_of(job_of(fake, "hub", "single"))
    assert "rate.too_fast" in " ".join(outcome.problems)


async def test_a_connection_that_breaks_off_is_named(fake: Fake) -> None:
    traffic = Traffic()
    job = job_of(fake, "hub", "single", sockets=1)
    (one,) = await connect_all(job, job.seats, traffic)
    one.transport.disconnect(graceful=False)
    await asyncio.wait_for(one.gone, 30)
    assert traffic.problems == ["socket 0 was closed by the server"]


async def test_what_was_taken_is_reported_when_the_server_asks_for_it(fake: Fake) -> None:
    fake.taken_every_bytes = 1_000
    outcome = await outcome_of(replace(job_of(fake, "hub", "burst"), size=8))
    assert outcome.problems == []
    assert {report["stream"] for report in fake.reports} == {"room-0"}
    assert all(7 < report["seq"] <= fake.heads["room-0"] for report in fake.reports)


async def test_what_was_taken_is_not_reported_to_a_server_that_does_not_ask(fake: Fake) -> None:
    await outcome_of(job_of(fake, "hub", "burst"))
    assert fake.reports == []


def test_a_client_is_a_process_that_goes_when_it_is_told_to(fake: Fake, tmp_path: Path) -> None:
    job = job_of(fake, "hub", "single")
    with client.connected(job, "a phase", tmp_path, 60) as told:
        outcomes = [told.go(label, 60) for label in ("first", "second")]
    assert [outcome.label for outcome in outcomes] == ["first", "second"]
    assert all(outcome.deliveries == 4 * outcome.messages > 0 for outcome in outcomes)


def test_a_client_that_cannot_connect_says_why(tmp_path: Path) -> None:
    with running(Fake()) as gone:
        pass
    with (
        pytest.raises(Invalid, match="ConnectionRefusedError"),
        client.connected(job_of(gone, "hub", "single"), "a phase", tmp_path, 60),
    ):
        pass


async def test_a_job_survives_its_way_to_the_client(fake: Fake) -> None:
    job = replace(job_of(fake, "hub", "idle"), stalled=Seat(1, "r", "t"), later=(Seat(2, "s"),))
    assert Job.from_json(await asyncio.to_thread(job.as_json)) == job
