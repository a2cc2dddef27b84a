"""The proof that slow downloads cost no memory: python -m tests.downloads has 200 clients read 100 MB.

Each takes 1 MB a second for 30 seconds, fifty more never read, and no other server stands between. 0: the
server's process tree grew by less than 200 MB, nobody was broken off, and all bytes that arrived are those of
the file. How long others waited meanwhile is told. PLANT=name must fail it.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.machine import allow_many_files
from tests.downloads.faulty import PLANTS
from tests.downloads.judge import Plan
from tests.downloads.run import watched


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the proof holds."""
    parser = ArgumentParser(prog="python -m tests.downloads")
    usual = Plan()
    parser.add_argument("--readers", type=int, default=usual.readers)
    parser.add_argument("--megabytes", type=int, default=usual.megabytes)
    parser.add_argument("--seconds", type=float, default=usual.seconds)
    parser.add_argument("--grown-mb-max", type=float, default=usual.grown_mb_max)
    asked = parser.parse_args(arguments)
    plant = os.environ.get("PLANT", "")
    if plant and plant not in PLANTS:
        parser.error(f"PLANT is one of {', '.join(PLANTS)}")
    allow_many_files()
    plan = Plan(asked.readers, asked.megabytes, seconds=asked.seconds, grown_mb_max=asked.grown_mb_max)
    with TemporaryDirectory(prefix="hub-downloads-") as home:
        folder = Path(home) / "data"
        folder.mkdir()
        outcome = watched(folder, plan, plant)
    complaints = outcome.complaints()
    for line in (*(f"WRONG: {why}" for why in complaints), outcome.line()):
        sys.stdout.write(f"{line}\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
