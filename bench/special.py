"""Shapes that are not about messages alone: idle sockets, opening a room, and a socket that does not read."""

import asyncio
import itertools
import json
import socket
import statistics
import time
from uuid import uuid4

from bench.connecting import connect, connect_all
from bench.job import Job, Outcome, Seat
from bench.machine import memory
from bench.shapes import steady, until
from bench.sockets import Client, HubClient, Traffic

_SETTLE_S = 2.0  # until what connecting left behind is collected
_RECEIVE_BYTES = 4096
_WARM_OPENS = 3
_PAGE = 50


async def idle(job: Job, clients: list[Client], traffic: Traffic, outcome: Outcome) -> None:
    """Memory of the server before and after the `later` sockets connect; the first ones have warmed it up."""
    await asyncio.sleep(_SETTLE_S)
    before = memory(job.pids)
    clients += await connect_all(job, job.later, traffic)
    await asyncio.sleep(_SETTLE_S)
    after = memory(job.pids)
    outcome.values = {
        "rss_kb_each": (after.rss_kb - before.rss_kb) / len(job.later),
        "pss_kb_each": (after.pss_kb - before.pss_kb) / len(job.later),
        "rss_kb": after.rss_kb,
    }


# --- opening a room -----------------------------------------------------


class OpeningClient(HubClient):
    """Opens and closes its stream again and again; `pending` is what it waits for."""

    pending: "asyncio.Future[float] | None" = None

    def signal(self, data: bytes) -> None:
        if self.pending is not None and not self.pending.done() and data.startswith(self.awaited):
            self.pending.set_result(time.monotonic())
        elif not data.startswith(b'{"t":"ack"'):
            super().signal(data)

    async def ask(self, command: str, awaited: bytes, **fields: object) -> float:
        """Sends a command and gives the seconds until the awaited frame arrived."""
        self.awaited = awaited
        self.pending = asyncio.get_running_loop().create_future()
        sent = time.monotonic()
        self.put(json.dumps({"t": command, "id": str(uuid4()), "stream": self.seat.room, **fields}))
        return await asyncio.wait_for(self.pending, 30) - sent


async def opening(job: Job, clients: list[Client], traffic: Traffic, outcome: Outcome) -> None:
    """The median time until a room's snapshot is there, for each room in `later`; they take turns."""
    rooms = [await connect(job, seat, index, traffic, OpeningClient) for index, seat in enumerate(job.later)]
    clients += rooms
    took: list[list[float]] = [[] for _ in rooms]
    for turn in range(job.times + _WARM_OPENS):
        for client, times in zip(rooms, took, strict=True):
            if not isinstance(client, OpeningClient):
                raise TypeError
            await client.ask("stream.close", b'{"t":"ack"')
            seconds = await client.ask("stream.open", b'{"t":"snapshot"', after=0, hash=None)
            if turn >= _WARM_OPENS:
                times.append(seconds)
            await asyncio.sleep(0.02)  # the acknowledgement comes behind the snapshot
    for index, times in enumerate(took):
        outcome.values[f"open_ms_{index}"] = statistics.median(times) * 1000


# --- a socket that does not read -----------------------------------------------------


async def stalled(job: Job, clients: list[Client], traffic: Traffic, outcome: Outcome) -> None:
    """Long messages first, to see what the server keeps for who does not read; then a steady rate to all.

    The same without a stalled socket is what it is compared with.
    """
    before = memory(job.pids)
    deaf = await never_reads(job.stalled) if job.stalled else None
    try:
        await _one_by_one(job, clients, traffic, job.times)
        outcome.values["grown_kb"] = memory(job.pids).rss_kb - before.rss_kb
        # Who comes now gets a page of the newest messages, which is to be a usual one.
        traffic.chars = 0
        await _one_by_one(job, clients, traffic, _PAGE)
        clients += await connect_all(job, job.later, traffic)
        await steady(job, clients, traffic, outcome)
        outcome.values["grown_in_all_kb"] = memory(job.pids).rss_kb - before.rss_kb
    finally:
        if deaf is not None:
            deaf.close()


async def _one_by_one(job: Job, clients: list[Client], traffic: Traffic, messages: int) -> None:
    senders = itertools.cycle(clients)
    for _ in range(messages):
        due = traffic.taken + len(clients)
        next(senders).say()
        await until(job, traffic, due)


async def never_reads(seat: Seat) -> socket.socket:
    """A socket that has opened its stream and reads nothing from then on."""
    loop = asyncio.get_running_loop()
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
    deaf.setblocking(False)
    await loop.sock_connect(deaf, ("127.0.0.1", seat.port))
    request = (
        f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:{seat.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Authorization: Bearer {seat.token}\r\n\r\n"
    )
    await loop.sock_sendall(deaf, request.encode())
    await _read_until(deaf, b"\r\n\r\n")
    hello = json.dumps({"t": "hello", "protocol": 1, "streams": {seat.room: {"after": 0, "hash": None}}})
    await tell(deaf, hello)
    await _read_until(deaf, b'{"t":"snapshot"')
    return deaf


async def tell(deaf: socket.socket, text: str) -> None:
    """Sends a text frame below 126 bytes, masked with zeros, over a socket that is not read."""
    frame = bytes((0x81, 0x80 | len(text))) + bytes(4) + text.encode()
    await asyncio.get_running_loop().sock_sendall(deaf, frame)


async def _read_until(deaf: socket.socket, end: bytes) -> None:
    seen = b""
    while end not in seen:
        more = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(deaf, 512), 30)
        if not more:
            raise ConnectionError("the server closed the socket that was to be stalled")
        seen += more
