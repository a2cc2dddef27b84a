"""Many slow downloads from one server, watched."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from bench.machine import memory
from tests import services
from tests.downloads.judge import Outcome, Plan
from tests.downloads.readers import connected
from tests.downloads.stage import bought
from tests.live.server import LiveServer, live_server

LOOK_S: Final = 0.25
GONE_WITHIN_S: Final = 10.0
SEED: Final = 1


def watched(folder: Path, plan: Plan, plant: str = "") -> Outcome:
    """Runs it on a server of its own, with a planted fault or none."""
    file = folder.parent / f"{folder.name}-season.txt"
    # Letters, so that it is a text; from a seed, so that any two stretches differ.
    file.write_bytes(random.Random(SEED).randbytes(plan.megabytes * 500_000).hex().encode())
    program = "tests.downloads.faulty" if plant else "negotiation_hub.cli"
    settings = {"PLANT": plant} if plant else {}
    try:
        with live_server(folder, worker=False, program=program, settings=settings) as server:
            return _read(server, file, plan)
    finally:
        file.unlink()


def _read(server: LiveServer, file: Path, plan: Plan) -> Outcome:
    found = Outcome(plan)
    path = bought(server.environment, file)[0].path
    where = server.url.removeprefix("http://")
    host, _, port = where.partition(":")
    # The first one proves the file, and what it loads is loaded.
    httpx.get(server.url + path, headers={"Range": "bytes=0-9"}, timeout=60, verify=services.NO_TLS)
    found.before_kb = found.most_kb = _resident(server)
    deaf = [connected(host, int(port), path) for _ in range(plan.stalled)]
    program = [sys.executable, "-m", "tests.downloads.readers", where, path, str(file)]
    numbers = [str(plan.readers), str(plan.rate), str(plan.seconds)]
    command = [*program, *numbers]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as clients:
        _look(server, found, clients)
        assert clients.stdout is not None
        said = clients.stdout.read()
    if clients.returncode:
        raise AssertionError("the readers ended early")
    found.readers = [(taken, wrong, broken) for taken, wrong, broken in json.loads(said)]
    for one in deaf:
        one.close()
    _until(lambda: _resident(server) < found.most_kb)
    found.after_kb = _resident(server)
    return found


def _look(server: LiveServer, found: Outcome, clients: "subprocess.Popen[str]") -> None:
    with httpx.Client(verify=services.NO_TLS, timeout=60) as other:
        while clients.poll() is None:
            began_s = time.monotonic()
            other.get(f"{server.url}/healthz").raise_for_status()
            found.health_ms.append((time.monotonic() - began_s) * 1000)
            found.most_kb = max(found.most_kb, _resident(server))
            time.sleep(LOOK_S)


def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + GONE_WITHIN_S
    while not done() and time.monotonic() < deadline:
        time.sleep(LOOK_S)


def _resident(server: LiveServer) -> int:
    return memory([server.process.pid]).rss_kb
