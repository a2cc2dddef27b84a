"""The fast lane: daphne does HTTP, the handshake and authority; then the hub writes to the socket itself.

A delivery through Channels, ASGI and the server costs fifty times the system call that it comes to. So once a
consumer has accepted, it may take its socket over (`Lane.take`): what Twisted, the server and Channels keep
for the connection is let go, frames in call `take`, packets out are written as they were encoded. With
`FAST_LANE=0`, and on every other server, the same consumers run over plain ASGI.

The protocol (RFC 6455) is that of the `websockets` library, `ServerProtocol`. Two shapes are read here, as
nearly all frames have them: a whole, masked, unfragmented text frame below 64 KiB, and a pong.
"""

import asyncio
import socket
from collections import deque
from typing import Any, Final, Protocol

from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet.tcp import Connection
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform without the compiled part
    from websockets.utils import apply_mask

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.edge import EdgeServer
from negotiation_hub.kernel.line import Packet

EXTENSION: Final = "hub.lane"
READ_BYTES: Final = 65_536
MESSAGE_BYTES_MAX: Final = 2 * limits.FRAME_BYTES_MAX  # above the limit that is refused by name
# The first byte of a frame: that it is the last of its message, and what it is.
_FIN_TEXT: Final = 0x81
_FIN_PING: Final = 0x89
_FIN_PONG: Final = 0x8A
_USUAL: Final = frozenset({_FIN_TEXT, _FIN_PING, _FIN_PONG})
# The second: that it is masked, and the length, or where the length is.
_MASKED: Final = 0x80
_MEDIUM: Final = 126
_LONG: Final = 127
_HEAD: Final = 6  # bytes, of the smallest masked frame
_BUFFERS_MAX: Final = 64  # in one system call; Linux takes 1,024
_PING: Final = b"\x89\x00"


class _Nothing:
    framed = b""


_NOTHING: Any = _Nothing()  # written to send what is held


class Receiver(Protocol):
    """What a lane talks to: a consumer."""

    def take(self, text: str | None, size: int = 0) -> None:
        """One message: its text, or None and the number of bytes that it had."""

    def gone(self) -> None:
        """The connection has ended."""


class LaneServer(EdgeServer):
    """daphne, whose sockets may be taken over."""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Offers the lane to the application of a WebSocket, as an ASGI extension."""
        if isinstance(protocol, WebSocketProtocol):
            scope = {**scope, "extensions": {EXTENSION: _Offer(self, protocol)}}
        return super().create_application(protocol, scope)


class _Offer:
    """A connection that has been accepted, for the application to take."""

    def __init__(self, server: Server, protocol: WebSocketProtocol) -> None:
        self._server, self._protocol = server, protocol

    def take(self, receiver: Receiver) -> "Lane | None":
        """The socket as a lane; None where that cannot be (TLS in this process, an answer not yet sent)."""
        protocol, transport = self._protocol, self._protocol.transport
        if not isinstance(transport, Connection) or not transport.connected:
            return None
        transport.doWrite()  # the handshake's answer
        if transport._tempDataBuffer or len(transport.dataBuffer) > transport.offset:  # noqa: SLF001 - no other way to ask
            return None
        transport.stopReading()
        transport.stopWriting()
        taken = socket.socket(fileno=transport.socket.detach())
        early = bytes(protocol.data or b"")  # what the client sent right behind its handshake
        # The server forgets the connection, and the knot of objects around it is cut, so that it can go.
        self._server.connections.pop(protocol, None)
        knot: Any = transport
        knot.protocol = None
        protocol.transport = protocol.data = protocol.request = None
        protocol.handshake_deferred = protocol.application_deferred = None
        return Lane(taken, receiver, early)


class _Machine(ServerProtocol):
    """A close frame may stand in the midst of a message in fragments (RFC 6455 section 5.4)."""

    def recv_frame(self, frame: Frame) -> None:
        """Takes in one frame."""
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        super().recv_frame(frame)


class Lane:
    """One socket. Nothing here waits: what the operating system does not take is kept and sent later."""

    __slots__ = (
        *("waiting", "_closing", "_deadline", "_ended", "_fd", "_held", "_loop", "_machine", "_parts"),
        *("_paused", "_queue", "_receiver", "_recv", "_send", "_socket", "_tail", "_text"),
    )

    def __init__(self, taken: socket.socket, receiver: Receiver, early: bytes = b"") -> None:
        taken.setblocking(False)
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self._receiver, self._loop = taken, receiver, asyncio.get_running_loop()
        self._fd, self._send, self._recv = taken.fileno(), taken.send, taken.recv
        self._held = b""  # leaves with the next packet
        self._queue: deque[bytes] | None = None  # what the operating system did not take yet
        self.waiting = 0  # bytes in there
        self._tail = b""  # the beginning of a frame whose rest is on its way
        self._machine: ServerProtocol | None = None  # once a client sends what is not read here
        self._parts: list[bytes] = []  # of a message in fragments
        self._text = True  # what it is, text or bytes
        self._paused = False  # nothing is read until something was written
        self._closing = self._ended = False  # we said goodbye; all is over
        self._deadline: asyncio.TimerHandle | None = None
        self._loop.add_reader(self._fd, self._readable)
        if early:
            self._loop.call_soon(self._received, early)

    # -- out -------------------------------------------------------------------------------------------------

    def write(self, packet: Packet) -> None:
        """Sends at once what the operating system takes, and keeps the rest in order."""
        data = packet.framed
        if self._held or self._queue is not None or self._closing:
            data, self._held = self._held + data, b""
            if self._queue is not None or self._closing:
                self._keep(data)
                return
        try:
            sent = self._send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self._loop.call_soon(self._end)
            return
        if sent < len(data):
            self._keep(data[sent:])

    def hold(self, packet: Packet) -> None:
        """Keeps a small answer until the next packet: two frames, one system call."""
        self._held += packet.framed

    def flush(self) -> None:
        """Sends what is held."""
        if self._held:
            self.write(_NOTHING)

    def ping(self) -> None:
        """A ping of the protocol; browsers answer by themselves."""
        self._held += _PING
        self.flush()

    def close(self, code: int) -> None:
        """Sends what was written, then a close frame, and waits a while for the client's."""
        if not self._closing:
            self.flush()
            machine = self._the_machine()
            if machine.state is OPEN:
                machine.send_close(code)
            self._answer(machine)

    def _keep(self, data: bytes) -> None:
        if self._closing:
            return  # nothing follows a goodbye
        if self.waiting > limits.LINE_BYTES_MAX:
            self._loop.call_soon(self._end)  # whoever reads nothing cannot be told so either
            return
        if self._queue is None:
            self._queue = deque()
            self._loop.add_writer(self._fd, self._writable)
        self._queue.append(data)
        self.waiting += len(data)
        if self.waiting > limits.LINE_PAUSE_BYTES and not self._paused:
            self._paused = True
            self._loop.remove_reader(self._fd)

    def _writable(self) -> None:
        queue = self._queue
        while queue:
            buffers = [queue[place] for place in range(min(len(queue), _BUFFERS_MAX))]
            try:
                sent = self._socket.sendmsg(buffers)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                self._end()
                return
            self.waiting -= sent
            while queue and sent >= len(queue[0]):
                sent -= len(queue.popleft())
            if sent:
                queue[0] = queue[0][sent:]
        self._queue = None
        self._loop.remove_writer(self._fd)
        if self._paused:
            self._paused = False
            self._loop.add_reader(self._fd, self._readable)
        if self._machine is not None and self._machine.eof_sent:
            self._half_close()

    # -- in --------------------------------------------------------------------------------------------------

    def _readable(self) -> None:
        try:
            data = self._recv(READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self._received(data)
        else:
            self._end()

    def _received(self, data: bytes) -> None:
        if self._tail:
            data, self._tail = self._tail + data, b""
        if self._machine is None:
            data = self._read_usual(data)
        if data and not self._ended:
            machine = self._the_machine()
            machine.receive_data(data)
            events = machine.events_received()
            if machine.state is OPEN:
                self._answer(machine)  # a pong is not to wait for the answers to what came behind its ping
            for frame in events:
                if isinstance(frame, Frame):
                    self._frame(machine, frame)
            self._answer(machine)

    def _read_usual(self, data: bytes) -> bytes:
        """Reads whole frames of the usual shapes; returns what is left for the machine to read."""
        at, end = 0, len(data)
        while at < end and self._machine is None and not self._ended:
            if end - at < _HEAD:
                self._tail = data[at:]
                return b""
            first, length, body = data[at], data[at + 1] & 0x7F, at + _HEAD
            if first not in _USUAL or data[at + 1] < _MASKED or length == _LONG:
                break
            if length == _MEDIUM:
                length, body = int.from_bytes(data[at + 2 : at + 4], "big"), body + 2
                if length < _MEDIUM or first != _FIN_TEXT:
                    break
            if body + length > end:
                self._tail = data[at:]  # at most 64 KiB
                return b""
            if first == _FIN_TEXT:
                try:
                    text = apply_mask(data[body : body + length], data[body - 4 : body]).decode()
                except UnicodeDecodeError:
                    break
                self._receiver.take(text)
            elif first == _FIN_PING:
                pinged = ServerProtocol(state=OPEN)
                pinged.receive_data(data[at : body + length])
                self._held += b"".join(pinged.data_to_send())
                self.flush()
            at = body + length
        return data[at:]

    def _the_machine(self) -> ServerProtocol:
        if self._machine is None:
            self._machine = _Machine(state=OPEN, max_size=MESSAGE_BYTES_MAX)
        return self._machine

    def _frame(self, machine: ServerProtocol, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._text = frame.opcode is Opcode.TEXT
        elif frame.opcode is not Opcode.CONT:
            return  # the machine has answered
        self._parts.append(bytes(frame.data))
        if not frame.fin or self._closing:
            return
        data, self._parts = b"".join(self._parts), []
        if not self._text:
            self._receiver.take(None, len(data))
            return
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            machine.fail(CloseCode.INVALID_DATA, error.reason)
        else:
            self._receiver.take(text)

    def _answer(self, machine: ServerProtocol) -> None:
        """Sends what the machine has to say, and follows it into the closing handshake."""
        for data in machine.data_to_send():
            if data and not self._closing:
                self._held += data
                self.flush()
        if machine.state is not OPEN and not self._closing:
            self._closing = True
            self._deadline = self._loop.call_later(limits.CLOSE_WITHIN_S, self._end)
        if machine.eof_sent and self._queue is None:
            self._half_close()

    def _half_close(self) -> None:
        # Closing with something unread would reset the connection, and the goodbye might never be seen.
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._end()

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = self._closing = True
        self._loop.remove_reader(self._fd)
        if self._queue is not None:
            self._loop.remove_writer(self._fd)
            self._queue = None
        if self._deadline is not None:
            self._deadline.cancel()
        self._socket.close()
        self.waiting = 0
        self._receiver.gone()
