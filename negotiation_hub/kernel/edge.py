"""The web server at its edge: what a request sends and what it is sent never lies in memory whole.

Twisted parses the body of a form in memory, daphne then reads it from the disk into the application's queue
all at once, and buffers what the application sends without a bound, so that a client who takes nothing fills
the memory. Here a body is bounded, parsed by the application alone, and read piece by piece as it asks; and
an application may register with the connection, as Twisted's own producers do (`IPushProducer`), to hear when
enough is waiting there: `Pace`, offered as an ASGI extension. Servers whose `send` waits, such as uvicorn,
need none of it and offer none.
"""

import asyncio
from collections.abc import MutableMapping
from functools import partial
from typing import IO, Any, Final

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from negotiation_hub.kernel import limits

EXTENSION: Final = "hub.pace"
BODY_PIECE_BYTES: Final = 65_536
BODY_BYTES_SMALL: Final = 65_536  # at most so many go through the queue at once, as daphne does it
_TOO_LARGE: Final = (
    b"HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    b"Content-Length: 22\r\n\r\nThis is far too large."
)

Message = MutableMapping[str, Any]


class EdgeRequest(WebRequest):
    """A request whose body is bounded, and is not parsed here."""

    def __init__(self, channel: Any, *args: Any, **kwargs: Any) -> None:
        self._came = 0
        super().__init__(channel, *args, parsePOSTFormSubmission=False, **kwargs)

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        """The head is there, and the body is not read yet."""
        super().gotLength(length)
        if length is not None and length > limits.BODY_BYTES_MAX:
            self.channel.transport.write(_TOO_LARGE)
            self.channel.loseConnection()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """A piece of the body, whose length the head need not have said."""
        self._came += len(data)
        if self._came > limits.BODY_BYTES_MAX:
            self.channel.transport.abortConnection()
            return
        super().handleContentChunk(data)


class EdgeFactory(HTTPFactory):
    """Makes connections whose requests are bounded."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's name
        """For a new connection."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = EdgeRequest
        return protocol


class EdgeServer(Server):
    """daphne with bounded bodies in both directions."""

    @property
    def http_factory(self) -> Any:
        """What makes connections. daphne sets its own when it runs, and has no other place to say so."""
        return self._factory

    @http_factory.setter
    def http_factory(self, made: Any) -> None:
        self._factory = EdgeFactory(made.server)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Offers the pace to the application of a request, and gives it the body by and by."""
        if not isinstance(protocol, WebRequest):
            return super().create_application(protocol, scope)
        scope = {**scope, "extensions": {**scope.get("extensions", {}), EXTENSION: Pace(protocol)}}
        size = protocol.content.seek(0, 2)
        protocol.content.seek(0)
        if size <= BODY_BYTES_SMALL:
            return super().create_application(protocol, scope)
        return self._with_large_body(protocol, scope)

    def _with_large_body(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """As daphne's own, with a queue that only says when the client has gone."""
        # What daphne reads next is empty; it closes that one when the connection is lost, and we the other.
        held, protocol.content = protocol.content, _Nothing()
        queue = BodyQueue(held)
        instance = self.application(
            scope={"asgi": {"version": "3.0"}, **scope},
            receive=queue.get,
            send=partial(self.handle_reply, protocol),
        )
        if protocol not in self.connections:
            held.close()
            return None
        task = asyncio.ensure_future(instance, loop=asyncio.get_event_loop())
        task.add_done_callback(lambda _: held.close())
        self.connections[protocol]["application_instance"] = task
        return queue


class BodyQueue:
    """What an application receives: the body from its file, then that the client has gone."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body: IO[bytes] | None = body
        self._gone = asyncio.Event()

    def put_nowait(self, message: Message) -> None:
        """From daphne, which takes the body for an empty one."""
        if message["type"] == "http.disconnect":
            self._gone.set()

    async def get(self) -> Message:
        """The next message."""
        if self._body is None or self._gone.is_set():
            await self._gone.wait()
            return {"type": "http.disconnect"}
        piece = self._body.read(BODY_PIECE_BYTES)  # written a moment ago: it is in the system's memory
        if more := len(piece) == BODY_PIECE_BYTES:
            await asyncio.sleep(0)  # others have a turn between two pieces
        else:
            self._body = None
        return {"type": "http.request", "body": piece, "more_body": more}


class _Nothing:
    """An empty body."""

    closed = False

    def seek(self, *_: int) -> int:
        """Nowhere."""
        return 0

    def read(self, _size: int = -1) -> bytes:
        """Nothing."""
        return b""

    def close(self) -> None:
        """Tells the request that the connection was lost meanwhile."""
        self.closed = True


@implementer(IPushProducer)
class Pace:
    """A request's connection, as who sends much sees it: whether it takes more. On the event loop alone."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._free = asyncio.Event()
        self._free.set()
        self.gone = False  # nobody is there any more

    def begin(self) -> None:
        """From now on `ready` waits while enough is buffered."""
        self._request.registerProducer(self, True)

    async def ready(self, within_s: float) -> bool:
        """Waits until what was sent before is with the system; False when that took too long."""
        if self._free.is_set():
            return True
        try:
            async with asyncio.timeout(within_s):
                await self._free.wait()
        except TimeoutError:
            return False
        return True

    def end(self) -> None:
        """The last piece was sent."""
        if self._request.producer is self and self._request.channel is not None:
            self._request.unregisterProducer()

    def abort(self) -> None:
        """Closes the connection at once, so that what was sent is not taken for the whole."""
        self.gone = True
        if self._request.channel is not None:
            self._request.channel.transport.abortConnection()

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        """More than 64 KiB wait."""
        self._free.clear()

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Nothing waits any more."""
        self._free.set()

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The connection is lost."""
        self.gone = True
        self._free.set()
