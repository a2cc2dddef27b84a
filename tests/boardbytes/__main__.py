"""The proof of a board's bytes: python -m tests.boardbytes lets three people draw freehand for 30 seconds.

They are the browser's own code under Node on a real server (frontend/proof/bytes). What their signs and
commands take is compared with what the same signs at the same moments would take with the whole stroke in
each; the finished stroke, which is sent once, is in both. 0: at most a tenth, in both directions. 3: there is
no Node. PLANT=name must fail it.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import services
from tests.boardbytes.clients import PLANTS, Broken, drawn
from tests.boards.clients import find_node
from tests.live.server import live_server
from tests.prove import NOT_RUN


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the proof holds."""
    parser = ArgumentParser(prog="python -m tests.boardbytes")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    plant = os.environ.get("PLANT", "")
    if plant and plant not in PLANTS:
        parser.error(f"PLANT is one of {', '.join(PLANTS)}")
    try:
        node = find_node()
    except services.Missing as error:
        sys.stderr.write(f"board-bytes: not run: {error}\n")
        return NOT_RUN
    try:
        with TemporaryDirectory(prefix="hub-boardbytes-") as folder, live_server(Path(folder)) as server:
            session = drawn(node, server, seconds=asked.seconds, seed=asked.seed, plant=plant)
    except Broken as error:
        tell(f"broken off: {error}")
        return 1
    for person in session.people:
        tell(f"{person.tool}: {person.strokes} strokes, {person.points} points; {person.up.line('up')}")
    for complaint in session.complaints:
        tell(f"WRONG: {complaint}")
    tell(session.line())
    return 1 if session.complaints else 0


def tell(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
