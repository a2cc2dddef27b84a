"""The listener that takes mail in, by SMTP, from the mail server in front of us: a thread with its own loop.

`serve` starts it when MAIL_IN_PORT is set. Exactly one process may listen on a port: the server process
itself, and of `--workers N` the first (started again by the supervisor, it listens again). It has nothing to
do with background work: it stores and queues, and whichever worker there is reads the mail. So `--no-worker`
does not switch it off, and `negotiation-hub worker` never listens. For several machines set MAIL_IN_PORT on
each, and name all of them to the mail server: what arrives twice is stored once.

It is not made for the open internet: no TLS, no sign-in, no look for spam, no postmaster. What it promises:
250 after the commit only; 550 for an address that is not ours, 552 for too many bytes, 451 for what may go
well later; a bounded number of mails in memory. Killed at any point, it has either said 250 and kept the
mail, or the sender sends it again, and what was kept already is recognised.
"""

import asyncio
import logging
import threading
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error as DatabaseError

from negotiation_hub.kernel import clock, limits, mail_in
from negotiation_hub.kernel.mail_address import AddressInvalid
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.threads import in_service

LINE_BYTES: Final = 65_536  # RFC 5321 says 1,000; programs that do not care are common
START_WITHIN_S: Final = 10
_LATER: Final = "451 4.3.0 Not now, please try again"
_TOO_LARGE: Final = f"552 5.3.4 More than {limits.MAIL_BYTES_MAX} bytes"

log = logging.getLogger(__name__)


class Hooks:
    """What aiosmtpd asks: whom we take mail for, and what becomes of it."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whether mail for this address is taken in."""
        if len(envelope.rcpt_tos) >= limits.MAIL_RECIPIENTS_MAX:
            return "452 4.5.3 Too many recipients in one mail"
        try:
            await in_service(mail_in.check_recipient, address, clock.now())
        except AddressInvalid as refusal:
            return f"550 5.1.1 {refusal.message}"
        except DatabaseError:
            return _LATER
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Takes the mail in. 250 says that it is on the disk and in the database."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        sender = envelope.mail_from or "<>"
        peer = session.peer[0] if isinstance(session.peer, tuple) else str(session.peer)
        try:
            mail = await in_service(
                mail_in.accept,
                raw,
                sender,
                envelope.rcpt_tos,
                clock.now(),
                peer=f"{peer} {session.host_name}",
            )
        except Refusal as refusal:
            return _answer(refusal)
        except (DatabaseError, OSError) as error:
            log.warning("a mail could not be stored: %r", error)
            return _LATER
        return f"250 2.0.0 OK {mail.pk}" if mail is not None else "250 2.0.0 OK, received before"

    async def handle_exception(self, error: Exception) -> str:
        """Whatever goes wrong: the sender keeps the mail."""
        log.error("the mail listener failed", exc_info=error)
        return _LATER


def _answer(refusal: Refusal) -> str:
    if isinstance(refusal, mail_in.MailTooLarge):
        return _TOO_LARGE
    return f"{'451 4.3.0' if refusal.temporary else '554 5.6.0'} {refusal.message}"


class Connection(SMTP):
    """One connection. Unlike its base it holds a mail once, as bytes, and only a few mails at a time."""

    def __init__(self, listener: "Listener", loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            listener.hooks,
            data_size_limit=limits.MAIL_BYTES_MAX,
            enable_SMTPUTF8=True,
            hostname=settings.MAIL_DOMAIN,
            ident="ESMTP",
            timeout=limits.MAIL_IN_SILENCE_S,
            loop=loop,
        )
        self._listener = listener

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins, unless there are enough."""
        super().connection_made(transport)
        self._listener.connections.add(self)
        if len(self._listener.connections) > limits.MAIL_IN_CONNECTIONS_MAX and self._handler_coroutine:
            self._handler_coroutine.cancel()  # before it has said anything
            self._writer.write(b"421 4.3.2 Too many connections, please try again\r\n")
            self._writer.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Ends."""
        self._listener.connections.discard(self)
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """The base collects a list of lines, which is many times a mail of empty lines; this does not."""
        if await self.check_helo_needed() or self.envelope is None:
            return
        if arg or not self.envelope.rcpt_tos:
            await self.push("501 Syntax: DATA" if arg else "503 Error: need RCPT command")
            return
        async with self._listener.turn:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            content = await self._content()
            status: Any = _TOO_LARGE
            if content is not None:
                self.envelope.content = self.envelope.original_content = content
                status = await self._call_handler_hook("DATA")
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(status)

    async def _content(self) -> bytes | None:
        """What was sent up to the line with the lone dot; None when it was too much."""
        content, fits, begins = bytearray(), True, True
        while True:
            try:
                piece = await self._reader.readuntil(b"\r\n")
                ends = True
            except asyncio.LimitOverrunError as error:
                piece = await self._reader.read(error.consumed)
                ends = False
            if begins and ends and piece == b".\r\n":
                return bytes(content) if fits else None
            if begins and piece.startswith(b"."):
                piece = piece[1:]  # RFC 5321, 4.5.2
            begins = ends
            if fits and len(content) + len(piece) <= limits.MAIL_BYTES_MAX:
                content += piece
            elif fits:
                fits = False
                content.clear()


class Listener:
    """The thread that listens, from `start` to `stop`."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port  # 0 takes a free one; after `start` it is the real one
        self.hooks = Hooks()
        self.connections: set[Connection] = set()
        self.turn: asyncio.Semaphore
        self._thread = threading.Thread(target=self._run, name="mail-in", daemon=True)
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event

    def start(self) -> None:
        """Returns when it listens. Raises OSError when it cannot, as when another process does."""
        self._thread.start()
        self._ready.wait(START_WITHIN_S)
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Ends all connections. A sender that has not had its 250 sends the mail again."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(limits.STOP_WITHIN_S)

    def _run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self.turn = asyncio.Semaphore(limits.MAIL_IN_AT_ONCE)
        self._ending = asyncio.Event()
        try:
            server = await loop.create_server(lambda: Connection(self, loop), self.host, self.port)
            self.port = server.sockets[0].getsockname()[1]
            self._loop = loop
        except OSError as error:
            self._failure = error
            return
        finally:
            self._ready.set()
        await self._ending.wait()
        server.close()
        for connection in list(self.connections):
            if connection.transport is not None:
                connection.transport.close()
