"""The judge counts rightly, and the command passes nothing that does not hold."""

import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.processes import ROOT, Invalid
from tests import prove
from tests.soak import __main__ as command
from tests.soak.judge import Outcome, Plan, Stretch, compare, complaints, last_line, table, to_last_delivery

SAID = {"a": [1, 3], "b": [2]}
WHOLE = [("a", [1, 3]), ("a", [3, 1]), ("b", [2]), ("quiet", [])]


@pytest.mark.parametrize(
    ("took", "found"),
    [
        (WHOLE, (0, 0)),
        ([("a", [1]), *WHOLE[1:]], (1, 0)),
        ([("a", [1, 3, 3]), *WHOLE[1:]], (0, 1)),
        ([("a", [1, 1]), *WHOLE[1:]], (1, 1)),
        ([*WHOLE[:3], ("quiet", [2])], (0, 1)),
        ([("a", []), ("a", []), ("b", [])], (5, 0)),
    ],
)
def test_each_delivery_is_expected_once_at_each_socket_of_the_room(
    took: list[tuple[str, list[int]]], found: tuple[int, int]
) -> None:
    assert compare(SAID, took) == found


def test_a_message_has_arrived_when_the_last_one_took_it() -> None:
    took = [[(1, 100, 110), (2, 120, 125), (3, 200, 999)], [(1, 100, 150), (2, 120, 123), (9, 50, 90)]]
    assert to_last_delivery(took, Stretch(100, 200, 0.0)) == [5, 50]


def outcome() -> Outcome:
    """One that holds."""
    return Outcome(
        Plan(),
        rss_kb={"start": 100 << 10, "warm": 104 << 10, "connected": 204 << 10}
        | {"before": 210 << 10, "most": 217 << 10},
        connect_s=104.0,
        stretches={"quiet": Stretch(0, 300_000_000_000, 60.0)},
        latencies_ms={"quiet": (3.1, 12.34), "stalled": (3.2, 13.0)},
        messages=58_213,
        held=200,
        given_mb=64.1,
    )


def test_a_run_is_told_in_one_line_with_all_figures_before_it() -> None:
    assert complaints(outcome()) == []
    assert last_line(outcome()) == (
        "soak: 5200 connections for 300 s, 0 closed, 58,213 messages, 0 lost, 0 duplicated, p99 12.3 ms; "
        "200 stalled readers: +7.0 MB, p99 13.0 ms"
    )
    memory = "100.0 MB at the start, 104.0 MB with the active ones, 204.0 MB with all connected"
    assert table(outcome()) == [
        "connecting 5200: 104.0 s, 20.0 ms each",
        f"resident memory: {memory}, 210.0 MB before the stalled readers, 217.0 MB at most with them",
        "an idle connection: 20.5 kB",
        "quiet, 300.0 s: p50 3.1 ms, p99 12.3 ms, server 20% of a core",
    ]


@pytest.mark.parametrize(
    ("planted", "why"),
    [
        ({"closed": 2}, "2 connections were closed"),
        ({"messages": 0}, "nothing was sent"),
        ({"lost": 1}, "1 deliveries were lost and 0 came twice"),
        ({"duplicated": 3}, "0 deliveries were lost and 3 came twice"),
        ({"unanswered": 1}, "1 messages were not acknowledged exactly once"),
        ({"held": 199}, "199 of 200 stalled readers were still connected at the end"),
        ({"given_mb": 12.0}, "the busy room was given 12.0 of 64 MB"),
        ({"problems": ["socket 7 was given 9 to 9 after 7"]}, "socket 7 was given 9 to 9 after 7"),
        (
            {"rss_kb": {"before": 200 << 10, "most": 250 << 10}},
            "memory grew by 50.0 MB, and 50 MB is the bound",
        ),
    ],
)
def test_whatever_is_wrong_is_said(planted: dict[str, Any], why: str) -> None:
    assert complaints(replace(outcome(), **planted)) == [why]


def test_no_time_is_ever_wrong() -> None:
    slow = replace(outcome(), latencies_ms={"quiet": (9e5, 9e6)}, connect_s=9e5)
    assert complaints(slow) == []


# --- the command ------------------------------------------------------------------------------------


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> dict[str, Outcome | Invalid]:
    """What the next run comes to, without one."""
    coming: dict[str, Outcome | Invalid] = {"next": outcome()}

    def soak(*_: object) -> Outcome:
        if isinstance(coming["next"], Invalid):
            raise coming["next"]
        return coming["next"]

    monkeypatch.delenv("PLANT", raising=False)
    monkeypatch.delenv("SOAK_SECONDS", raising=False)
    monkeypatch.setattr(command, "soak", soak)
    monkeypatch.setattr(command, "database_of", lambda *_: None)
    monkeypatch.setattr(command, "lacking", lambda *_: "")
    monkeypatch.setattr("signal.signal", lambda *_: None)
    return coming


def test_what_holds_passes_with_the_line_at_the_end(
    made_up: dict[str, Outcome | Invalid], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == last_line(outcome())
    assert not [line for line in said if line.startswith("WRONG")]
    assert prove.PROOFS["soak"] == ("tests.soak",)


def test_what_does_not_hold_fails_and_says_why_before_the_line(
    made_up: dict[str, Outcome | Invalid], capsys: pytest.CaptureFixture[str]
) -> None:
    made_up["next"] = replace(outcome(), closed=1)
    assert command.main([]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-2] == "WRONG: 1 connections were closed"
    assert ", 1 closed, " in said[-1]


def test_what_cannot_be_carried_out_fails(
    made_up: dict[str, Outcome | Invalid], capsys: pytest.CaptureFixture[str]
) -> None:
    made_up["next"] = Invalid("hub died with status 1: no words")
    assert command.main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "soak: broken off: hub died with status 1: no words"


@pytest.mark.parametrize(
    "words", [["--seconds", "0"], ["--active", "3"], ["--idle", "0"], ["--megabytes", "much"]]
)
def test_a_plan_that_is_none_is_refused(made_up: dict[str, Outcome | Invalid], words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(words)


def test_a_fault_that_is_none_is_refused(
    made_up: dict[str, Outcome | Invalid], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANT", "nonsense")
    with pytest.raises(SystemExit, match="2"):
        command.main([])


def test_a_machine_with_too_few_files_proves_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, 1_024)),
    )
    assert done.returncode == prove.NOT_RUN
    assert done.stdout == ""
    assert done.stderr == "soak: not run: a process may open 1,024 files, and 5,816 are needed\n"


def test_data_in_memory_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "filesystem", lambda _: "tmpfs")
    assert "lies in memory (tmpfs)" in command.lacking(Plan(idle=1), tmp_path)
    monkeypatch.setattr(command, "filesystem", lambda _: "ext4")
    assert command.lacking(Plan(idle=1), tmp_path) == ""
