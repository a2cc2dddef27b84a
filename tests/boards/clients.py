"""Runs the clients: the browser's own code under Node, told on standard input what to do."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from tests import services
from tests.boards.judge import Run
from tests.live.client import open_room
from tests.live.server import LiveServer

PLANTS: Final = ("forgets", "order", "unsent")  # frontend/proof/board/seat.ts: PLANTS
TOGETHER: Final = 2  # runs at a time: what is measured is not how much the machine can do
PROGRAM: Final = Path(__file__).parents[2] / "frontend" / "proof" / "board" / "main.ts"
_ROOMS_AT_A_TIME: Final = 4


class Broken(Exception):
    """The clients ended without an outcome for each run; the text is the end of what they said."""


def find_node() -> Path:
    """A Node that runs TypeScript as it is. Raises Missing."""
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if node is None:
        raise services.Missing("node is missing: make setup brings it")
    command = [node, "--experimental-transform-types", "--eval", "new WebSocket"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if "bad option" in said.stderr or "not defined" in said.stderr:
        raise services.Missing("node is too old to run TypeScript: make setup brings a newer one")
    return Path(node)


def played(
    node: Path, server: LiveServer, seeds: Sequence[int], plant: str = "", together: int = TOGETHER
) -> Iterator[Run]:
    """Makes a run for each seed, in a room of its own each, and yields them as they end. Raises Broken."""
    tokens = {side: server.sign_in(side) for side in ("buyer", "seller")}

    def plan(seed: int) -> dict[str, Any]:
        opened = open_room(server, tokens["seller"], tokens["buyer"])
        room = {"id": opened["id"], "board": opened["streams"]["board"]}
        return {"seed": seed, "url": server.url, "room": room, "tokens": tokens, "plant": plant}

    with ThreadPoolExecutor(_ROOMS_AT_A_TIME) as pool:
        asked = {"together": together, "runs": list(pool.map(plan, seeds))}
    command = [str(node), "--no-warnings", "--experimental-transform-types", str(PROGRAM)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(json.dumps(asked))
        process.stdin.close()
        ended = 0
        try:
            for line in process.stdout:
                ended += 1
                yield Run.of(json.loads(line))
        finally:
            process.terminate()
        said = process.stderr.read()
    if ended < len(seeds):
        raise Broken(f"{ended} of {len(seeds)} runs ended: {said.strip()[-2000:]}")
