"""The proof with Lighthouse: python -m tests.lighthouse visits a room of the demo, as on a phone, five times.

The buyer opens a room in which an offer stands. `lighthouse` comes from the npm registry into
proofs/lighthouse, or is named by LIGHTHOUSE; the reports are kept there. 0: the median performance is at
least 90, and accessibility 100. 3: there is no Chromium or no Lighthouse. PLANT=name must fail it.
"""

import json
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx

from tests import services
from tests.lighthouse import faulty
from tests.lighthouse.judge import Broken, Run, Verdict
from tests.live.client import open_room
from tests.live.server import LiveServer, live_server
from tests.prove import NOT_RUN

LIGHTHOUSE: Final = "lighthouse@12.8.2"  # its marks differ from version to version
HOME: Final = Path(__file__).parents[2] / "proofs" / "lighthouse"
RUN_WITHIN_S: Final = 180
TRIES: Final = 3
FLAGS: Final = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the proof holds."""
    parser = ArgumentParser(prog="python -m tests.lighthouse")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--bare", action="store_true", help="an empty room, which is there sooner")
    asked = parser.parse_args(arguments)
    plant = os.environ.get("PLANT", "")
    if plant and plant not in faulty.PLANTS:
        parser.error(f"PLANT is one of {', '.join(faulty.PLANTS)}")
    try:
        chromium, program = services.find_chromium(), find()
    except services.Missing as error:
        sys.stderr.write(f"lighthouse: not run: {error}\n")
        return NOT_RUN
    try:
        with (
            TemporaryDirectory(prefix="hub-lighthouse-") as folder,
            serving(Path(folder), plant, asked.bare) as server,
        ):
            address = room(server, asked.bare)
            httpx.get(address, timeout=30).raise_for_status()  # what a process does once is done
            seen = []
            for number in range(asked.runs):
                seen.append(visited(program, chromium, address, HOME / f"report-{number + 1}.json"))
                tell(f"run {number + 1}: performance {seen[-1].performance}, {seen[-1].times}")
    except Broken as error:
        tell(f"broken off: {error}")
        return 1
    verdict = Verdict(seen)
    tell(verdict.line(os.getloadavg()[0]))
    return 0 if verdict.holds else 1


def serving(folder: Path, plant: str, bare: bool) -> AbstractContextManager[LiveServer]:
    """The demo, with its deals, on a port of its own; with a fault where one is to be planted."""
    if not plant:
        return live_server(folder, deals=not bare)
    return live_server(folder, deals=not bare, program=faulty.__name__, settings={"PLANT": plant})


def room(server: LiveServer, bare: bool) -> str:
    """The address of a room of the buyer's in which an offer stands, or of an empty one. Raises Broken."""
    buyer = server.sign_in("buyer")
    if bare:
        return f"{server.url}/as/buyer/rooms/{open_room(server, server.sign_in('seller'), buyer)['id']}/"
    headers = {"Authorization": f"Bearer {buyer}"}
    deals = httpx.get(f"{server.url}/api/v1/deals", headers=headers, timeout=30).json()["deals"]
    for deal in deals:
        if deal["stage"] == "Offer":
            return f"{server.url}/as/buyer/rooms/{deal['room']}/"
    raise Broken("the demo has no room in which an offer stands")


def find() -> Path:
    """Lighthouse's program, fetched where it is not here yet. Raises Missing."""
    if named := os.environ.get("LIGHTHOUSE"):
        if found := shutil.which(named):
            return Path(found)
        raise services.Missing(f"{named} is missing")
    program = HOME / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        npm = shutil.which("npm", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        if npm is None:
            raise services.Missing("npm is missing: make setup brings it")
        HOME.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-save", "--no-audit", "--no-fund", "--prefix", str(HOME), LIGHTHOUSE]
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise services.Missing(
                f"{LIGHTHOUSE} could not be fetched: {done.stderr.strip().splitlines()[-1:]}"
            )
    return program


def visited(program: Path, chromium: Path, address: str, report: Path) -> Run:
    """One visit, made again where Chromium's trace did not begin, as Lighthouse advises. Raises Broken."""
    for _ in range(TRIES - 1):
        try:
            return visit(program, chromium, address, report)
        except Broken as error:
            if "run Lighthouse again" not in str(error):
                raise
    return visit(program, chromium, address, report)


def visit(program: Path, chromium: Path, address: str, report: Path) -> Run:
    """One visit with Lighthouse's own settings for a phone. Raises Broken."""
    report.parent.mkdir(parents=True, exist_ok=True)
    command = [
        *(str(program), address, "--quiet", "--output=json", f"--output-path={report}"),
        *("--only-categories=performance,accessibility", f"--chrome-flags={FLAGS}"),
    ]
    environment = {**_environment(), "CHROME_PATH": str(chromium)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=RUN_WITHIN_S, check=False
    )
    if done.returncode:
        raise Broken(done.stderr.strip() or f"exit {done.returncode}")
    return Run.of(json.loads(report.read_text()))


def _environment() -> dict[str, str]:
    """Ours, with the environment's node before the machine's."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def tell(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
