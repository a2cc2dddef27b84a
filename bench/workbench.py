"""What a scenario works with: databases, servers to start, a load client to send."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.client import LoadClient, connected
from bench.job import Job, Outcome, Seat
from bench.machine import cores
from bench.node import node_modules, node_program
from bench.processes import ROOT, Absent, Invalid, Server, base_environment, python, run, serving
from tests import services

DURABLE: Final = ("fsync=on", "full_page_writes=on", "synchronous_commit=on")
RECEIVERS: Final = 200
PAIRS: Final = 500
REST_S: Final = 4.2  # a burst of 40 at 10 a second, and a little


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asked for. `seconds` is the length of a measured window, `rounds` how often it is."""

    figures: frozenset[int]
    seconds: float = 4.0
    rounds: int = 3
    plant: str = ""


@dataclass(frozen=True, slots=True)
class Database:
    """A seeded database of our product: where its state lies, and who and what is in it."""

    folder: Path
    url: str
    seed: dict[str, Any]

    def seat(self, port: int, person: int, room: str) -> Seat:
        """One person's socket in a room."""
        return Seat(port, room, self.seed["tokens"][person])

    def seats(self, port: int, people: range, room: str) -> tuple[Seat, ...]:
        """Sockets of these people in one room."""
        return tuple(self.seat(port, person, room) for person in people)

    def in_pairs(self, port: int, pairs: int) -> tuple[Seat, ...]:
        """Sockets of two people in each of the rooms for two."""
        rooms, tokens = self.seed["pairs"], self.seed["tokens"]
        return tuple(
            Seat(port, room, tokens[2 * n + side]) for n, room in enumerate(rooms[:pairs]) for side in (0, 1)
        )


@dataclass
class Workbench:
    """One run of `make bench`."""

    options: Options
    folder: Path
    deadline_s: float
    stack: ExitStack
    log: Path
    _databases: dict[str, Database] = field(default_factory=dict)
    _postgres: services.PostgresServer | None = None
    _free_s: dict[int, float] = field(default_factory=dict)

    def left_s(self) -> float:
        """Seconds until the whole run must have ended."""
        return self.deadline_s - time.monotonic()

    # -- databases -------------------------------------------------------------------------------------

    def sqlite(self) -> Database:
        """The seeded SQLite database, made when first asked for."""
        return self._database("sqlite", "")

    def postgres(self) -> Database:
        """The same on PostgreSQL with everything on that makes a commit durable. Raises Absent."""
        return self._database("postgres", "" if "postgres" in self._databases else self.empty_postgres())

    def history(self, *events: int) -> Database:
        """A SQLite database of its own with rooms that have so many events."""
        return self.seeded("history", "", "--history", *(str(count) for count in events))

    def empty_postgres(self) -> str:
        """The URL of a new database in the one cluster of this run. Raises Absent."""
        if self._postgres is None:
            try:
                self._postgres = self.stack.enter_context(services.postgres(*DURABLE))
            except services.Missing as error:
                raise Absent(str(error)) from None
        return self._postgres.create_database()

    def redis(self) -> str:
        """The URL of a fresh Redis. Raises Absent."""
        try:
            return self.stack.enter_context(services.redis())
        except services.Missing as error:
            raise Absent(str(error)) from None

    def _database(self, name: str, url: str) -> Database:
        if name not in self._databases:
            sizes = ("--pairs", str(PAIRS), "--receivers", str(RECEIVERS))
            self._databases[name] = self.seeded(name, url, *sizes)
        return self._databases[name]

    def seeded(self, name: str, url: str, *words: str) -> Database:
        """A database made by `bench.seed`."""
        folder = self.folder / name
        folder.mkdir()
        say(f"making people and rooms on {name}")
        environment = {"DATA_DIR": str(folder), "DATABASE_URL": url}
        made = run(
            python("-m", "bench.seed", *words),
            {**base_environment(folder), **environment},
            within_s=max(1.0, min(600.0, self.left_s())),
        )
        return Database(folder, url, json.loads(made))

    # -- servers ---------------------------------------------------------------------------------------

    @contextmanager
    def hub(
        self,
        database: Database,
        *,
        redis_url: str = "",
        worker: bool = True,
        name: str = "hub",
        through: str = "",
        faulty: bool = True,
    ) -> Iterator[Server]:
        """Our server, started as a user starts it; with a planted fault `through` a module that has it.

        Where it is the side that ours is compared with, it is not `faulty`, whatever was planted.
        """
        port = services.free_port()
        command = python("-m", "negotiation_hub.cli", "serve", *([] if worker else ["--no-worker"]))
        if through := through or ("bench.slowed" if faulty and self.options.plant == "slow" else ""):
            command = python("-m", through, *command)
        environment = {
            "DATA_DIR": str(database.folder),
            "DATABASE_URL": database.url,
            "REDIS_URL": redis_url,
            "PORT": str(port),
        }
        with serving(name, command, environment, port=port, core=cores()[0], folder=self.folder) as server:
            yield server

    @contextmanager
    def chat(self, database_url: str = "") -> Iterator[Server]:
        """The tutorial chat; with a database it stores each message in it."""
        port = services.free_port()
        environment = {"DATABASE_URL": database_url, "PERSIST": "1" if database_url else ""}
        if database_url:
            run(
                python("-m", "bench.peers.chat", "make-table"),
                {**base_environment(self.folder), **environment},
            )
        command = python("-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "bench.peers.chat:application")
        with serving("chat", command, environment, port=port, core=cores()[0], folder=self.folder) as server:
            yield server

    @contextmanager
    def node(self, script: str) -> Iterator[Server]:
        """One of the Node peers, `ws` or `socketio`. Raises Absent."""
        port = services.free_port()
        modules = node_modules()
        environment = {"PORT": str(port), "NODE_PATH": str(modules)}
        command = [node_program(), str(ROOT / "bench" / "peers" / f"{script}.js")]
        with serving(script, command, environment, port=port, core=cores()[0], folder=self.folder) as server:
            yield server

    # -- measuring -------------------------------------------------------------------------------------

    @contextmanager
    def client(self, job: Job, label: str) -> Iterator[LoadClient]:
        """A load client, connected. Raises Invalid."""
        with connected(job, label, self.folder, self.left_s()) as client:
            yield client

    def go(self, client: LoadClient, label: str, *servers: Server) -> Outcome:
        """Has a load client run its shape. Raises Invalid when what it measured is worth nothing."""
        for server in servers:
            # Until the people of the last phase have their whole burst again.
            time.sleep(max(0.0, self._free_s.get(server.port, 0.0) - time.monotonic()))
        if self.left_s() < client.job.warm_s + client.job.seconds:
            raise Invalid(f"{label}: the time for the whole run is over")
        outcome = client.go(label, self.left_s())
        with self.log.open("a") as log:
            log.write(json.dumps(asdict(outcome)) + "\n")
        for server in servers:
            self._free_s[server.port] = time.monotonic() + REST_S
            server.must_live()
        say(line(outcome))
        if outcome.problems:
            raise Invalid(f"{label}: {'; '.join(outcome.problems[:3])}")
        return outcome

    def once(self, job: Job, label: str, *servers: Server) -> Outcome:
        """Connects a load client, has it run its shape once, and lets it leave. Raises Invalid."""
        with self.client(job, label) as client:
            return self.go(client, label, *servers)


def line(outcome: Outcome) -> str:
    """One run in one line."""
    words = [f"{outcome.label}:"]
    if outcome.deliveries:
        words.append(
            f"{outcome.us_per_delivery:.2f} us/delivery, {outcome.deliveries} deliveries of "
            f"{outcome.messages} messages in {outcome.seconds:.1f} s, "
            f"server {outcome.server_cpu_s / outcome.seconds:.0%}, "
            f"client {outcome.client_cpu_s / outcome.seconds:.0%}"
        )
    if outcome.p50_ms is not None:
        words.append(f"p50 {outcome.p50_ms:.2f} ms, p99 {outcome.p99_ms:.2f} ms")
    words += [f"{name} {value:.1f}" for name, value in outcome.values.items()]
    if outcome.waits:
        words.append(f"{outcome.waits} waits for the rate limit")
    return " ".join(words)


def say(text: str) -> None:
    """Progress, for whoever watches."""
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()
