"""The proof with Lighthouse fails when a room opens slowly or cannot be read, and passes nothing unseen."""

import stat
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse

from tests import services
from tests.lighthouse import __main__ as proof
from tests.lighthouse import faulty
from tests.lighthouse.judge import Broken, Run, Verdict

TIMES = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
    "speed-index",
)
# Stands in for Lighthouse, which no test fetches: it loads the page for true, and marks it by what it got.
STAND_IN = (
    f"TIMES = {TIMES}"
    """
import json, sys, time, urllib.request
from pathlib import Path
began = time.monotonic()
page = urllib.request.urlopen(sys.argv[1]).read()
late = time.monotonic() - began > 3.5
named = b"<button></button>" not in page
assert b'id="room"' in page
audits = {one: {"displayValue": "1 s", "score": 1} for one in TIMES}
audits["button-name"] = {"score": int(named)}
accessibility = {"score": 1 if named else 0.96, "auditRefs": [{"id": "button-name", "weight": 10}]}
report = {"categories": {"performance": {"score": 0.6 if late else 0.95}, "accessibility": accessibility}}
out = next(one.partition("=")[2] for one in sys.argv if one.startswith("--output-path="))
Path(out).write_text(json.dumps({**report, "audits": audits}))
"""
)


def report(performance: float | None, accessibility: float | None = 1) -> dict[str, Any]:
    """What Lighthouse writes, as far as it is read."""
    audits: dict[str, Any] = {one: {"displayValue": "1 s", "score": 1} for one in TIMES}
    audits["button-name"] = {"score": 1 if accessibility == 1 else 0}
    reads = {"score": accessibility, "auditRefs": [{"id": "button-name", "weight": 10}]}
    return {"categories": {"performance": {"score": performance}, "accessibility": reads}, "audits": audits}


@pytest.mark.parametrize(
    ("marks", "holds"),
    [((0.9, 0.9, 0.9), True), ((0.5, 0.9, 0.95), True), ((0.89, 0.89, 1), False)],
)
def test_of_performance_the_median_counts(marks: tuple[float, ...], holds: bool) -> None:
    assert Verdict([Run.of(report(mark)) for mark in marks]).holds is holds


def test_a_rule_that_is_broken_once_is_broken_and_named() -> None:
    verdict = Verdict([Run.of(report(1)), Run.of(report(1, 0.99)), Run.of(report(1))])
    assert not verdict.holds
    assert verdict.line(0.4) == (
        "performance 100 of 90 (runs: 100 100 100), accessibility 99 of 100, broken: button-name; load 0.4"
    )


def test_a_page_that_did_not_load_is_no_pass() -> None:
    with pytest.raises(Broken, match="NO_FCP"):
        Run.of({"runtimeError": {"code": "NO_FCP", "message": "nothing was painted"}, **report(1)})
    with pytest.raises(Broken):
        Run.of(report(None))


def test_without_lighthouse_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGHTHOUSE", "no-such-program")
    monkeypatch.delenv("PLANT", raising=False)
    with pytest.raises(services.Missing, match="no-such-program is missing"):
        proof.find()
    assert proof.main([]) == 3


def test_a_page_that_comes_late_or_with_a_nameless_button_is_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faulty, "LATE_S", 0.02)
    began = time.monotonic()
    for plant, text in (("slow", b"<body></body>"), ("unnamed", b"<body><button></button></body>")):
        view = faulty.planted(lambda: HttpResponse(b"<body></body>"), plant)
        assert view().content == text
    assert time.monotonic() - began >= 0.02


@pytest.mark.plant
@pytest.mark.e2e
def test_a_planted_fault_makes_it_fail(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    chromium_path: Path,
) -> None:
    assert chromium_path.exists()
    program = tmp_path / "lighthouse"
    program.write_text(f"#!{sys.executable}\n{STAND_IN}")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("LIGHTHOUSE", str(program))
    monkeypatch.setenv("PLANT", "unnamed")
    monkeypatch.setattr(proof, "HOME", tmp_path / "reports")
    assert proof.main(["--runs", "1", "--bare"]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("performance 95 of 90 (runs: 95), accessibility 96 of 100, broken: button-name")
