"""The proof that thousands of connections stay up for minutes, and that who does not read costs no memory.

python -m tests.soak --seconds 300; SOAK_SECONDS says the same. PLANT=name must make it fail.

Exit 0: no connection was closed, every message was acknowledged and arrived exactly once, and memory stayed
within its bound. 1: something of this is not so. 3: this machine has too few files for so many sockets, or no
disk.
"""

import os
import resource
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.machine import allow_many_files, filesystem
from bench.processes import ROOT, Invalid
from bench.workbench import Options, Workbench
from tests.prove import NOT_RUN
from tests.soak.judge import Plan, complaints, last_line, table
from tests.soak.run import PLANTS, database_of, soak

FILES_BESIDE: Final = 400  # of a process, beside its sockets: libraries, databases, logs
_TOTAL_S: Final = 3_600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the proof holds."""
    plan = _plan(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped as well
    allow_many_files()
    home = ROOT / "proofs"
    home.mkdir(exist_ok=True)
    if why := lacking(plan, home):
        sys.stderr.write(f"soak: not run: {why}\n")
        return NOT_RUN
    started = time.monotonic()
    with TemporaryDirectory(prefix="soak-", dir=home) as folder, ExitStack() as stack:
        deadline_s = started + _TOTAL_S + plan.seconds
        bench = Workbench(Options(frozenset()), Path(folder), deadline_s, stack, Path(folder) / "runs.jsonl")
        try:
            database = database_of(bench, plan)
            tell(f"people and rooms were made in {time.monotonic() - started:.1f} s")
            outcome = soak(bench, database, plan, tell)
        except Invalid as error:
            tell(f"soak: broken off: {error}")
            return 1
    wrong = complaints(outcome)
    for line in [*table(outcome), *(f"WRONG: {why}" for why in wrong), last_line(outcome)]:
        tell(line)
    return 1 if wrong else 0


def lacking(plan: Plan, folder: Path) -> str:
    """Why this machine cannot run the plan with its data in a folder; empty when it can."""
    needed = plan.idle + plan.active + plan.readers + plan.stalled + FILES_BESIDE
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if allowed != resource.RLIM_INFINITY and allowed < needed:
        return f"a process may open {allowed:,} files, and {needed:,} are needed"
    if (kind := filesystem(folder)) in {"tmpfs", "ramfs"}:
        return f"{folder} lies in memory ({kind}): nothing there is durable"
    return ""


def _plan(arguments: Sequence[str] | None) -> Plan:
    usual = Plan()
    parser = ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--seconds", type=float, default=os.environ.get("SOAK_SECONDS") or usual.seconds)
    parser.add_argument("--idle", type=int, default=usual.idle, help="connections")
    parser.add_argument("--active", type=int, default=usual.active, help="people who talk in pairs")
    parser.add_argument("--stalled", type=int, default=usual.stalled, help="connections that never read")
    parser.add_argument(
        "--megabytes", type=float, default=usual.megabytes, help="that go into the room of those"
    )
    said = parser.parse_args(arguments)
    plant = os.environ.get("PLANT", "")
    if plant and plant not in PLANTS:
        parser.error(f"PLANT is one of {', '.join(PLANTS)}")
    if said.idle < 1 or said.active < 2 or said.active % 2 or said.seconds <= 0:
        parser.error("somebody is idle, the active ones are pairs, and time passes")
    return Plan(
        idle=said.idle,
        active=said.active,
        stalled=said.stalled,
        seconds=said.seconds,
        megabytes=said.megabytes,
        plant=plant,
    )


def tell(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
