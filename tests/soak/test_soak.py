"""Small runs against a real server: a clean one holds, and each planted fault is found."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bench.workbench import Database, Options, Workbench
from tests.soak import run
from tests.soak.judge import Outcome, Plan, complaints, last_line

SMALL = Plan(
    idle=20, active=4, stalled=3, readers=8, seconds=1, every_s=0.1, megabytes=1, settle_s=0.1, patience_s=2
)
SWOLLEN = replace(SMALL, stalled=16, megabytes=8, plant="swell")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """Where servers are started."""
    folder = tmp_path_factory.mktemp("soak")
    with ExitStack() as stack:
        yield Workbench(Options(frozenset()), folder, time.monotonic() + 600, stack, folder / "runs.jsonl")


@pytest.fixture(scope="module")
def seeded(bench: Workbench) -> Database:
    """People enough for every run of this file."""
    return run.database_of(bench, SWOLLEN)


@pytest.fixture
def database(seeded: Database, tmp_path: Path) -> Database:
    """The same for one run: commands of two runs in one process have the same ids."""
    return replace(seeded, folder=shutil.copytree(seeded.folder, tmp_path / "soak"))


def soaked(bench: Workbench, database: Database, plan: Plan) -> Outcome:
    outcome = run.soak(bench, database, plan, lambda _: None)
    assert outcome.messages
    return outcome


@pytest.mark.e2e
def test_a_clean_run_holds(bench: Workbench, database: Database) -> None:
    outcome = soaked(bench, database, SMALL)
    assert complaints(outcome) == []
    assert outcome.held == 3
    assert outcome.given_mb >= 1
    assert set(outcome.stretches) == set(outcome.latencies_ms) == {"quiet", "filling", "stalled"}
    assert all(0 < p50 <= p99 for p50, p99 in outcome.latencies_ms.values())
    assert last_line(outcome).startswith("soak: 24 connections for 1 s, 0 closed, ")


@pytest.mark.plant
@pytest.mark.e2e
def test_a_delivery_that_is_lost_is_found(bench: Workbench, database: Database) -> None:
    outcome = soaked(bench, database, replace(SMALL, plant="lose"))
    assert (outcome.lost, outcome.duplicated, outcome.closed) == (1, 0, 0)
    assert complaints(outcome) == ["1 deliveries were lost and 0 came twice"]
    assert ", 1 lost, " in last_line(outcome)


@pytest.mark.plant
@pytest.mark.e2e
def test_a_connection_that_is_cut_is_found(bench: Workbench, database: Database) -> None:
    outcome = soaked(bench, database, replace(SMALL, plant="close"))
    assert (outcome.lost, outcome.duplicated, outcome.closed) == (0, 0, 1)
    assert complaints(outcome)[0] == "1 connections were closed"
    assert ", 1 closed, " in last_line(outcome)


@pytest.mark.plant
@pytest.mark.e2e
def test_a_server_that_keeps_what_nobody_reads_is_found(bench: Workbench, database: Database) -> None:
    outcome = soaked(bench, database, SWOLLEN)
    assert (outcome.lost, outcome.duplicated, outcome.closed) == (0, 0, 0)
    (why,) = complaints(outcome)
    assert why.startswith("memory grew by ")
