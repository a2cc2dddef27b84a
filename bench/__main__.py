"""`make bench`: our figures beside the peers', as a table and as `bench/results/latest.json`."""

import argparse
import contextlib
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NoReturn

from bench import report
from bench.goals import GOALS, Result, chosen, not_built
from bench.machine import allow_many_files, describe, filesystem
from bench.processes import ROOT, Absent, Invalid
from bench.scenarios import board, idle, opening, pairs, room, stalled, two
from bench.workbench import Options, Workbench, say

TOTAL_S: Final = 24 * 60.0
RESULTS: Final = ROOT / "bench" / "results"
SCENARIOS: Final[tuple[tuple[frozenset[int], Callable[[Workbench], list[Result]]], ...]] = (
    (frozenset(room.FIGURES), room.measure),
    (frozenset({5}), pairs.without_storing),
    (frozenset({6}), pairs.storing),
    (frozenset({8}), idle.measure),
    (frozenset({9}), opening.measure),
    (frozenset({10}), board.measure),
    (frozenset({14}), two.measure),
    (frozenset({15}), stalled.measure),
)


def main() -> int:
    """Exit status 0 when all that was asked for was measured, met or not; 1 when not; 2 for a wrong call."""
    try:
        options = _options()
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    signal.signal(signal.SIGTERM, _stop)
    allow_many_files()
    folder = ROOT / "bench" / ".state"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if (kind := filesystem(folder)) in {"tmpfs", "ramfs"}:
        sys.stderr.write(f"{folder} lies in memory ({kind}): nothing there is durable\n")
        return 2
    sys.stdout.write(f"{describe()}, state on {kind}\n")
    started = time.monotonic()
    try:
        results = measure(options, folder, started + TOTAL_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    RESULTS.mkdir(parents=True, exist_ok=True)
    report.write(results, RESULTS / "latest.json")
    sys.stdout.write(f"\n{report.table(results)}\n\n")
    sys.stdout.writelines(f"{remark}\n" for remark in report.remarks(results))
    sys.stdout.write(f"took {(time.monotonic() - started) / 60:.1f} minutes\n")
    return report.status(results)


def measure(options: Options, folder: Path, deadline_s: float) -> list[Result]:
    """Runs the scenarios that were asked for; one that fails leaves the others alone."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    log = RESULTS / "runs.jsonl"
    log.unlink(missing_ok=True)
    results = [result for result in not_built() if result.goal.figure in options.figures]
    with ExitStack() as stack:
        bench = Workbench(options, folder, deadline_s, stack, log)
        for figures, scenario in SCENARIOS:
            if figures & options.figures:
                results += _attempt(bench, figures & options.figures, scenario)
    order = list(GOALS.values())
    return sorted(results, key=lambda result: order.index(result.goal))


def _attempt(
    bench: Workbench, figures: frozenset[int], scenario: Callable[[Workbench], list[Result]]
) -> list[Result]:
    goals = [goal for goal in GOALS.values() if goal.figure in figures]
    try:
        return scenario(bench)
    except Absent as error:
        return [Result(goal, why=str(error)) for goal in goals]
    except Invalid as error:
        say(f"invalid: {error}")
        return [Result(goal, why=str(error), invalid=True) for goal in goals]


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--figures", default="", help="numbers (1, 1-5, 1,8) or how names begin")
    parser.add_argument("--seconds", default="", help="length of a measured window; 4 without it")
    parser.add_argument("--plant", default="", help="a fault that must be noticed: lose or slow")
    said = parser.parse_args()
    try:
        seconds = float(said.seconds or 4.0)
    except ValueError:
        raise ValueError(f"SECONDS: {said.seconds!r} is no number") from None
    if not 0 < seconds <= 4:  # noqa: PLR2004 - longer windows would not fit into the time for all of it
        raise ValueError("SECONDS is above 0 and at most 4")
    if said.plant not in {"", "lose", "slow"}:
        raise ValueError(f"PLANT is lose or slow, not {said.plant!r}")
    return Options(frozenset(chosen(said.figures)), seconds, plant=said.plant)


def _stop(_number: int, _frame: object) -> NoReturn:
    sys.exit(143)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
