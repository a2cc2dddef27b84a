"""A real server for tests: daphne in a process of its own, with its own database, port and folder."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import httpx
import psycopg
from psycopg.sql import SQL, Identifier

from negotiation_hub.kernel.limits import FRAME_BYTES_MAX
from tests import services

READY_WITHIN_S = 60  # a cold start on a loaded machine takes about five
FIRST = "first_start"  # a database to be copied
DEMO_WITHIN_S = 240  # all migrations and a dozen deals; twenty on an idle machine


@dataclass(frozen=True)
class LiveServer:
    """A running server. `environment` is what its commands need to see the same data."""

    url: str
    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"

    @property
    def socket_url(self) -> str:
        """Where sockets connect."""
        return self.url.replace("http", "ws", 1) + "/ws/"

    def sign_in(self, person: str) -> str:
        """A token of a demo person."""
        answer = httpx.post(
            f"{self.url}/demo/sign-in", json={"person": person}, timeout=30, verify=services.NO_TLS
        )
        answer.raise_for_status()
        token: str = answer.json()["token"]
        return token

    def run(self, *command: str, text: str = "") -> "subprocess.CompletedProcess[str]":
        """Runs one of the product's commands on this server's data."""
        return subprocess.run(
            [sys.executable, "-m", "negotiation_hub.cli", *command],
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )


Transport = Literal["lane", "daphne", "uvicorn"]  # the fast lane, plain ASGI on daphne, or on another server
TRANSPORTS: tuple[Transport, ...] = get_args(Transport)


def _command(transport: Transport, port: int, worker: bool, workers: int, program: str) -> list[str]:
    if transport == "uvicorn":
        options = ["--port", str(port), "--log-level", "warning", "--ws-max-size", str(2 * FRAME_BYTES_MAX)]
        return [sys.executable, "-m", "uvicorn", "asgi:application", *options]
    more = [] if worker else ["--no-worker"]
    return [sys.executable, "-m", program, "serve", "--workers", str(workers), *more]


@contextmanager
def live_server(
    folder: Path,
    *,
    database_url: str = "",
    redis_url: str = "",
    worker: bool = True,
    transport: Transport = "lane",
    workers: int = 1,
    settings: Mapping[str, str] | None = None,
    deals: bool = False,
    program: str = "negotiation_hub.cli",
) -> Iterator[LiveServer]:
    """Starts a server on a free port, with the demo's people; ends it when the block ends.

    uvicorn comes without background work. With `deals` the demo's deals are there as well. `program` is the
    module that is run, such as one that plants a fault in the product.
    """
    port = services.free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PORT": str(port),
        "DEMO": "1",
        "FAST_LANE": "1" if transport == "lane" else "0",
        **(settings or {}),
    }
    if not any(folder.iterdir()):  # otherwise another server of this test has been here
        _begin_like_the_first(folder, database_url)
        if deals:
            _demo(environment, deals=True)
    with (folder / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            _command(transport, port, worker, workers, program), env=environment, stdout=log, stderr=log
        )
    server = LiveServer(f"http://127.0.0.1:{port}", environment, process)
    try:
        _wait_until_ready(server, folder / f"server-{port}.log")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _demo(environment: Mapping[str, str], *, deals: bool) -> None:
    """Makes what the demo has and is missing."""
    command = [sys.executable, "-m", "negotiation_hub.cli", "demo", *([] if deals else ["--no-deals"])]
    subprocess.run(command, env=dict(environment), check=True, capture_output=True, timeout=DEMO_WITHIN_S)


def _begin_like_the_first(folder: Path, database_url: str) -> None:
    """Copies what a first start makes: its migrations take most of a server's start."""
    where, _, name = database_url.rpartition("/")
    shutil.copytree(_first_start(where), folder, dirs_exist_ok=True)
    if not where:
        return
    empty, full = Identifier(name), Identifier(FIRST)
    with psycopg.connect(f"{where}/postgres", autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {}").format(empty))
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(empty, full))


@cache
def _first_start(where: str) -> Path:
    """The folder of a first start, on SQLite or in this PostgreSQL cluster."""
    held = tempfile.TemporaryDirectory(prefix="hub-first-start-")
    atexit.register(held.cleanup)
    url = ""
    if where:
        url = f"{where}/{FIRST}"
        with psycopg.connect(f"{where}/postgres", autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(FIRST)))
    environment = {"PATH": os.environ["PATH"], "HOME": held.name, "DATA_DIR": held.name, "DEMO": "1"}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), "DATABASE_URL": url}
    _demo(environment, deals=False)
    return Path(held.name)


def _wait_until_ready(server: LiveServer, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            answer = httpx.get(f"{server.url}/readyz", timeout=5, verify=services.NO_TLS)
            if answer.status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the server did not get ready: {log.read_text()[-2000:]}")
