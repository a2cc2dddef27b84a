"""Several server processes on one listening socket: started, started again when they die, ended together."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

Process = subprocess.Popen[bytes]
LIFELINE: Final = "HUB_LIFELINE"  # names the open file by which a process notices that we are gone
RESTART_WAIT_S: Final = 1  # a process that dies at once must not be started a hundred times a second
LOOK_INTERVAL_S: Final = 0.25
END_WITHIN_S: Final = 20  # for saying goodbye to sockets and ending the job in hand


def run(host: str, port: int, count: int, arguments: Sequence[str], *, say: Callable[[str], None]) -> None:
    """Runs `count` processes until SIGTERM or SIGINT."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=1024) as listener:
        ours, theirs = os.pipe()
        start = _starter(listener.fileno(), ours, arguments)
        processes = [start(place) for place in range(count)]
        say(f"Negotiation Hub listens on http://{host}:{port} with {count} processes")
        while not stopping.wait(LOOK_INTERVAL_S):
            for place, process in enumerate(processes):
                if process.poll() is not None:
                    say(f"server process {process.pid} ended with {process.returncode}: starting another")
                    stopping.wait(RESTART_WAIT_S)
                    processes[place] = start(place)
        os.close(theirs)
        _end(processes)


def _starter(listener: int, lifeline: int, arguments: Sequence[str]) -> Callable[[int], Process]:
    command = [sys.executable, "-m", "negotiation_hub.cli", "serve", "--fd", str(listener), *arguments]
    environment: dict[str, Any] = {**os.environ, LIFELINE: str(lifeline)}

    def start(place: int) -> Process:
        # One port, one process: the first of them takes mail in, if any is to.
        words = command if place == 0 else [*command, "--no-mail"]
        return subprocess.Popen(words, env=environment, pass_fds=(listener, lifeline))  # noqa: S603 - ourselves

    return start


def _end(processes: Sequence[Process]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
