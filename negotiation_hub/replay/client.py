"""A small client of REST and the socket. It knows docs/protocol.md and the OpenAPI, nothing of the server."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

PROTOCOL: Final = 1
ANSWER_WITHIN_S: Final = 120  # a command that nobody answers in this time is a failure, not a slow server
RECONNECTS_MAX: Final = 20  # in a row, without one that got through
RECONNECT_WAIT_S: Final = 0.25
RETRY_WAIT_MS: Final = 200  # where a temporary refusal does not say how long to wait
HTTP_TRIES_MAX: Final = (
    6  # for a connection that broke; a temporary refusal is obeyed for as long as it lasts
)
PAGE: Final = 200  # events
FRAME_BYTES_MAX: Final = 16 * 1024 * 1024  # of the server's frames: 50 events of the largest offers
NEVER_AGAIN: Final = frozenset({4400, 4401, 4403, 4413})  # the protocol's close codes without a reconnect
SERVER_ERROR: Final = 500
UNAVAILABLE: Final = 503

Json = dict[str, Any]


class Unreachable(Exception):
    """Nothing answers, or what answers is not this product's demo."""


class Broken(Exception):
    """The server did what the protocol does not allow: an error of its own, no answer, a gap in a log."""


class Refused(Exception):
    """An expected "no" of the server."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.code = str(answer.get("code", ""))
        self.temporary = bool(answer.get("temporary", False))
        self.retry_after_ms = int(answer.get("retry_after_ms") or RETRY_WAIT_MS)
        super().__init__(f"{self.code}: {answer.get('message', '')}")


@dataclass(frozen=True, slots=True)
class Person:
    """A demo person who has signed in. `id` is known once a socket has welcomed them."""

    key: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What says who they are, for REST and for the socket's handshake."""
        return {"Authorization": f"Bearer {self.token}"}


class Site:
    """A running server, over HTTP."""

    def __init__(self, url: str, *, connections: int = 50) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        self.socket_url = urlunsplit(
            ("wss" if parts.scheme == "https" else "ws", parts.netloc, parts.path + "/ws/", "", "")
        )
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self.http = httpx.AsyncClient(timeout=60, limits=limits)

    async def close(self) -> None:
        """Closes what is open."""
        await self.http.aclose()

    async def sign_in(self, key: str) -> Person:
        """Signs a demo person in. Raises Unreachable."""
        try:
            answer = await self.http.post(f"{self.url}/demo/sign-in", json={"person": key})
        except (httpx.TransportError, httpx.InvalidURL, ValueError) as error:
            raise Unreachable(f"no server answers at {self.url} ({type(error).__name__})") from None
        # The token says who it is; a cookie would say that everybody is whoever came last.
        self.http.cookies.clear()
        if answer.is_success:
            try:
                return Person(key, answer.json()["token"])
            except (ValueError, KeyError, TypeError):
                pass
        raise Unreachable(
            f"{self.url} does not sign in the demo person {key} (HTTP {answer.status_code}): "
            "is it running with DEMO=1?"
        )

    async def get(self, person: Person, path: str, **arguments: Any) -> Any:
        """Reads. Raises Refused, Broken."""
        return await self._call("GET", person, path, params=arguments)

    async def post(self, person: Person, path: str, body: Json | None = None) -> Any:
        """Does something, once, however often it has to be asked for. Raises Refused, Broken."""
        return await self._call("POST", person, path, json=body or {}, key=str(uuid4()))

    async def events(self, person: Person, room: str) -> list[Json]:
        """The whole log of a room's table, page by page. Raises Refused, Broken."""
        events: list[Json] = []
        while True:
            after = events[-1]["seq"] if events else 0
            page = await self.get(person, f"/rooms/{room}/events", after=after, limit=PAGE)
            events += page["events"]
            if not page["events"] or events[-1]["seq"] >= page["head"]:
                return events

    async def _call(self, method: str, person: Person, path: str, *, key: str = "", **options: Any) -> Any:
        headers = {**person.headers, **({"Idempotency-Key": key} if key else {})}
        tries = 0
        while True:
            try:
                answer = await self.http.request(
                    method, f"{self.url}/api/v1{path}", headers=headers, **options
                )
            except httpx.TransportError as error:
                tries += 1
                if tries >= HTTP_TRIES_MAX:
                    raise Broken(f"{method} {path}: {type(error).__name__}") from None
                await asyncio.sleep(RECONNECT_WAIT_S * tries)
                continue
            if answer.is_success:
                return answer.json()
            refused = _refusal(method, path, answer)
            if not refused.temporary:
                raise refused
            await asyncio.sleep(refused.retry_after_ms / 1000)


def _refusal(method: str, path: str, answer: httpx.Response) -> Refused:
    """The refusal that an answer is. Raises Broken for one that is none, and for every 500."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    own_fault = answer.status_code >= SERVER_ERROR and answer.status_code != UNAVAILABLE
    if own_fault or not isinstance(body, dict) or "code" not in body:
        raise Broken(f"{method} {path}: HTTP {answer.status_code} {answer.text[:200]}")
    return Refused(body)


class Table:
    """One person's socket at a room's table: a log that is always whole, and commands that are answered once.

    A connection that drops is made anew, resumes behind the last event, and re-sends what has no answer
    under the same ids.
    """

    def __init__(self, site: Site, person: Person, room: str) -> None:
        self.site, self.person, self.room = site, person, room
        self.me = ""
        self.reconnects = 0
        self.events: list[Json] = []
        self._socket: ClientConnection | None = None
        self._waiting: dict[str, tuple[str, asyncio.Future[Json]]] = {}
        self._changed = asyncio.Condition()
        self._failure: Exception | None = None
        self._repairing = ""
        self._page: list[Json] = []  # a snapshot whose older events are still being read
        self._heartbeat_s = 20

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        try:
            await self._until(lambda: bool(self.events))
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    @property
    def head(self) -> int:
        """The number of the newest event that is here."""
        return int(self.events[-1]["seq"]) if self.events else 0

    async def reached(self, seq: int) -> None:
        """Waits until event `seq` has arrived. Raises Broken."""
        await self._until(lambda: self.head >= seq)

    async def command(self, tag: str, **fields: Any) -> Json:
        """Sends a command and waits for its `ack`; obeys temporary refusals. Raises Refused, Broken."""
        name = str(uuid4())
        text = json.dumps({"t": tag, "id": name, "stream": self.room, **fields})
        while True:
            answer = await self._ask(name, text)
            if answer["t"] != "refused":
                return answer
            refused = Refused(answer)
            if refused.code == "internal":
                raise Broken(f"{tag}: {refused}")
            if not refused.temporary:
                raise refused
            await asyncio.sleep(refused.retry_after_ms / 1000)

    async def _ask(self, name: str, text: str) -> Json:
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[name] = (text, future)
        try:
            if self._failure is not None:
                raise self._failure
            if self._socket is not None:
                await self._send(self._socket, text)
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await future
        except TimeoutError:
            raise Broken(f"no answer within {ANSWER_WITHIN_S} s to {text[:80]}") from None
        finally:
            self._waiting.pop(name, None)

    async def drop(self) -> None:
        """Breaks the connection as a failing network does, without a farewell. For tests."""
        if self._socket is not None:
            self._socket.transport.abort()

    # -- the connection

    async def _stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _until(self, condition: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S), self._changed:
                await self._changed.wait_for(lambda: condition() or self._failure is not None)
        except TimeoutError:
            raise Broken(f"event after {self.head} did not arrive within {ANSWER_WITHIN_S} s") from None
        if self._failure is not None:
            raise self._failure

    async def _run(self) -> None:
        try:
            await self._stay_connected()
        except Exception as error:  # noqa: BLE001 - whoever waits gets it
            await self._fail(error)

    async def _stay_connected(self) -> None:
        failed = 0
        while failed < RECONNECTS_MAX:
            try:
                # Nothing here is worth compressing: frames are small and the server is near.
                async with connect(
                    self.site.socket_url,
                    additional_headers=self.person.headers,
                    compression=None,
                    max_size=FRAME_BYTES_MAX,
                    open_timeout=30,
                    ping_interval=None,  # the protocol has its own
                ) as socket:
                    await self._greet(socket)
                    failed = 0
                    await self._listen(socket)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd is not None else None
                if code in NEVER_AGAIN:
                    raise Broken(f"the server closed the socket with {code}") from None
            except InvalidURI as error:
                raise Broken(str(error)) from None
            except (OSError, InvalidHandshake, TimeoutError):
                pass
            finally:
                self._socket = None
            failed += 1
            self.reconnects += 1
            await asyncio.sleep(RECONNECT_WAIT_S * failed)
        raise Broken(f"the socket could not be opened {RECONNECTS_MAX} times")

    async def _greet(self, socket: ClientConnection) -> None:
        resume = {"after": self.head, "hash": self.events[-1]["hash"] if self.events else None}
        await socket.send(json.dumps({"t": "hello", "protocol": PROTOCOL, "streams": {self.room: resume}}))
        welcome = json.loads(await socket.recv())
        if welcome["t"] != "welcome":
            raise Broken(f"{welcome['t']} came instead of welcome")
        self.me, self._heartbeat_s = welcome["you"]["id"], welcome["heartbeat_s"]
        self._unreported, self._report_every = 0, welcome["limits"]["taken_every_bytes"]

    async def _listen(self, socket: ClientConnection) -> None:
        beating = asyncio.create_task(self._beat(socket))
        try:
            async for text in socket:
                await self._take(socket, json.loads(text))
                await self._report(socket, len(text))
        finally:
            beating.cancel()

    async def _beat(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(self._heartbeat_s)
            await self._send(socket, '{"t":"ping"}')

    async def _send(self, socket: ClientConnection, text: str) -> None:
        with suppress(ConnectionClosed):  # the next connection sends it
            await socket.send(text)

    async def _fail(self, error: Exception) -> None:
        async with self._changed:
            self._failure = error
            self._changed.notify_all()
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(error)

    # -- frames

    async def _take(self, socket: ClientConnection, frame: Json) -> None:
        tag = frame["t"]
        if tag in {"ack", "refused", "history"}:
            await self._answer(socket, frame)
        elif tag == "snapshot":
            # It replaces all that is known; the pages before it are read until the log is whole.
            self._page = frame["events"]
            if frame["first"] > 1:
                await self._read_older(socket)
            else:
                await self._replace()
            await self._opened(socket)
        elif tag == "events":
            await self._append(socket, frame["events"])
            if self._socket is None:
                await self._opened(socket)
        elif tag == "resync":
            await self._ask_for_missing(socket)

    async def _opened(self, socket: ClientConnection) -> None:
        self._socket = socket
        for text, _ in list(self._waiting.values()):
            await self._send(socket, text)

    async def _answer(self, socket: ClientConnection, frame: Json) -> None:
        if frame["id"] is None:
            raise Broken(f"the server refused what was not a command: {frame['code']}")
        if frame["id"] == self._repairing:
            self._repairing = ""
            if frame["t"] == "refused":
                if not frame["temporary"]:
                    raise Broken(f"the log could not be read: {frame['code']}")
                await asyncio.sleep((frame["retry_after_ms"] or 100) / 1000)
                await (self._read_older if self._page else self._ask_for_missing)(socket)
            if frame["t"] == "history":
                self._page = frame["events"] + self._page
                if self._page[0]["seq"] > 1:
                    await self._read_older(socket)
                else:
                    await self._replace()
            return
        _, future = self._waiting.get(frame["id"], ("", None))
        if future is not None and not future.done():  # a command that was sent twice is answered twice
            future.set_result(frame)

    async def _read_older(self, socket: ClientConnection) -> None:
        self._repairing = str(uuid4())
        command = {"t": "history", "id": self._repairing, "stream": self.room}
        await self._send(socket, json.dumps({**command, "before": self._page[0]["seq"], "limit": PAGE}))

    async def _replace(self) -> None:
        async with self._changed:
            self.events = self._page
            self._page = []
            self._changed.notify_all()

    async def _append(self, socket: ClientConnection, events: list[Json]) -> None:
        async with self._changed:
            log = self._page or self.events
            for event in events:
                head = log[-1]["seq"] if log else 0
                if event["seq"] == head + 1:
                    log.append(event)
                elif event["seq"] > head and not self._repairing:
                    await self._ask_for_missing(socket)
                    break
            self._changed.notify_all()

    async def _report(self, socket: ClientConnection, size: int) -> None:
        self._unreported += size
        if self._unreported >= self._report_every and self.events:
            self._unreported = 0
            await self._send(socket, json.dumps({"t": "taken", "stream": self.room, "seq": self.head}))

    async def _ask_for_missing(self, socket: ClientConnection) -> None:
        self._repairing = str(uuid4())
        resume = {"after": self.head, "hash": self.events[-1]["hash"] if self.events else None}
        command = {"t": "stream.open", "id": self._repairing, "stream": self.room}
        await self._send(socket, json.dumps({**command, **resume}))
