"""The sockets of the load client: they send, take, count and check, and are light enough to pin to one core.

A message is `#T<ns, 19 digits>n<number, 8 digits>s<sender, 5 digits>` and a sentence, the same for every
server: its time, its number in this phase, and who sent it. Frames are searched for that mark, not decoded.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Final

from picows import WSFrame, WSListener, WSMsgType, WSTransport

from bench.bucket import Bucket
from bench.job import Seat

SENTENCE: Final = (
    "The quick brown fox offers 1250 EUR per unit, delivery in week 42, valid until Friday; please confirm. "
    "We keep the price, the terms and the date until then."
)
PROBLEMS_KEPT: Final = 10
_RUN: Final = os.urandom(6).hex()  # makes the ids of commands differ between phases
_HEARTBEAT_S: Final = 20.0
BOARD_ELEMENTS: Final = 100  # the updates go round them: all are there when the window begins
# A line of text as Excalidraw 0.18 writes it, but for its id, what it says, its version and its nonce.
_ELEMENT: Final = (
    '"type":"text","x":412.5,"y":238.25,"width":310.40625,"height":25,"angle":0,"strokeColor":"#1e1e1e",'
    '"backgroundColor":"transparent","fillStyle":"solid","strokeWidth":2,"strokeStyle":"solid","roughness":1,'
    '"opacity":100,"groupIds":[],"frameId":null,"index":"a1","roundness":null,"seed":1968410350,'
    '"isDeleted":false,"boundElements":null,"updated":1764260000000,"link":null,"locked":false,'
    '"fontSize":20,"fontFamily":5,"textAlign":"left","verticalAlign":"top","containerId":null,'
    '"autoResize":true,"lineHeight":1.25'
)


@dataclass(slots=True)
class Room:
    """How many messages were sent in a room, and the sum of their numbers: what every socket must have."""

    sent: int = 0
    total: int = 0


@dataclass(slots=True)
class Traffic:
    """What all sockets of this process did. `complete` is called when `taken` reaches `target`."""

    chars: int = 0
    sent: int = 0
    taken: int = 0
    frames: int = 0
    acknowledged: int = 0
    waits: int = 0
    target: int = 1 << 62
    complete: Callable[[], None] | None = None
    answering: bool = False
    latencies: list[int] | None = None
    lose: int = 0  # the planted fault: this many deliveries are still to be dropped
    problems: list[str] = field(default_factory=list)
    rooms: dict[str, Room] = field(default_factory=dict)
    sockets: list["Client"] = field(default_factory=list)

    def text(self, sender: int) -> str:
        """The next message."""
        said = f"#T{time.monotonic_ns():019d}n{self.sent:08d}s{sender:05d} {SENTENCE}"
        return said if not self.chars else said.ljust(self.chars, ".")

    def problem(self, what: str) -> None:
        """Notes what makes the measurement invalid; the first few tell the story."""
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(what)


class Client(WSListener):
    """One socket. The subclasses know the peers' frames."""

    path: ClassVar[str] = "/ws/chat/{room}/"
    mark: ClassVar[bytes] = b"#T"

    def __init__(self, seat: Seat, index: int, traffic: Traffic) -> None:
        super().__init__()
        self.seat, self.index, self.traffic = seat, index, traffic
        self.room = traffic.rooms.setdefault(seat.room, Room())
        self.name = f"{index:05d}".encode()
        self.bucket = Bucket()
        # Who comes later has everything so far, for nothing is under way while somebody connects.
        self.taken, self.total = self.room.sent, self.room.total
        self.last_sent_s = time.monotonic()
        self.leaving = False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # -- what picows calls -----------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        self.greet()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("closed before it was ready"))
        elif not self.leaving:
            self.traffic.problem(f"socket {self.index} was closed by the server{_code(transport)}")
        if not self.gone.done():
            self.gone.set_result(None)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is WSMsgType.TEXT:
            data = frame.get_payload_as_bytes()
            if not self.deliver(data):
                self.signal(data)
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.disconnect()

    # -- what the peers differ in ----------------------------------------------------------------------

    def greet(self) -> None:
        """Called when the handshake is done."""
        self.ready.set_result(None)

    def signal(self, data: bytes) -> None:
        """Takes a frame without a message in it."""

    def wrap(self, text: str) -> str:
        """A message as a frame."""
        return f'{{"message":"{text}"}}'

    # -- sending and taking ----------------------------------------------------------------------------

    def put(self, frame: str) -> None:
        """Sends a text frame."""
        self.transport.send(WSMsgType.TEXT, frame.encode())

    def say(self, again: Callable[[], None] | None = None) -> None:
        """Sends the next message, or calls `again` when this person may send one."""
        now = time.monotonic()
        if wait := self.bucket.take(now):
            self.traffic.waits += 1
            asyncio.get_running_loop().call_later(wait, again or self.say)
            return
        self.last_sent_s = now
        traffic, room = self.traffic, self.room
        traffic.sent += 1
        room.sent += 1
        room.total += traffic.sent
        self.put(self.wrap(traffic.text(self.index)))

    def answer(self) -> None:
        """Says something in return, unless the time to answer is over."""
        if self.traffic.answering:
            self.say(self.answer)

    def deliver(self, data: bytes) -> bool:
        """Counts the messages in a frame and checks that it goes on from the last one."""
        mark, traffic = self.mark, self.traffic
        at = data.find(mark)
        if at < 0:
            return False
        if traffic.lose:
            traffic.lose -= 1
            return True
        traffic.frames += 1
        length = len(mark)
        while at >= 0:
            at += length
            self.taken += 1
            self.total += int(data[at + 20 : at + 28])
            traffic.taken += 1
            if traffic.latencies is not None:
                traffic.latencies.append(time.monotonic_ns() - int(data[at : at + 19]))
            if data[at + 29 : at + 34] == self.name:
                self.own()
            elif traffic.answering:
                self.answer()
            at = data.find(mark, at)
        if traffic.taken >= traffic.target and traffic.complete is not None:
            traffic.complete()
        return True

    def own(self) -> None:
        """Takes the own message back: where there is no other answer, it is the acknowledgement."""
        self.traffic.acknowledged += 1

    def check(self) -> None:
        """Notes what this socket has not taken, or has taken twice."""
        if (self.taken, self.total) == (self.room.sent, self.room.total):
            return
        said = f"socket {self.index} took {self.taken} of {self.room.sent} messages"
        if self.room.sent - self.taken == 1:
            said += f": number {self.room.total - self.total} is missing"
        self.traffic.problem(said)

    def beat(self, now_s: float) -> None:
        """Called now and then; a silent client says that it is there, where the protocol asks for it."""


def _code(transport: WSTransport) -> str:
    # None, whatever its type says, when the connection broke off without a goodbye.
    said = getattr(transport.close_handshake, "recv", None)
    return f" with code {getattr(said.code, 'value', said.code)}" if said else ""


class ChatClient(Client):
    """The Channels tutorial's chat, and the same frames on Node `ws`."""


class SocketIoClient(Client):
    """Socket.IO 4 over WebSocket only: Engine.IO packets with a JSON array."""

    path = "/socket.io/?EIO=4&transport=websocket"

    def greet(self) -> None:
        pass

    def signal(self, data: bytes) -> None:
        if data.startswith(b"0"):
            self.put("40")
        elif data.startswith(b"40"):
            self.put(f'42["join","{self.seat.room}"]')
        elif data == b"2":
            self.put("3")
        elif data.startswith(b'42["joined"'):
            self.ready.set_result(None)

    def wrap(self, text: str) -> str:
        return f'42["chat",{{"message":"{text}"}}]'


class HubClient(Client):
    """Our protocol: signed in, one stream open, numbers without gaps, every command acknowledged."""

    path = "/ws/"
    mark = b'"text":"#T'

    def __init__(self, seat: Seat, index: int, traffic: Traffic) -> None:
        super().__init__(seat, index, traffic)
        self.seq = -1
        self.unreported = 0
        self.report_every = 1 << 62

    def greet(self) -> None:
        resume = {self.seat.room: {"after": 0, "hash": None}}
        self.put(json.dumps({"t": "hello", "protocol": 1, "streams": resume}))

    def wrap(self, text: str) -> str:
        command = f"{self.traffic.sent:08x}-0000-4000-8000-{_RUN}"
        return f'{{"t":"message.send","id":"{command}","stream":"{self.seat.room}","text":"{text}"}}'

    def deliver(self, data: bytes) -> bool:
        self.unreported += len(data)
        if not data.startswith(b'{"t":"events"'):
            self.signal(data)
        else:
            self._number(data)
            super().deliver(data)
        if self.unreported >= self.report_every:
            self.unreported = 0
            self.put(f'{{"t":"taken","stream":"{self.seat.room}","seq":{max(self.seq, 0)}}}')
        return True

    def _number(self, data: bytes) -> None:
        first, last = data.find(b'{"seq":'), data.rfind(b'{"seq":')
        if first < 0:
            return
        low = high = int(data[first + 7 : data.index(b",", first)])
        if last != first:
            high = int(data[last + 7 : data.index(b",", last)])
        if low != self.seq + 1 or (last != first and high - low + 1 != data.count(b'{"seq":')):
            self.traffic.problem(f"socket {self.index} was given {low} to {high} after {self.seq}")
        self.seq = high

    def own(self) -> None:
        pass  # the acknowledgement is a frame of its own

    def signal(self, data: bytes) -> None:
        if data.startswith(b'{"t":"ack"'):
            self.traffic.acknowledged += 1
        elif data.startswith((b'{"t":"pong"', b'{"t":"presence"')):
            pass
        elif data.startswith(b'{"t":"snapshot"') and not self.ready.done():
            self.seq = json.loads(data)["head"]
            self.ready.set_result(None)
        elif data.startswith(b'{"t":"welcome"'):
            limits = json.loads(data)["limits"]
            self.report_every = limits.get("taken_every_bytes", self.report_every)
        else:
            said = f"socket {self.index} was sent {data[:200].decode('utf-8', 'replace')}"
            self.traffic.problem(said)
            if not self.ready.done():
                self.ready.set_exception(ConnectionError(said))

    def beat(self, now_s: float) -> None:
        if now_s - self.last_sent_s > _HEARTBEAT_S:
            self.last_sent_s = now_s
            self.put('{"t":"ping"}')


class BoardClient(HubClient):
    """The same on a board: what would be a message is one element that has changed."""

    def wrap(self, text: str) -> str:
        command = f"{self.traffic.sent:08x}-0000-4000-8000-{_RUN}"
        said, _, _ = text.partition(" ")
        # Microseconds of a clock that never goes back: newer than what an earlier client has put there.
        version = int(said[2:21]) // 1000
        return (
            f'{{"t":"board.draw","id":"{command}","stream":"{self.seat.room}","elements":[{{'
            f'"id":"element-{self.traffic.sent % BOARD_ELEMENTS}","text":"{said}","originalText":"{said}",'
            f'"version":{version},"versionNonce":{self.traffic.sent},{_ELEMENT}}}]}}'
        )
