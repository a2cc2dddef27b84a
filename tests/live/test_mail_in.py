"""The server takes mail in, and is killed while it does: it loses and doubles nothing."""

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests import services
from tests.live.server import LiveServer, live_server

WITHIN_S = 60
ADDRESSES = """
import django; django.setup()
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.mail_address import reply_address
print(reply_address("post", 1, now=clock.now()))
"""
STORED = """
import django; django.setup()
import json
import os
from negotiation_hub.kernel import files
from negotiation_hub.kernel.models import InboundMail
mails = InboundMail.objects.select_related("raw")
print(json.dumps([[m.message_id, m.status, files.read(m.raw).decode()] for m in mails]))
"""


def ask(server: LiveServer, code: str) -> str:
    """What a few lines print that are run on the server's data."""
    environment = {**server.environment, "DJANGO_SETTINGS_MODULE": "negotiation_hub.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.strip()


def mail(number: int) -> bytes:
    """One of the mails."""
    head = f"From: ben@example.test\r\nSubject: {number}\r\nMessage-ID: <{number}@example.test>"
    return f"{head}\r\n\r\nMail {number}\r\n".encode()


def connected(port: int) -> smtplib.SMTP:
    """A mail program, once the server listens."""
    deadline = time.monotonic() + WITHIN_S
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=WITHIN_S)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def deliver(program: smtplib.SMTP, to: str, number: int) -> None:
    """Sends one mail, and waits for the 250."""
    assert program.sendmail("ben@example.test", [to], mail(number)) == {}


def send_all_but_the_answer(program: smtplib.SMTP, to: str, number: int) -> None:
    """Sends one mail whole, and does not wait."""
    program.ehlo_or_helo_if_needed()
    program.mail("ben@example.test")
    program.rcpt(to)
    program.docmd("DATA")
    program.send(mail(number) + b".\r\n")


def send_half(program: smtplib.SMTP, to: str, number: int) -> None:
    """Sends the first half of a mail."""
    program.ehlo_or_helo_if_needed()
    program.mail("ben@example.test")
    program.rcpt(to)
    program.docmd("DATA")
    program.send(mail(number)[:40])


def restarted(server: LiveServer) -> "subprocess.Popen[bytes]":
    """The server again, after it was killed."""
    command = [sys.executable, "-m", "negotiation_hub.cli", "serve"]
    return subprocess.Popen(command, env=server.environment)


def test_a_server_that_is_killed_loses_and_doubles_nothing(tmp_path: Path) -> None:
    port = services.free_port()
    with live_server(tmp_path, settings={"MAIL_IN_PORT": str(port)}) as server:
        to = ask(server, ADDRESSES)
        process, number = server.process, 0
        unanswered: list[int] = []
        steps: tuple[Callable[[smtplib.SMTP, str, int], None], ...] = (send_all_but_the_answer, send_half)
        try:
            for step in (*steps, send_all_but_the_answer):
                with suppress(smtplib.SMTPServerDisconnected), connected(port) as program:
                    for again in unanswered:
                        deliver(program, to, again)
                    unanswered.clear()
                    for _ in range(5):
                        number += 1
                        deliver(program, to, number)
                    number += 1
                    unanswered.append(number)
                    step(program, to, number)
                    process.send_signal(signal.SIGKILL)
                    process.wait(WITHIN_S)
                process = restarted(server)
            with connected(port) as program:
                for again in unanswered:
                    deliver(program, to, again)
                for old in range(1, number + 1):  # a sender that has forgotten what it sent
                    deliver(program, to, old)
            stored = until_read(server, number)
        finally:
            process.terminate()
            process.wait(WITHIN_S)
    assert sorted(stored) == sorted(
        [f"<{n}@example.test>", "ignored", mail(n).decode()] for n in range(1, number + 1)
    )


def until_read(server: LiveServer, count: int) -> list[list[str]]:
    """What is stored, once the worker has read all of it."""
    deadline = time.monotonic() + WITHIN_S
    while True:
        stored: list[list[str]] = json.loads(ask(server, STORED))
        waiting = [one for one in stored if one[1] == "pending"]
        if (len(stored) >= count and not waiting) or time.monotonic() > deadline:
            return stored


def test_a_port_that_is_taken_ends_the_server_with_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "DATA_DIR": str(tmp_path),
            "PORT": str(services.free_port()),
            "MAIL_IN_PORT": str(port),
        }
        command = [sys.executable, "-m", "negotiation_hub.cli", "serve"]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == 1
    where = f"127.0.0.1:{port} (MAIL_IN_PORT)"
    assert done.stderr.startswith(f"negotiation-hub: no mail can be received on {where}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.postgres
@pytest.mark.redis
def test_of_several_processes_one_listens(tmp_path: Path, postgres_url: str, redis_url: str) -> None:
    port = services.free_port()
    mail_in = {"MAIL_IN_PORT": str(port)}
    with live_server(
        tmp_path, database_url=postgres_url, redis_url=redis_url, workers=2, settings=mail_in
    ) as server:
        to = ask(server, ADDRESSES)
        with connected(port) as program:
            deliver(program, to, 1)
        assert [one[:2] for one in until_read(server, 1)] == [["<1@example.test>", "ignored"]]
