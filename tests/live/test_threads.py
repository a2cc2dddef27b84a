"""A question, its mail, and the mailed answer that appears in a thread that is open live."""

import asyncio
import smtplib
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests import services
from tests.kernel.smtp_server import MailServer, mail_server
from tests.live.client import call, client
from tests.live.server import LiveServer, live_server
from tests.live.test_mail_in import ask

WITHIN_S = 60


@dataclass(frozen=True)
class Site:
    """Where people are (`web`), where mail arrives, and the mail server of the readers."""

    web: LiveServer
    mail_port: int
    readers: MailServer

    def ask(self, text: str = "Which seal?") -> dict[str, Any]:
        """A question of the demo's buyer on a listing of its seller."""
        seller, buyer = self.web.sign_in("seller"), self.web.sign_in("buyer")
        listing = {"title": "Pump", "description": "", "price": {"minor": 12_000, "currency": "EUR"}}
        made = call(self.web, "POST", "/listings", seller, listing, str(uuid4())).json()["id"]
        body = {"subject": f"Which seal? {uuid4()}", "text": text}
        answer = call(self.web, "POST", f"/listings/{made}/questions", buyer, body, str(uuid4()))
        thread: dict[str, Any] = answer.json()
        return thread

    def mail_to(self, reader: str, subject: str) -> EmailMessage:
        """The mail with this subject that this reader gets."""
        deadline = time.monotonic() + WITHIN_S
        while time.monotonic() < deadline:
            for number in range(len(self.readers.taken)):
                mail = self.readers.mail(number)
                if mail["To"].startswith(reader) and mail["Subject"].strip() == subject:
                    return mail
            time.sleep(0.05)
        raise AssertionError(f"no mail to {reader}")

    def send(self, mail: EmailMessage) -> None:
        """Hands a mail to the site's own listener, as the mail server in front of it does."""
        with smtplib.SMTP("127.0.0.1", self.mail_port, timeout=WITHIN_S) as program:
            assert program.send_message(mail) == {}


def reply(mail: EmailMessage, text: str) -> EmailMessage:
    """What a mail program makes of it."""
    answer = EmailMessage(policy.SMTP)
    answer["From"], answer["To"] = mail["To"], mail["Reply-To"]
    answer["Subject"] = f"Re: {mail['Subject']}"
    answer["Message-ID"] = f"<{uuid4()}@mail.example>"
    answer["In-Reply-To"] = mail["Message-ID"]
    answer["References"] = mail["Message-ID"]
    body = mail.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}" for line in str(body.get_content()).splitlines())
    answer.set_content(f"{text}\n\nOn Mon, 2 Mar 2026 at 10:00, {mail['From']} wrote:\n{quoted}\n")
    return answer


@contextmanager
def one_process(folder: Path, *, deals: bool = False) -> Iterator[Site]:
    """Everything in one server on SQLite, with the demo's deals if wanted."""
    with mail_server() as readers:
        port = services.free_port()
        with live_server(folder, settings=settings(readers, port), deals=deals) as web:
            yield Site(web, port, readers)


def settings(readers: MailServer, port: int) -> dict[str, str]:
    """Where mail goes, and where it comes in."""
    return {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(readers.port), "MAIL_IN_PORT": str(port)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One process on SQLite."""
    with one_process(tmp_path_factory.mktemp("threads")) as running:
        yield running


@pytest.fixture(scope="module")
def two(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: services.PostgresServer, redis_server: str
) -> Iterator[Site]:
    """People at one process, mail and background work at another; PostgreSQL and Redis between them."""
    folder = tmp_path_factory.mktemp("two")
    url = postgres_server.create_database()
    with ExitStack() as stack:
        readers = stack.enter_context(mail_server())
        port = services.free_port()
        web = stack.enter_context(live_server(folder, database_url=url, redis_url=redis_server, worker=False))
        stack.enter_context(
            live_server(folder, database_url=url, redis_url=redis_server, settings=settings(readers, port))
        )
        yield Site(web, port, readers)


async def answer_by_mail(site: Site) -> None:
    """Ada answers Ben's question by mail while Ben has it open."""
    thread = await asyncio.to_thread(site.ask)
    id = thread["id"]
    buyer = site.web.sign_in("buyer")
    async with client(site.web, buyer) as ben:
        opened = await ben.hello(id)
        assert (opened["t"], opened["kind"], opened["you"]) == ("snapshot", "thread", {"side": "member"})
        assert opened["state"]["thread"]["subject"] == thread["subject"]
        mail = await asyncio.to_thread(site.mail_to, "ada.lindqvist@", thread["subject"])
        answer = reply(mail, "SiC on **SiC**.")
        await asyncio.to_thread(site.send, answer)
        said = await ben.event(opened["head"] + 2)
        assert said["body"]["html"] == "<p>SiC on <strong>SiC</strong>.</p>"
        assert said["body"]["mail"]["message_id"] == answer["Message-ID"]
        assert said["body"]["answers"] == opened["head"]
        joined = (await ben.event(opened["head"] + 1))["body"]["participant"]
        assert (said["by"], joined["name"], joined["side"]) == (joined["id"], "Ada Lindqvist", "seller")
        await asyncio.to_thread(site.send, answer)  # delivered twice
        back = await ben.command("message.send", id, text="Thank you")
        assert back["seq"] == said["seq"] + 1
    told = await asyncio.to_thread(site.mail_to, "ada.lindqvist@", f"Re: {thread['subject']}")
    assert told["In-Reply-To"] == answer["Message-ID"]  # so that Ada's mail program knows its own
    assert answer["Message-ID"] in told["References"]


async def test_a_mailed_answer_appears_in_the_open_thread(site: Site) -> None:
    await answer_by_mail(site)


@pytest.mark.postgres
@pytest.mark.redis
async def test_a_mail_that_another_process_takes_in_appears_too(two: Site) -> None:
    await answer_by_mail(two)
    assert two.web.run("verify").stdout.strip().endswith("0 problems")


async def test_a_thread_is_spoken_in_live(site: Site) -> None:
    id = (await asyncio.to_thread(site.ask))["id"]
    tokens = [site.web.sign_in(who) for who in ("buyer", "stranger")]
    async with client(site.web, tokens[0]) as ben, client(site.web, tokens[1]) as cleo:
        opened = await ben.hello(id)
        await cleo.hello(id)
        await cleo.send(t="typing", stream=id)
        assert (await ben.until(lambda f: f["t"] == "ephemeral"))["kind"] == "typing"
        once = str(uuid4())
        first = await cleo.command("message.send", id, id=once, text="We have the same.")
        assert await cleo.command("message.send", id, id=once, text="We have the same.") == first
        assert first["seq"] == opened["head"] + 2  # Cleo joined with it
        assert (await ben.event(first["seq"]))["body"]["text"] == "We have the same."
        refused = await cleo.command("message.send", id, text="  ")
        assert refused["code"] == "message.blank"
        refused = await cleo.command("negotiation.close", id)
        assert refused["code"] == "not_permitted"


async def test_a_private_thread_does_not_exist_for_a_stranger(site: Site) -> None:
    cleo = site.web.sign_in("stranger")
    id = await asyncio.to_thread(ask, site.web, PRIVATE)
    async with client(site.web, cleo) as socket:
        there = await socket.hello(id)
    async with client(site.web, cleo) as socket:
        nowhere = await socket.hello(str(uuid4()))
    assert {**there, "stream": ""} == {**nowhere, "stream": ""}
    assert there["code"] == "stream.unknown"
    async with client(site.web, site.web.sign_in("buyer")) as ben:
        assert (await ben.hello(id))["you"] == {"side": "buyer"}


PRIVATE = """
import django; django.setup()
from uuid import uuid4
from negotiation_hub.kernel import clock
from negotiation_hub.people import demo
from threads import services
now = clock.now()
ben, ada = (demo.user_of(key, now=now) for key in ("buyer", "seller"))
people = [(ben, "buyer"), (ada, "seller")]
made = services.start_thread(
    actor=ben, subject="Leaks", text="Two leak.", people=people, assignee=ada, now=now, thread_id=uuid4()
)
print(made.pk)
"""


def test_the_books_are_right_after_all_of_it(site: Site) -> None:
    result = site.web.run("verify")
    assert result.stdout.strip().endswith("0 problems"), result.stdout + result.stderr
