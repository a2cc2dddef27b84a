"""The channel layer as the hub uses it: one channel for the whole process, one group for each stream.

What goes over it are hints. It may be away for as long as it likes, slow, or lose what it was given: nobody
waits for it, and the log has what it does not bring.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Final

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from negotiation_hub.kernel import limits

log = logging.getLogger(__name__)
EVERYBODY: Final = "everybody"  # a group of its own, that each process is in
Message = dict[str, Any]


def distributed() -> Any:
    """The channel layer, when other processes listen to it too; else None."""
    layer = get_channel_layer()
    return None if isinstance(layer, InMemoryChannelLayer) else layer


def send_at_once(layer: Any, origin: str, name: str, message: Message) -> None:
    """Sends to a stream's group from a process without sockets (a worker, a command)."""
    async_to_sync(layer.group_send)(_group(name), _addressed(origin, name, message))


class Layer:
    """One process at the channel layer.

    `wanted` tells the streams that are open here; `heard` takes what the other processes send.
    """

    def __init__(
        self,
        layer: Any,
        origin: str,
        wanted: Callable[[], Collection[str]],
        heard: Callable[[str, Message], None],
    ) -> None:
        self.away = False  # when it was last asked
        self._layer, self._origin, self._wanted, self._heard = layer, origin, wanted, heard
        self._channel = ""
        self._joined: set[str] = set()
        self._lock = asyncio.Lock()
        self._hints: deque[tuple[str, Message]] = deque(maxlen=limits.LAYER_HINTS_MAX)
        self._hinted = asyncio.Event()

    async def open(self) -> None:
        """Gets the process its channel."""
        self._channel = await self._layer.new_channel("hub")

    def hint(self, name: str, message: Message) -> None:
        """Sends to the other processes. When they cannot be reached the oldest hints are forgotten."""
        self._hints.append((name, message))
        self._hinted.set()

    async def publish(self) -> None:
        """Sends hints, one after the other, for ever."""
        while True:
            await self._hinted.wait()
            self._hinted.clear()
            while self._hints:
                name, message = self._hints.popleft()
                addressed = _addressed(self._origin, name, message)
                await self._ask(self._layer.group_send(_group(name), addressed))

    async def listen(self) -> None:
        """Takes what the other processes send, for ever."""
        while True:
            try:
                message = await self._layer.receive(self._channel)
            except Exception:
                log.exception("the channel layer is away; the log repairs what it would have given")
                await asyncio.sleep(1)
                continue
            if message["origin"] != self._origin:
                self._heard(message["stream"], message)

    async def regroup(self, name: str) -> None:
        """Joins a stream's group, or leaves it, by whether the stream is open here."""
        # One after the other, each looking at what is wanted now: a late "leave" must not undo a new "join".
        async with self._lock:
            wanted = name in self._wanted() or name == EVERYBODY
            if wanted and name not in self._joined:
                if await self._ask(self._layer.group_add(_group(name), self._channel)):
                    self._joined.add(name)
            elif not wanted and name in self._joined:
                self._joined.discard(name)
                await self._ask(self._layer.group_discard(_group(name), self._channel))

    async def rejoin(self) -> None:
        """Joins the groups that could not be joined when their streams were opened."""
        for name in ({EVERYBODY} | set(self._wanted())) - self._joined:
            await self.regroup(name)
            if self.away:
                return

    async def _ask(self, asked: Coroutine[Any, Any, Any]) -> bool:
        """Whether the layer did it in time."""
        try:
            async with asyncio.timeout(limits.LAYER_WITHIN_S):
                await asked
        except Exception as error:  # noqa: BLE001 - whatever its client raises
            log.warning("the channel layer is away: %r", error)
            self.away = True
        else:
            self.away = False
        return not self.away


def _group(name: str) -> str:
    return f"stream.{name}"


def _addressed(origin: str, name: str, message: Message) -> Message:
    return {"origin": origin, "stream": name, **message}
