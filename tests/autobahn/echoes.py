"""The applications of the echo server: one takes its sockets over, one stays with ASGI.

The product refuses binary messages; these send them back as well, so that the suite reaches the transport.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from negotiation_hub.kernel.lane import EXTENSION, Lane
from negotiation_hub.kernel.line import Packet
from tests.autobahn.echo import answer

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class EchoLane(Lane):
    """A lane that keeps the last message: its receiver learns of bytes only how many they were."""

    __slots__ = ("message",)

    def _frame(self, machine: ServerProtocol, frame: Frame) -> None:
        if frame.fin and frame.opcode in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}:
            self.message = b"".join((*self._parts, bytes(frame.data)))
        super()._frame(machine, frame)


class Echo:
    """The receiver of a lane: what comes in goes out."""

    line: EchoLane

    def take(self, text: str | None, size: int = 0) -> None:
        """Sends one message back."""
        packet = Packet("" if text is None else answer(text))
        if text is None:
            assert len(self.line.message) == size
            packet.framed = Frame(Opcode.BINARY, self.line.message).serialize(mask=False)
        self.line.write(packet)

    def gone(self) -> None:
        """Nothing is kept."""


async def from_lane(scope: Message, receive: Receive, send: Send) -> None:
    """Accepts every socket, and takes it over."""
    await _accept(scope, receive, send)
    echo = Echo()
    taken = scope["extensions"][EXTENSION].take(echo)
    assert isinstance(taken, EchoLane), "the socket could not be taken over"
    echo.line = taken


async def from_asgi(scope: Message, receive: Receive, send: Send) -> None:
    """Accepts every socket, and answers over ASGI."""
    await _accept(scope, receive, send)
    while (event := await receive())["type"] == "websocket.receive":
        text = event.get("text")
        sent = {"bytes": event["bytes"]} if text is None else {"text": answer(text)}
        await send({"type": "websocket.send", **sent})


async def _accept(scope: Message, receive: Receive, send: Send) -> None:
    assert scope["type"] == "websocket"
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
