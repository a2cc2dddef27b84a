"""The judging of the suite's report; the suite itself takes a Python that CI lacks: `make prove`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests import services
from tests.autobahn import echo, suite
from tests.autobahn.__main__ import server

ROOT = Path(__file__).parents[2]


def report(**different: dict[str, str]) -> suite.Index:
    """An index.json in which everything passes but what is said; `c1_2` is case 1.2."""
    cases: dict[str, dict[str, Any]] = {
        f"{group}.{number}": {"behavior": "OK", "behaviorClose": "OK"}
        for group, count in suite.GROUPS.items()
        for number in range(1, count + 1)
    }
    for name, said in different.items():
        cases[name[1:].replace("_", ".")] |= said
    return {"hub": cases}


def test_a_report_without_a_failure_holds() -> None:
    verdict = suite.judge(report())
    assert verdict.holds
    assert verdict.line("fast lane") == "autobahn: 247 cases, 0 failed, 0 not strict (fast lane)"


@pytest.mark.parametrize("said", ["FAILED", "UNIMPLEMENTED", "a word of another version"])
def test_a_case_that_behaves_wrongly_is_a_failure(said: str) -> None:
    verdict = suite.judge(report(c6_12={"behavior": said}))
    assert not verdict.holds
    assert verdict.failed == ("6.12",)
    assert verdict.line("daphne") == "autobahn: 247 cases, 1 failed, 0 not strict (daphne)"


@pytest.mark.parametrize("said", ["FAILED", "WRONG CODE", "UNCLEAN", "FAILED BY CLIENT"])
def test_a_case_that_closes_wrongly_is_a_failure(said: str) -> None:
    assert suite.judge(report(c7_3={"behaviorClose": said}, c10_1={"behaviorClose": said})).failed == (
        "7.3",
        "10.1",
    )


def test_what_the_suite_calls_passed_is_passed() -> None:
    verdict = suite.judge(
        report(
            c3_1={"behavior": "NON-STRICT"},
            c7_1={"behavior": "INFORMATIONAL", "behaviorClose": "INFORMATIONAL"},
            c7_2={"behavior": "NON-STRICT", "behaviorClose": "UNCLEAN"},
        )
    )
    assert verdict.not_strict == ("3.1",)
    assert verdict.failed == ("7.2",)


def test_a_case_that_was_not_run_is_no_pass() -> None:
    index = report()
    del index["hub"]["6.145"]
    verdict = suite.judge(index)
    assert not verdict.holds
    assert verdict.line("fast lane") == "autobahn: 246 of 247 cases, 0 failed, 0 not strict (fast lane)"
    assert not suite.judge({}).holds


def program(folder: Path, body: str) -> Path:
    """A made-up wstest; it finds its spec in sys.argv."""
    made = folder / "wstest"
    made.write_text(f"#!{sys.executable}\nimport json, sys, time\n{body}\n")
    made.chmod(0o755)
    return made


WRITES = """
spec = json.load(open(sys.argv[-1]))
assert spec["servers"][0]["url"] == "ws://nowhere"
open(spec["outdir"] + "/index.json", "w").write(json.dumps({"hub": {"1.1.1": {"behavior": "OK"}}}))
"""


def test_the_report_of_a_run_is_read(tmp_path: Path) -> None:
    index = suite.run(program(tmp_path, WRITES), "ws://nowhere", tmp_path)
    assert index == {"hub": {"1.1.1": {"behavior": "OK"}}}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("print('a word'); sys.exit(1)", "exit status 1: a word"),
        ("pass", "exit status 0"),
        (WRITES + "sys.exit(1)", "exit status 1"),
        ("time.sleep(60)", "did not end within 1 s"),
    ],
)
def test_a_suite_that_does_not_get_to_its_end_is_broken(tmp_path: Path, body: str, why: str) -> None:
    with pytest.raises(suite.Broken, match=why):
        suite.run(program(tmp_path, body), "ws://nowhere", tmp_path, within_s=1 if "sleep" in body else 60)


def test_a_failing_case_is_explained_in_one_line(tmp_path: Path) -> None:
    case = {"behavior": "FAILED", "behaviorClose": "OK", "reportfile": "hub_case_1_1_1.json"}
    said = {
        "expected": {"OK": [["message", "x", False]]},
        "received": [],
        "result": "Actual events differ.",
        "resultClose": "Connection was properly closed.",
        "remoteCloseCode": 1000,
        "remoteCloseReason": None,
        "description": "Send\n   text.",
    }
    (tmp_path / "hub_case_1_1_1.json").write_text(json.dumps(said))
    assert suite.explain(tmp_path, {"hub": {"1.1.1": case}}, "1.1.1") == (
        '1.1.1: FAILED, close OK; expected {"OK": [["message", "x", false]]}; received []; '
        "Actual events differ. Connection was properly closed.; closed with 1000; about: Send text."
    )


def test_without_the_suite_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSTEST", "no-such-program")
    with pytest.raises(services.Missing, match="no-such-program is missing"):
        suite.find()
    done = subprocess.run(
        [sys.executable, "-m", "tests.autobahn"],
        cwd=ROOT,
        env={**os.environ, "WSTEST": "no-such-program", "PLANT": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("autobahn: not run: no-such-program is missing")
    assert done.stderr.count("\n") == 1


def test_a_planted_fault_loses_a_character(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLANT", raising=False)
    assert echo.answer("price") == "price"
    monkeypatch.setenv("PLANT", "lose-last-character")
    assert echo.answer("price") == "pric"


@pytest.mark.parametrize("fast_lane", ["1", "0"])
def test_the_server_says_what_it_hears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fast_lane: str
) -> None:
    monkeypatch.setenv("FAST_LANE", fast_lane)
    monkeypatch.delenv("PLANT", raising=False)
    with server(tmp_path) as url, connect(url, open_timeout=30, proxy=None) as socket:
        for said in ("price", b"\x00\xff"):
            socket.send(said)
            assert socket.recv(timeout=30) == said
