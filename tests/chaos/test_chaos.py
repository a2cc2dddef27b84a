"""Small runs against a real server: a clean one holds, and each planted fault is counted.

The runs end when so many commands are acknowledged, not after some time. The long one is `make chaos`.
"""

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.chaos import course, faults
from tests.chaos.course import Outcome, Wish
from tests.chaos.ledger import Ledger
from tests.chaos.load import Load, Size
from tests.live.server import live_server

ACKED = 180
SMALL = Size(rooms=2, writers=3, rovers=1, crowd=2, haggled=1)
FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on SQLite for this file."""
    with live_server(tmp_path_factory.mktemp("chaos")) as running:
        yield running.url


async def small_run(url: str, plant: str = "") -> Outcome:
    """Until enough is acknowledged; every connection is broken off again and again."""
    ledger = Ledger()

    async def disturb(load: Load, outcome: Outcome) -> None:
        for wanted in range(ACKED // 10, ACKED + 1, ACKED // 10):
            while ledger.acked < wanted:  # noqa: ASYNC110 - the run's own measure of its progress
                await asyncio.sleep(0.01)
            seat = load.random.choice(load.seats)
            if not seat.reset() or load.random.random() < 0.5:
                await load.random.choice(load.seats).leave()

    async with asyncio.timeout(120):
        wish = Wish(seed=7, plant=plant, size=SMALL, haggle_every_s=0.05, mistreated=0.03)
        return await course.run([url], ledger, wish, disturb)


@pytest.mark.e2e
async def test_nothing_is_lost_doubled_or_moved_while_clients_break(url: str) -> None:
    outcome = await small_run(url)
    assert outcome.holds, [outcome.verdict.told, outcome.verdict.others, outcome.complaints]
    assert outcome.verdict.acked >= ACKED
    assert outcome.weather.counts["frames dropped"]


@pytest.mark.e2e
@pytest.mark.parametrize("plant", ["lose", "dup", "reorder"])
async def test_a_planted_fault_is_counted(url: str, plant: str) -> None:
    outcome = await small_run(url, plant)
    assert outcome.weather.counts[f"faults planted ({plant})"]
    verdict = outcome.verdict
    found = {"lose": verdict.lost, "dup": verdict.duplicated, "reorder": verdict.reordered}
    assert found[plant], verdict.line


@pytest.mark.parametrize("seconds", [10, 60, 600])
@pytest.mark.parametrize("kinds", [faults.ON_SQLITE, faults.DISTRIBUTED])
def test_a_plan_has_every_fault_in_its_time(seconds: float, kinds: dict[str, faults.Fault]) -> None:
    made = faults.plan(list(kinds), seconds, Random(1))
    assert {planned.name for planned in made} == set(kinds)
    assert sorted(made, key=lambda planned: planned.at_s) == made
    assert all(0 < planned.at_s < seconds for planned in made)
    assert made == faults.plan(list(kinds), seconds, Random(1))
    assert made != faults.plan(list(kinds), seconds, Random(2))


@pytest.mark.parametrize("name", ["history.py", "judge.py", "ledger.py", "load.py", "seat.py", "weather.py"])
def test_clients_and_judge_know_only_the_protocol(name: str) -> None:
    tree = ast.parse((FOLDER / name).read_text())
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {module for module in modules if module.partition(".")[0] in {"negotiation_hub", "rooms", "tests"}}
    known = {f"tests.chaos.{path.stem}" for path in FOLDER.glob("*.py")}
    assert ours <= {"negotiation_hub.replay.client", *known}
