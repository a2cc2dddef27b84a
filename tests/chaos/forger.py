"""PLANT=lose, dup, reorder: a proxy between clients and server that does what a faulty server would do.

It stands where a server decides what becomes of a command, so that sockets and REST agree with each other
afterwards, and only somebody who remembers what was acknowledged can tell.

- lose: acknowledges a message and writes it nowhere.
- dup: forgets the id of a repetition, and writes the message a second time.
- reorder: acknowledges a message at once, and writes it after the author's next one.
"""

import asyncio
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.chaos.history import Json
from tests.chaos.seat import FRAME_BYTES_MAX
from tests.chaos.weather import Weather

PLANTS: Final = ("lose", "dup", "reorder")
EVERY: Final = 20  # messages of an author; a forgery that a fault has spoilt is followed by another one


@asynccontextmanager
async def forged(weather: Weather, plant: str) -> AsyncIterator[None]:
    """While the block runs, every seat connects through a forger. Without a plant nothing is between them."""
    if not plant:
        yield
        return
    async with AsyncExitStack() as stack:
        urls = []
        for url in weather.urls:
            forger = Forger(url, plant, weather)
            proxy = await stack.enter_async_context(
                serve(forger.serve, "127.0.0.1", 0, compression=None, ping_interval=None, close_timeout=1)
            )
            port = next(iter(proxy.sockets)).getsockname()[1]
            urls.append(f"ws://127.0.0.1:{port}/ws/")
        weather.urls = urls
        yield


@dataclass
class Forger:
    """A proxy in front of one server."""

    upstream: str
    plant: str
    weather: Weather
    heads: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    messages: Counter[str] = field(default_factory=Counter)  # by author and stream
    answered: dict[str, str] = field(default_factory=dict)  # id, to the forged acknowledgement
    twins: set[str] = field(default_factory=set)  # ids that the client must not hear of
    held: dict[str, tuple[str, str]] = field(default_factory=dict)  # author and stream, to id and message

    async def serve(self, client: ServerConnection) -> None:
        """One connection."""
        said = client.request.headers["Authorization"] if client.request is not None else ""
        try:
            async with connect(
                self.upstream,
                additional_headers={"Authorization": said},
                compression=None,
                max_size=FRAME_BYTES_MAX,
                ping_interval=None,
                close_timeout=1,
                proxy=None,
            ) as server:
                await self._relay(client, server, said)
        except (OSError, InvalidHandshake, TimeoutError):
            await client.close(1011)

    async def _relay(self, client: ServerConnection, server: ClientConnection, said: str) -> None:
        async def down() -> None:
            async for text in server:
                if self._may_hear(json.loads(text)):
                    await client.send(text)

        async def up() -> None:
            async for text in client:
                for frame in self._forge(str(text), said, answers.put_nowait):
                    await server.send(frame)
                while not answers.empty():
                    await client.send(answers.get_nowait())

        answers: asyncio.Queue[str] = asyncio.Queue()
        tasks = [asyncio.create_task(down()), asyncio.create_task(up())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        code = server.close_code or 1000
        try:
            await client.close(code if code not in {1005, 1006, 1015} else 1011)
        except ConnectionClosed:
            return

    def _may_hear(self, frame: Json) -> bool:
        """Whether a frame of the server goes to the client; on the way its heads are noted."""
        for event in frame.get("events", ()):
            self.heads[frame["stream"]] = max(self.heads[frame["stream"]], event["seq"])
        id = frame.get("id")
        if frame["t"] == "ack" and id in self.twins:
            self.held = {author: held for author, held in self.held.items() if held[0] != id}
        return id not in self.twins

    def _forge(self, text: str, said: str, answer: Callable[[str], None]) -> list[str]:
        """What goes to the server in place of a frame of the client."""
        frame = json.loads(text)
        id, author = frame.get("id", ""), f"{said} {frame.get('stream')}"
        if id in self.answered:
            answer(self.answered[id])
            return []
        if frame["t"] != "message.send":
            return [text]
        self.messages[author] += 1
        if author in self.held:
            return [text, self.held[author][1]]  # again and again, until the server has it
        if self.messages[author] % EVERY:
            return [text]
        return self._plant(text, frame, author, answer)

    def _plant(self, text: str, frame: Json, author: str, answer: Callable[[str], None]) -> list[str]:
        self.weather.counts[f"faults planted ({self.plant})"] += 1
        if self.plant == "dup":
            twin = str(uuid4())
            self.twins.add(twin)
            return [text, json.dumps({**frame, "id": twin})]
        stream, id = frame["stream"], frame["id"]
        seq, hash = self.heads[stream] + 1, hashlib.sha256(id.encode()).hexdigest()
        self.answered[id] = json.dumps({"t": "ack", "id": id, "stream": stream, "seq": seq, "hash": hash})
        answer(self.answered[id])
        if self.plant == "reorder":
            self.twins.add(id)  # the true acknowledgement would come too late
            self.held[author] = (id, text)
        return []
