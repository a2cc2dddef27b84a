"""Connections that come and never finish: half a request, silence, and sockets that are never read."""

import asyncio
import base64
import json
import os
import socket as sockets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Final
from urllib.parse import urlsplit

from tests.chaos.weather import Weather

STAYS_S: Final = (2.0, 15.0)
RECEIVE_BYTES: Final = 4096  # of the kernel, for a socket that is never read
Stray = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str, str], Awaitable[None]]


async def half_a_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, stream: str
) -> None:
    """A POST whose body stops in the middle."""
    head = f"POST /api/v1/listings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
    writer.write(
        f'{head}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{{"title": "Pu'.encode()
    )
    await writer.drain()


async def half_a_head(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, stream: str
) -> None:
    """A request that stops in a header."""
    writer.write(b"GET /api/v1/rooms HTTP/1.1\r\nHost: localhost\r\nAuthoriz")
    await writer.drain()


async def silent_connection(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, stream: str
) -> None:
    """A connection over which nothing comes."""


async def socket_without_hello(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, stream: str
) -> None:
    """A socket that is opened and then silent."""
    await _upgrade(reader, writer, token)


async def socket_never_read(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, stream: str
) -> None:
    """A socket that opens a busy stream and takes nothing of it."""
    await _upgrade(reader, writer, token)
    hello = {"t": "hello", "protocol": 1, "streams": {stream: {"after": 0, "hash": None}}}
    writer.write(_masked(json.dumps(hello).encode()))
    await writer.drain()


STRAYS: Final[dict[str, Stray]] = {
    "requests of which half came": half_a_request,
    "requests whose head was cut off": half_a_head,
    "connections without a word": silent_connection,
    "sockets without a hello": socket_without_hello,
    "sockets that were never read": socket_never_read,
}


async def stray(
    kind: str, choose: Callable[[], str], token: str, stream: str, weather: Weather, random: Random
) -> None:
    """One connection of this kind after another, until it is canceled."""
    while True:
        with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            reader, writer = await _connect(choose())
            try:
                async with asyncio.timeout(10):
                    await STRAYS[kind](reader, writer, token, stream)
                weather.counts[kind] += 1
                await asyncio.sleep(random.uniform(*STAYS_S))
            finally:
                writer.transport.abort()
        await asyncio.sleep(random.uniform(0.2, 1.0))


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    raw = sockets.socket()
    try:
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, RECEIVE_BYTES)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, (parts.hostname, parts.port))
        return await asyncio.open_connection(sock=raw, limit=RECEIVE_BYTES)
    except BaseException:
        raw.close()
        raise


async def _upgrade(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        "GET /ws/ HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        f"Authorization: Bearer {token}",
    )
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in answer.partition(b"\r\n")[0]:
        raise OSError(answer[:80].decode(errors="replace"))
    # The reader's own buffer is small, and nobody reads on: what comes now stays in the kernel, then outside.


def _masked(payload: bytes) -> bytes:
    """A text frame of a client, shorter than 64 KiB; the mask is zero, which changes nothing."""
    return bytes([0x81, 0x80 | 126]) + len(payload).to_bytes(2) + bytes(4) + payload
