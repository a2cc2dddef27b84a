"""The proof of the board: python -m tests.boards lets several clients draw on one board over faulty lines.

Each run has three or four windows of two people, of both sides, which are the browser's own code under
Node, on a real server; frames are lost, repeated and late in both directions, and connections are cut
(frontend/proof/board). 0: in every run all windows and the server were equal within 2 s after the last
change. A failure says its seed: `--seed N --runs 1` plans the same run again. 3: there is no Node. PLANT=name
must fail it.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import services
from tests.boards.clients import PLANTS, TOGETHER, Broken, find_node, played
from tests.boards.judge import complaints, last_line
from tests.live.server import TRANSPORTS, live_server
from tests.prove import NOT_RUN


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the proof holds."""
    parser = ArgumentParser(prog="python -m tests.boards")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the next have the next ones")
    parser.add_argument("--together", type=int, default=TOGETHER, help="runs at a time")
    parser.add_argument("--transport", choices=TRANSPORTS, default="lane")
    asked = parser.parse_args(arguments)
    plant = os.environ.get("PLANT", "")
    if plant and plant not in PLANTS:
        parser.error(f"PLANT is one of {', '.join(PLANTS)}")
    try:
        node = find_node()
    except services.Missing as error:
        sys.stderr.write(f"board: not run: {error}\n")
        return NOT_RUN
    runs = []
    try:
        with (
            TemporaryDirectory(prefix="hub-boards-") as folder,
            live_server(Path(folder), transport=asked.transport) as server,
        ):
            for run in played(
                node, server, range(asked.seed, asked.seed + asked.runs), plant, asked.together
            ):
                runs.append(run)
                if run.complaint:
                    tell(f"WRONG: {run.complaint}")
    except Broken as error:
        tell(f"broken off: {error}")
        return 1
    found = complaints(runs)
    for complaint in found[sum(1 for run in runs if run.complaint) :]:
        tell(f"WRONG: {complaint}")
    tell(f"{last_line(runs)}; load {os.getloadavg()[0]:.1f}")
    return 1 if found else 0


def tell(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
