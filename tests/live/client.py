"""A socket client for tests that speaks docs/protocol.md and nothing else."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests import services
from tests.live.server import LiveServer

Frame = dict[str, Any]
CLOSE_WITHIN_S = 1


@dataclass
class Client:
    """One connection of one person; keeps every frame it was sent."""

    socket: ClientConnection
    frames: list[Frame] = field(default_factory=list)

    async def send(self, **frame: Any) -> None:
        """Sends a frame."""
        await self.socket.send(json.dumps(frame))

    async def until(self, wanted: Callable[[Frame], bool]) -> Frame:
        """Reads on until a frame is as wanted, and returns it."""
        for seen in self.frames:
            if wanted(seen):
                return seen
        while True:
            frame: Frame = json.loads(await self.socket.recv())
            self.frames.append(frame)
            if wanted(frame):
                return frame

    async def hello(self, stream: str, after: int = 0, hash: str | None = None) -> Frame:
        """Greets and opens one stream; returns the first frame of the stream."""
        await self.send(t="hello", protocol=1, streams={stream: {"after": after, "hash": hash}})
        return await self.until(
            lambda f: f["t"] in {"snapshot", "events"} or (f["t"] == "refused" and not f["id"])
        )

    async def command(self, t: str, stream: str, *, id: str = "", **fields: Any) -> Frame:
        """Sends a command and returns its answer."""
        id = id or str(uuid4())
        self.frames = [frame for frame in self.frames if frame.get("id") != id]
        await self.send(t=t, id=id, stream=stream, **fields)
        return await self.until(lambda f: f.get("id") == id)

    async def event(self, seq: int) -> Frame:
        """Waits for an event by its number."""
        found: Frame = {}

        def has(frame: Frame) -> bool:
            found.update(next((e for e in frame.get("events", []) if e["seq"] == seq), {}))
            return bool(found)

        await self.until(has)
        return found


@asynccontextmanager
async def client(server: LiveServer, token: str) -> AsyncIterator[Client]:
    """Connects as the token's person."""
    headers = {"Authorization": f"Bearer {token}"}
    # A test that has not read all that it was sent would wait ten seconds for the answer to its goodbye.
    async with connect(server.socket_url, additional_headers=headers, close_timeout=CLOSE_WITHIN_S) as socket:
        yield Client(socket)


def call(
    server: LiveServer, method: str, path: str, token: str, body: Any = None, key: str = ""
) -> httpx.Response:
    """A REST call."""
    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
    return httpx.request(
        method,
        f"{server.url}/api/v1{path}",
        json=body,
        headers=headers,
        timeout=30,
        verify=services.NO_TLS,
    )


def open_room(server: LiveServer, seller: str, buyer: str, price: int = 12_000) -> Frame:
    """A fresh listing and a room about it; returns what the API says of the room."""
    listing = {"title": "Pump", "description": "A pump.", "price": {"minor": price, "currency": "EUR"}}
    made = call(server, "POST", "/listings", seller, listing, str(uuid4())).json()["id"]
    room: Frame = call(server, "POST", "/rooms", buyer, {"listing": made}, str(uuid4())).json()
    return room
