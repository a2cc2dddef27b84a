"""The proof of who comes late fails when a board comes late, and passes nothing that was not drawn."""

from collections import Counter
from pathlib import Path

import pytest

from tests.boardlate import __main__ as proof
from tests.boardlate import faulty, visit
from tests.boardlate.judge import WITHIN_MS, Verdict, Visit
from tests.boardlate.scene import ELEMENTS, HEIGHT, STROKE_POINTS, WIDTH, scene
from whiteboard.scenes import read

FEW = 12


@pytest.mark.parametrize(
    ("times", "holds"),
    [((999, 999, 999), True), ((400, 999, 3_000), True), ((400, 1_000, 1_100), False), ((), False)],
)
def test_the_median_of_who_had_the_editor_before_counts(times: tuple[float, ...], holds: bool) -> None:
    assert Verdict([Visit(first=5_000, later=one) for one in times], ELEMENTS).holds is holds


def test_the_first_time_ever_is_said_apart() -> None:
    verdict = Verdict([Visit(1_500, 600), Visit(1_700, 700), Visit(1_600, 800)], ELEMENTS)
    assert verdict.line(0.4) == (
        "500 elements drawn 700 of 1000 ms after the click (median of 600 700 800); "
        "1600 ms where the editor was never loaded before; load 0.4"
    )


def test_the_board_is_full_of_all_kinds_and_all_of_it_is_in_the_window() -> None:
    elements = scene()["elements"]
    kinds = Counter(one["type"] for one in elements)
    assert len(elements) == ELEMENTS
    assert min(kinds[kind] for kind in ("freedraw", "rectangle", "arrow", "text")) >= ELEMENTS // 10
    assert all(len(one["points"]) == STROKE_POINTS for one in elements if one["type"] == "freedraw")
    assert all(one["x"] + one["width"] <= WIDTH and one["y"] + one["height"] <= HEIGHT for one in elements)
    assert scene(seed=2) != scene(seed=1) == scene(seed=1)


def test_a_scene_is_a_file_that_boards_take() -> None:
    import orjson

    assert len(read(orjson.dumps(scene(FEW))).elements) == FEW


def test_what_is_on_a_board_is_held_back_where_that_is_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("tests.boardlate.faulty.time.sleep", slept.append)
    assert faulty.held_back(lambda row: {"elements": row})(3) == {"elements": 3}
    assert slept == [faulty.LATE_S]
    assert faulty.LATE_S * 1_000 > WITHIN_MS


@pytest.mark.plant
@pytest.mark.e2e
def test_a_planted_fault_makes_it_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], chromium_path: Path
) -> None:
    assert chromium_path.exists()
    monkeypatch.setenv("PLANT", "late")
    assert proof.main(["--runs", "1", "--elements", str(FEW)]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"{FEW} elements drawn ")


@pytest.mark.plant
@pytest.mark.e2e
def test_a_board_on_which_something_is_missing_is_no_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], chromium_path: Path
) -> None:
    """One more is waited for than there are."""
    assert chromium_path.exists()
    monkeypatch.delenv("PLANT", raising=False)
    monkeypatch.setattr(visit, "DRAWN_WITHIN_MS", 4_000)
    monkeypatch.setattr(
        "tests.boardlate.__main__.visited",
        lambda context, urls, elements: visit.visited(context, urls, elements + 1),
    )
    assert proof.main(["--runs", "1", "--elements", str(FEW)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"broken off: {FEW} of {FEW + 1} elements were drawn"
