"""The hub: one per process. It gives committed events to the sockets that have opened their stream.

A broadcast is a hint, the log is the truth. The hub knows the last number it gave to each socket; whatever
does not fit is read from the log, and a slow heartbeat compares with the heads in the database. Losing any
message of the channel layer loses nothing.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

from negotiation_hub.kernel import authority, layer, limits, stream, turns, wire
from negotiation_hub.kernel.layer import Layer, Message
from negotiation_hub.kernel.line import Packet
from negotiation_hub.kernel.presence import Presence
from negotiation_hub.kernel.reading import Reading
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.threads import in_service
from negotiation_hub.kernel.topics import Member, Signals, Subscription, Topic
from negotiation_hub.kernel.turns import Turn
from negotiation_hub.kernel.writer import Entry, Settled, Writer, Written

T = TypeVar("T")
log = logging.getLogger(__name__)
_CHUNK = 500  # values in one query's list


@dataclass
class Hub:
    """The fan-out of one process."""

    id: str = field(default_factory=lambda: uuid4().hex)
    members: set[Member] = field(default_factory=set)
    refusals: dict[str, int] = field(default_factory=dict)  # by code, since this process started
    _loop: asyncio.AbstractEventLoop | None = None
    _topics: dict[str, Topic] = field(default_factory=dict)
    _signals: dict[str, Signals] = field(default_factory=dict)
    _entries: list[Entry] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _layer: Layer | None = None  # where there are other processes
    writer: Writer = field(init=False)
    presence: Presence = field(init=False)
    reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        self.writer = Writer(tell=self._tell)
        self.presence = Presence(here=self._people, give=self._ephemeral)

    # -- what was committed ----------------------------------------------------------------------------------

    def announce(self, events: Sequence[stream.Event]) -> None:
        """Tells this process's sockets and the other processes what was committed. Called from any thread."""
        written = Written(str(events[0].stream), events[0].seq, [wire.event_json(event) for event in events])
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._announce, [written])
        elif (others := layer.distributed()) is not None:
            layer.send_at_once(others, self.id, written.stream, _message(written))  # they deliver

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
        if self._layer is not None:
            for some in written:
                self._layer.hint(some.stream, _message(some))

    def _deliver(self, written: Written) -> None:
        topic = self._topics.get(written.stream)
        if topic is None or not topic.live:
            for _, turn in turns.parts(written.encoded):
                self._tell_to_look(turn)
            return
        if written.first == topic.seq + 1:
            self._give_all(topic, written.stream, written.encoded)
        elif written.first + len(written.encoded) - 1 > topic.seq:
            self._repair(topic, written.stream)

    def _give_all(self, topic: Topic, name: str, encoded: Sequence[str]) -> None:
        for some, turn in turns.parts(encoded):
            for page in wire.pages(some):
                self._give(topic, name, topic.seq + len(page), Packet(wire.events_frame(name, page)))
            if turn is not None:
                self._turned(topic, turn)

    def _turned(self, topic: Topic, turn: Turn) -> None:
        """What people may do has changed with what was just given: one may be gone, others look again."""
        for subscription in tuple(topic.live):
            if str(subscription.member.person) == turn.gone:
                subscription.member.departed(subscription)
            else:
                subscription.member.authority_changed()
        self._tell_to_look(turn)

    def _tell_to_look(self, turn: Turn | None) -> None:
        # Who was removed may have open what lies beside the table, and not the table.
        gone = turn.gone if turn is not None else ""
        for member in tuple(self.members) if gone else ():
            if str(member.person) == gone:
                member.authority_changed()

    def _give(self, topic: Topic, name: str, last: int, packet: Packet) -> None:
        """Sends events up to `last`, the next for all in `live`. Its loop runs for every delivery."""
        topic.seq = last
        for write in topic.live.values():
            write(packet)
        topic.unaccounted += len(packet.framed)
        if topic.unaccounted >= limits.FLOW_MARK_BYTES:
            self._account(topic, name)

    def _account(self, topic: Topic, name: str) -> None:
        """Adds what was given to each socket's account; stops the stream where too little was reported."""
        given, topic.unaccounted = topic.unaccounted, 0
        for subscription in tuple(topic.live):
            if subscription.member.flow.exhausted_after(given, name, topic.seq):
                del topic.live[subscription]
                topic.others.add(subscription)
                subscription.member.line.write(Packet(wire.resync(name)))

    # -- who listens -----------------------------------------------------------------------------------------

    async def join(self, member: Member) -> None:
        """A connection is there. It may be gone before this returns."""
        self.members.add(member)
        await self.start()

    def leave(self, member: Member) -> None:
        """A connection is gone."""
        self.members.discard(member)

    async def subscribe(self, subscription: Subscription) -> None:
        """Opens a stream for a socket. The caller reads the log, sends it, and then calls `caught_up`."""
        await self.start()
        name = subscription.stream
        self._topics.setdefault(name, Topic()).others.add(subscription)
        if self._layer is not None and not self._layer.away:  # else nobody waits for it: `rejoin` asks again
            await self._layer.regroup(name)

    def caught_up(self, subscription: Subscription, seq: int) -> None:
        """The socket has everything up to `seq`. What was committed in the meantime is read from the log."""
        subscription.seq = seq
        self.presence.changed(subscription.stream)
        topic = self._topics[subscription.stream]
        if not self._go_live(topic, subscription):
            self._spawn(self._catch_up(topic, subscription))

    def _go_live(self, topic: Topic, subscription: Subscription) -> bool:
        if not topic.live:
            topic.seq, topic.unaccounted = subscription.seq, 0
        if subscription.seq != topic.seq:
            return False
        topic.others.discard(subscription)
        topic.live[subscription] = subscription.member.line.write
        return True

    async def _catch_up(self, topic: Topic, subscription: Subscription) -> None:
        subscription.catching_up = True
        while subscription.is_open() and not self._go_live(topic, subscription):
            if subscription.seq > topic.seq:
                # What it read is newer than what was broadcast: the others are brought up to it first.
                await self._read_missing(topic, subscription.stream)
                continue
            events = await in_service(
                stream.after, UUID(subscription.stream), subscription.seq, limit=limits.HISTORY_EVENTS_MAX
            )
            if not subscription.is_open():
                return
            if not self.give_one(subscription, [wire.event_json(event) for event in events]):
                break
        subscription.catching_up = False

    def give_one(self, subscription: Subscription, encoded: list[str]) -> bool:
        """Sends one socket what it misses; False when it gets no more: it reported too little, or is gone."""
        member, name = subscription.member, subscription.stream
        for some, turn in turns.parts(encoded):
            for page in wire.pages(some):
                packet = Packet(wire.events_frame(name, page))
                subscription.seq += len(page)
                member.line.write(packet)
                if member.flow.exhausted_after(len(packet.framed), name, subscription.seq):
                    member.line.write(Packet(wire.resync(name)))
                    return False
            if turn is not None and str(member.person) == turn.gone:
                member.departed(subscription)
                return False
            if turn is not None:
                member.authority_changed()
        return True

    def pause(self, subscription: Subscription) -> bool:
        """Takes a socket out of those who are given what comes; False when it was not among them."""
        topic = self._topics.get(subscription.stream)
        if topic is None or topic.live.pop(subscription, None) is None:
            return False
        subscription.seq = topic.seq
        topic.others.add(subscription)
        return True

    def unsubscribe(self, subscription: Subscription) -> None:
        """Closes a stream for a socket. Nothing of it is sent any more."""
        subscription.seq, subscription.closed = self.seq_of(subscription), True
        topic = self._topics.get(subscription.stream)
        if topic is None:
            return
        topic.live.pop(subscription, None)
        topic.others.discard(subscription)
        if subscription.seq >= 0:  # else nobody was told of them
            self.presence.changed(subscription.stream)
        if not topic.live and not topic.others:
            del self._topics[subscription.stream]
            if self._layer is not None:
                self._spawn(self._layer.regroup(subscription.stream))

    def seq_of(self, subscription: Subscription) -> int:
        """The last number that a socket was given of a stream."""
        topic = self._topics.get(subscription.stream)
        return topic.seq if topic is not None and subscription in topic.live else subscription.seq

    # -- what may be lost ------------------------------------------------------------------------------------

    def signal(
        self,
        name: str,
        kind: str,
        by: UUID,
        *,
        but: Subscription | None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """Gives an unnumbered sign (typing, a cursor) to the other sockets of a stream; it may be lost.

        Of one person's signs of one kind only the newest goes out, together with those of all others.
        """
        if name not in self._signals:
            self._signals[name] = {}
            asyncio.get_running_loop().call_later(limits.SIGNAL_INTERVAL_S, self._flush_signals, name)
        self._signals[name][kind, by] = (wire.ephemeral(name, kind, by, data), but)

    def _flush_signals(self, name: str) -> None:
        signals = self._signals.pop(name, {})
        for text, but in signals.values():
            self._ephemeral(name, text, but)
        if self._layer is not None and signals:
            frames = [text for text, _ in signals.values()]
            self._layer.hint(name, {"type": "hub.ephemeral", "frames": frames})

    def _ephemeral(self, name: str, text: str, but: Subscription | None = None) -> None:
        topic, packet = self._topics.get(name), Packet(text)
        for subscription in topic.live if topic is not None else ():
            # Who is slow gets what is stored first.
            if subscription is not but and not subscription.member.line.waiting:
                subscription.member.line.write(packet)

    def _people(self, name: str) -> set[str]:
        topic = self._topics.get(name)
        if topic is None:
            return set()
        return {str(one.member.person) for one in (*topic.live, *topic.others) if one.seq >= 0}

    # -- the log is the truth --------------------------------------------------------------------------------

    def _repair(self, topic: Topic, name: str) -> None:
        if not topic.repairing:
            self._spawn(self._read_missing(topic, name))

    async def _read_missing(self, topic: Topic, name: str) -> None:
        """Reads what was committed and not broadcast to us, for all who are live."""
        topic.repairing = True
        try:
            while topic.live:
                before = topic.seq
                events = await in_service(stream.after, UUID(name), before, limit=limits.HISTORY_EVENTS_MAX)
                if events and topic.live and topic.seq == before:
                    self._give_all(topic, name, [wire.event_json(event) for event in events])
                if len(events) < limits.HISTORY_EVENTS_MAX:
                    return
        finally:
            topic.repairing = False

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(limits.GAP_CHECK_INTERVAL_S)
            for member in tuple(self.members):
                member.tick()
            try:
                await self._look_at_heads()
                await self._look_at_authority()
                if self._layer is not None:
                    await self._layer.rejoin()
                    self.presence.repeat(self._topics)
            except Exception:
                log.exception("the hub could not look at the database; it looks again")

    async def _look_at_heads(self) -> None:
        for names in _chunks([name for name, topic in self._topics.items() if topic.live]):
            for name, head in (await in_service(stream.head_of, names)).items():
                topic = self._topics.get(name)
                if topic is not None and topic.seq < head:
                    self._repair(topic, name)

    async def _look_at_authority(self) -> None:
        for some in _chunks([member for member in self.members if member.version >= 0]):
            people = list({member.person for member in some})
            versions = dict(zip(people, await in_service(authority.versions, people), strict=True))
            for member in some:
                if versions[member.person] != member.version and member in self.members:
                    member.authority_changed()

    # -- running ---------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Starts what runs beside the sockets, once per event loop."""
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self._loop = loop
        self.presence = Presence(here=self._people, give=self._ephemeral)
        self.writer.start()
        self._spawn(self._watch())
        if (others := layer.distributed()) is not None:
            self._layer = Layer(others, self.id, self._topics.keys, self._heard)
            self.presence.publish = self._publish_presence
            await self._layer.open()
            self._spawn(self._layer.listen())
            self._spawn(self._layer.publish())

    def close_all(self, code: int) -> None:
        """Says goodbye to every socket."""
        for member in tuple(self.members):
            member.line.close(code)

    def topics(self) -> Iterator[tuple[str, Topic]]:
        """The streams that are open in this process."""
        yield from tuple(self._topics.items())

    def _heard(self, name: str, message: Message) -> None:
        match message["type"]:
            case "hub.events":
                self._deliver(Written(name, message["first"], message["events"]))
            case "hub.presence":
                self.presence.heard(message["origin"], name, message["people"], message["ask"])
            case "hub.ephemeral":
                for text in message["frames"]:
                    self._ephemeral(name, text)

    def _publish_presence(self, name: str, message: Message) -> None:
        if self._layer is not None:
            self._layer.hint(name, {"type": "hub.presence", **message})

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)  # a task that nobody holds may be collected before it is done
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("the hub lost a task; the log repairs what it would have given: %r", error)


def _message(written: Written) -> Message:
    return {"type": "hub.events", "first": written.first, "events": written.encoded}


def _chunks(values: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


hub = Hub()
stream.committed.append(hub.announce)
