"""The load client as the measurements see it: a process that is told to go, and answers with an outcome."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.job import Job, Outcome
from bench.processes import ROOT, Invalid, base_environment, dies_with_parent, end, python

CONNECT_S: Final = 0.3  # allowed for each socket before a client is given up
_SLACK_S: Final = 60.0


@dataclass
class LoadClient:
    """A connected load client."""

    job: Job
    process: "subprocess.Popen[str]"
    errors: Path

    def connect(self, label: str, within_s: float) -> None:
        """Brings all sockets into their rooms. Raises Invalid."""
        self._say(json.dumps(self.job.as_json()))
        self._answer(label, min(within_s, _SLACK_S + CONNECT_S * len(self.job.seats)))

    def go(self, label: str, within_s: float) -> Outcome:
        """Runs the job's shape once. Raises Invalid when the client does not come to an end."""
        self._say(label)
        return Outcome(**self._answer(label, min(within_s, self._needed_s())))

    def _needed_s(self) -> float:
        job = self.job
        each = CONNECT_S * len(job.later) + 0.05 * job.times
        return job.warm_s + job.seconds + job.patience_s + _SLACK_S + each

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None  # noqa: S101 - it was opened as a pipe
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Invalid(f"the load client has ended: {self._last_words()}") from None

    def _answer(self, label: str, within_s: float) -> dict[str, Any]:
        assert self.process.stdout is not None  # noqa: S101 - it was opened as a pipe
        watchdog = threading.Timer(within_s, self.process.kill)
        watchdog.start()
        try:
            line = self.process.stdout.readline()
        finally:
            watchdog.cancel()
        if not line:
            said = self._last_words() or f"it did not end within {within_s:.0f} s"
            raise Invalid(f"{label}: the load client gave up: {said}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str:
        return " / ".join(self.errors.read_text(errors="replace").strip().splitlines()[-2:])[-400:]


@contextmanager
def connected(job: Job, label: str, folder: Path, within_s: float) -> Iterator[LoadClient]:
    """A load client whose sockets are in their rooms; it leaves when the block ends. Raises Invalid."""
    errors = folder / f"client-{job.seats[0].port}.log"
    with errors.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - our own words
            python("-m", "bench.load"),
            cwd=ROOT,
            env=base_environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 - one prctl call, no lock is taken
        )
    client = LoadClient(job, process, errors)
    try:
        client.connect(label, within_s)
        yield client
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            end(process)
        if process.stdout is not None:
            process.stdout.close()
