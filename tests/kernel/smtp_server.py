"""A real mail server for tests, on a socket, that does what a test tells it to."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailServer:
    """What it was sent, and what it answers next: a line after DATA, "drop" for none, a line to each RCPT."""

    port: int = 0
    taken: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    after_data: list[str] = field(default_factory=list)
    to_recipients: list[str] = field(default_factory=list)
    seen: int = 0  # how often a whole mail came, taken or not

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipients:
            return self.to_recipients.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        self.seen += 1
        answer = self.after_data.pop(0) if self.after_data else "250 OK"
        if answer == "drop" and server.transport is not None:
            server.transport.close()
        if answer.startswith("250"):
            self.taken.append(bytes(envelope.original_content or b""))
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        return answer

    def mail(self, number: int = -1) -> EmailMessage:
        """A mail that was taken, parsed."""
        parsed = message_from_bytes(self.taken[number], policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Starts the server in a thread of its own, on a free port."""
    server, ready = MailServer(), threading.Event()
    loop = asyncio.new_event_loop()
    ending = asyncio.Event()

    async def serve() -> None:
        listener = await loop.create_server(
            lambda: SMTP(server, loop=loop, hostname="mail.test"), "127.0.0.1", 0
        )
        server.port = listener.sockets[0].getsockname()[1]
        ready.set()
        await ending.wait()
        listener.close()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(10)
        yield server
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(10)
