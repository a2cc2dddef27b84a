"""One run: everybody connects, the quiet phase, then the stalled readers."""

import asyncio
import contextlib
import gc
import itertools
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import uvloop
from picows import WSError

from bench.connecting import CONNECTING_AT_ONCE, close_all, connect_all, keep_alive
from bench.job import Job, Seat
from bench.machine import cores, cpu_seconds, memory, open_sockets, pinned
from bench.processes import Invalid, Server
from bench.shapes import percentile_ms
from bench.sockets import Traffic
from bench.special import never_reads, tell
from bench.workbench import Database, Workbench
from tests.soak import swollen
from tests.soak.judge import Outcome, Plan, Stretch, compare, to_last_delivery
from tests.soak.people import Person, Writer, talk

PLANTS: Final = ("lose", "close", "swell")
STALLED_S: Final = 15.0  # the last stretch
STALLED_PING_S: Final = 15.0  # who reads nothing and pings is not silent; the server would close that one
WRITING_AT_ONCE: Final = 2  # long messages under way: with two unreported before them, below the window
WARM_SHARE: Final = 0.25  # of the megabytes before memory is read: caches and allocators have grown then
PAGE: Final = 50  # events that a newcomer is given, which are to be usual ones
_LOOK_S: Final = 0.002
_MEMORY_EVERY_S: Final = 1.0
_RATE_PAUSE_S: Final = 0.1

Tell = Callable[[str], None]
Kind = TypeVar("Kind", bound=Person)


def database_of(bench: Workbench, plan: Plan) -> Database:
    """People, a room for each two of them, and the busy room. Raises Invalid."""
    pairs, receivers = -(-(plan.idle + plan.active) // 2), plan.readers + plan.stalled
    return bench.seeded("soak", "", "--pairs", str(pairs), "--receivers", str(receivers))


def soak(bench: Workbench, database: Database, plan: Plan, tell: Tell) -> Outcome:
    """Starts the server and runs the plan against it. Raises Invalid when it could not be carried out."""
    through = swollen.__name__ if plan.plant == "swell" else ""
    with bench.hub(database, through=through) as server, pinned(cores()[1]):
        try:
            outcome = uvloop.run(_Run(plan, database, server, tell).run())
        except (OSError, TimeoutError, WSError) as error:
            server.must_live()
            raise Invalid(str(error) or type(error).__name__) from None
        finally:
            gc.unfreeze()
        server.must_live()
    return outcome


@dataclass
class _Run:
    plan: Plan
    database: Database
    server: Server
    tell: Tell
    traffic: Traffic = field(default_factory=Traffic)
    active: list[Person] = field(default_factory=list)
    idle: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.found = Outcome(self.plan)
        # Only the protocol and the server's processes matter to who connects.
        self.job = Job("hub", "idle", (), (self.server.pid,))

    async def run(self) -> Outcome:
        beats = asyncio.create_task(keep_alive(self.traffic))
        try:
            await self._ramp()
            async with _beside(talk(self.active, self.plan.every_s)):
                await self._quiet()
                await self._crowded()
            await self._everything_here()
        finally:
            beats.cancel()
            self._count()
            await close_all(self.traffic.sockets)
        return self.found

    # -- the phases --------------------------------------------------------------------------------

    async def _ramp(self) -> None:
        plan, rss = self.plan, self.found.rss_kb
        seats = self.database.in_pairs(self.server.port, len(self.database.seed["pairs"]))
        await asyncio.sleep(plan.settle_s)
        rss["start"] = self._rss()
        started = time.monotonic()
        self.active = await self._connect(seats[: plan.active], Person)
        self.found.connect_s = time.monotonic() - started
        await asyncio.sleep(plan.settle_s)
        rss["warm"] = self._rss()
        started = time.monotonic()
        self.idle = await self._connect(seats[plan.active : plan.active + plan.idle], Person)
        self.found.connect_s += time.monotonic() - started
        await asyncio.sleep(plan.settle_s)
        rss["connected"] = self._rss()
        gc.collect()
        gc.freeze()  # thousands of our own sockets are not to be looked through while latencies are taken
        self.tell(f"{plan.idle + plan.active} connected in {self.found.connect_s:.1f} s")

    async def _quiet(self) -> None:
        planted = asyncio.get_running_loop().call_later(self.plan.seconds / 2, self._plant)
        await self._stretch("quiet", asyncio.sleep(self.plan.seconds))
        planted.cancel()
        self.found.rss_kb["end"] = self._rss()

    def _plant(self) -> None:
        if self.plan.plant == "lose":
            self.traffic.lose = 1
        elif self.plan.plant == "close":
            self.idle[len(self.idle) // 2].transport.disconnect(graceful=False)

    async def _crowded(self) -> None:
        plan, found = self.plan, self.found
        people = range(plan.readers + plan.stalled)
        seats = self.database.seats(self.server.port, people, self.database.seed["room"])
        writers = await self._connect(seats[: plan.readers], Writer)
        await self._fill(writers, plan.megabytes * WARM_SHARE)
        await self._be_brief(writers)
        await asyncio.sleep(plan.settle_s)
        found.rss_kb["before"] = found.rss_kb["most"] = self._rss()
        sockets = open_sockets([self.server.pid])
        given = writers[0].given_bytes
        deaf: list[socket.socket] = []
        try:
            await _stall(seats[plan.readers :], deaf)
            async with _beside(_ping(deaf)):
                await self._stretch("filling", self._fill(writers, plan.megabytes))
                found.given_mb = (writers[0].given_bytes - given) / 2**20
                await self._stretch("stalled", asyncio.sleep(min(STALLED_S, plan.seconds)))
            found.held = open_sockets([self.server.pid]) - sockets
            found.rss_kb["after"] = await self._look_at_memory()
        finally:
            for one in deaf:
                one.close()

    async def _fill(self, writers: Sequence[Writer], megabytes: float) -> None:
        """Has the readers write into the busy room until each has been given so much more."""
        turns, looked_s = itertools.cycle(writers), time.monotonic()
        enough = writers[0].given_bytes + megabytes * 2**20
        while writers[0].given_bytes < enough:
            await self._say([next(turns) for _ in range(WRITING_AT_ONCE)], writers)
            if time.monotonic() - looked_s > _MEMORY_EVERY_S:
                await self._look_at_memory()
                looked_s = time.monotonic()
        await self._look_at_memory()

    async def _be_brief(self, writers: Sequence[Writer]) -> None:
        for writer in writers:
            writer.brief = True
        for _, writer in zip(range(PAGE), itertools.cycle(writers), strict=False):
            await self._say([writer], writers)
        for writer in writers:
            writer.brief = False

    async def _say(self, some: Sequence[Writer], writers: Sequence[Writer]) -> None:
        """Some say something, and all take it. Raises Invalid."""
        waits = self.traffic.waits
        for writer in some:
            writer.say()
        if self.traffic.waits != waits:
            await asyncio.sleep(_RATE_PAUSE_S)
        await self._until(
            lambda: all(writer.taken >= writer.room.sent for writer in writers),
            lambda: sum(writer.taken for writer in writers),
            writers,
        )

    async def _everything_here(self) -> None:
        """Waits for what is still under way."""
        everybody = self._everybody()
        rooms = Counter(person.seat.room for person in everybody)

        def complete() -> bool:
            due = sum(room.sent * rooms[name] for name, room in self.traffic.rooms.items())
            return self.traffic.taken >= due and self.traffic.acknowledged >= self.traffic.sent

        with contextlib.suppress(Invalid):  # what is missing is counted
            await self._until(complete, lambda: self.traffic.taken + self.traffic.acknowledged)

    # -- what they need ----------------------------------------------------------------------------

    async def _connect(self, seats: Sequence[Seat], kind: type[Kind]) -> list[Kind]:
        clients = await connect_all(self.job, seats, self.traffic, kind)
        return [client for client in clients if isinstance(client, kind)]

    async def _stretch(self, name: str, lasts: Awaitable[Any]) -> None:
        first_ns, cpu_s = time.monotonic_ns(), cpu_seconds([self.server.pid])
        await lasts
        used_s = cpu_seconds([self.server.pid]) - cpu_s
        self.found.stretches[name] = Stretch(first_ns, time.monotonic_ns(), used_s)
        self.server.must_live()

    async def _until(
        self, done: Callable[[], bool], progress: Callable[[], int], needed: Sequence[Person] = ()
    ) -> None:
        """Waits as long as there is progress. Raises Invalid."""
        arrived, since_s = -1, 0.0
        while not done():
            if any(person.gone.done() for person in needed):
                raise Invalid("; ".join(self.traffic.problems) or "a reader of the busy room is gone")
            if arrived != progress():
                arrived, since_s = progress(), time.monotonic()
            elif time.monotonic() - since_s > self.plan.patience_s:
                raise Invalid("; ".join(self.traffic.problems) or "nothing arrived while messages were due")
            await asyncio.sleep(_LOOK_S)

    def _rss(self) -> int:
        return memory([self.server.pid]).rss_kb

    async def _look_at_memory(self) -> int:
        rss_kb = await asyncio.to_thread(self._rss)
        self.found.rss_kb["most"] = max(self.found.rss_kb.get("most", 0), rss_kb)
        return rss_kb

    def _everybody(self) -> list[Person]:
        return [person for person in self.traffic.sockets if isinstance(person, Person)]

    def _count(self) -> None:
        """What became of every connection and every message, before anybody leaves."""
        found, everybody = self.found, self._everybody()
        found.closed = sum(person.gone.done() for person in everybody)
        found.messages = self.traffic.sent
        said: dict[str, list[int]] = {}
        for person in everybody:
            said.setdefault(person.seat.room, []).extend(person.said)
        took = [(person.seat.room, [number for number, _, _ in person.took]) for person in everybody]
        found.lost, found.duplicated = compare(said, took)
        for person in everybody:
            wanted, answered = Counter(person.said), Counter(person.answered)
            found.unanswered += len((wanted - answered) | (answered - wanted))
        for name, stretch in found.stretches.items():
            ordered = to_last_delivery((person.took for person in self.active), stretch)
            p50, p99 = percentile_ms(ordered, 50), percentile_ms(ordered, 99)
            found.latencies_ms[name] = (p50 or 0.0, p99 or 0.0)
        found.problems = list(self.traffic.problems)


@asynccontextmanager
async def _beside(endless: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Goes on until the block ends."""
    task = asyncio.create_task(endless)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _stall(seats: Sequence[Seat], deaf: list[socket.socket]) -> None:
    """Connects those who never read, some at a time; `deaf` has who is connected, come what may."""
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def one(seat: Seat) -> None:
        async with gate:
            deaf.append(await never_reads(seat))

    await asyncio.gather(*map(one, seats))


async def _ping(deaf: Sequence[socket.socket]) -> None:
    """Has each of those who never read say now and then that it is there; never ends."""
    for one in itertools.cycle(deaf):
        with contextlib.suppress(OSError):  # who was closed is missing at the end
            await tell(one, '{"t":"ping"}')
        await asyncio.sleep(STALLED_PING_S / len(deaf))
