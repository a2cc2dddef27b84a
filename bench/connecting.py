"""Getting sockets into their rooms, keeping them there, and leaving."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from typing import Final

from picows import WSCloseCode, ws_connect

from bench.job import Job, Seat
from bench.sockets import BoardClient, ChatClient, Client, HubClient, SocketIoClient, Traffic

CLIENTS: Final[dict[str, type[Client]]] = {
    "hub": HubClient,
    "board": BoardClient,
    "chat": ChatClient,
    "socketio": SocketIoClient,
}
CONNECTING_AT_ONCE: Final = 16
CONNECT_WITHIN_S: Final = 60.0
_BEATS_PER_S: Final = 20  # thousands of pings at once would be a load of their own
_BEATS: Final = 20 * _BEATS_PER_S


async def connect(
    job: Job, seat: Seat, index: int, traffic: Traffic, kind: type[Client] | None = None
) -> Client:
    """A socket that is in its room, of the kind that speaks the job's protocol unless another is named."""
    kind = kind or CLIENTS[job.protocol]
    client = kind(seat, index, traffic)
    url = f"ws://127.0.0.1:{seat.port}{kind.path.format(room=seat.room)}"
    headers = {"Authorization": f"Bearer {seat.token}"} if seat.token else {}
    await ws_connect(lambda: client, url, extra_headers=headers, websocket_handshake_timeout=CONNECT_WITHIN_S)
    try:
        await asyncio.wait_for(client.ready, CONNECT_WITHIN_S)
    except TimeoutError:
        said = f"socket {index} did not get into its room within {CONNECT_WITHIN_S:g} s"
        raise TimeoutError("; ".join([said, *traffic.problems])) from None
    traffic.sockets.append(client)
    return client


async def connect_all(
    job: Job, seats: Sequence[Seat], traffic: Traffic, kind: type[Client] | None = None
) -> list[Client]:
    """More sockets, some at a time, in the order of their seats; `kind` as for `connect`."""
    start = len(traffic.sockets)
    gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def one(index: int, seat: Seat) -> Client:
        async with gate:
            return await connect(job, seat, index, traffic, kind)

    return await asyncio.gather(*(one(index, seat) for index, seat in enumerate(seats, start)))


async def close_all(clients: Sequence[Client]) -> None:
    """Leaves as a browser does, and waits for the server's answer."""
    if not clients:
        return
    for client in clients:
        client.leaving = True
        if not client.gone.done():
            client.transport.send_close(WSCloseCode.OK)
    _, waiting = await asyncio.wait([client.gone for client in clients], timeout=5)
    for client in clients:
        if client.gone in waiting:
            client.transport.disconnect(graceful=False)


async def keep_alive(traffic: Traffic) -> None:
    """Lets silent sockets say that they are there: each is looked at every 20 s, evenly spread."""
    for turn in itertools.count():
        await asyncio.sleep(1 / _BEATS_PER_S)
        for client in traffic.sockets[turn % _BEATS :: _BEATS]:
            if not client.gone.done():
                client.beat(time.monotonic())
