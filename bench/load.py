"""The load client: a process of its own, pinned to a core, so that what is measured is the server.

`python -m bench.load` reads a job, one line of JSON, from standard input, connects, and says `{}`. For each
further line, a label, it runs the job's shape and writes the outcome. It leaves when the input ends.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Final

import uvloop

from bench import shapes, special
from bench.connecting import close_all, connect_all, keep_alive
from bench.job import Job, Outcome
from bench.sockets import Client, Traffic

_LOOK_S: Final = 0.05
Run = Callable[[Job, list[Client], Traffic, Outcome], Awaitable[None]]
SHAPES: Final[dict[str, Run]] = {
    "single": shapes.rounds,
    "burst": shapes.rounds,
    "pairs": shapes.pairs,
    "steady": shapes.steady,
    "idle": special.idle,
    "open": special.opening,
    "stalled": special.stalled,
}


async def serve(job: Job) -> None:
    """Connects, and runs the shape as often as it is asked to."""
    traffic = Traffic(chars=job.chars, lose=1 if job.plant == "lose" else 0)
    beats = asyncio.create_task(keep_alive(traffic))
    try:
        clients = await connect_all(job, job.seats, traffic)
        _answer({})
        while label := await asyncio.to_thread(sys.stdin.readline):
            _answer(asdict(await phase(job, label.strip(), clients, traffic)))
    finally:
        beats.cancel()
        await close_all(traffic.sockets)


async def phase(job: Job, label: str, clients: list[Client], traffic: Traffic) -> Outcome:
    """Runs the shape, and checks that every socket has taken every message of its room."""
    outcome, waits = Outcome(label, problems=traffic.problems), traffic.waits
    try:
        await SHAPES[job.shape](job, clients, traffic, outcome)
    except (shapes.Stuck, OSError, TimeoutError) as error:
        traffic.problem(str(error) or type(error).__name__)
    await _acknowledged(job, traffic)
    for client in traffic.sockets:
        client.check()
    outcome.waits = traffic.waits - waits
    return outcome


async def _acknowledged(job: Job, traffic: Traffic) -> None:
    """Waits for the last answers, which may come behind the messages."""
    for _ in range(round(job.patience_s / _LOOK_S)):
        if traffic.acknowledged >= traffic.sent or traffic.problems:
            break
        await asyncio.sleep(_LOOK_S)
    if traffic.acknowledged != traffic.sent:
        traffic.problem(f"{traffic.acknowledged} of {traffic.sent} messages were acknowledged")


def _answer(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Runs until the input ends; what goes wrong with the connections is the process's last words."""
    job = Job.from_json(json.loads(sys.stdin.readline()))
    if job.core is not None:
        os.sched_setaffinity(0, {job.core})
    uvloop.run(serve(job))


if __name__ == "__main__":
    main()
