"""`negotiation-hub verify-transcript` checks a file with nothing but public keys."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desk import transcript_paper
from negotiation_hub.kernel import crypto
from tests.rooms.table import Table
from tests.rooms.transcripts import record, story


@pytest.fixture
def folder(db: None, tmp_path: Path) -> Path:
    """A transcript as JSON and as PDF, a forged one, and the site's keys, as somebody elsewhere has them."""
    table = story(Table())
    (tmp_path / "good.json").write_bytes(record(table))
    (tmp_path / "changed.json").write_bytes(record(table).replace(b"5,000", b"9,000"))
    (tmp_path / "good.pdf").write_bytes(
        transcript_paper.made(table.ben, table.room.pk, "table", language="es", now=table.now)
    )
    keys = {"format": [], "keys": crypto.public_keys()}
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    return tmp_path


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Elsewhere: a machine with no key ring and no database of ours."""
    environment = {**os.environ, "DATA_DIR": str(folder / "elsewhere"), "DATABASE_URL": ""}
    environment.pop("HUB_KEY_RING", None)
    return subprocess.run(
        [sys.executable, "-m", "negotiation_hub.cli", "verify-transcript", *arguments],
        env=environment,
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.covers("room:after.verify")
def test_it_tells_a_genuine_one_from_a_forged_one(folder: Path) -> None:
    keys = ("--keys", str(folder / "keys.json"))
    for name in ("good.json", "good.pdf"):
        good = run(folder, str(folder / name), *keys)
        assert (good.returncode, good.stderr) == (0, "")
        assert good.stdout.startswith(f"{name}: genuine, signed with key ")
    bad = run(folder, str(folder / "changed.json"), *keys)
    assert bad.returncode == 1
    assert "Event 5 does not say what it said when it was written." in bad.stdout
    assert bad.stdout.splitlines()[-1] == "changed.json: not genuine"


def test_one_key_is_enough_and_another_one_is_not(folder: Path) -> None:
    id = json.loads((folder / "good.json").read_text())["signature"]["key"]
    value = crypto.public_keys()[id]  # the site may have older ones
    assert run(folder, str(folder / "good.json"), "--key", f"{id}:{value}").returncode == 0
    stranger = run(folder, str(folder / "good.json"), "--key", f"{id}:{'11' * 32}")
    assert stranger.returncode == 1
    assert "signature" in stranger.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "there are no keys here"),
        (["--key", "abc"], "ID:HEX"),
        (["--key", "a:zz"], "ID:HEX"),
        (["--keys", "good.pdf"], "does not hold a site's keys"),
        (["--keys", "missing.json"], "No such file"),
    ],
)
def test_what_is_missing_is_one_clear_line(folder: Path, arguments: list[str], says: str) -> None:
    paths = [str(folder / one) if one.endswith(("json", "pdf")) else one for one in arguments]
    refused = run(folder, str(folder / "good.json"), *paths)
    assert refused.returncode == 1
    assert says in refused.stderr
    assert refused.stderr.count("\n") == 1
