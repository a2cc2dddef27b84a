"""The console script: what it runs, what it refuses, and with which exit status."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from negotiation_hub import cli
from negotiation_hub.kernel.refusals import Refusal

ROOT = Path(__file__).resolve().parent.parent


class Echo(BaseCommand):
    help = "Say it again.\n\nMore about that."
    raises: Exception | None = None

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--limit", type=int, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        if self.raises is not None:
            raise self.raises
        self.stdout.write(f"{options['file']} {options['limit']}")


@pytest.fixture(autouse=True)
def one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the command `import-things` exists."""
    monkeypatch.setattr(cli, "command_names", lambda: ["import-things"])
    monkeypatch.setattr(cli, "_command", lambda _: Echo())


def test_a_command_gets_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import-things", "a.jsonl", "--limit", "3"]) == 0
    assert capsys.readouterr().out == "a.jsonl 3\n"


def test_help_lists_each_command_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert "  import-things      Say it again.\n" in said
    assert "More about that" not in said


def test_a_mistyped_command_is_refused_with_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import-thing"]) == 2
    assert capsys.readouterr().err == (
        "negotiation-hub: unknown command 'import-thing': did you mean import-things?\n"
    )


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["zzz"]) == 2
    assert capsys.readouterr().err == (
        "negotiation-hub: unknown command 'zzz': negotiation-hub --help lists the commands\n"
    )


def test_wrong_arguments_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import-things"]) == 2
    assert capsys.readouterr().err == (
        "negotiation-hub: the following arguments are required: file (negotiation-hub import-things --help)\n"
    )


@pytest.mark.parametrize(
    ("error", "line", "status"),
    [
        (CommandError("no such\n file"), "no such file", 1),
        (CommandError("3 problems", returncode=3), "3 problems", 3),
        (OperationalError("connection refused"), "the database says: connection refused", 1),
        (
            FileNotFoundError(2, "No such file or directory", "a"),
            "[Errno 2] No such file or directory: 'a'",
            1,
        ),
    ],
)
def test_a_failure_that_people_can_mend_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    line: str,
    status: int,
) -> None:
    monkeypatch.setattr(Echo, "raises", error)
    assert cli.main(["import-things", "a"]) == status
    assert capsys.readouterr().err == f"negotiation-hub: {line}\n"


def test_a_refusal_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Echo, "raises", Refusal())
    assert cli.main(["import-things", "a"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_fault_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Echo, "raises", KeyError("ours"))
    with pytest.raises(KeyError):
        cli.main(["import-things", "a"])


def test_wrong_settings_are_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "negotiation_hub.cli", "--help"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "nonsense://x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("negotiation-hub: the settings are wrong: ")
    assert len(done.stderr.splitlines()) == 1


def test_every_command_has_a_line_of_help() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "negotiation_hub.cli", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert {"demo", "serve", "worker", "verify", "render", "rotate-keys"} <= {
        line.split()[0] for line in lines
    }
    assert not [line for line in lines if len(line.split()) < 2]
