"""The socket's edge: admits frames in a fixed order (size, shape, rate), calls one service, answers.

The only subclass of Channels' consumer. `negotiation_hub/consumers.py` subclasses it and names the frames,
the simple commands and the kinds of streams that all apps have together.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from pydantic import BaseModel, TypeAdapter, ValidationError

from negotiation_hub.kernel import admission, clock, limits, stream, wire
from negotiation_hub.kernel.audience import Kind, Simple
from negotiation_hub.kernel.flow import Flow
from negotiation_hub.kernel.hub import hub
from negotiation_hub.kernel.line import AsgiLine, Line, Packet
from negotiation_hub.kernel.rate import Rate
from negotiation_hub.kernel.recheck import look_again
from negotiation_hub.kernel.refusals import Busy, NotPermitted, Refusal
from negotiation_hub.kernel.threads import in_service
from negotiation_hub.kernel.topics import Opened, Place, Subscription
from negotiation_hub.kernel.writer import Answer, AuthorityChanged, Entry, Grant, Outcome

log = logging.getLogger(__name__)
LANE: Final = "hub.lane"  # the ASGI extension of a server that lets the hub write to the socket itself
_NOBODY = _NO_ROOM = UUID(int=0)
_SILENT_TICKS = limits.SOCKET_SILENCE_S // limits.GAP_CHECK_INTERVAL_S
_PING_TICKS = limits.HEARTBEAT_S // limits.GAP_CHECK_INTERVAL_S
_commands = Rate(limits.COMMANDS_PER_S, limits.COMMANDS_BURST)
_signals = Rate(limits.SIGNALS_PER_S, limits.SIGNALS_BURST)


class HubConsumer(AsyncWebsocketConsumer):
    """One connection of one person. Commands run one after the other, in the order in which they arrived.

    Frames come in through `take`, from Channels or from a server's own lane, and leave through `line`.
    """

    channel_layer_alias = ""  # nothing is sent to a single socket through the layer: the hub has one channel

    frames: ClassVar[TypeAdapter[Any]]
    kinds: ClassVar[Mapping[str, Kind]]  # of streams, with the services of their commands
    simple: ClassVar[Mapping[str, Simple]]  # commands that append one event, where the person may

    line: Line

    async def connect(self) -> None:
        """Accepts first: a refusal before that would be a plain 403, which no browser can read."""
        scope: dict[str, Any] = dict(self.scope)
        self.signed_in: bool = scope["user"].is_authenticated
        self.person: UUID = scope["user"].pk or _NOBODY
        self.name: str = getattr(scope["user"], "name", "")
        self.greeted = False
        self.open: dict[str, Place] = {}
        self.flow = Flow()
        self.version = -1
        self.quiet = 0
        self.refusals_in_a_row = 0
        self.under_way = 0  # entries that the writer has
        self.busy: asyncio.Task[None] | None = None  # does, one after the other, what takes time
        self.later: deque[Any] = deque()  # frames that wait for that
        self.again: list[Entry] = []  # entries to submit again, once authority was looked up
        self.recheck = False
        await self.accept()
        lane = scope.get("extensions", {}).get(LANE)
        taken = lane.take(self) if lane is not None else None
        self.line = taken or AsgiLine(self)
        if not self.signed_in:
            self.line.close(wire.Close.SIGN_IN)
        await hub.join(self)
        if taken is not None:
            # From here on the lane calls us. What Channels and the server keep for a connection can go.
            self.scope = self.base_send = None  # type: ignore[assignment]
            raise StopConsumer

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One frame in, from Channels."""
        self.take(text_data, len(bytes_data or b""))

    async def disconnect(self, code: int) -> None:
        """The connection is gone, says Channels."""
        if isinstance(self.line, AsgiLine):
            self.line.stop()
        self.gone()

    def take(self, text: str | None, size: int = 0) -> None:
        """One frame in. Never waits: what takes time goes on in a task. `text` is None for bytes."""
        self.quiet = 0
        if not self.signed_in:
            return  # what was sent while we were closing
        if text is not None:
            size = admission.size_of(text)
        if size > limits.FRAME_BYTES_MAX:
            self.line.close(wire.Close.TOO_LARGE)
            return
        try:
            self._admit(self._decode(text))
        except Exception as error:  # noqa: BLE001 - logged there
            self.refuse(admission.id_of(text), admission.as_refusal(error))

    def gone(self) -> None:
        """Leaves every stream. What was handed to the writer or a service is done all the same."""
        hub.leave(self)
        if self.busy is not None:
            self.busy.cancel()
        for place in self.open.values():
            hub.unsubscribe(place.subscription)
        self.open.clear()
        self.later.clear()

    def put(self, text: str) -> None:
        """Sends a frame, in order. Called on the event loop only."""
        self.line.write(Packet(text))

    def tick(self) -> None:
        """Pings who is quiet, closes who is silent."""
        self.quiet += 1
        if self.quiet >= _SILENT_TICKS:
            self.line.close(wire.Close.SILENT)
        elif self.quiet % _PING_TICKS == 0:
            self.line.ping()

    # -- what the site answers -----------------------------------------------------------------------------

    def still_there(self) -> int:
        """Runs in a service thread: the version of the person's authority.

        Raises StreamUnknown when the person may not sign in any more.
        """
        raise NotImplementedError

    def may_here(self, stream_id: str) -> frozenset[str]:
        """Runs in a service thread when authority has changed: `View.may` as it is now.

        Raises StreamUnknown.
        """
        raise NotImplementedError

    def open_stream(self, stream_id: str, resume: wire.Resume) -> Opened:
        """Runs in a service thread: authority, then the snapshot or what is missing. Raises StreamUnknown."""
        raise NotImplementedError

    def actor(self) -> Any:
        """Runs in a service thread: the person, as services want them."""
        raise NotImplementedError

    # -- admission -----------------------------------------------------------------------------------------

    def _decode(self, text: str | None) -> BaseModel:
        if text is None:
            raise wire.FrameMalformed("Frames are text, not bytes.")
        try:
            frame: BaseModel = self.frames.validate_json(text)
        except ValidationError as error:
            raise admission.malformed(error) from None
        if not self.greeted and not isinstance(frame, wire.Hello):
            raise wire.FrameMalformed("The first frame must be `hello`.")
        return frame

    def _admit(self, frame: Any) -> None:
        if (at_once := self._at_once.get(frame.t)) is not None:
            at_once(self, frame)
            self.refusals_in_a_row = 0
            return
        if isinstance(frame, wire.Sign):
            self._sign(frame)
            return
        if isinstance(frame, wire.Hello):
            self._greet(frame)
        else:
            place = self.open.get(frame.stream)
            # What belongs to no room has a rate of its own.
            rate = place.rate if place is not None else _commands.bucket((self.person, _NO_ROOM))
            if wait_ms := rate.take():
                raise wire.TooFast(retry_after_ms=wait_ms)
            # Nothing was sent before that still waits.
            if self.busy is None and not self.later and self._simply(frame) is not None:
                self._submit(frame, self.open[frame.stream])
                return
        if len(self.later) >= limits.WAITING_COMMANDS_MAX:
            raise Busy(retry_after_ms=limits.BUSY_RETRY_MS)
        self.later.append(frame)
        self._go_on()

    def _greet(self, frame: wire.Hello) -> None:
        if self.greeted:
            raise wire.FrameMalformed("One `hello` is enough; open more streams with `stream.open`.")
        if frame.protocol != wire.PROTOCOL:
            raise wire.FrameMalformed(f"This server speaks protocol {wire.PROTOCOL}.")
        self.greeted = True

    def _ping(self, frame: wire.Ping) -> None:
        if wait_ms := _commands.take((self.person, _NO_ROOM)):
            raise wire.TooFast(retry_after_ms=wait_ms)
        self.put(wire.pong(clock.now()))

    def _sign(self, frame: wire.Sign) -> None:
        place = self.open.get(frame.stream)
        if place is None or frame.t not in place.may:
            return  # nobody waits for an answer
        if isinstance(frame, wire.Read):
            if frame.seq > hub.seq_of(place.subscription):
                return  # nobody has read what they were not given
            hub.reading.note(place.grant.number, self.person, frame.seq)
        if not _signals.take((frame.t, self.person, place.subscription.room)):
            hub.signal(frame.stream, frame.t, self.person, but=place.subscription, data=frame.data())

    def _taken(self, frame: wire.Taken) -> None:
        self.flow.report(frame.stream, frame.seq)

    def _submit(self, frame: Any, place: Place) -> None:
        event = self.simple[frame.t](frame)
        self.under_way += 1
        hub.submit(Entry(frame.id, place.grant, event.kind, event.body, self, frame))

    _at_once: ClassVar[Mapping[str, Callable[[Any, Any], None]]] = {"ping": _ping, "taken": _taken}

    def settled(self, entry: Entry, outcome: Outcome) -> None:
        """The writer is done with an entry."""
        self.under_way -= 1
        if isinstance(outcome, Answer):
            ack = wire.ack(entry.id, entry.grant.name, outcome.seq, outcome.hash)
            self.line.hold(Packet(ack))
            self.refusals_in_a_row = 0
        elif isinstance(outcome, AuthorityChanged):
            self.again.append(entry)
            self.recheck = True
        else:
            self.refuse(entry.id, outcome)
        if self.under_way == 0 and (self.later or self.recheck):
            self._go_on()

    # -- what takes time, one after the other --------------------------------------------------------------

    def _go_on(self) -> None:
        if self.busy is None:
            self.busy = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while self.later or self.recheck:
                if self.under_way and (self.recheck or self._simply(self.later[0]) is None):
                    return  # what was said before goes before; `settled` comes back to this one
                if self.recheck:
                    self.recheck = False
                    await look_again(self)
                else:
                    await self._next(self.later.popleft())
        finally:
            self.busy = None

    async def _next(self, frame: Any) -> None:
        try:
            if (place := self._simply(frame)) is not None:
                self._submit(frame, place)
            else:
                await self._do(frame)
                self.refusals_in_a_row = 0
        except Exception as error:  # noqa: BLE001 - logged there
            self.refuse(admission.frame_id(frame), admission.as_refusal(error))
            if isinstance(frame, wire.Hello):  # whoever waits for `welcome` would wait for ever
                here = not isinstance(error, Refusal)
                self.line.close(wire.Close.ERROR if here else wire.Close.NOT_HERE)

    def _do(self, frame: Any) -> Coroutine[Any, Any, None]:
        takes_time: dict[str, Callable[[Any], Coroutine[Any, Any, None]]] = {
            "hello": self._hello,
            "stream.open": self._open,
            "stream.close": self._close_stream,
            "history": self._history,
        }
        return takes_time.get(frame.t, self._command)(frame)

    async def _hello(self, frame: wire.Hello) -> None:
        self.version = await in_service(self.still_there)
        self.put(wire.welcome(self.person, self.name, clock.now()))
        for stream_id, resume in frame.streams.items():
            try:
                await self._subscribe(stream_id, resume)
            except Exception as error:  # noqa: BLE001 - logged there
                self.put(wire.refused(None, admission.as_refusal(error), stream=stream_id))

    async def _open(self, frame: wire.StreamOpen) -> None:
        # Whoever goes on from a number has taken all before it.
        self.flow.report(frame.stream, frame.after)
        admission.require_reports(self.flow)
        opened = await self._subscribe(frame.stream, wire.Resume(after=frame.after, hash=frame.hash))
        self.put(wire.ack(frame.id, frame.stream, opened.seq, opened.hash))

    async def _close_stream(self, frame: wire.StreamClose) -> None:
        subscription = self._opened(frame.stream).subscription
        self.leave(frame.stream)
        head = await in_service(stream.at, UUID(frame.stream), subscription.seq)
        self.put(wire.ack(frame.id, frame.stream, subscription.seq, head.hash if head else b""))

    async def _history(self, frame: wire.History) -> None:
        subscription = self._opened(frame.stream).subscription
        admission.require_reports(self.flow)
        # Nothing that the socket was not given: it may end for this person with an event that is on its way.
        before = min(frame.before, hub.seq_of(subscription) + 1)
        events = await in_service(stream.before, UUID(frame.stream), before, limit=frame.limit)
        if not subscription.is_open():
            raise wire.StreamNotOpen
        encoded = ",".join(wire.newest([wire.event_json(event) for event in events]))
        packet = Packet(f'{{"t":"history","id":"{frame.id}","stream":"{frame.stream}","events":[{encoded}]}}')
        self.line.write(packet)
        # A page has no number of its own: reporting the newest number once more vouches for it.
        self.flow.exhausted_after(len(packet.framed), frame.stream, hub.seq_of(subscription))

    async def _command(self, frame: Any) -> None:
        kind = self.kinds[self._opened(frame.stream).kind]
        if (quick := kind.quick.get(frame.t)) is not None:
            answer = await in_service(lambda: quick(by=self.person, frame=frame, now=clock.now()))
        elif (service := kind.services.get(frame.t)) is not None:
            answer = await in_service(lambda: service(actor=self.actor(), frame=frame, now=clock.now()))
        else:
            raise NotPermitted
        self.put(wire.ack(frame.id, frame.stream, answer.seq, answer.hash))

    async def _subscribe(self, stream_id: str, resume: wire.Resume) -> Opened:
        if stream_id not in self.open and len(self.open) >= limits.STREAMS_PER_SOCKET_MAX:
            raise wire.StreamTooMany
        if (former := self.open.pop(stream_id, None)) is not None:
            hub.unsubscribe(former.subscription)
        # Listen first, read then: what is committed in between shows up as a gap and is read as well. Nothing
        # is given to whom the reading refuses.
        subscription = Subscription(stream_id, self)
        try:
            await hub.subscribe(subscription)
            opened = await in_service(self.open_stream, stream_id, resume)
        except BaseException:
            hub.unsubscribe(subscription)
            raise
        for text in opened.frames:
            self.put(text)
        subscription.room = opened.room
        grant = Grant(opened.number, UUID(stream_id), self.person, opened.version)
        rate = _commands.bucket((self.person, opened.room))
        self.open[stream_id] = Place(subscription, grant, rate, opened.kind, opened.may)
        self.flow.exhausted_after(sum(map(len, opened.frames)), stream_id, opened.seq)
        hub.caught_up(subscription, opened.seq)
        return opened

    # -- authority -----------------------------------------------------------------------------------------

    def authority_changed(self) -> None:
        """Looks again at all that is open, before the next command."""
        self.recheck = True
        self._go_on()

    def departed(self, subscription: Subscription) -> None:
        """The person was removed from what this stream belongs to, and was told: all of it ends here."""
        for name, place in list(self.open.items()):
            if place.subscription is subscription or place.subscription.room == subscription.room:
                self.leave(name)
        self.authority_changed()  # and what is being opened in this very moment

    def leave(self, stream_id: str) -> None:
        """Nothing of this stream is sent any more."""
        hub.unsubscribe(self.open.pop(stream_id).subscription)

    # -- helpers -------------------------------------------------------------------------------------------

    def _opened(self, stream_id: str) -> Place:
        try:
            return self.open[stream_id]
        except KeyError:
            raise wire.StreamNotOpen from None

    def _simply(self, frame: Any) -> Place | None:
        """The place of a frame that is a simple command there."""
        place = self.open.get(frame.stream) if isinstance(frame, wire.Command) else None
        known = place is not None and frame.t in place.may and frame.t in self.simple
        return place if known and frame.is_simple() else None

    def refuse(self, command: str | None, refusal: Refusal) -> None:
        """Answers a command that changed nothing; whoever is refused again and again is closed."""
        hub.refusals[refusal.code] = hub.refusals.get(refusal.code, 0) + 1
        self.put(wire.refused(command, refusal))
        if not self.greeted:
            self.line.close(wire.Close.MALFORMED)
            return
        self.refusals_in_a_row += 1
        if self.refusals_in_a_row > limits.REFUSALS_IN_A_ROW_MAX:
            self.line.close(wire.Close.TOO_FAST)
