"""One socket of one person, which is broken in every way a network can break it, and mends itself.

It knows docs/protocol.md and nothing of the server. A command that has no answer is sent again under its id.
"""

import asyncio
import json
import socket as sockets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.chaos.history import Copy, Json
from tests.chaos.ledger import Command, Ledger
from tests.chaos.weather import Weather

FRAME_BYTES_MAX: Final = 16 * 1024 * 1024  # of the server's frames
HISTORY_PAGE: Final = 200  # events
ANSWER_WITHIN_S: Final = 4.0  # then a command is sent again on the same connection
SILENT_MAX_S: Final = 12.0  # nothing at all while something is owed: the connection is given up
RETRY_S: Final = 0.2  # where a temporary refusal does not say how long to wait
RECONNECT_S: Final = (0.05, 0.6)  # a random wait between these, so that the load is soon back
RESTARTING, TOO_FAST, BEHIND = 4503, 4429, 4409
LATER_S: Final = {RESTARTING: (1.0, 5.0), TOO_FAST: (1.0, 3.0), BEHIND: (1.0, 3.0)}  # as the page says
NEVER_AGAIN: Final = frozenset({4400, 4401, 4403, 4404, 4413})
RST_ON_CLOSE: Final = struct.pack("ii", 1, 0)  # SO_LINGER with no time: what is unsent is thrown away


@dataclass
class Waiting:
    """A command that is not answered yet."""

    command: Command
    done: "asyncio.Future[bool]"  # whether it was acknowledged
    timer: asyncio.TimerHandle | None = None


class Seat:
    """A person's connection to some streams, and their copies of them."""

    def __init__(
        self, name: str, token: str, streams: Sequence[str], weather: Weather, ledger: Ledger, random: Random
    ) -> None:
        self.name, self.token = name, token
        self.weather, self.ledger, self.random = weather, ledger, random
        self.copies = {stream: Copy(stream) for stream in streams}
        self.waiting: dict[str, Waiting] = {}
        self.limits: Json = {}
        self.connections = 0
        self.paused_until = 0.0  # loop time; a slow reader reads nothing before it
        self.is_lazy = False  # says what it has taken only when the server asks for it by refusing
        self.door: int | None = None  # the only address it uses, by its place; its frames are not mistreated
        self._socket: ClientConnection | None = None
        self._opened: set[str] = set()
        self._behind: set[str] = set()  # streams with a gap, or that the server has stopped sending
        self._asks: dict[str, str] = {}  # id of a stream.open or history, to its stream
        self._asked: dict[str, float] = {}  # when; also of the hello, under ""
        self._out: asyncio.Queue[str] = asyncio.Queue()
        self._heard = 0.0
        self._untold_bytes = 0
        self._stopping = False

    # -- what is done with it

    def submit(self, command: Command) -> "asyncio.Future[bool]":
        """Sends a command until it is answered for good."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.waiting[command.id] = Waiting(command, done)
        if command.stream in self._opened:
            self._send_command(command.id)
        return done

    def repeat(self, command: Command) -> None:
        """Sends a command once more that may have been answered long ago."""
        if command.stream in self._opened:
            self.weather.counts["commands repeated"] += 1
            self.ledger.sends(command, self._connection)
            self._out.put_nowait(command.frame)

    def whole(self, heads: dict[str, int]) -> bool:
        """Whether every copy reaches from 1 to the head, and nothing is waited for."""
        return not self.waiting and all(
            copy.floor == 1 and copy.last >= heads[stream] for stream, copy in self.copies.items()
        )

    async def leave(self) -> bool:
        """Says goodbye; the seat connects again by itself. False when there is no connection."""
        if (socket := self._socket) is None:
            return False
        await socket.close()
        return True

    def reset(self) -> bool:
        """Breaks the connection with an RST, what is unsent is lost. False when there is no connection."""
        if (socket := self._socket) is None:
            return False
        raw = socket.transport.get_extra_info("socket")
        if raw is not None and raw.fileno() != -1:
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, RST_ON_CLOSE)
        socket.transport.abort()
        return True

    async def stop(self) -> None:
        """Connects no more."""
        self._stopping = True
        await self.leave()

    # -- the connection

    async def run(self) -> None:
        """Stays connected until `stop`."""
        while not self._stopping:
            code: int | None = None
            try:
                async with connect(
                    self._address(),
                    additional_headers={"Authorization": f"Bearer {self.token}"},
                    compression=None,
                    max_size=FRAME_BYTES_MAX,
                    open_timeout=SILENT_MAX_S,
                    close_timeout=1,
                    ping_interval=None,  # the protocol has its own
                    proxy=None,
                ) as socket:
                    code = await self._talk(socket)
            except (OSError, InvalidHandshake, TimeoutError) as error:
                self.weather.counts[f"handshakes failed ({_reason(error)})"] += 1
            finally:
                self._forget()
            if code is not None:
                self.weather.closings[str(code)] += 1
            if code in NEVER_AGAIN:
                self.weather.problems[f"a seat was sent away for good: close code {code}"] += 1
            await asyncio.sleep(self.random.uniform(*LATER_S.get(code or 0, RECONNECT_S)))

    async def _talk(self, socket: ClientConnection) -> int:
        self._socket, self._heard = socket, _now()
        self.connections += 1
        self._asked[""] = _now()
        resume = {stream: copy.resume for stream, copy in self.copies.items()}
        self._out.put_nowait(json.dumps({"t": "hello", "protocol": 1, "streams": resume}))
        tasks = [asyncio.create_task(self._write(socket)), asyncio.create_task(self._watch(socket))]
        try:
            while True:
                self._receive(await socket.recv(decode=False))
                if (pause := self.paused_until - _now()) > 0:
                    await asyncio.sleep(pause)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self, socket: ClientConnection) -> None:
        while True:
            await socket.send(await self._out.get())

    async def _watch(self, socket: ClientConnection) -> None:
        beat = 0.0
        while True:
            await asyncio.sleep(1)
            beat += 1
            if beat >= self.limits.get("heartbeat_s", 20):
                beat = 0.0
                self._out.put_nowait('{"t":"ping"}')
            if self._is_stuck():
                self.weather.counts["connections given up as silent"] += 1
                self.reset()

    def _is_stuck(self) -> bool:
        """Whether nothing came for too long, or the answer to one question did not."""
        since = _now() - SILENT_MAX_S
        if self.paused_until > since:
            return False  # it was we who did not listen
        if any(asked < since for asked in self._asked.values()):
            return True
        return bool(self.waiting) and self._heard < since

    @property
    def _connection(self) -> str:
        return f"{id(self)} {self.connections}"

    def _address(self) -> str:
        return self.random.choice(self.weather.urls) if self.door is None else self.weather.urls[self.door]

    def _is_hit(self, share: float) -> bool:
        return self.door is None and self.random.random() < share

    def _forget(self) -> None:
        self._socket = None
        self._opened.clear()
        self._behind.clear()
        self._asks.clear()
        self._asked.clear()
        self._untold_bytes = 0
        self._out = asyncio.Queue()
        for waiting in self.waiting.values():
            _cancel(waiting)

    # -- commands

    def _send_command(self, id: str) -> None:
        waiting = self.waiting.get(id)
        if waiting is None or waiting.command.stream not in self._opened:
            return  # it is sent when the stream is open again
        _cancel(waiting)
        if waiting.command.sent:
            self.weather.counts["commands sent again"] += 1
        self.ledger.sends(waiting.command, self._connection)
        self._out.put_nowait(waiting.command.frame)
        if self._is_hit(self.weather.repeated):
            self.repeat(waiting.command)
        waiting.timer = asyncio.get_running_loop().call_later(ANSWER_WITHIN_S, self._send_command, id)

    def _settle(self, id: str, *, acked: bool) -> None:
        waiting = self.waiting.pop(id, None)
        if waiting is not None:
            _cancel(waiting)
            if not waiting.done.done():
                waiting.done.set_result(acked)

    # -- frames

    def _receive(self, text: bytes) -> None:
        self._heard = _now()
        frame = json.loads(text)
        tag = frame["t"]
        # What the server said counts, also where the client is made to miss it.
        if tag == "ack":
            self.ledger.hear_ack(frame["id"], frame["seq"], frame["hash"])
        elif tag == "refused":
            self.ledger.hear_refusal(frame["id"], frame["code"], temporary=frame["temporary"])
        droppable = tag == "events" or (tag == "ack" and frame["id"] not in self._asks)
        if droppable and self._is_hit(self.weather.dropped):
            self.weather.counts["frames dropped"] += 1
            return
        self._take(tag, frame)
        if self._is_hit(self.weather.doubled):
            self.weather.counts["frames doubled"] += 1
            self._take(tag, frame)
        self._report(frame.get("stream", ""), len(text))

    def _take(self, tag: str, frame: Json) -> None:
        stream = frame.get("stream", "")
        if tag == "welcome":
            self.limits = {**frame["limits"], "heartbeat_s": frame["heartbeat_s"]}
        elif tag == "events":
            self._take_events(stream, frame["events"])
        elif tag == "snapshot":
            self.copies[stream].replace(frame)
            self._is_open(stream)
        elif tag == "history":
            if self._is_answer(frame["id"]):
                self.copies[stream].take_older(frame["events"])
                self._mend(stream)
        elif tag == "ack":
            self._take_ack(frame)
        elif tag == "refused":
            self._take_refusal(frame)
        elif tag == "resync":
            self.weather.counts["streams resynced"] += 1
            self._behind.add(stream)
            self._mend(stream)

    def _take_events(self, stream: str, events: list[Json]) -> None:
        if self.copies[stream].take(events):
            self._is_open(stream)
        else:
            self.weather.counts["gaps seen"] += stream not in self._behind
            self._behind.add(stream)
            self._mend(stream)

    def _is_open(self, stream: str) -> None:
        if stream not in self._opened:
            self._opened.add(stream)
            if len(self._opened) == len(self.copies):
                self._asked.pop("", None)
            for id, waiting in list(self.waiting.items()):
                if waiting.command.stream == stream:
                    self._send_command(id)
        if self.copies[stream].floor > 1:
            self._mend(stream)

    def _take_ack(self, frame: Json) -> None:
        stream = frame["stream"]
        if not self._is_answer(frame["id"]):
            self._settle(frame["id"], acked=True)
            return
        # The head that a `stream.open` led up to. A frame on the way to it may have been dropped.
        if self.copies[stream].last < frame["seq"]:
            self._behind.add(stream)
        else:
            self._behind.discard(stream)
            self._is_open(stream)
        self._mend(stream)

    def _take_refusal(self, frame: Json) -> None:
        id, loop = frame["id"], asyncio.get_running_loop()
        wait_s = (frame["retry_after_ms"] or RETRY_S * 1000) / 1000
        if id is None:
            self._take_refused_hello(frame, wait_s)
        elif id in self._asks:
            stream = self._asks[id]
            self._is_answer(id)
            if not frame["temporary"] and frame["code"] != "stream.not_open":
                self.weather.problems[f"a seat could not read its stream: {frame['code']}"] += 1
            if frame["code"] == "flow.behind":
                self._tell(stream)
            loop.call_later(wait_s, self._mend, stream)
        elif (waiting := self.waiting.get(id)) is not None:
            if frame["code"] == "stream.not_open":
                self._opened.discard(waiting.command.stream)
                self._mend(waiting.command.stream)
            elif frame["temporary"]:
                _cancel(waiting)
                waiting.timer = loop.call_later(wait_s, self._send_command, id)
            else:
                self._settle(id, acked=False)

    def _take_refused_hello(self, frame: Json, wait_s: float) -> None:
        self.weather.counts["hellos refused"] += 1
        stream = frame.get("stream")
        if not frame["temporary"]:
            self.weather.problems[f"a hello was refused for good: {frame['code']}"] += 1
        if stream in self.copies:
            asyncio.get_running_loop().call_later(wait_s, self._mend, stream)
        else:
            self.reset()

    def _mend(self, stream: str) -> None:
        """Asks for what this copy lacks; one question at a time."""
        if self._socket is None or stream in self._asks.values():
            return
        copy = self.copies[stream]
        id = str(UUID(int=self.random.getrandbits(128), version=4))
        if stream in self._behind or stream not in self._opened:
            frame: dict[str, Any] = {"t": "stream.open", **copy.resume}
        elif copy.floor > 1:
            frame = {"t": "history", "before": copy.floor, "limit": HISTORY_PAGE}
        else:
            return
        self._asks[id], self._asked[stream] = stream, _now()
        self._out.put_nowait(json.dumps({**frame, "id": id, "stream": stream}))

    def _is_answer(self, id: str) -> bool:
        """Whether this answers a question of ours; it is then no longer open."""
        stream = self._asks.pop(id, None)
        return stream is not None and self._asked.pop(stream, None) is not None

    def _report(self, stream: str, length: int) -> None:
        """Says what was taken, where the server wants to know; twice as often as it must."""
        self._untold_bytes += length
        every = self.limits.get("taken_every_bytes")
        if every is not None and not self.is_lazy and self._untold_bytes * 2 >= every:
            self._tell(stream)

    def _tell(self, stream: str) -> None:
        if stream in self._opened:
            self._untold_bytes = 0
            self.weather.counts["taken reported"] += 1
            self._out.put_nowait(
                json.dumps({"t": "taken", "stream": stream, "seq": self.copies[stream].last})
            )


def _now() -> float:
    return asyncio.get_running_loop().time()


def _cancel(waiting: Waiting) -> None:
    if waiting.timer is not None:
        waiting.timer.cancel()
        waiting.timer = None


def _reason(error: Exception) -> str:
    status = getattr(getattr(error, "response", None), "status_code", "")
    return f"HTTP {status}" if status else type(error).__name__
