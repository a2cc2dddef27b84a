"""The socket's edge: admits frames in a fixed order (size, rate, shape), calls one service, answers.

The only subclass of Channels' consumer. Apps subclass `HubConsumer`, name their frames and register a service
for each command.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer
from pydantic import BaseModel, TypeAdapter, ValidationError

from negotiation_hub.kernel import clock, limits, stream, wire
from negotiation_hub.kernel.hub import Subscription, hub
from negotiation_hub.kernel.rate import Rate
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.threads import in_service

log = logging.getLogger(__name__)
_ID_CHARS_MAX = 64  # a UUID has 36; what is longer is not echoed
_NO_ROOM = UUID(int=0)  # what belongs to no room has a rate of its own
_commands = Rate(limits.COMMANDS_PER_S, limits.COMMANDS_BURST)


@dataclass(frozen=True, slots=True)
class Opened:
    """What opens a stream for a person: the frames, and the number they lead up to."""

    frames: list[str]
    seq: int
    hash: bytes
    room: UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """The number and hash of a command's first event (of the head, where it wrote none)."""

    seq: int
    hash: bytes


Service = Callable[..., Answer]


class HubConsumer(AsyncWebsocketConsumer):
    """One connection of one person. Commands run one after the other, in the order in which they arrived."""

    frames: ClassVar[TypeAdapter[Any]]
    services: ClassVar[Mapping[str, Service]]

    async def connect(self) -> None:
        """Accepts first: a refusal before that would be a plain 403, which no browser can read."""
        scope: dict[str, Any] = dict(self.scope)
        self.actor = scope["user"]
        self.greeted = False
        self.open: dict[UUID, tuple[Subscription, UUID]] = {}
        self.refusals_in_a_row = 0
        await self.accept()
        self.outgoing: asyncio.Queue[str] = asyncio.Queue()
        self.writer = asyncio.create_task(self._write())
        self.silence = asyncio.get_running_loop().call_later(limits.SOCKET_SILENCE_S, self._silent)
        if not self.actor.is_authenticated:
            await self.close(code=wire.Close.SIGN_IN)

    async def disconnect(self, code: int) -> None:
        """Leaves every stream."""
        self.silence.cancel()
        self.writer.cancel()
        if self.greeted:
            self.authority.cancel()
        for subscription, _ in self.open.values():
            await hub.unsubscribe(subscription)
        self.open.clear()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One frame in."""
        self.silence.cancel()
        self.silence = asyncio.get_running_loop().call_later(limits.SOCKET_SILENCE_S, self._silent)
        if not self.actor.is_authenticated:
            return  # what was sent while we were closing
        if _size(text_data, bytes_data) > limits.FRAME_BYTES_MAX:
            await self.close(code=wire.Close.TOO_LARGE)
            return
        try:
            await self._dispatch(self._decode(text_data))
            self.refusals_in_a_row = 0
        except Refusal as refusal:
            await self._refuse(_id_of(text_data), refusal)
        except Exception:  # the one place: the person gets a named refusal, we get the trace
            log.exception("a frame failed")
            self.put(wire.refused(_id_of(text_data), wire.Internal()))

    def put(self, frame: str) -> None:
        """Queues a frame for this socket, in order. Called on the event loop only."""
        self.outgoing.put_nowait(frame)

    # -- what an app answers -------------------------------------------------------------------------------

    def open_stream(self, stream_id: UUID, resume: wire.Resume) -> Opened:
        """Runs in a service thread: authority, then the snapshot or what is missing. Raises StreamUnknown."""
        raise NotImplementedError

    # -- frames --------------------------------------------------------------------------------------------

    def _decode(self, text: str | None) -> BaseModel:
        if text is None:
            raise wire.FrameMalformed("Frames are text, not bytes.")
        try:
            frame: BaseModel = self.frames.validate_json(text)
        except ValidationError as error:
            raise _malformed(error) from None
        if not self.greeted and not isinstance(frame, wire.Hello):
            raise wire.FrameMalformed("The first frame must be `hello`.")
        return frame

    async def _dispatch(self, frame: Any) -> None:
        handlers: dict[str, Callable[[Any], Awaitable[None]]] = {
            "hello": self._hello,
            "ping": self._ping,
            "typing": self._typing,
            "stream.open": self._open,
            "stream.close": self._close_stream,
            "history": self._history,
        }
        await handlers.get(frame.t, self._command)(frame)

    async def _hello(self, frame: wire.Hello) -> None:
        if frame.protocol != wire.PROTOCOL:
            await self.close(code=wire.Close.MALFORMED)
            return
        if self.greeted:
            raise wire.FrameMalformed("One `hello` is enough; open more streams with `stream.open`.")
        self.greeted = True
        self.authority = asyncio.create_task(self._watch_authority())
        self.put(
            wire.encode(
                {
                    "t": "welcome",
                    "protocol": wire.PROTOCOL,
                    "you": {"id": str(self.actor.pk), "name": self.actor.name},
                    "at": clock.text(clock.now()),
                    "heartbeat_s": limits.HEARTBEAT_S,
                    "limits": {
                        "frame_bytes_max": limits.FRAME_BYTES_MAX,
                        "message_chars_max": limits.MESSAGE_CHARS_MAX,
                        "commands_per_s": limits.COMMANDS_PER_S,
                        "commands_burst": limits.COMMANDS_BURST,
                        "rounds_max": limits.ROUNDS_MAX,
                    },
                }
            )
        )
        for stream_id, resume in frame.streams.items():
            try:
                await self._subscribe(stream_id, resume)
            except Refusal as refusal:
                self.put(
                    wire.encode({"t": "refused", "id": None, "stream": str(stream_id), **refusal.as_dict()})
                )

    async def _ping(self, frame: wire.Ping) -> None:
        self._slow_down(_NO_ROOM)
        self.put(wire.encode({"t": "pong", "at": clock.text(clock.now())}))

    async def _typing(self, frame: wire.Typing) -> None:
        if (entry := self.open.get(frame.stream)) is not None and not _commands.take(
            ("typing", self.actor.pk, entry[1])
        ):
            signal = {
                "t": "ephemeral",
                "stream": str(frame.stream),
                "kind": "typing",
                "by": str(self.actor.pk),
            }
            hub.pass_on(frame.stream, wire.encode(signal), but=entry[0])

    async def _open(self, frame: wire.StreamOpen) -> None:
        self._slow_down(frame.stream)
        opened = await self._subscribe(frame.stream, wire.Resume(after=frame.after, hash=frame.hash))
        self.put(wire.ack(frame.id, frame.stream, opened.seq, opened.hash))

    async def _close_stream(self, frame: wire.StreamClose) -> None:
        self._slow_down(_NO_ROOM)
        subscription, _ = self._opened(frame.stream)
        del self.open[frame.stream]
        await hub.unsubscribe(subscription)
        head = await in_service(stream.at, frame.stream, subscription.seq)
        self.put(wire.ack(frame.id, frame.stream, subscription.seq, head.hash if head else b""))

    async def _history(self, frame: wire.History) -> None:
        self._slow_down(self._opened(frame.stream)[1])
        events = await in_service(stream.before, frame.stream, frame.before, limit=frame.limit)
        encoded = ",".join(wire.event_json(event) for event in events)
        self.put(f'{{"t":"history","id":"{frame.id}","stream":"{frame.stream}","events":[{encoded}]}}')

    async def _command(self, frame: Any) -> None:
        _, room = self._opened(frame.stream)
        self._slow_down(room)
        answer = await in_service(self.services[frame.t], actor=self.actor, frame=frame, now=clock.now())
        self.put(wire.ack(frame.id, frame.stream, answer.seq, answer.hash))

    # -- helpers -------------------------------------------------------------------------------------------

    async def _subscribe(self, stream_id: UUID, resume: wire.Resume) -> Opened:
        if stream_id not in self.open and len(self.open) >= limits.STREAMS_PER_SOCKET_MAX:
            raise wire.StreamTooMany
        await in_service(self.may_open, stream_id)
        if (entry := self.open.pop(stream_id, None)) is not None:
            await hub.unsubscribe(entry[0])
        # Listen first, read then: what is committed in between shows up as a gap and is read as well.
        subscription = await hub.subscribe(stream_id, self.actor.pk, self.put)
        try:
            opened = await in_service(self.open_stream, stream_id, resume)
        except BaseException:
            await hub.unsubscribe(subscription)
            raise
        for text in opened.frames:
            self.put(text)
        self.open[stream_id] = (subscription, opened.room)
        hub.caught_up(subscription, opened.seq)
        return opened

    def may_open(self, stream_id: UUID) -> None:
        """Runs in a service thread before anything is subscribed. Raises StreamUnknown."""
        raise NotImplementedError

    def _opened(self, stream_id: UUID) -> tuple[Subscription, UUID]:
        try:
            return self.open[stream_id]
        except KeyError:
            raise wire.StreamNotOpen from None

    def _slow_down(self, room: UUID) -> None:
        if wait_ms := _commands.take((self.actor.pk, room)):
            raise wire.TooFast(retry_after_ms=wait_ms)

    async def _refuse(self, command: str | None, refusal: Refusal) -> None:
        self.put(wire.refused(command, refusal))
        if not self.greeted:
            await self._drain_then_close(wire.Close.MALFORMED)
            return
        self.refusals_in_a_row += 1
        if self.refusals_in_a_row > limits.REFUSALS_IN_A_ROW_MAX:
            await self._drain_then_close(wire.Close.TOO_FAST)

    async def _drain_then_close(self, code: int) -> None:
        while not self.outgoing.empty():
            await self.send(text_data=self.outgoing.get_nowait())
        await self.close(code=code)

    def _silent(self) -> None:
        self.closing = asyncio.ensure_future(self.close(code=wire.Close.SILENT))

    async def _watch_authority(self) -> None:
        # A person who was removed, or may no longer sign in, must not go on listening to what they once
        # opened.
        while True:
            await asyncio.sleep(limits.AUTHORITY_CHECK_INTERVAL_S)
            try:
                await in_service(self.still_there)
                for stream_id in list(self.open):
                    await in_service(self.may_open, stream_id)
            except Refusal:
                await self._drain_then_close(wire.Close.NOT_HERE)
                return

    def still_there(self) -> None:
        """Runs in a service thread: raises StreamUnknown when the person may not sign in any more."""
        raise NotImplementedError

    async def _write(self) -> None:
        while True:
            await self.send(text_data=await self.outgoing.get())


def _size(text: str | None, data: bytes | None) -> int:
    if text is None:
        return len(data or b"")
    # A character has at most four bytes: most frames need no counting.
    return (
        len(text) if len(text) * 4 <= limits.FRAME_BYTES_MAX else len(text.encode("utf-8", "surrogatepass"))
    )


def _malformed(error: ValidationError) -> Refusal:
    first = error.errors(include_url=False, include_context=False)[0]
    if first["type"] == "union_tag_invalid":
        return wire.FrameUnknown()
    where = ".".join(str(part) for part in first["loc"][1:])
    return wire.FrameMalformed(f"{where}: {first['msg']}"[:300] if where else first["msg"][:300])


def _id_of(text: str | None) -> str | None:
    """The id of a frame that may be anything, so that a client can match the refusal."""
    if text is None:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and len(found) <= _ID_CHARS_MAX else None
