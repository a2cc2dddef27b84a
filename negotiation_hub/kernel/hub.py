"""The hub: one per process. It gives committed events to the sockets that have opened their stream.

A broadcast is a hint, the log is the truth. The hub knows the last number it gave to each socket; whatever
does not fit is read from the log, and a slow heartbeat compares with the heads in the database. Losing any
message of the channel layer loses nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from negotiation_hub.kernel import limits, stream, wire
from negotiation_hub.kernel.threads import in_service

Send = Callable[[str], None]
log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Subscription:
    """One socket's view of one stream: `seq` is the last number that was given to it."""

    stream: UUID
    person: UUID
    send: Send
    seq: int = -1
    loading: bool = True  # until the caller has given what is in the log, broadcasts only wake the repair
    repairing: bool = False

    def offer(self, first: int, last: int, frame: str) -> bool:
        """Takes a frame with events `first` to `last` when it is next. False when it shows a gap."""
        if self.loading or last <= self.seq:
            return True
        if first != self.seq + 1:
            return False
        self.send(frame)
        self.seq = last
        return True


@dataclass
class Hub:
    """The fan-out of one process."""

    id: str = field(default_factory=lambda: uuid4().hex)
    _loop: asyncio.AbstractEventLoop | None = None
    _subscriptions: dict[UUID, set[Subscription]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _channel: str = ""
    _layer: Any = None

    def announce(self, events: Sequence[stream.Event]) -> None:
        """Tells this process's sockets and the other processes what was committed. Called from any thread."""
        encoded = [wire.event_json(event) for event in events]
        first, name = events[0].seq, events[0].stream
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._announce, name, first, encoded)
        elif (layer := _distributed()) is not None:
            # A process without sockets (a worker, a command): the others deliver.
            async_to_sync(layer.group_send)(_group(name), _message(self.id, name, first, encoded))

    async def subscribe(self, name: UUID, person: UUID, send: Send) -> Subscription:
        """Opens a stream for a socket. The caller reads the log, sends it, and then calls `caught_up`."""
        await self._start()
        subscription = Subscription(name, person, send)
        peers = self._subscriptions.setdefault(name, set())
        peers.add(subscription)
        if len(peers) == 1 and self._layer is not None:
            await self._layer.group_add(_group(name), self._channel)
        return subscription

    def caught_up(self, subscription: Subscription, seq: int) -> None:
        """The socket has everything up to `seq`. What was committed in the meantime is read from the log."""
        subscription.seq, subscription.loading = seq, False
        self._repair(subscription)

    async def unsubscribe(self, subscription: Subscription) -> None:
        """Closes a stream for a socket."""
        peers = self._subscriptions.get(subscription.stream, set())
        peers.discard(subscription)
        if (
            not peers
            and self._subscriptions.pop(subscription.stream, None) is not None
            and self._layer is not None
        ):
            await self._layer.group_discard(_group(subscription.stream), self._channel)

    def pass_on(self, name: UUID, frame: str, *, but: Subscription) -> None:
        """Gives an unnumbered frame to the other sockets of a stream in this process and the others.

        May be lost.
        """
        self._ephemeral(name, frame, but)
        if self._layer is not None:
            message = {"type": "hub.ephemeral", "origin": self.id, "stream": str(name), "frame": frame}
            self._spawn(self._layer.group_send(_group(name), message))

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self._loop, self._layer = loop, _distributed()
        self._spawn(self._watch_heads())
        if self._layer is not None:
            self._channel = await self._layer.new_channel("hub")
            self._spawn(self._listen())

    def _announce(self, name: UUID, first: int, encoded: list[str]) -> None:
        self._deliver(name, first, encoded)
        if self._layer is not None:
            self._spawn(self._layer.group_send(_group(name), _message(self.id, name, first, encoded)))

    def _deliver(self, name: UUID, first: int, encoded: Sequence[str]) -> None:
        peers = self._subscriptions.get(name)
        if not peers:
            return
        frame, last = wire.events_frame(name, encoded), first + len(encoded) - 1
        for subscription in list(peers):
            if not subscription.offer(first, last, frame):
                self._repair(subscription)

    def _ephemeral(self, name: UUID, frame: str, but: Subscription | None) -> None:
        for subscription in self._subscriptions.get(name, ()):
            if subscription is not but and not subscription.loading:
                subscription.send(frame)

    def _repair(self, subscription: Subscription) -> None:
        if not subscription.repairing:
            subscription.repairing = True
            self._spawn(self._read_missing(subscription))

    async def _read_missing(self, subscription: Subscription) -> None:
        try:
            while events := await in_service(
                stream.after, subscription.stream, subscription.seq, limit=limits.HISTORY_EVENTS_MAX
            ):
                frame = wire.events_frame(subscription.stream, [wire.event_json(event) for event in events])
                if (
                    not subscription.offer(events[0].seq, events[-1].seq, frame)
                    or len(events) < limits.HISTORY_EVENTS_MAX
                ):
                    return
        finally:
            subscription.repairing = False

    async def _watch_heads(self) -> None:
        while True:
            await asyncio.sleep(limits.GAP_CHECK_INTERVAL_S)
            names = list(self._subscriptions)
            for start in range(0, len(names), 500):
                for name, head in (await in_service(stream.head_of, names[start : start + 500])).items():
                    for subscription in list(self._subscriptions.get(name, ())):
                        if subscription.seq < head and not subscription.loading:
                            self._repair(subscription)

    async def _listen(self) -> None:
        while True:
            message = await self._layer.receive(self._channel)
            if message["origin"] == self.id:
                continue
            name = UUID(message["stream"])
            if message["type"] == "hub.events":
                self._deliver(name, message["first"], message["events"])
            else:
                self._ephemeral(name, message["frame"], None)

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


def _message(origin: str, name: UUID, first: int, encoded: list[str]) -> dict[str, Any]:
    return {"type": "hub.events", "origin": origin, "stream": str(name), "first": first, "events": encoded}


hub = Hub()
stream.committed.append(hub.announce)
