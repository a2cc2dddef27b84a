"""The faults: which, when, and how each is done. Each one says whether it really happened."""

import asyncio
import os
import resource
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

import psycopg
import redis as redis_client

from tests.chaos.ledger import Ledger
from tests.chaos.machines import Machine, Postgres, Redis, Server

EVERY_S: Final = 9.0  # one fault after another, in a long run
CALM_S: Final = 4.0  # at the beginning and at the end
SEEN_WITHIN_S: Final = 12.0  # a full disk must be felt by then
CROSSES_WITHIN_S: Final = 45.0  # by then every server must be itself again, with nobody's help
UNSTEADY_S: Final = 6.0  # longer than servers take between two looks at the log
TRIES: Final = 20
RATE: Final = "rate.too_fast"


async def _nobody() -> bool:
    return True


@dataclass
class Stage:
    """What faults are done to. PostgreSQL and Redis are there in the distributed set-up only.

    `crosses` says whether every server writes, and what it writes comes to all the others, soon enough.
    """

    servers: Sequence[Server]
    environment: dict[str, str]
    ledger: Ledger
    random: Random
    files: Sequence[Path] = ()  # of the SQLite database
    postgres: Postgres | None = None
    redis: Redis | None = None
    crosses: Callable[[], Awaitable[bool]] = _nobody
    complaints: list[str] = field(default_factory=list)

    @property
    def db(self) -> Postgres:
        """The PostgreSQL, where there is one."""
        assert self.postgres is not None
        return self.postgres

    @property
    def layer(self) -> Redis:
        """The Redis, where there is one."""
        assert self.redis is not None
        return self.redis

    def refusals(self) -> int:
        """How often the server has said that it cannot, but for the rate."""
        return self.ledger.refusals.total() - self.ledger.refusals[RATE]


Fault = Callable[[Stage], Awaitable[bool]]


@dataclass(frozen=True)
class Planned:
    """A fault and its time, in seconds after the load began."""

    at_s: float
    name: str


def plan(names: Sequence[str], seconds: float, random: Random) -> list[Planned]:
    """Every fault at least once, at random times about equally far from each other."""
    time = max(seconds - 2 * CALM_S, seconds / 2)
    count = max(len(names), int(time / EVERY_S))
    order: list[str] = []
    while len(order) < count:
        order += random.sample(names, len(names))
    step, start = time / count, (seconds - time) / 2
    return [
        Planned(start + (number + random.uniform(0, 0.5)) * step, name)
        for number, name in enumerate(order[:count])
    ]


def _now() -> float:
    return asyncio.get_running_loop().time()


# --- servers --------------------------------------------------------------------------------------


async def server_killed(stage: Stage) -> bool:
    """SIGKILL, and a new start after a moment."""
    return await _killed(stage, [stage.random.choice(stage.servers)])


async def all_servers_killed(stage: Stage) -> bool:
    """Nobody is there for a while."""
    return await _killed(stage, stage.servers)


async def _killed(stage: Stage, servers: Sequence[Server]) -> bool:
    ended = await asyncio.gather(*(server.machine.end(signal.SIGKILL) for server in servers))
    await asyncio.sleep(stage.random.uniform(0.05, 0.5))
    await _start([server.machine for server in servers])
    return set(ended) == {-signal.SIGKILL}


async def server_restarted(stage: Stage) -> bool:
    """SIGTERM, as when a new version is installed: a server says 4503 and ends by itself."""
    machine = stage.random.choice(stage.servers).machine
    status = await machine.end(signal.SIGTERM)
    await _start([machine])
    return status != -signal.SIGKILL


async def worker_killed(stage: Stage) -> bool:
    """SIGKILL of one of several processes on one port; another one must take its place."""
    server = stage.servers[-1]
    killed = stage.random.choice(server.worker_pids)
    os.kill(killed, signal.SIGKILL)
    deadline = _now() + CROSSES_WITHIN_S
    while killed in (pids := server.worker_pids) or len(pids) < server.workers:
        if _now() > deadline:
            stage.complaints.append(f"a process that died was not replaced within {CROSSES_WITHIN_S:.0f} s")
            return True
        await asyncio.sleep(0.05)
    return True


async def _start(machines: Sequence[Machine]) -> None:
    for machine in machines:
        machine.start()
    await asyncio.gather(*(machine.serves() for machine in machines))


# --- the disk -------------------------------------------------------------------------------------


async def disk_full(stage: Stage) -> bool:
    """Files of the server can grow no more for some seconds; then they can."""
    machine = stage.servers[0].machine
    try:
        return await _fill(stage, machine)
    finally:
        machine.limit_files(resource.RLIM_INFINITY)


async def server_killed_on_a_full_disk(stage: Stage) -> bool:
    """The server dies in the middle of its failing writes."""
    felt = await _fill(stage, stage.servers[0].machine)
    return await server_killed(stage) and felt


async def _fill(stage: Stage, machine: Machine) -> bool:
    """Says whether commands were refused because of it."""
    before, start = stage.refusals(), _now()
    size = stage.random.choice(stage.files).stat().st_size
    smallest = min(file.stat().st_size for file in stage.files)
    machine.limit_files(max(size, 1))
    hold_s = stage.random.uniform(1.0, 3.0)
    while stage.refusals() == before and _now() < start + SEEN_WITHIN_S:
        await asyncio.sleep(0.05)
        if _now() > start + SEEN_WITHIN_S / 4:
            machine.limit_files(max(smallest, 1))  # also what lies within the files can be written no more
    await asyncio.sleep(hold_s)
    return stage.refusals() > before


# --- PostgreSQL -----------------------------------------------------------------------------------


async def postgres_restarted(stage: Stage) -> bool:
    """An immediate shutdown, which is a crash, and a start that recovers."""
    machine = stage.db.machine
    await machine.end(signal.SIGQUIT)
    await asyncio.sleep(stage.random.uniform(0.1, 1.0))
    await _start([machine])
    return True


async def backends_terminated(stage: Stage) -> bool:
    """Some connections are ended by an administrator."""

    def terminate() -> int:
        pids = stage.db.clients()
        return stage.db.terminate(stage.random.sample(pids, (len(pids) + 1) // 2))

    return await _tried(terminate)


async def backend_killed(stage: Stage) -> bool:
    """One process of PostgreSQL dies by SIGKILL; all connections break, and it recovers by itself."""

    def kill() -> int:
        pids = stage.db.clients()
        if pids:
            os.kill(stage.random.choice(pids), signal.SIGKILL)
        return len(pids)

    done = await _tried(kill)
    await stage.db.machine.serves()
    return done


# --- Redis ----------------------------------------------------------------------------------------


async def redis_killed(stage: Stage) -> bool:
    """SIGKILL, a while without, a new start. Meanwhile servers hear of each other's events from the log."""
    status = await stage.layer.machine.end(signal.SIGKILL)
    if not await stage.crosses():
        stage.complaints.append("without Redis an event did not come from one server to the other")
    await _start([stage.layer.machine])
    return status == -signal.SIGKILL


async def server_started_without_redis(stage: Stage) -> bool:
    """Both die; the server is up first, and people try to come in."""
    status = await stage.layer.machine.end(signal.SIGKILL)
    done = await server_killed(stage)
    await asyncio.sleep(stage.random.uniform(1.0, 3.0))
    await _start([stage.layer.machine])
    return done and status == -signal.SIGKILL


async def redis_paused(stage: Stage) -> bool:
    """SIGSTOP for some seconds: connections stay, and nothing answers."""
    pid = stage.layer.machine.pids[0]
    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(stage.random.uniform(2.0, 5.0))
    finally:
        os.kill(pid, signal.SIGCONT)
    return True


async def subscribers_killed(stage: Stage) -> bool:
    """Redis breaks the connections over which servers listen."""
    return await _tried(stage.layer.kill_subscribers)


async def postgres_unsteady_then_redis(stage: Stage) -> bool:
    """Whoever looks into the log now and then meets a broken connection, and must not give up for good."""
    over, ended = _now() + UNSTEADY_S, 0
    while _now() < over:
        with suppress(psycopg.OperationalError):
            ended += await asyncio.to_thread(lambda: stage.db.terminate(stage.db.clients()))
        await asyncio.sleep(0.05)
    return bool(ended) and await redis_killed(stage)


async def _tried(action: Callable[[], int]) -> bool:
    """Does it until it has met something; what it is done to may just be busy with the fault before."""
    for _ in range(TRIES):
        try:
            if await asyncio.to_thread(action):
                return True
        except (psycopg.OperationalError, redis_client.RedisError, ProcessLookupError):
            pass
        await asyncio.sleep(0.25)
    return False


ON_SQLITE: Final[dict[str, Fault]] = {
    "server killed": server_killed,
    "disk full": disk_full,
    "server killed on a full disk": server_killed_on_a_full_disk,
    "server restarted": server_restarted,
}
DISTRIBUTED: Final[dict[str, Fault]] = {
    "server killed": server_killed,
    "one of its processes killed": worker_killed,
    "all servers killed": all_servers_killed,
    "server restarted": server_restarted,
    "PostgreSQL restarted": postgres_restarted,
    "PostgreSQL connections terminated": backends_terminated,
    "PostgreSQL backend killed": backend_killed,
    "Redis killed": redis_killed,
    "PostgreSQL unsteady, then Redis killed": postgres_unsteady_then_redis,
    "server started without Redis": server_started_without_redis,
    "Redis paused": redis_paused,
    "Redis subscribers killed": subscribers_killed,
}
