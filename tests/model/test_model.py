"""Generated negotiations on both databases; the long run is `python -m tests.model`."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.live.server import live_server
from tests.model.model import Model
from tests.model.moves import Moves
from tests.model.proof import PLANTS, SEED, Verdict, prove

COUNT = 30
CODES = {
    "negotiation.not_open",
    "offer.expired",
    "offer.identical",
    "offer.none_standing",
    "offer.not_own",
    "offer.own",
    "offer.package",
    "offer.rounds_exhausted",
    "offer.stale",
    "offer.standing",
    "offer.unchanged",
}
FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on SQLite for this file."""
    with live_server(tmp_path_factory.mktemp("model")) as running:
        yield running.url


async def judged(url: str, plant: str = "") -> Verdict:
    verdict = await prove(url, count=COUNT, parallel=12, plant=plant, complain=lambda _: None)
    assert verdict.played == COUNT
    return verdict


@pytest.mark.e2e
async def test_generated_negotiations_end_on_sqlite_as_the_model_says(sqlite_url: str) -> None:
    assert (await judged(sqlite_url)).differences == []


@pytest.mark.e2e
async def test_generated_negotiations_end_on_postgres_as_the_model_says(
    postgres_url: str, tmp_path: Path
) -> None:
    with live_server(tmp_path, database_url=postgres_url) as running:
        assert (await judged(running.url)).differences == []


@pytest.mark.e2e
@pytest.mark.parametrize("plant", PLANTS)
async def test_a_planted_fault_is_found(sqlite_url: str, plant: str) -> None:
    assert (await judged(sqlite_url, plant=plant)).differences


def test_the_generated_negotiations_come_to_every_refusal_and_every_end() -> None:
    seen: Counter[str] = Counter()
    for number in range(400):
        random, model = Random(f"{SEED}/{number}"), Model()
        moves = Moves(random)
        while (step := moves.next(model)) is not None:
            answers = [model.judge(command) for command in step.commands]
            seen.update(answers)
            seen.update({step.fault: 1, "race": int(step.race)})
            if step.waits and not answers[0]:
                model.time_is_over()
        seen.update([model.status, *(offer.status for offer in model.offers)])
    assert set(seen) >= CODES
    assert set(seen) >= {"open", "agreed", "closed", "race"}
    assert set(seen) >= {"repeat", "late", "reorder", "cut-frame", "cut-line"}
    assert set(seen) >= {"pending", "countered", "superseded", "accepted", "declined", "withdrawn", "expired"}


def test_the_model_is_short_and_shares_no_line_with_the_server() -> None:
    source = (FOLDER / "model.py").read_text()
    assert source.count("\n") < 200
    assert imports("model.py") <= {"dataclasses", "fractions", "math"}


@pytest.mark.parametrize("name", ["moves.py", "seat.py", "play.py"])
def test_the_players_know_only_the_protocol(name: str) -> None:
    ours = {
        module for module in imports(name) if module.partition(".")[0] not in {"tests", "websockets"}
    } - STANDARD
    assert ours <= {"negotiation_hub.replay.client"}


STANDARD = {
    "asyncio",
    "collections",
    "collections.abc",
    "copy",
    "dataclasses",
    "json",
    "random",
    "typing",
    "uuid",
}


def imports(name: str) -> set[str]:
    """The modules that a file imports."""
    tree = ast.parse((FOLDER / name).read_text())
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return found | {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
