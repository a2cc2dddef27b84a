"""Runs the clients: the browser's own code under Node, told on standard input what to do."""

import json
import subprocess
from pathlib import Path
from typing import Final

from tests.boardbytes.judge import Person, Session
from tests.live.client import open_room
from tests.live.server import LiveServer

PLANTS: Final = ("whole",)  # frontend/proof/bytes/artist.ts: PLANTS
PEOPLE: Final = ("buyer", "seller", "sales")
PROGRAM: Final = Path(__file__).parents[2] / "frontend" / "proof" / "bytes" / "main.ts"
_SLACK_S: Final = 120


class Broken(Exception):
    """The clients ended without an outcome; the text is the end of what they said."""


def drawn(node: Path, server: LiveServer, *, seconds: float, seed: int, plant: str = "") -> Session:
    """Has three people draw for so long in a fresh room. Raises Broken."""
    tokens = [server.sign_in(person) for person in PEOPLE]
    made = open_room(server, tokens[1], tokens[0])
    room = {"id": made["id"], "board": made["streams"]["board"]}
    plan = {
        "seed": seed,
        "seconds": seconds,
        "url": server.url,
        "room": room,
        "tokens": tokens,
        "plant": plant,
    }
    done = subprocess.run(
        [str(node), "--no-warnings", "--experimental-transform-types", str(PROGRAM)],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        timeout=seconds + _SLACK_S,
        check=False,
    )
    if done.returncode or not done.stdout.strip():
        raise Broken(done.stderr.strip()[-2000:] or f"exit {done.returncode}")
    said = json.loads(done.stdout.splitlines()[-1])
    return Session([Person.of(one) for one in said["people"]], said["problem"])
