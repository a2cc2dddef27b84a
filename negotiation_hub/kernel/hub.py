"""The hub: one per process. It gives committed events to the sockets that have opened their stream.

A broadcast is a hint, the log is the truth. The hub knows the last number it gave to each socket; whatever
does not fit is read from the log, and a slow heartbeat compares with the heads in the database. Losing any
message of the channel layer loses nothing.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID, uuid4

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from negotiation_hub.kernel import authority, limits, stream, wire
from negotiation_hub.kernel.flow import Flow
from negotiation_hub.kernel.line import Line, Packet
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.threads import in_service
from negotiation_hub.kernel.writer import Entry, Settled, Writer, Written

log = logging.getLogger(__name__)
_NO_ROOM = UUID(int=0)
_CHUNK = 500  # values in one query's list


class Member(Protocol):
    """A connection, as the hub sees it."""

    person: UUID
    version: int
    line: Line
    flow: Flow

    def tick(self) -> None:
        """Called every GAP_CHECK_INTERVAL_S: whoever has been silent for too long is closed."""

    def authority_changed(self, version: int) -> None:
        """What the person may do has changed: look again at all that is open."""


@dataclass(eq=False, slots=True)
class Subscription:
    """One socket's view of one stream: `seq` is the last number that was given to it."""

    stream: UUID
    member: Member
    room: UUID = _NO_ROOM  # until it is known
    version: int = 0  # of the person's authority, when it was looked up for this stream
    seq: int = -1
    flowing: bool = False  # not while it loads what is in the log, nor once it was told to resync
    behind: bool = False  # something was committed while it was loading
    repairing: bool = False

    def offer(self, first: int, last: int, packet: Packet) -> bool:
        """Takes a packet with events `first` to `last` when it is next. False when it shows a gap."""
        if not self.flowing:
            self.behind = True
            return True
        if last <= self.seq:
            return True
        if first != self.seq + 1:
            return False
        self.give(last, packet)
        return True

    def give(self, last: int, packet: Packet) -> None:
        """Sends, and stops the stream when the client has reported too little."""
        flow = self.member.flow
        self.seq = last
        flow.given += len(packet.framed)
        self.member.line.write(packet)
        if flow.given >= flow.look_at and flow.exhausted(self.stream, last):
            self.flowing = False
            self.member.line.write(Packet(wire.resync(self.stream)))


Signals = dict[
    tuple[str, UUID], tuple[str, Subscription | None]
]  # by kind and person: a frame, and not for whom


@dataclass
class Hub:
    """The fan-out of one process."""

    id: str = field(default_factory=lambda: uuid4().hex)
    members: set[Member] = field(default_factory=set)
    refusals: dict[str, int] = field(default_factory=dict)  # by code, since this process started
    _loop: asyncio.AbstractEventLoop | None = None
    _subscriptions: dict[UUID, dict[Subscription, None]] = field(default_factory=dict)
    _signals: dict[UUID, Signals] = field(default_factory=dict)
    _entries: list[Entry] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _groups: asyncio.Lock = field(default_factory=asyncio.Lock)
    _joined: set[UUID] = field(default_factory=set)
    _channel: str = ""
    _layer: Any = None
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self.writer = Writer(tell=self._tell)

    # -- what was committed ----------------------------------------------------------------------------------

    def announce(self, events: Sequence[stream.Event]) -> None:
        """Tells this process's sockets and the other processes what was committed. Called from any thread."""
        written = Written(events[0].stream, events[0].seq, [wire.event_json(event) for event in events])
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._announce, [written])
        elif (layer := _distributed()) is not None:
            # A process without sockets (a worker, a command): the others deliver.
            async_to_sync(layer.group_send)(_group(written.stream), _message(self.id, written))

    def submit(self, entry: Entry) -> None:
        """Hands a simple command to the writer, with all others of this turn of the loop."""
        if not self._entries:
            asyncio.get_running_loop().call_soon(self._hand_over)
        self._entries.append(entry)

    def _hand_over(self) -> None:
        entries, self._entries = self._entries, []
        try:
            self.writer.submit(entries)
        except Refusal as refusal:
            self._settle([(entry, refusal) for entry in entries], [])

    def _tell(self, settled: Settled, written: list[Written]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._settle, settled, written)

    def _settle(self, settled: Settled, written: list[Written]) -> None:
        # The answers wait for the broadcast and leave with it, in one write.
        for entry, outcome in settled:
            entry.author.settled(entry, outcome)
        self._announce(written)
        for entry, _ in settled:
            entry.author.line.flush()

    def _announce(self, written: list[Written]) -> None:
        for some in written:
            self._deliver(some)
        if self._layer is not None and written:
            self._spawn(self._publish(written))

    async def _publish(self, written: list[Written]) -> None:
        for some in written:
            await self._layer.group_send(_group(some.stream), _message(self.id, some))

    def _deliver(self, written: Written) -> None:
        peers = self._subscriptions.get(written.stream)
        if not peers:
            return
        packet = Packet(wire.events_frame(written.stream, written.encoded))
        first, size = written.first, len(packet.framed)
        before, last = first - 1, first + len(written.encoded) - 1
        for subscription in tuple(peers):
            # `offer` and `give`, written out for the usual case: this runs once for every delivery.
            if subscription.seq == before and subscription.flowing:
                member = subscription.member
                flow = member.flow
                if flow.given + size < flow.look_at:
                    subscription.seq = last
                    flow.given += size
                    member.line.write(packet)
                    continue
            if not subscription.offer(first, last, packet):
                self._repair(subscription)

    # -- who listens -----------------------------------------------------------------------------------------

    async def join(self, member: Member) -> None:
        """A connection has greeted."""
        await self.start()
        self.members.add(member)

    def leave(self, member: Member) -> None:
        """A connection is gone."""
        self.members.discard(member)

    async def subscribe(self, subscription: Subscription) -> None:
        """Opens a stream for a socket. The caller reads the log, sends it, and then calls `caught_up`."""
        await self.start()
        self._subscriptions.setdefault(subscription.stream, {})[subscription] = None
        await self._regroup(subscription.stream)

    def caught_up(self, subscription: Subscription, seq: int) -> None:
        """The socket has everything up to `seq`. What was committed in the meantime is read from the log."""
        subscription.seq, subscription.flowing = seq, True
        if subscription.behind:
            subscription.behind = False
            self._repair(subscription)

    def unsubscribe(self, subscription: Subscription) -> None:
        """Closes a stream for a socket. Nothing of it is sent any more."""
        subscription.flowing = False
        peers = self._subscriptions.get(subscription.stream, {})
        peers.pop(subscription, None)
        if not peers and self._subscriptions.pop(subscription.stream, None) is not None and self._layer:
            self._spawn(self._regroup(subscription.stream))

    async def _regroup(self, name: UUID) -> None:
        # One after the other, each looking at what is wanted now: a late "leave" must not undo a new "join".
        if self._layer is None:
            return
        async with self._groups:
            if name in self._subscriptions and name not in self._joined:
                await self._layer.group_add(_group(name), self._channel)
                self._joined.add(name)
            elif name not in self._subscriptions and name in self._joined:
                self._joined.discard(name)
                await self._layer.group_discard(_group(name), self._channel)

    # -- what may be lost ------------------------------------------------------------------------------------

    def signal(self, name: UUID, kind: str, by: UUID, *, but: Subscription | None) -> None:
        """Gives an unnumbered sign (typing, a cursor) to the other sockets of a stream; it may be lost.

        Of one person's signs of one kind only the newest goes out, together with those of all others.
        """
        if name not in self._signals:
            self._signals[name] = {}
            asyncio.get_running_loop().call_later(limits.SIGNAL_INTERVAL_S, self._flush_signals, name)
        self._signals[name][kind, by] = (wire.ephemeral(name, kind, by), but)

    def _flush_signals(self, name: UUID) -> None:
        signals = self._signals.pop(name, {})
        for text, but in signals.values():
            self._ephemeral(name, text, but)
        if self._layer is not None and signals:
            frames = [text for text, _ in signals.values()]
            message = {"type": "hub.ephemeral", "origin": self.id, "stream": str(name), "frames": frames}
            self._spawn(self._layer.group_send(_group(name), message))

    def _ephemeral(self, name: UUID, text: str, but: Subscription | None) -> None:
        packet = Packet(text)
        for subscription in tuple(self._subscriptions.get(name, ())):
            # Who is slow gets what is stored first.
            if subscription is not but and subscription.flowing and not subscription.member.line.waiting:
                subscription.member.line.write(packet)

    # -- the log is the truth --------------------------------------------------------------------------------

    def _repair(self, subscription: Subscription) -> None:
        if not subscription.repairing:
            subscription.repairing = True
            self._spawn(self._read_missing(subscription))

    async def _read_missing(self, subscription: Subscription) -> None:
        try:
            while subscription.flowing:
                events = await in_service(
                    stream.after, subscription.stream, subscription.seq, limit=limits.HISTORY_EVENTS_MAX
                )
                if not events:
                    return
                packet = Packet(
                    wire.events_frame(subscription.stream, [wire.event_json(event) for event in events])
                )
                if not subscription.offer(events[0].seq, events[-1].seq, packet):
                    return
                if len(events) < limits.HISTORY_EVENTS_MAX:
                    return
        finally:
            subscription.repairing = False

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(limits.GAP_CHECK_INTERVAL_S)
            for member in tuple(self.members):
                member.tick()
            try:
                await self._look_at_heads()
                await self._look_at_authority()
            except Exception:
                log.exception("the hub could not look at the database; it looks again")

    async def _look_at_heads(self) -> None:
        for names in _chunks(list(self._subscriptions)):
            for name, head in (await in_service(stream.head_of, names)).items():
                for subscription in tuple(self._subscriptions.get(name, ())):
                    if subscription.seq < head and subscription.flowing:
                        self._repair(subscription)

    async def _look_at_authority(self) -> None:
        people = list({member.person for member in self.members})
        for some in _chunks(people):
            versions = await in_service(authority.versions, some)
            for member in tuple(self.members):
                version = versions.get(member.person, member.version)
                if version != member.version:
                    member.authority_changed(version)

    # -- running ---------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Starts what runs beside the sockets, once per event loop."""
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self._loop, self._layer = loop, _distributed()
        self._groups, self._joined = asyncio.Lock(), set()
        self.writer.start()
        self._spawn(self._watch())
        if self._layer is not None:
            self._channel = await self._layer.new_channel("hub")
            self._spawn(self._listen())

    def close_all(self, code: int) -> None:
        """Says goodbye to every socket."""
        for member in tuple(self.members):
            member.line.close(code)

    def live(self) -> Iterator[tuple[UUID, list[Subscription]]]:
        """The streams that are open in this process, with who listens."""
        for name, peers in tuple(self._subscriptions.items()):
            yield name, list(peers)

    async def _listen(self) -> None:
        while True:
            try:
                message = await self._layer.receive(self._channel)
            except Exception:
                log.exception("the channel layer is away; the log repairs what it would have given")
                await asyncio.sleep(1)
                continue
            if message["origin"] == self.id:
                continue
            name = UUID(message["stream"])
            if message["type"] == "hub.events":
                self._deliver(Written(name, message["first"], message["events"]))
            else:
                for text in message["frames"]:
                    self._ephemeral(name, text, None)

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)  # a task that nobody holds may be collected before it is done
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("the hub lost a task; the log repairs what it would have given: %r", error)


def _distributed() -> Any:
    """The channel layer, when other processes listen to it too."""
    layer = get_channel_layer()
    return None if isinstance(layer, InMemoryChannelLayer) else layer


def _group(name: UUID) -> str:
    return f"stream.{name}"


def _message(origin: str, written: Written) -> dict[str, Any]:
    return {
        "type": "hub.events",
        "origin": origin,
        "stream": str(written.stream),
        "first": written.first,
        "events": written.encoded,
    }


def _chunks(values: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


hub = Hub()
stream.committed.append(hub.announce)
