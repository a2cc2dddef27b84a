"""The listener, spoken to by a mail program over a socket."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import connection

from negotiation_hub.kernel import clock, limits, mail_in, outbox
from negotiation_hub.kernel.mail_address import reply_address
from negotiation_hub.kernel.models import InboundMail, Job
from negotiation_hub.kernel.smtp import Listener

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_receivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_in, "receivers", [])


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listener on a free port."""
    running = Listener("127.0.0.1", 0)
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def program(listener: Listener) -> Iterator[smtplib.SMTP]:
    """A mail program that is connected."""
    with smtplib.SMTP("127.0.0.1", listener.port, timeout=60) as client:
        client.ehlo("mx.example.test")
        yield client


def ours(number: int = 1, **more: int) -> str:
    """A reply address of ours."""
    return reply_address("post", number, now=clock.now(), **more)


def a_mail(text: str = "Yes, please.") -> EmailMessage:
    """A mail."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "ben@example.test", "Re: Pump", "<1@example.test>"
    mail.set_content(text)
    return mail


def test_a_mail_for_us_is_taken_and_read(program: smtplib.SMTP) -> None:
    address = ours()
    assert program.send_message(a_mail(".\n..dots\nend"), to_addrs=[address]) == {}
    stored = InboundMail.objects.get()
    assert stored.envelope_from == "ben@example.test"
    assert stored.envelope_to == [address]
    assert stored.peer == "127.0.0.1 mx.example.test"
    assert mail_in.arrived(stored).endswith(b"\r\n\r\n.\r\n..dots\r\nend\r\n")
    outbox.drain(clock.now())
    stored.refresh_from_db()
    assert stored.status == InboundMail.Status.IGNORED


def test_the_same_mail_twice_is_acknowledged_twice_and_stored_once(program: smtplib.SMTP) -> None:
    for _ in range(2):
        program.send_message(a_mail(), to_addrs=[ours()])
    assert InboundMail.objects.count() == 1


def test_a_bounce_has_no_sender(program: smtplib.SMTP) -> None:
    program.sendmail("", [ours()], b"Subject: x\r\n\r\nundelivered\r\n")
    stored = InboundMail.objects.get()
    assert stored.envelope_from == "<>"
    assert mail_in.read(stored).is_auto


@pytest.mark.parametrize("address", ["ben@example.test", "r+abcdef@hub.example", "postmaster@hub.example"])
def test_mail_for_others_is_refused_at_once_and_in_words(program: smtplib.SMTP, address: str) -> None:
    program.mail("ben@example.test")
    code, text = program.rcpt(address)
    assert code == 550
    assert text.startswith(b"5.1.1 This address is not valid")


def test_an_address_that_has_ended_is_refused(program: smtplib.SMTP) -> None:
    old = reply_address("post", 1, now=clock.now() - timedelta(days=2), ttl_s=86_400)
    program.mail("ben@example.test")
    assert program.rcpt(old)[0] == 550


def test_a_from_that_is_somebody_else_is_taken_as_what_it_says(program: smtplib.SMTP) -> None:
    mail = a_mail()
    mail.replace_header("From", "Ada <ada@seller.test>")
    program.send_message(mail, from_addr="mallory@example.test", to_addrs=[ours()])
    read = mail_in.read(InboundMail.objects.get())
    assert (read.envelope_from, read.from_address) == ("mallory@example.test", "ada@seller.test")
    assert read.authentication == {}


def test_of_many_recipients_only_so_many_are_taken(program: smtplib.SMTP) -> None:
    program.mail("ben@example.test")
    codes = [program.rcpt(ours(number))[0] for number in range(limits.MAIL_RECIPIENTS_MAX + 2)]
    assert codes == [250] * limits.MAIL_RECIPIENTS_MAX + [452] * 2


def test_the_largest_size_is_announced_and_kept_to(program: smtplib.SMTP) -> None:
    assert program.esmtp_features["size"] == str(limits.MAIL_BYTES_MAX)
    code, _ = program.mail("ben@example.test", [f"SIZE={limits.MAIL_BYTES_MAX + 1}"])
    assert code == 552
    program.rset()
    program.mail("ben@example.test")
    program.rcpt(ours())
    code, _ = program.data(b"Subject: x\r\n\r\n" + b"x" * 70 * 1024 * 1024 + b"\r\n")
    assert code == 552
    assert not InboundMail.objects.exists()
    assert program.send_message(a_mail(), to_addrs=[ours()]) == {}  # the same connection goes on


def test_a_mail_of_empty_lines_or_of_one_long_line_is_only_a_mail(program: smtplib.SMTP) -> None:
    program.mail("ben@example.test")
    program.rcpt(ours())
    code, text = program.data(b"Subject: x\r\n\r\n" + b"\r\n" * 1_000_000)
    assert (code, text[:5]) == (554, b"5.6.0")
    long = b"Subject: x\r\n\r\n" + b"." + b"y" * 3_000_000 + b"\r\n"
    program.sendmail("ben@example.test", [ours()], long)
    assert mail_in.arrived(InboundMail.objects.get()) == long


def test_ten_thousand_parts_are_refused(program: smtplib.SMTP) -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 10_000
    with pytest.raises(smtplib.SMTPDataError) as refused:
        program.sendmail("ben@example.test", [ours()], raw)
    assert refused.value.smtp_code == 554


def test_only_a_dot_alone_on_its_line_ends_a_mail(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), timeout=60) as line:
        answers = line.makefile("rb")
        answers.readline()
        smuggled = (
            b"Subject: x\r\n\r\nfirst\n.\nMAIL FROM:<evil@example.test>\r.\rsecond\n.\r\nthird\r\n.\r\n"
        )
        to = f"RCPT TO:<{ours()}>\r\n".encode()
        for said in (b"HELO mx\r\n", b"MAIL FROM:<ben@example.test>\r\n", to, b"DATA\r\n", smuggled):
            line.sendall(said)
            answer = answers.readline()
        assert answer.startswith(b"250")
    raw = mail_in.arrived(InboundMail.objects.get())
    assert raw.endswith(b"third\r\n")
    assert b"MAIL FROM:<evil@example.test>" in raw


@contextmanager
def without(table: str) -> Iterator[None]:
    """The database without a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO away")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE away RENAME TO {table}")


def test_a_database_that_is_away_is_no_reason_to_lose_a_mail(program: smtplib.SMTP) -> None:
    with without("kernel_job"), pytest.raises(smtplib.SMTPDataError) as refused:
        program.send_message(a_mail(), to_addrs=[ours()])
    assert refused.value.smtp_code == 451
    assert not InboundMail.objects.exists()
    program.send_message(a_mail(), to_addrs=[ours()])
    assert Job.objects.filter(topic="mail.received").count() == 1


def test_a_disk_that_is_full_is_no_reason_to_lose_a_mail(
    program: smtplib.SMTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            program.send_message(a_mail("No room."), to_addrs=[ours()])
    assert refused.value.smtp_code == 451
    assert not InboundMail.objects.exists()
    assert program.send_message(a_mail("No room."), to_addrs=[ours()]) == {}


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\xff\xfe\x00\r\n",
        b"A" * 200_000 + b"\r\n",
        b"DATA\r\n",
        b"MAIL FROM:<\xff@\xfe>\r\n",
        b"RCPT TO:<a@b>\r\n",
        b"EHLO\r\n",
        b"AUTH PLAIN AGEAYg==\r\n",
        b"STARTTLS\r\n",
        b"VRFY ada\r\n",
        b"EXPN staff\r\n",
        b"\r\n",
        b"HELO\r\n",
    ],
    ids=lambda rubbish: repr(rubbish[:12]),
)
def test_rubbish_is_answered_and_the_next_one_is_served(
    listener: Listener, program: smtplib.SMTP, rubbish: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), timeout=60) as line:
        answers = line.makefile("rb")
        assert answers.readline().startswith(b"220 hub.example")
        line.sendall(rubbish)
        answer = answers.readline()
        assert answer[:1] in {b"2", b"5"} or answer.startswith(b"454 TLS not available")
    assert program.send_message(a_mail(), to_addrs=[ours()]) == {}


def test_there_are_only_so_many_connections(listener: Listener) -> None:
    lines = []
    try:
        for _ in range(limits.MAIL_IN_CONNECTIONS_MAX + 1):
            line = socket.create_connection(("127.0.0.1", listener.port), timeout=60)
            lines.append(line)
            said = line.recv(200)
        assert said.startswith(b"421 4.3.2")
    finally:
        for line in lines:
            line.close()


def test_many_at_once_are_all_taken(listener: Listener) -> None:
    failures: list[BaseException] = []

    def deliver(number: int) -> None:
        try:
            with smtplib.SMTP("127.0.0.1", listener.port, timeout=60) as client:
                for count in range(5):
                    mail = a_mail()
                    mail.replace_header("Message-ID", f"<{number}.{count}@example.test>")
                    client.send_message(mail, to_addrs=[ours(number)])
        except (OSError, smtplib.SMTPException) as error:
            failures.append(error)

    threads = [threading.Thread(target=deliver, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert InboundMail.objects.count() == 60


def test_a_port_that_is_taken_is_said(listener: Listener) -> None:
    with pytest.raises(OSError, match="in use"):
        Listener("127.0.0.1", listener.port).start()


def test_it_ends_while_somebody_is_connected(listener: Listener, program: smtplib.SMTP) -> None:
    program.mail("ben@example.test")
    program.rcpt(ours())
    program.putcmd("DATA")
    program.getreply()
    program.send(b"Subject: half a mail\r\n")
    listener.stop()
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        program.getreply()
    assert not InboundMail.objects.exists()
