"""Small runs of the proof of the board: the product holds, and each planted fault is found."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests import services
from tests.boards import __main__ as proof
from tests.boards import clients
from tests.boards.clients import PLANTS, Broken, find_node, played
from tests.boards.judge import FAULTS, Run, complaints, last_line
from tests.live.server import LiveServer, live_server

SEEDS = (1, 2, 3)
LATE = "equal only after"  # in a complaint that a busy machine alone can cause
RUN = Run(
    seed=7,
    agreed_ms=120.4,
    difference="",
    clients=3,
    elements=20,
    changes=50,
    faults=Counter(dict.fromkeys(FAULTS, 2)),
    taken_back=Counter(),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for this file: each run has a room of its own."""
    with live_server(tmp_path_factory.mktemp("boards")) as running:
        yield running


@pytest.mark.e2e
def test_all_windows_and_the_server_come_to_show_the_same(server: LiveServer) -> None:
    runs = list(played(find_node(), server, SEEDS, together=len(SEEDS)))
    # How soon, and how much in the same time, is for the proof on an idle machine to say.
    assert [one for one in complaints(runs) if LATE not in one] == []
    assert sorted(run.seed for run in runs) == list(SEEDS)
    assert all(run.clients in (3, 4) for run in runs)
    assert sum(run.changes for run in runs) > 10


@pytest.mark.plant
@pytest.mark.e2e
@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_fault_is_found(server: LiveServer, plant: str) -> None:
    runs = played(find_node(), server, SEEDS, plant, together=len(SEEDS))
    found = [run.complaint for run in runs if run.complaint and LATE not in run.complaint]
    assert found
    assert all(complaint.startswith("seed ") for complaint in found)


def test_a_run_that_ends_unequal_or_late_is_no_pass_and_says_its_seed() -> None:
    late = replace(RUN, agreed_ms=None, difference="equal only after 2500 ms")
    assert complaints([RUN]) == []
    assert complaints([RUN, late]) == ["seed 7: equal only after 2500 ms"]
    assert last_line([RUN, replace(RUN, clients=4, agreed_ms=80.0)]).startswith(
        "board: 2 runs, 3-4 clients, 40 elements, slowest agreement 120 ms, 100 changes, frames lost 4, "
    )
    assert last_line([RUN, late]).endswith(", NOT EQUAL in 1")


@pytest.mark.parametrize("fault", FAULTS)
def test_runs_in_which_nothing_went_wrong_prove_nothing(fault: str) -> None:
    spared = replace(RUN, faults=RUN.faults - Counter({fault: 2}))
    assert complaints([spared]) == [f"no fault of the kind `{fault}` happened"]
    assert complaints([spared, RUN]) == []


def test_an_empty_board_and_no_run_at_all_prove_nothing() -> None:
    assert complaints([replace(RUN, elements=0)]) == ["on some boards nothing was drawn"]
    assert complaints([])


def test_the_clients_plants_are_those_that_can_be_asked_for() -> None:
    source = (clients.PROGRAM.parent / "seat.ts").read_text("utf-8")
    listed = ", ".join(f'"{plant}"' for plant in ("", *PLANTS))
    assert f"export const PLANTS = [{listed}] as const;" in source


def test_clients_that_end_early_are_no_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: LiveServer
) -> None:
    program = tmp_path / "main.ts"
    program.write_text('throw new Error("it went wrong");\n')
    monkeypatch.setattr(clients, "PROGRAM", program)
    with pytest.raises(Broken, match=r"(?s)0 of 1 runs ended: .*it went wrong"):
        list(played(find_node(), server, [1]))


def test_without_node_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise services.Missing("node is missing: make setup brings it")

    monkeypatch.delenv("PLANT", raising=False)
    monkeypatch.setattr(proof, "find_node", missing)
    assert proof.main(["--runs", "1"]) == 3
