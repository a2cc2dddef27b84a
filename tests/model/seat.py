"""One side's socket, frame by frame: it can be cut, and it shows every answer."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Frame = dict[str, Any]
WITHIN_S = 120


class Differs(Exception):
    """What the server did is not what the model says it must do."""


REPORT_BYTES = 30_000  # before the protocol asks for it


class Seat:
    """A person at a table."""

    def __init__(self, socket_url: str, token: str, room: str) -> None:
        self.socket_url, self.room = socket_url, room
        self.headers = {"Authorization": f"Bearer {token}"}
        self.events: list[Frame] = []
        self.answers: defaultdict[str | None, asyncio.Queue[Frame]] = defaultdict(asyncio.Queue)
        self.pongs: asyncio.Queue[str] = asyncio.Queue()
        self._news = asyncio.Condition()
        self._error: Exception | None = None
        self.socket: ClientConnection
        self.me = ""

    async def open(self) -> None:
        """Connects, and resumes behind the last event."""
        self.socket = await connect(
            self.socket_url,
            additional_headers=self.headers,
            compression=None,
            ping_interval=None,
            max_size=None,
            open_timeout=WITHIN_S,
        )
        resume = {"after": self.seq, "hash": self.events[-1]["hash"] if self.events else None}
        await self.send(json.dumps({"t": "hello", "protocol": 1, "streams": {self.room: resume}}))
        self.reader = asyncio.create_task(self._read(self.socket))
        self.heart = asyncio.create_task(self._beat(self.socket))
        await self.until(lambda: bool(self.events))

    async def close(self) -> None:
        """Says goodbye."""
        await self._leave()
        await self.socket.close()

    async def cut(self) -> None:
        """The line breaks, without a farewell, and is mended."""
        await self._leave()
        self.socket.transport.abort()
        await self.open()

    async def _leave(self) -> None:
        for task in (self.reader, self.heart):
            task.cancel()
        await asyncio.gather(self.reader, self.heart, return_exceptions=True)

    async def _beat(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(20)
            await socket.send('{"t":"ping"}')

    async def send(self, text: str) -> None:
        """Puts a frame on the wire as it is."""
        await self.socket.send(text)

    async def answer(self, name: str | None) -> Frame:
        """The next answer to the command with this id, or to a frame that had none. Raises Differs."""
        waiting = asyncio.ensure_future(self.answers[name].get())
        await asyncio.wait({waiting, self.reader}, timeout=WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        raise Differs(f"no answer: {self._error or 'time is up'}")

    async def server_time(self) -> str:
        """The server's clock."""
        while not self.pongs.empty():
            self.pongs.get_nowait()
        await self.send('{"t":"ping"}')
        return await asyncio.wait_for(self.pongs.get(), WITHIN_S)

    @property
    def seq(self) -> int:
        """The number of the newest event."""
        return int(self.events[-1]["seq"]) if self.events else 0

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits for an event. Raises Differs."""
        try:
            async with asyncio.timeout(WITHIN_S), self._news:
                await self._news.wait_for(lambda: condition() or self._error is not None)
        except TimeoutError:
            raise Differs(f"nothing came after event {self.seq}") from None
        if self._error is not None:
            raise self._error

    async def _read(self, socket: ClientConnection) -> None:
        try:
            unreported = 0
            async for text in socket:
                await self._take(json.loads(text))
                unreported += len(text)
                if unreported > REPORT_BYTES and self.events:
                    unreported = 0
                    await self.send(json.dumps({"t": "taken", "stream": self.room, "seq": self.seq}))
            error: Exception = Differs("the server closed the socket")
        except (ConnectionClosed, KeyError) as broken:
            error = Differs(repr(broken))
        except Differs as differs:
            error = differs
        async with self._news:
            self._error = error
            self._news.notify_all()

    async def _take(self, frame: Frame) -> None:
        tag = frame["t"]
        if tag in {"ack", "refused"}:
            self.answers[frame["id"]].put_nowait(frame)
        elif tag == "pong":
            self.pongs.put_nowait(frame["at"])
        elif tag == "welcome":
            self.me = frame["you"]["id"]
        elif tag in {"events", "snapshot"}:
            if tag == "snapshot" and frame["first"] > 1:
                raise Differs("a short history came as a page of it")
            async with self._news:
                for event in frame["events"]:
                    if event["seq"] > self.seq + 1:
                        raise Differs(f"event {event['seq']} came after {self.seq}")
                    if event["seq"] == self.seq + 1:
                        self.events.append(event)
                self._news.notify_all()
