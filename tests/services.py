"""Throw-away servers for tests: a PostgreSQL, a Redis, and where Chromium lies.

Each runs from the machine's binaries in a folder of its own under an unprivileged user, is ready when its
context is entered, and is stopped by its process id when the context is left.
`python -m tests.services report|install` says what the machine lacks, or installs it.
"""

import ctypes
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

READY_WITHIN_S = 30.0
STOPPED_WITHIN_S = 10.0
OLDEST_POSTGRES = 15
_SET_PARENT_DEATH_SIGNAL = 1
# On the loopback everything is plain HTTP: with this, httpx does not read all authorities for each client,
# which takes 20 to 60 ms.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Missing(Exception):
    """Something is not on this machine; the text is one line that names what to install."""


class NotReady(Exception):
    """A server that was started does not answer; the text ends with the last lines of its log."""


# --- what the machine has -------------------------------------------------------------------------


def find_postgres() -> Path:
    """The folder with initdb and postgres of the newest PostgreSQL, at least 15. Raises Missing."""
    in_path = shutil.which("initdb")
    folders = [Path(in_path).resolve().parent] if in_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_in_path, reverse=True)
    older = ""
    for folder in folders:
        if not ((folder / "initdb").is_file() and (folder / "postgres").is_file()):
            continue
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False
        ).stdout
        version = re.search(r"(\d+)", said)
        if version and int(version[1]) >= OLDEST_POSTGRES:
            return folder
        older = f", found {said.strip()}"
    raise Missing(f"PostgreSQL {OLDEST_POSTGRES} or later is missing{older}: install the package postgresql")


def _version_in_path(folder: Path) -> int:
    digits = re.match(r"\d+", folder.parent.name)
    return int(digits[0]) if digits else 0


def find_redis() -> Path:
    """The redis-server program. Raises Missing."""
    found = shutil.which("redis-server")
    if found is None:
        raise Missing("Redis is missing: install the package redis-server")
    return Path(found)


def find_chromium() -> Path:
    """The browser for end-to-end tests. Raises Missing."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise Missing("Chromium is missing: install the package chromium")


PACKAGES: dict[str, Callable[[], Path]] = {
    "postgresql": find_postgres,
    "redis-server": find_redis,
    "chromium": find_chromium,
}


# --- servers --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PostgresServer:
    """A running throw-away cluster that trusts its one user, on loopback and on a unix socket in `folder`."""

    folder: Path
    port: int
    pid: int
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str = "postgres") -> str:
        """The DATABASE_URL of a database in this cluster."""
        return f"postgres://hub@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """Make an empty database and return its DATABASE_URL."""
        name = f"made_{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return self.url(name)


@contextmanager
def postgres(*options: str) -> Iterator[PostgresServer]:
    """Run a fresh PostgreSQL; `options` are further NAME=VALUE settings. Raises Missing, NotReady."""
    programs = find_postgres()
    with _folder("hub-pg-") as folder:
        data = folder / "data"
        making = [
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            "hub",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        made = subprocess.run(
            making,
            cwd=folder,
            env=_environment(folder),
            capture_output=True,
            text=True,
            check=False,
            **_someone(),
        )
        if made.returncode:
            raise NotReady(f"initdb failed: {made.stderr.strip()[-500:]}")
        port = free_port()
        # Nothing here outlives the tests, so nothing needs to survive a power cut.
        settings = (
            f"port={port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={folder}",
            "max_connections=150",  # a hundred buyers at once, each with a connection of their own
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            *options,
        )
        command = [
            str(programs / "postgres"),
            "-D",
            str(data),
            *(word for s in settings for word in ("-c", s)),
        ]
        with _server(command, folder, stop=signal.SIGINT) as process:
            server = PostgresServer(folder=folder, port=port, pid=process.pid)
            _wait(process, folder, partial(_postgres_answers, server))
            yield server


def _postgres_answers(server: PostgresServer) -> bool:
    try:
        psycopg.connect(server.url(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def redis() -> Iterator[str]:
    """Run a fresh Redis that keeps nothing on disk, and give its REDIS_URL. Raises Missing, NotReady."""
    program = find_redis()
    with _folder("hub-redis-") as folder:
        port = free_port()
        command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        with _server([*command, "--save", "", "--appendonly", "no"], folder, stop=signal.SIGTERM) as process:
            _wait(process, folder, partial(_redis_answers, port))
            yield f"redis://127.0.0.1:{port}/0"


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


# --- processes ------------------------------------------------------------------------------------


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    # A unix socket's path must be short, and an unprivileged user must reach it: TMPDIR is often neither.
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp" if Path("/tmp").is_dir() else None))
    try:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _someone() -> dict[str, Any]:
    """Arguments for a process that is not root; PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C", "TZ": "UTC"}


@contextmanager
def _server(command: list[str], folder: Path, *, stop: signal.Signals) -> Iterator["subprocess.Popen[bytes]"]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=_dies_with_parent(stop),  # noqa: PLW1509 - one prctl call, no lock is taken
            **_someone(),
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _dies_with_parent(with_signal: signal.Signals) -> Callable[[], None] | None:
    """A test run that is killed cannot clean up; on Linux the kernel then stops what it started."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_SET_PARENT_DEATH_SIGNAL, int(with_signal)) and None


def _wait(process: "subprocess.Popen[bytes]", folder: Path, answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            log = (folder / "log").read_text(errors="replace").strip().splitlines()[-5:]
            raise NotReady(f"{process.args!r} did not get ready: {' / '.join(log)}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- from the command line ------------------------------------------------------------------------


def missing() -> dict[str, str]:
    """Package name to one line, for each thing this machine lacks."""
    lines = {}
    for package, find in PACKAGES.items():
        try:
            find()
        except Missing as error:
            lines[package] = str(error)
    return lines


def report() -> int:
    """Name what is missing, a line each; exit status 1 when CI=true makes that an error."""
    lines = missing()
    strict = in_ci()
    for line in lines.values():
        print(line if strict else f"{line} (or INSTALL=1); its tests are skipped", file=sys.stderr)
    return 1 if lines and strict else 0


def install() -> int:
    """Install what is missing with apt-get; exit status 1 when that is not possible."""
    packages = sorted(missing())
    if not packages:
        return 0
    apt = shutil.which("apt-get")
    if apt is None:
        print(f"INSTALL=1 knows apt-get only; install by hand: {', '.join(packages)}", file=sys.stderr)
        return 1
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *packages]):
        if subprocess.run(
            [*as_root, apt, *words], env=quiet, stdout=subprocess.DEVNULL, check=False
        ).returncode:
            print(f"apt-get {words[0]} failed", file=sys.stderr)
            return 1
    still = missing()
    for line in still.values():
        print(f"after installing: {line}", file=sys.stderr)
    return 1 if still else 0


def in_ci() -> bool:
    """Whether a skip counts as an error."""
    return os.environ.get("CI", "").lower() in {"true", "1"}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["report"]:
            sys.exit(report())
        case ["install"]:
            sys.exit(install())
        case _:
            sys.exit("usage: python -m tests.services report|install")
