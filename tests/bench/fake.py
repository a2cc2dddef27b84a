"""Small servers for the load client: a chat that echoes to its room, and our protocol with planted faults."""

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve


@dataclass
class Fake:
    """What a fake server does, and what it was sent beside messages."""

    taken_every_bytes: int | None = None
    refuse: bool = False
    skip_number: int = 0
    loses: int = 0
    port: int = 0
    reports: list[dict[str, Any]] = field(default_factory=list)
    drawn: list[list[dict[str, Any]]] = field(default_factory=list)  # the elements of each command
    rooms: dict[str, set[ServerConnection]] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=lambda: defaultdict(lambda: 7))

    async def handle(self, socket: ServerConnection) -> None:
        """One connection, by its path."""
        assert socket.request is not None
        path = socket.request.path
        if path == "/ws/":
            await self._hub(socket)
            return
        room = self.rooms.setdefault(path, set())
        room.add(socket)
        try:
            async for frame in socket:
                await self._tell(room, json.dumps({"message": json.loads(frame)["message"]}))
        finally:
            room.discard(socket)

    async def _tell(self, room: set[ServerConnection], frame: str) -> None:
        for other in list(room):
            if self.loses:
                self.loses -= 1
            else:
                await other.send(frame)

    async def _hub(self, socket: ServerConnection) -> None:
        name = ""
        async for text in socket:
            frame = json.loads(text)
            match frame["t"]:
                case "hello":
                    (name,) = frame["streams"]
                    limits = {"taken_every_bytes": self.taken_every_bytes} if self.taken_every_bytes else {}
                    await socket.send(_text({"t": "welcome", "limits": limits}))
                    await socket.send(_text({"t": "snapshot", "stream": name, "head": self.heads[name]}))
                    self.rooms.setdefault(name, set()).add(socket)
                case "taken":
                    self.reports.append(frame)
                case "message.send" if self.refuse:
                    await socket.send(_text({"t": "refused", "id": frame["id"], "code": "rate.too_fast"}))
                case "board.draw":
                    self.drawn.append(frame["elements"])
                    await self._put(name, "board.drawn", {"elements": frame["elements"]})
                    await socket.send(_text({"t": "ack", "id": frame["id"]}))
                case "message.send":
                    await self._say(name, frame)
                    await socket.send(_text({"t": "ack", "id": frame["id"]}))
        self.rooms[name].discard(socket)

    async def _say(self, name: str, frame: dict[str, Any]) -> None:
        body = {"html": f"<p>{frame['text']}</p>", "text": frame["text"]}
        await self._put(name, "message.sent", body)

    async def _put(self, name: str, kind: str, body: dict[str, Any]) -> None:
        self.heads[name] += 1 + (self.heads[name] + 1 == self.skip_number)
        event = {"seq": self.heads[name], "kind": kind, "body": body}
        await self._tell(self.rooms[name], _text({"t": "events", "stream": name, "events": [event]}))


def _text(frame: dict[str, Any]) -> str:
    return json.dumps(frame, separators=(",", ":"))


@contextmanager
def running(fake: Fake) -> Iterator[Fake]:
    """Runs it in a thread of its own, for load clients that are processes of their own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def call(function: Callable[[], Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(function(), loop).result(30)

    async def start() -> Server:
        return await serve(fake.handle, "127.0.0.1", 0)

    async def stop() -> None:
        server.close(close_connections=True)
        await server.wait_closed()

    server: Server = call(start)
    try:
        fake.port = next(iter(server.sockets)).getsockname()[1]
        yield fake
    finally:
        call(stop)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()
