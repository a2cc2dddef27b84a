"""Recorded negotiations of real people; the whole files are replayed before a release."""

from pathlib import Path

import pytest

from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
SOME = "60"


@pytest.mark.parametrize(
    ("name", "last_line"),
    [
        (
            "craigslist_open",
            "agreed 46 (price as recorded 46), rejected 5, quit 5, open 4, refused 8, failed 0",
        ),
        ("casino_open", "agreed 59 (price as recorded 59), rejected 0, quit 1, open 0, refused 0, failed 0"),
    ],
)
def test_recorded_negotiations_end_as_recorded(
    server: LiveServer, realdata: Path, name: str, last_line: str
) -> None:
    file = realdata / "negotiations" / f"{name}.jsonl"
    done = server.run("replay", str(file), "--url", server.url, "--parallel", "12", "--limit", SOME)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.splitlines()[-1] == f"replayed {SOME}: {last_line}"
