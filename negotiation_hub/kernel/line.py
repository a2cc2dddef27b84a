"""What a socket is written through: one interface, whatever carries the bytes.

`AsgiLine` speaks to any ASGI server; `kernel/lane.py` writes to the socket itself. Nobody else knows which.
"""

import asyncio
from typing import Any, Final, Protocol

from negotiation_hub.kernel import limits, wire

_FIN_TEXT: Final = 0x81
_SHORT: Final = 126  # lengths from here on take two bytes, from 65,536 on eight (RFC 6455 section 5.2)
_MEDIUM: Final = 65_536


class Packet:
    """A frame, encoded once for everybody who gets it: as text, and as it stands on the wire (RFC 6455)."""

    __slots__ = ("framed", "text")

    def __init__(self, text: str) -> None:
        data = text.encode()
        length = len(data)
        if length < _SHORT:
            head = bytes((_FIN_TEXT, length))
        elif length < _MEDIUM:
            head = bytes((_FIN_TEXT, _SHORT)) + length.to_bytes(2, "big")
        else:
            head = bytes((_FIN_TEXT, _SHORT + 1)) + length.to_bytes(8, "big")
        self.text = text
        self.framed = head + data


class Line(Protocol):
    """One socket's way out. Called on the event loop only; nothing here waits or raises."""

    def write(self, packet: Packet) -> None:
        """Sends, behind all that was written before."""

    def hold(self, packet: Packet) -> None:
        """Sends together with the next packet that is written, or with `flush`."""

    def flush(self) -> None:
        """Sends what is held."""

    def ping(self) -> None:
        """Keeps the connection from being taken for idle on its way."""

    def close(self, code: int) -> None:
        """Sends what was written, then says goodbye with this code."""

    @property
    def waiting(self) -> int:
        """Bytes that were written and are not with the operating system yet, as far as we can know."""


class AsgiLine:
    """Through the server's ASGI `send`: a queue and a task, as `send` may wait for a slow reader."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer  # of Channels, whose methods `send` and `close` wait
        self._queue: asyncio.Queue[Packet | int] = asyncio.Queue()
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._closing = False
        self.waiting = 0

    def write(self, packet: Packet) -> None:
        """Queues a frame."""
        if self._closing:
            return
        if self.waiting > limits.LINE_BYTES_MAX:
            self._abandon()
            return
        self.waiting += len(packet.framed)
        self._queue.put_nowait(packet)

    def hold(self, packet: Packet) -> None:
        """The same: servers have no way to send two frames at once."""
        self.write(packet)

    def flush(self) -> None:
        """Nothing is held."""

    def ping(self) -> None:
        """Every ASGI server pings by itself."""

    def close(self, code: int) -> None:
        """Queues the goodbye."""
        if not self._closing:
            self._closing = True
            self._queue.put_nowait(code)

    def stop(self) -> None:
        """The connection is gone: nothing is sent any more."""
        self._closing = True
        self._task.cancel()

    def _abandon(self) -> None:
        # Whoever reads nothing cannot be told so: what waits for them is forgotten, and the goodbye is left.
        while not self._queue.empty():
            self._queue.get_nowait()
        self.waiting = 0
        self.close(wire.Close.SLOW)

    async def _run(self) -> None:
        while True:
            item = await self._queue.get()
            if isinstance(item, int):
                await self._consumer.close(code=item)
                return
            await self._consumer.send(text_data=item.text)
            self.waiting -= len(item.framed)
