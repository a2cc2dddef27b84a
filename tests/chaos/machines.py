"""Processes that are killed and started again on what they left behind: our servers, PostgreSQL, Redis."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import redis as redis_client

from tests import services

READY_WITHIN_S: Final = 60.0  # a cold start on a loaded machine takes about five
STOPPED_WITHIN_S: Final = 30.0
LOOK_S: Final = 0.1
ROOT: Final = Path(__file__).parents[2]


@dataclass
class Machine:
    """A command that can be started again. `look` says whether it serves."""

    command: list[str]
    folder: Path
    log: Path
    look: Callable[[], bool]
    options: dict[str, Any] = field(default_factory=dict)  # of Popen
    last_signal: signal.Signals = signal.SIGKILL  # what ends it for good
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Starts it, without waiting until it serves."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=services._dies_with_parent(self.last_signal),  # noqa: PLW1509 - one prctl call
                **self.options,
            )

    async def serves(self) -> None:
        """Waits until it serves. Raises NotReady."""
        deadline = asyncio.get_running_loop().time() + READY_WITHIN_S
        while not await asyncio.to_thread(self.look):
            if self.process is None or self.process.poll() is not None or _now() > deadline:
                last = " / ".join(self.log.read_text(errors="replace").strip().splitlines()[-5:])
                raise services.NotReady(f"{self.command[:4]} does not serve: {last}")
            await asyncio.sleep(LOOK_S)

    async def end(self, how: signal.Signals) -> int:
        """Sends a signal, waits for the end, and kills what does not end. The exit status."""
        if self.process is None:
            raise services.NotReady(f"{self.command[:4]} was not started")
        self.process.send_signal(how)
        try:
            await asyncio.to_thread(self.process.wait, STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._kill_group()
        status = self.process.wait()
        self._kill_group()  # what it may have started itself
        return status

    def stop(self) -> None:
        """Ends it for good."""
        if self.process is not None:
            self.process.send_signal(self.last_signal)
            try:
                self.process.wait(STOPPED_WITHIN_S)
            finally:
                self._kill_group()

    def _kill_group(self) -> None:
        if self.process is not None:
            try:
                # Its own group, made by start_new_session.
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    @property
    def pids(self) -> list[int]:
        """Its process and what that has started."""
        return [] if self.process is None else [self.process.pid, *_children(self.process.pid)]

    def limit_files(self, size: int) -> None:
        """No file of this process may grow beyond `size` bytes; RLIM_INFINITY lifts that."""
        for pid in self.pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _children(pid: int) -> list[int]:
    """The processes below this one."""
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in listed.read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def _now() -> float:
    return asyncio.get_running_loop().time()


# --- our server -----------------------------------------------------------------------------------


@dataclass
class Server:
    """One `negotiation-hub serve`."""

    url: str
    machine: Machine
    workers: int

    @property
    def worker_pids(self) -> list[int]:
        """The processes that serve, where one process only looks after them."""
        return self.machine.pids[1:]


def environment(
    folder: Path, *, database_url: str = "", redis_url: str = "", port: int = 0
) -> dict[str, str]:
    """What the product's commands need to see the same data."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PORT": str(port),
        "DEMO": "1",
    }


def server(folder: Path, *, database_url: str = "", redis_url: str = "", workers: int = 1) -> Server:
    """A server of so many processes on a free port; it is not started yet."""
    port = services.free_port()
    url = f"http://127.0.0.1:{port}"
    machine = Machine(
        command=[sys.executable, "-m", "negotiation_hub.cli", "serve", "--workers", str(workers)],
        folder=folder,
        log=folder / f"server-{port}.log",
        look=partial(_is_ready, url),
        options={
            "env": environment(folder, database_url=database_url, redis_url=redis_url, port=port),
        },
    )
    return Server(url, machine, workers)


def run(environment: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    """Runs one of the product's commands."""
    return subprocess.run(
        [sys.executable, "-m", "negotiation_hub.cli", *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def _is_ready(url: str) -> bool:
    try:
        return (
            httpx.get(f"{url}/readyz", timeout=5, trust_env=False, verify=services.NO_TLS).status_code
            == httpx.codes.OK
        )
    except httpx.TransportError:
        return False


# --- PostgreSQL -----------------------------------------------------------------------------------


@dataclass
class Postgres:
    """A cluster that keeps what it has committed, whatever happens to its processes (not to the power)."""

    machine: Machine
    port: int

    @property
    def url(self) -> str:
        """The DATABASE_URL."""
        return f"postgres://hub@127.0.0.1:{self.port}/postgres"

    def clients(self) -> list[int]:
        """The processes that serve connections, but for our own one."""
        with psycopg.connect(self.url, connect_timeout=5, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return [int(pid) for (pid,) in rows]

    def terminate(self, pids: list[int]) -> int:
        """Has the server end some of its connections; how many there were."""
        with psycopg.connect(self.url, connect_timeout=5, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [pids]
            )
            return sum(bool(ended) for (ended,) in rows)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A fresh cluster, not started yet. Raises Missing."""
    programs = services.find_postgres()
    with ExitStack() as stack:
        folder = stack.enter_context(services._folder("hub-pg-"))
        making = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "hub"]
        made = subprocess.run(
            [*making, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            cwd=folder,
            env=services._environment(folder),
            capture_output=True,
            text=True,
            check=False,
            **services._someone(),
        )
        if made.returncode:
            raise services.NotReady(f"initdb failed: {made.stderr.strip()[-500:]}")
        port = services.free_port()
        settings = (
            f"port={port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={folder}",
            "max_connections=100",
            "fsync=off",  # processes die here, the power does not fail
            "synchronous_commit=on",  # off would lose commits with the process
        )
        machine = Machine(
            command=[
                str(programs / "postgres"),
                "-D",
                str(folder / "data"),
                *(word for setting in settings for word in ("-c", setting)),
            ],
            folder=folder,
            log=folder / "log",
            look=lambda: services._postgres_answers(services.PostgresServer(folder=folder, port=port, pid=0)),
            options={"env": services._environment(folder), **services._someone()},
            last_signal=signal.SIGQUIT,  # killed at once it would leave its shared memory behind
        )
        stack.callback(machine.stop)
        yield Postgres(machine, port)


# --- Redis ----------------------------------------------------------------------------------------


@dataclass
class Redis:
    """A Redis that keeps nothing on disk."""

    machine: Machine
    port: int

    @property
    def url(self) -> str:
        """The REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def kill_subscribers(self) -> int:
        """Breaks the connections that listen; how many there were."""
        with redis_client.Redis.from_url(self.url, socket_timeout=5) as client:
            return int(str(client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")))


@contextmanager
def redis() -> Iterator[Redis]:
    """A Redis, not started yet. Raises Missing."""
    program = services.find_redis()
    with services._folder("hub-redis-") as folder:
        port = services.free_port()
        command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        machine = Machine(
            command=[*command, "--save", "", "--appendonly", "no"],
            folder=folder,
            log=folder / "log",
            look=partial(services._redis_answers, port),
            options={"env": services._environment(folder), **services._someone()},
        )
        try:
            yield Redis(machine, port)
        finally:
            machine.stop()
