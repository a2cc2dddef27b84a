"""Handing out a stored file: in stretches, resumable, never in memory whole, ended when it must be.

`FILES_SERVE` says by whom: `paced` by this process, `x-accel` by nginx, `redirect` by the object store.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from negotiation_hub.kernel import files, limits, ranges
from negotiation_hub.kernel.edge import EXTENSION, Pace
from negotiation_hub.kernel.models import File

# They wait for the disk, which answers from memory mostly, or for the object store.
READING_AT_ONCE: Final = 8
PIECES_A_ROUND: Final = 4  # a millisecond
_NOT_SATISFIABLE: Final = 416
_PARTIAL: Final = 206
_readers = ThreadPoolExecutor(max_workers=READING_AT_ONCE, thread_name_prefix="transfer")
log = logging.getLogger(__name__)


class Guard(Protocol):
    """What may end a transfer before its end. Called on the event loop; none of it waits."""

    def begin(self) -> None:
        """The transfer begins."""

    def over(self) -> bool:
        """Whether it must end now; asked before each piece, and every `DOWNLOAD_LOOK_S` of a stalled one."""

    def end(self) -> None:
        """It has ended."""


class Readable(Protocol):
    """Bytes of which stretches can be read: a stored file, or one that lies sealed."""

    @property
    def sha256(self) -> str:
        """Of the bytes that are read: their ETag."""

    @property
    def size_bytes(self) -> int:
        """How many they are."""

    def read_at(self, start: int, size: int) -> bytes:
        """At most so many bytes from a place on. Raises files.FileDamaged, OSError."""

    def read_now(self, start: int, size: int) -> bytes | None:
        """The same where it need not be waited for, else None."""

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `stop` in pieces."""


class _Turns:
    """Who sends the next piece: a few in each round of the event loop, so that pages do not wait for all.

    A page takes some ten rounds. With two hundred transfers in each it would take a second.
    """

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def mine(self) -> None:
        """Waits for one's turn."""
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        if self._loop is not loop:  # each test has its own
            self._loop, self._waiting = loop, deque()
        self._waiting.append(turn)
        if len(self._waiting) == 1:
            loop.call_soon(self._go_on)
        await turn

    def _go_on(self) -> None:
        for _ in range(min(PIECES_A_ROUND, len(self._waiting))):
            if not (turn := self._waiting.popleft()).done():
                turn.set_result(None)
        if self._waiting and self._loop is not None:
            self._loop.call_soon(self._go_on)


_turns: Final = _Turns()


class TransferEnded(Exception):
    """A transfer that was ended before its end, for a server that then closes the connection."""


def attachment(request: HttpRequest, file: File, name: str, guard: Guard) -> HttpResponseBase:
    """The answer to GET or HEAD with a file to be kept and nothing else: it must not act on this site.

    Raises files.FileDamaged before anything is sent, and OSError where the storage fails.
    """
    opened = files.open_file(file)
    disposition = content_disposition_header(True, name) or "attachment"
    if settings.FILES_SERVE == "redirect":
        address = files.signed_address(file, name_header=disposition, expire_s=limits.DOWNLOAD_SIGNED_S)
        return _with_headers(HttpResponse(status=302, headers={"Location": address}))
    answer: HttpResponseBase
    if settings.FILES_SERVE == "x-accel":
        answer = HttpResponse()
        answer["X-Accel-Redirect"] = f"{settings.FILES_ACCEL_PREFIX}{file.sha256[:2]}/{file.sha256}"
    else:
        answer = _by_ourselves(request, opened, guard)
    if answer.status_code != _NOT_SATISFIABLE:
        answer["Content-Disposition"] = disposition
        answer["Content-Type"] = file.media_type
    return _with_headers(answer)


def copy(
    request: HttpRequest, opened: Readable, name: str, media_type: str, guard: Guard
) -> HttpResponseBase:
    """The same with bytes that lie sealed: whoever else could send them would send them sealed."""
    answer = _by_ourselves(request, opened, guard)
    if answer.status_code != _NOT_SATISFIABLE:
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        answer["Content-Type"] = media_type
    return _with_headers(answer)


def _with_headers(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _by_ourselves(request: HttpRequest, opened: Readable, guard: Guard) -> HttpResponseBase:
    etag = f'"{opened.sha256}"'
    if (settled := get_conditional_response(request, etag=etag)) is not None:
        return settled
    asked = request.headers.get("Range", "") if request.method == "GET" else ""
    size = opened.size_bytes
    try:
        stretch = ranges.stretch_of(asked, request.headers.get("If-Range", ""), etag, size)
    except ranges.Unsatisfiable:
        refused = HttpResponse(status=_NOT_SATISFIABLE, content_type="text/plain")
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse()
    else:
        extensions = getattr(request, "scope", {}).get("extensions", {})
        answer = PacedResponse(opened, stretch, extensions.get(EXTENSION), guard)
    if stretch.partial:
        answer.status_code = _PARTIAL
        answer["Content-Range"] = stretch.content_range(size)
    answer["Content-Length"] = str(stretch.stop - stretch.start)
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = etag
    return answer


class PacedResponse(StreamingHttpResponse):
    """Sends a piece when the connection has taken the last one. Without an event loop it just sends."""

    def __init__(self, opened: Readable, stretch: ranges.Stretch, pace: Pace | None, guard: Guard) -> None:
        super().__init__(opened.chunks(stretch.start, stretch.stop))
        self._opened, self._stretch, self._pace, self._guard = opened, stretch, pace, guard

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Under ASGI."""
        # Whoever sends for an hour must not hold a connection of the database meanwhile.
        await sync_to_async(close_old_connections)()
        self._guard.begin()
        try:
            async for piece in self._pieces() if self._pace is None else self._paced(self._pace):
                yield piece
        finally:
            self._guard.end()

    async def _paced(self, pace: Pace) -> AsyncIterator[bytes]:
        pace.begin()
        try:
            async for piece in self._pieces():
                yield piece
                await self._until_taken(pace)
        except TransferEnded as error:
            log.info("a transfer was ended: %s", error)
            pace.abort()
        except (files.FileDamaged, OSError):
            log.exception("a transfer broke off")
            pace.abort()
        finally:
            pace.end()

    async def _until_taken(self, pace: Pace) -> None:
        for _ in range(limits.DOWNLOAD_STALL_S // limits.DOWNLOAD_LOOK_S):
            if await pace.ready(limits.DOWNLOAD_LOOK_S):
                return
            self._must_go_on()
        raise TransferEnded("the client takes nothing")

    def _must_go_on(self) -> None:
        if self._guard.over():
            raise TransferEnded("taken back, or too late")

    async def _pieces(self) -> AsyncIterator[bytes]:
        loop, start = asyncio.get_running_loop(), self._stretch.start
        while start < self._stretch.stop:
            self._must_go_on()
            size = min(limits.DOWNLOAD_PIECE_BYTES, self._stretch.stop - start)
            await _turns.mine()
            piece = self._opened.read_now(start, size)
            if piece is None:
                piece = await loop.run_in_executor(_readers, self._opened.read_at, start, size)
            start += len(piece)
            yield piece
