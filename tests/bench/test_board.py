"""Figure 10 compares a board with a table, each on its own server; a planted fault is in the board's."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.job import Job, Outcome
from bench.processes import Server
from bench.scenarios import board
from bench.workbench import Database, Options, Workbench

STREAMS = {"room": "the-table", "board": "the-board"}


class Recorded(Workbench):
    """Starts and measures nothing, and keeps what it was asked for."""

    jobs: list[tuple[Job, bool]]

    def sqlite(self) -> Database:
        return Database(self.folder, "", {**STREAMS, "tokens": ["token"] * 200})

    @contextmanager
    def hub(self, database: Database, *, faulty: bool = True, **_: Any) -> Iterator[Server]:
        self.faulty = faulty
        yield Server("hub", 1, SimpleNamespace(pid=1), self.log)  # type: ignore[arg-type]

    def once(self, job: Job, label: str, *servers: Server) -> Outcome:
        self.jobs.append((job, self.faulty))
        cpu_s = 1.5 if job.protocol == "board" else 1.0
        return Outcome(label, 4.0, deliveries=100_000, messages=500, acknowledged=500, server_cpu_s=cpu_s)


@pytest.fixture
def bench(tmp_path: Path) -> Recorded:
    options = Options(frozenset({10}), plant="slow")
    made = Recorded(options, tmp_path, 0.0, ExitStack(), tmp_path / "log")
    made.jobs = []
    return made


def test_a_board_and_a_table_take_turns_and_only_the_boards_server_has_the_fault(bench: Recorded) -> None:
    (result,) = board.measure(bench)
    assert [(job.protocol, job.seats[0].room, faulty) for job, faulty in bench.jobs] == [
        ("hub", "the-table", False),
        ("board", "the-board", True),
    ] * 3
    assert {(job.shape, len(job.seats), job.core) for job, _ in bench.jobs} == {
        ("single", 200, bench.jobs[0][0].core)
    }
    assert (result.goal.figure, result.ratio, result.met) == (10, 1.5, True)
    assert result.why == "125 element updates a second were stored and relayed to 200 people"
