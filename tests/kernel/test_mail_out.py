"""Outgoing mail as a mail server gets it, over a socket, and what becomes of it when the server says no."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from negotiation_hub.kernel import clock, commit, limits, mail, outbox
from negotiation_hub.kernel.models import Job, Mail
from negotiation_hub.people.models import User
from tests.kernel.smtp_server import MailServer, mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """A mail server, and our settings that name it."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def queue(to: str = "ben@example.test", subject: str = "News", dedupe: str = "1", **more: Any) -> Mail:
    """Queues one mail."""
    with commit.transact():
        queued = mail.send(to, subject, "Thank you.", dedupe=dedupe, **more)
    assert queued is not None
    return queued


def drained(now: datetime | None = None) -> Mail:
    """The mail after the worker was here."""
    outbox.drain(now or clock.now())
    return Mail.objects.get()


def test_a_mail_arrives_with_all_that_threads_and_lists_need(server: MailServer) -> None:
    stored = queue(
        html="<p>Thank you.</p>",
        message_id="<post.1@hub.example>",
        in_reply_to="<q@example.test>",
        references=["<a@example.test>", "<q@example.test>"],
        reply_to="r+abc@hub.example",
        list_id="pumps.groups.hub.example",
        list_unsubscribe=["mailto:r+off@hub.example?subject=off", "https://hub.example/off/x"],
        sender="Ada Lindqvist",
    )
    assert drained().sent_at is not None
    assert server.envelopes == [("no-reply@hub.example", ["ben@example.test"])]
    arrived = server.mail()
    assert stored.message_id == arrived["Message-ID"] == "<post.1@hub.example>"
    assert arrived["In-Reply-To"] == "<q@example.test>"
    assert arrived["References"] == "<a@example.test> <q@example.test>"
    assert arrived["Reply-To"] == "r+abc@hub.example"
    assert arrived["List-Id"] == "<pumps.groups.hub.example>"
    assert (
        arrived["List-Unsubscribe"] == "<mailto:r+off@hub.example?subject=off>, <https://hub.example/off/x>"
    )
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert arrived["Auto-Submitted"] is None
    assert arrived["From"].addresses == (
        Address("Ada Lindqvist via Negotiation Hub", "no-reply", "hub.example"),
    )
    assert arrived.get_content_type() == "multipart/alternative"


def test_a_mail_of_the_site_itself_says_that_a_program_wrote_it(server: MailServer) -> None:
    queue(list_unsubscribe=["mailto:off@hub.example"])
    drained()
    assert server.mail()["Auto-Submitted"] == "auto-generated"
    assert server.mail()["From"].addresses == (Address("Negotiation Hub", "no-reply", "hub.example"),)
    assert server.mail()["List-Unsubscribe-Post"] is None  # a mailto is no click


@pytest.mark.parametrize(
    "name",
    [
        'Łukasz "the pump" Żak',
        "Ada\r\nBcc: all@example.test",
        "小林 さくら",
        "A, B; <x@y.test>",
        "back\\slash",
    ],
)
def test_whatever_a_person_is_called_is_a_name_and_nothing_else(server: MailServer, name: str) -> None:
    queue(sender=name, subject=f"Hello {name}")
    drained()
    arrived = server.mail()
    [sender] = arrived["From"].addresses
    assert sender.addr_spec == "no-reply@hub.example"
    plain = name.replace("\r\n", " ").replace('"', "'").replace("\\", "")
    assert sender.display_name == f"{plain} via Negotiation Hub"
    assert arrived["Subject"] == "Hello " + name.replace("\r\n", " ")
    assert arrived["Bcc"] is None
    assert server.envelopes[0][1] == ["ben@example.test"]


@pytest.mark.parametrize(
    "headers",
    [
        {"message_id": "post.1@hub.example"},
        {"message_id": "<a@b>\r\nBcc: all@example.test"},
        {"in_reply_to": "<a@b>\nX: y"},
        {"references": ["<a@b>", "<c d@e>"]},
        {"references": ["<ä@b>"]},
        {"reply_to": "ben@example.test\r\nBcc: all@example.test"},
        {"reply_to": "nobody"},
        {"list_id": "pumps>\r\nX: <y"},
        {"list_unsubscribe": ["http://hub.example/off"]},
        {"list_unsubscribe": ["https://hub.example/off>, <https://evil.test/"]},
        {"list_unsubscribe": ["mailto:not-an-address"]},
        {"list_unsubscribe": ["javascript:alert(1)"]},
        {"list_unsubscribe": ["https://hub.example/\nX: y"]},
    ],
)
def test_what_may_not_stand_in_a_header_is_never_queued(headers: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="header"):
        queue(**headers)
    assert not Mail.objects.exists()


def test_of_a_long_thread_the_first_and_the_newest_are_named(server: MailServer) -> None:
    ids = [f"<{number}@example.test>" for number in range(100)]
    queue(references=ids)
    drained()
    named = server.mail()["References"].split()
    assert named == [ids[0], *ids[1 - limits.MAIL_REFERENCES_MAX :]]


def test_a_mail_for_what_is_no_address_undoes_nothing_and_is_shown_as_failed(server: MailServer) -> None:
    queue(to="ben@example.test\nall@example.test")
    failed = drained()
    assert failed.failed_at is not None
    assert server.seen == 0


def test_a_server_that_is_busy_is_asked_again(server: MailServer) -> None:
    server.after_data = ["450 4.2.0 try later"]
    queue()
    waiting = drained()
    assert waiting.sent_at is None
    assert waiting.failed_at is None
    assert waiting.failure == "450 4.2.0 try later"
    assert drained(Job.objects.get().next_at).sent_at is not None
    assert Mail.objects.get().failure == ""
    assert len(server.taken) == 1


def test_a_server_that_hangs_up_after_the_mail_gets_it_again_under_the_same_id(server: MailServer) -> None:
    server.after_data = ["drop"]
    queued = queue()
    assert drained().sent_at is None
    assert drained(Job.objects.get().next_at).sent_at is not None
    assert server.seen == 2
    assert server.mail()["Message-ID"] == queued.message_id


def test_a_server_that_is_away_is_waited_for(server: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    queue()
    waiting = drained()
    assert waiting.failed_at is None
    assert "refused" in waiting.failure
    settings.EMAIL_PORT = server.port
    assert drained(Job.objects.get().next_at).sent_at is not None


@pytest.mark.parametrize("where", ["to_recipients", "after_data"])
def test_what_is_refused_for_good_fails_with_the_reason_and_is_not_tried_again(
    server: MailServer, where: str
) -> None:
    setattr(server, where, ["550 5.1.1 no such person <here>"])
    queue()
    failed = drained()
    assert failed.failed_at is not None
    assert failed.failure == "550 5.1.1 no such person <here>"
    job = Job.objects.get()
    assert job.done_at is not None
    outbox.drain(clock.now() + timedelta(days=2))
    assert server.taken == []


def test_a_mail_that_finds_no_server_for_hours_fails(server: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    queue()
    drained()
    failed = drained(clock.now() + timedelta(seconds=limits.MAIL_TRY_FOR_S + 60))
    assert failed.failed_at is not None
    assert Job.objects.get().done_at is not None


def test_staff_see_why_a_mail_failed(server: MailServer, client: Client) -> None:
    server.to_recipients = ["550 5.1.1 no such <b>person</b>"]
    queue()
    failed = drained()
    staff = User.objects.create_user(email="staff@example.test", is_staff=True)
    client.force_login(staff)
    for address in ("/-/mail/", f"/-/mail/{failed.pk}/"):
        page = client.get(address).content.decode()
        assert "550 5.1.1 no such &lt;b&gt;person&lt;/b&gt;" in page
        assert "failed" in page
