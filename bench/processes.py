"""Programs that the measurements start: each is pinned, watched, and ended by its own process id."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.machine import pinned

ROOT: Final = Path(__file__).resolve().parents[1]
READY_WITHIN_S: Final = 90.0
STOPPED_WITHIN_S: Final = 20.0
_SET_PARENT_DEATH_SIGNAL: Final = 1


class Invalid(Exception):
    """A measurement that says nothing: deliveries are missing, or a server died. Names what and where."""


class Absent(Exception):
    """A peer or a database that this machine does not have; the text is one line."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and how to talk about it."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def pid(self) -> int:
        """The root of its process tree."""
        return self.process.pid

    def must_live(self) -> None:
        """Raises Invalid when it has ended."""
        if (status := self.process.poll()) is not None:
            raise Invalid(f"{self.name} died with status {status}: {self.last_words()}")

    def last_words(self) -> str:
        """The end of its log on one line."""
        return " / ".join(self.log.read_text(errors="replace").strip().splitlines()[-4:])[-600:]


@contextmanager
def serving(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    port: int,
    core: int | None,
    folder: Path,
) -> Iterator[Server]:
    """Runs a server until the block ends; ready when its port answers. Raises Invalid when it does not."""
    log = folder / f"{name.replace(' ', '-')}-{port}.log"
    with log.open("wb") as file, pinned(core):
        process = subprocess.Popen(  # noqa: S603 - our own words
            command,
            cwd=ROOT,
            env={**base_environment(folder), **environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 - one prctl call, no lock is taken
        )
    server = Server(name, port, process, log)
    try:
        _wait(server)
        yield server
    finally:
        end(process)


def end(process: "subprocess.Popen[Any]") -> None:
    """Asks the process to end, and makes it end when it does not."""
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run(
    words: Sequence[str],
    environment: Mapping[str, str],
    *,
    text: str = "",
    within_s: float = 300,
) -> str:
    """Runs a program to its end and gives what it wrote. Raises Invalid with its last words."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            words,
            cwd=ROOT,
            env=dict(environment),
            input=text,
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
            preexec_fn=dies_with_parent(),
        )
    except subprocess.TimeoutExpired:
        raise Invalid(f"{' '.join(words[:4])} did not end within {within_s:g} s") from None
    if done.returncode:
        raise Invalid(f"{' '.join(words[:4])}: {done.stderr.strip()[-600:] or f'status {done.returncode}'}")
    return done.stdout


def base_environment(folder: Path) -> dict[str, str]:
    """What every program gets, whatever the caller's environment says about databases and keys."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}


def python(*words: str) -> list[str]:
    """A command that runs with this very Python."""
    return [sys.executable, *words]


def dies_with_parent() -> Callable[[], None]:
    """A run that is killed cannot clean up; the kernel then ends what it started."""
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_SET_PARENT_DEATH_SIGNAL, int(signal.SIGTERM)) and None


def _wait(server: Server) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        server.must_live()
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Invalid(f"{server.name} did not get ready: {server.last_words()}")
