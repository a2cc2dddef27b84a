"""The Autobahn test suite as a program of its own: where it is, one run of it, and what its report says."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests import services

# Left out: 9 measures speed, 12 and 13 test compression, which the product does not offer.
GROUPS: Final = {"1": 16, "2": 11, "3": 7, "4": 10, "5": 20, "6": 145, "7": 37, "10": 1}
CASES: Final = sum(GROUPS.values())
PASSED: Final = {"OK", "INFORMATIONAL", "NON-STRICT"}
RUN_WITHIN_S: Final = 900  # about one minute on a quiet machine; a case that hangs costs up to ten seconds
SHOWN_CHARS: Final = 160  # of what a case expected and received

Index = dict[str, dict[str, dict[str, Any]]]


class Broken(Exception):
    """The suite did not get to its end; the text says why."""


@dataclass(frozen=True)
class Verdict:
    """What a report comes to: the cases that were run, those that failed, those that passed only just."""

    cases: int
    failed: tuple[str, ...]
    not_strict: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every case was run and none failed."""
        return self.cases == CASES and not self.failed

    def line(self, transport: str) -> str:
        """The one line that is printed."""
        run = f"{self.cases} cases" if self.cases == CASES else f"{self.cases} of {CASES} cases"
        return f"autobahn: {run}, {len(self.failed)} failed, {len(self.not_strict)} not strict ({transport})"


def judge(index: Index) -> Verdict:
    """The verdict on a report's index.json, which has one agent."""
    cases = {name: case for agent in index.values() for name, case in agent.items()}
    outcomes = {name: {case["behavior"], case["behaviorClose"]} for name, case in cases.items()}
    failed = [name for name, said in outcomes.items() if not said <= PASSED]
    not_strict = [name for name, said in outcomes.items() if said <= PASSED and "NON-STRICT" in said]
    return Verdict(len(cases), tuple(sorted(failed, key=_in_order)), tuple(sorted(not_strict, key=_in_order)))


def _in_order(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("."))


def find() -> Path:
    """The suite's program. Raises services.Missing."""
    named = os.environ.get("WSTEST", "wstest")
    found = shutil.which(named)
    if found is None:
        raise services.Missing(f"{named} is missing: name the program of autobahntestsuite 25.10.1 in WSTEST")
    return Path(found)


def run(program: Path, url: str, folder: Path, *, within_s: float = RUN_WITHIN_S) -> Index:
    """Runs all cases against the server at `url`; the report is left in `folder`. Raises Broken."""
    spec = {
        "outdir": str(folder),
        "servers": [{"agent": "hub", "url": url}],
        "cases": [f"{group}.*" for group in GROUPS],
        "exclude-cases": [],
        "exclude-agent-cases": {},
    }
    (folder / "spec.json").write_text(json.dumps(spec))
    said = folder / "wstest.log"
    with said.open("wb") as log:
        try:
            done = subprocess.run(
                [program, "--mode", "fuzzingclient", "--spec", folder / "spec.json"],
                cwd=folder,
                # Our own Python's variables would lead the suite's Python astray.
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=within_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Broken(f"the suite did not end within {within_s:.0f} s: {end_of(said)}") from error
    report = folder / "index.json"
    if done.returncode or not report.exists():
        raise Broken(f"the suite ended with exit status {done.returncode}: {end_of(said)}")
    index: Index = json.loads(report.read_text())
    return index


def end_of(log: Path) -> str:
    """The last lines of a log, as one."""
    return " / ".join(log.read_text(errors="replace").strip().splitlines()[-3:])


def explain(folder: Path, index: Index, name: str) -> str:
    """What the suite says of one case, in one line."""
    case = next(agent[name] for agent in index.values() if name in agent)
    said = json.loads((folder / case["reportfile"]).read_text())
    asked = {key: said[key] for key in ("expected", "received")}
    line = "; ".join(
        (
            f"{name}: {case['behavior']}, close {case['behaviorClose']}",
            *(f"{key} {json.dumps(what)[:SHOWN_CHARS]}" for key, what in asked.items()),
            f"{said['result']} {said['resultClose']}",
            f"closed with {said['remoteCloseCode']} {said['remoteCloseReason'] or ''}".rstrip(),
            f"about: {said['description'][:SHOWN_CHARS]}",
        )
    )
    return " ".join(line.split())
