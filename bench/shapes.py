"""The shapes of load: how messages follow one another, and which part of it is measured."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.job import Job, Outcome
from bench.machine import cpu_seconds
from bench.sockets import Client, Traffic

_LOOK_S = 0.05  # how often it is looked whether anything arrives


class Stuck(Exception):
    """What was due did not arrive; `Client.check` says what."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All counters at one moment."""

    at_s: float
    server_cpu_s: float
    client_cpu_s: float
    sent: int
    taken: int
    frames: int
    acknowledged: int


def read(job: Job, traffic: Traffic) -> Reading:
    """Takes a reading."""
    return Reading(
        time.monotonic(),
        cpu_seconds(job.pids),
        time.process_time(),
        traffic.sent,
        traffic.taken,
        traffic.frames,
        traffic.acknowledged,
    )


def between(outcome: Outcome, first: Reading, last: Reading) -> None:
    """Puts what happened between two readings into the outcome."""
    outcome.seconds = last.at_s - first.at_s
    outcome.server_cpu_s = last.server_cpu_s - first.server_cpu_s
    outcome.client_cpu_s = last.client_cpu_s - first.client_cpu_s
    outcome.messages = last.sent - first.sent
    outcome.deliveries = last.taken - first.taken
    outcome.frames = last.frames - first.frames
    outcome.acknowledged = last.acknowledged - first.acknowledged


class Rounds:
    """Sends `size` messages at once, each by another person, and the next when all have arrived everywhere.

    Readings are taken between two rounds, when nothing is under way. Everybody is in one room.
    """

    def __init__(self, job: Job, clients: Sequence[Client], traffic: Traffic) -> None:
        self.job, self.traffic, self.receivers = job, traffic, len(clients)
        self.senders = itertools.cycle(clients)
        self.loop = asyncio.get_running_loop()
        self.readings: list[Reading] = []
        self.done: asyncio.Future[None] = self.loop.create_future()
        self.due_s = time.monotonic() + job.warm_s
        self.last_s = 0.0
        traffic.complete = self.next

    def next(self) -> None:
        """A round has arrived."""
        now = time.monotonic()
        if now >= self.due_s:
            self.readings.append(read(self.job, self.traffic))
            self.due_s = time.monotonic() + self.job.seconds
            if len(self.readings) > 1:
                self.traffic.complete = None
                if not self.done.done():
                    self.done.set_result(None)
                return
        self.traffic.target = 1 << 62
        if (wait := self.last_s + self.job.gap_s - now) > 0:
            self.loop.call_later(wait, self.send)
        else:
            self.send()

    def send(self) -> None:
        """Sends a round."""
        self.last_s = time.monotonic()
        self.traffic.target = self.traffic.taken + self.job.size * self.receivers
        for _ in range(self.job.size):
            next(self.senders).say()


async def rounds(job: Job, clients: Sequence[Client], traffic: Traffic, outcome: Outcome) -> None:
    """Shapes `single` (one message under way) and `burst` (`size` messages at once)."""
    schedule = Rounds(job, clients, traffic)
    schedule.send()
    await _moving(job, traffic, schedule.done)
    between(outcome, *schedule.readings)
    await asyncio.sleep(job.quiet_s)


async def pairs(job: Job, clients: Sequence[Client], traffic: Traffic, outcome: Outcome) -> None:
    """Shape `pairs`: in every room two people answer each other at once, as fast as they may.

    The window begins and ends with nothing under way: servers that work in long waves would else be measured
    by where a wave happens to be.
    """
    await _answer_each_other(job, clients, traffic, job.warm_s)
    first = read(job, traffic)
    await _answer_each_other(job, clients, traffic, job.seconds)
    between(outcome, first, read(job, traffic))
    await asyncio.sleep(job.quiet_s)


async def _answer_each_other(job: Job, clients: Sequence[Client], traffic: Traffic, seconds: float) -> None:
    start = read(job, traffic)
    traffic.answering = True
    for client in clients[::2]:
        client.answer()
    await asyncio.sleep(seconds)
    traffic.answering = False
    await arrived(job, traffic, 2, start)


async def steady(job: Job, clients: Sequence[Client], traffic: Traffic, outcome: Outcome) -> None:
    """Shape `steady`: `rate` messages a second by the clock, whatever has arrived."""
    loop = asyncio.get_running_loop()
    start_s, senders = loop.time() + 0.05, itertools.cycle(clients)
    warm = round(job.rate * job.warm_s)
    start = first = read(job, traffic)
    for number in range(warm + round(job.rate * job.seconds)):
        await asyncio.sleep(max(0.0, start_s + number / job.rate - loop.time()))
        if number == warm:
            first = read(job, traffic)
            traffic.latencies = []
        next(senders).say()
    await arrived(job, traffic, len(clients), start)
    between(outcome, first, read(job, traffic))
    latencies(outcome, traffic)
    await asyncio.sleep(job.quiet_s)


def latencies(outcome: Outcome, traffic: Traffic) -> None:
    """Puts the latencies taken so far into the outcome, and takes no more."""
    taken = sorted(traffic.latencies or [])
    traffic.latencies = None
    outcome.p50_ms, outcome.p99_ms = percentile_ms(taken, 50), percentile_ms(taken, 99)


def percentile_ms(ordered_ns: Sequence[int], percent: int) -> float | None:
    """The smallest value that so many percent do not exceed, in milliseconds; None without values."""
    if not ordered_ns:
        return None
    index = max(0, -(-len(ordered_ns) * percent // 100) - 1)
    return ordered_ns[index] / 1e6


async def arrived(job: Job, traffic: Traffic, receivers: int, since: Reading) -> None:
    """Waits until each message sent `since` has been taken by all in its room."""
    while traffic.taken < (due := since.taken + (traffic.sent - since.sent) * receivers):
        await until(job, traffic, due)


async def until(job: Job, traffic: Traffic, taken: int) -> None:
    """Waits until so many messages have been taken. Raises Stuck."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def complete() -> None:
        if not done.done():
            done.set_result(None)

    traffic.target, traffic.complete = taken, complete
    if traffic.taken >= taken:
        complete()
    try:
        await _moving(job, traffic, done)
    finally:
        traffic.target, traffic.complete = 1 << 62, None


async def _moving(job: Job, traffic: Traffic, done: "asyncio.Future[None]") -> None:
    """Waits for `done` as long as anything arrives and all is well. Raises Stuck."""
    loop = asyncio.get_running_loop()
    taken, since = traffic.taken, loop.time()
    while not done.done():
        await asyncio.wait({done}, timeout=_LOOK_S)
        if traffic.problems:
            raise Stuck("the phase was given up")
        if traffic.taken != taken:
            taken, since = traffic.taken, loop.time()
        elif not done.done() and loop.time() - since > job.patience_s:
            raise Stuck(f"nothing arrived for {job.patience_s:g} s while messages were due")
