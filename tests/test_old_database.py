"""A database of a version before the tables were changed is refused with what to do."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_demo_says_what_to_do_about_a_database_of_an_older_version(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "hub.sqlite3") as database:
        database.execute("CREATE TABLE kernel_stream (id char(32) PRIMARY KEY)")
    ran = subprocess.run(
        [sys.executable, "-m", "negotiation_hub.cli", "demo"],
        env={**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "make reset" in ran.stderr
    assert "Traceback" not in ran.stderr
