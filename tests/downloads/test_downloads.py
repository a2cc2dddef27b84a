"""The proof of downloads, smaller, and that it fails for what it is to find."""

from pathlib import Path

import pytest

from tests.downloads import __main__ as proof
from tests.downloads.faulty import PLANTS
from tests.downloads.judge import TAKEN_MIN, Outcome, Plan
from tests.downloads.run import watched

# Of a file of 100 MB ten readers who take a tenth could be owed 900 MB.
SMALL = Plan(readers=10, megabytes=100, seconds=4.0, grown_mb_max=100.0)
FINE = (TAKEN_MIN, 0, False)


def outcome(
    plan: Plan = SMALL, grown_kb: int = 0, readers: list[tuple[int, int, bool]] | None = None
) -> Outcome:
    found = Outcome(plan, before_kb=100_000, most_kb=100_000 + grown_kb, health_ms=[1.0])
    found.readers = [FINE] * plan.readers if readers is None else readers
    return found


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (outcome(grown_kb=100 * 1024), "memory grew by 100.0 MB"),
        (outcome(readers=[FINE] * 9), "somebody hardly read"),
        (outcome(readers=[*[FINE] * 9, (TAKEN_MIN - 1, 0, False)]), "somebody hardly read"),
        (outcome(readers=[*[FINE] * 9, (TAKEN_MIN, 2, False)]), "2 pieces were not those"),
        (outcome(readers=[*[FINE] * 9, (TAKEN_MIN, 0, True)]), "1 readers were broken off"),
    ],
)
def test_what_went_wrong_is_told(found: Outcome, said: str) -> None:
    (complaint,) = found.complaints()
    assert complaint.startswith(said)


def test_what_went_well_passes() -> None:
    assert outcome(grown_kb=99 * 1024).complaints() == []
    assert "+99.0 MB resident" in outcome(grown_kb=99 * 1024).line()


@pytest.mark.e2e
def test_slow_readers_cost_no_memory_and_have_the_right_bytes(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    found = watched(tmp_path / "data", SMALL)
    assert found.complaints() == []


@pytest.mark.plant
@pytest.mark.e2e
@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_fault_makes_it_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], plant: str
) -> None:
    monkeypatch.setenv("PLANT", plant)
    plan = [f"--readers={SMALL.readers}", f"--megabytes={SMALL.megabytes}", f"--seconds={SMALL.seconds:g}"]
    assert proof.main([*plan, f"--grown-mb-max={SMALL.grown_mb_max:g}"]) == 1
    assert {"swell": "WRONG: memory grew by", "torn": "pieces were not those"}[
        plant
    ] in capsys.readouterr().out
