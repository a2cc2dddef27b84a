"""The proof of who comes late: python -m tests.boardlate opens a board with 500 elements in a browser.

The room is open already, and the browser has had another board open before, as everybody's has who has drawn
once. 0: the median time from the click to the frame that shows all elements is below a second. 3: there is no
Chromium. PLANT=name must fail it.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import AbstractContextManager
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import services
from tests.boardlate import faulty
from tests.boardlate.judge import Broken, Verdict, Visit
from tests.boardlate.scene import ELEMENTS, scene
from tests.boardlate.visit import browser, visited
from tests.live.client import call, open_room
from tests.live.server import LiveServer, live_server
from tests.prove import NOT_RUN


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the proof holds."""
    parser = ArgumentParser(prog="python -m tests.boardlate")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--elements", type=int, default=ELEMENTS)
    asked = parser.parse_args(arguments)
    plant = os.environ.get("PLANT", "")
    if plant and plant not in faulty.PLANTS:
        parser.error(f"PLANT is one of {', '.join(faulty.PLANTS)}")
    try:
        chromium = services.find_chromium()
    except services.Missing as error:
        sys.stderr.write(f"board-late: not run: {error}\n")
        return NOT_RUN
    seen: list[Visit] = []
    try:
        with TemporaryDirectory(prefix="hub-boardlate-") as folder, serving(Path(folder), plant) as server:
            urls = (room(server, asked.elements, seed=1), room(server, asked.elements, seed=2))
            for number in range(asked.runs):
                with browser(chromium, server, "buyer") as context:
                    seen.append(visited(context, urls, asked.elements))
                tell(f"run {number + 1}: {seen[-1].later:.0f} ms, the first time {seen[-1].first:.0f} ms")
    except Broken as error:
        tell(f"broken off: {error}")
        return 1
    verdict = Verdict(seen, asked.elements)
    tell(verdict.line(os.getloadavg()[0]))
    return 0 if verdict.holds else 1


def serving(folder: Path, plant: str) -> AbstractContextManager[LiveServer]:
    """The demo's people on a port of its own; with a fault where one is to be planted."""
    return live_server(folder, program=faulty.__name__) if plant else live_server(folder)


def room(server: LiveServer, elements: int, *, seed: int) -> str:
    """The address of a room whose board has so many elements, all drawn by the seller. Raises Broken."""
    seller = server.sign_in("seller")
    made = open_room(server, seller, server.sign_in("buyer"))["id"]
    answer = call(server, "POST", f"/rooms/{made}/board.excalidraw", seller, scene(elements, seed))
    if answer.status_code != HTTPStatus.CREATED:
        raise Broken(f"the scene was not taken: {answer.text}")
    return f"{server.url}/rooms/{made}/"


def tell(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
