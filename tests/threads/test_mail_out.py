"""Posts as mails, at a real mail server: who gets them, and what stands in their headers."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from negotiation_hub.kernel import clock, outbox
from negotiation_hub.kernel.mail_address import AddressInvalid, read_reply_address
from negotiation_hub.kernel.models import Job, Mail
from negotiation_hub.people.models import Membership
from tests.kernel.smtp_server import MailServer, mail_server
from tests.personas import START, Cast
from tests.threads.conftest import Say
from threads import following, mails, services
from threads.models import PostMail, Thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """The mail server to which everything goes."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def deliver() -> None:
    """Does all jobs that wait."""
    outbox.drain(clock.now() + timedelta(days=1))
    assert not Job.objects.filter(done_at=None)


def sent(server: MailServer) -> dict[str, EmailMessage]:
    """The mails that were taken, by reader; each reader had one."""
    taken = [server.mail(number) for number in range(len(server.taken))]
    by_reader = {str(mail["To"]): mail for mail in taken}
    assert len(by_reader) == len(taken)
    server.taken.clear()
    return by_reader


def link(mail: EmailMessage) -> str:
    """The path of the link that stops the mails."""
    found = re.search(r"https?://[^/]+(/threads/leave/\S+)", _text(mail))
    assert found is not None
    return found[1]


def _text(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_the_staff_get_the_question_and_the_asker_the_answer(
    cast: Cast, question: Thread, say: Say, server: MailServer
) -> None:
    deliver()
    asked = sent(server)
    assert set(asked) == {cast.ada.email, cast.sol.email, cast.max.email}
    one = asked[cast.ada.email]
    assert one["Subject"] == "Which seal?"
    assert one["From"].startswith("Ben via Negotiation Hub <")
    assert one["Message-ID"] == f"<{question.pk}.3@hub.example>"
    assert one["List-Id"] == "<sellers.norte.hub.example>"
    assert (one["In-Reply-To"], one["References"]) == (None, None)
    assert "<strong>seal</strong>" in _text(one, "html")
    assert _text(one).startswith("Which **seal** does it have?")
    assert question.get_absolute_url() in _text(one)
    seq = say(cast.ada, question, "SiC.")
    deliver()
    answered = sent(server)
    assert set(answered) == {cast.ben.email, cast.sol.email, cast.max.email}
    mail = answered[cast.ben.email]
    assert mail["Subject"] == "Re: Which seal?"
    assert mail["Message-ID"] == f"<{question.pk}.{seq}@hub.example>"
    assert mail["In-Reply-To"] == mail["References"] == one["Message-ID"]


def test_a_long_thread_names_its_first_and_its_newest_posts(
    cast: Cast, question: Thread, say: Say, server: MailServer
) -> None:
    for minute in range(30):
        say(cast.ben, question, minutes=10 * minute)
    services.post(
        actor=cast.ada, thread_id=question.pk, text="To that one", command=uuid4(), now=START, answers=5
    )
    deliver()
    last = next(
        mail for mail in map(server.mail, range(len(server.taken))) if _text(mail).startswith("To that")
    )
    named = last["References"].split()
    assert last["In-Reply-To"] == f"<{question.pk}.5@hub.example>"
    assert named[0] == f"<{question.pk}.3@hub.example>"
    assert len(named) == 20
    newest = PostMail.objects.filter(thread=question).order_by("-seq").values_list("message_id", flat=True)
    assert named[-1] == newest[1]


def test_each_reader_has_an_address_of_their_own_that_expires(
    cast: Cast, question: Thread, server: MailServer
) -> None:
    deliver()
    addresses = {mail["Reply-To"] for mail in sent(server).values()}
    assert len(addresses) == 3
    for address in addresses:
        assert read_reply_address(address, clock.now()).purpose == mails.REPLY
        with pytest.raises(AddressInvalid):
            read_reply_address(address, clock.now() + timedelta(days=92))


def test_a_job_that_is_done_again_sends_nothing_again(cast: Cast, question: Thread) -> None:
    payload = {"thread": str(question.pk), "seq": 3}
    for _ in range(2):
        mails.mail_post(payload, clock.now())
    assert Mail.objects.count() == 3


def test_only_who_chose_mail_and_may_read_gets_any(
    cast: Cast, question: Thread, staff_topic: Thread, say: Say, server: MailServer
) -> None:
    deliver()
    assert not {cast.ben.email, cast.cleo.email} & set(
        sent(server).keys()
    )  # the staff's topic is for followers
    following.follow_group(actor=cast.cleo, name="sellers.norte", level="mail")
    following.follow_group(actor=cast.sol, name="sellers.norte.team", level="mail")
    following.follow(actor=cast.ada, thread_id=question.pk, level="web")
    cast.max.is_active = False
    cast.max.save(update_fields=["is_active"])
    say(cast.ben, question)
    deliver()
    assert set(sent(server)) == {cast.sol.email, cast.cleo.email}
    Membership.objects.filter(user=cast.sol, organisation=cast.norte).delete()
    cast.max.is_active = True
    cast.max.save(update_fields=["is_active"])
    say(cast.max, staff_topic)
    deliver()
    assert not sent(server)


def test_a_follower_of_the_group_can_leave_one_thread(
    cast: Cast, question: Thread, say: Say, server: MailServer
) -> None:
    following.follow_group(actor=cast.cleo, name="sellers.norte", level="mail")
    say(cast.ben, question)
    deliver()
    Client().post(link(sent_last(server, cast.cleo.email)))
    server.taken.clear()
    say(cast.ben, question, minutes=9)
    deliver()
    assert cast.cleo.email not in sent(server)


def sent_last(server: MailServer, reader: str) -> EmailMessage:
    """The newest mail that this reader was sent."""
    taken = [server.mail(number) for number in range(len(server.taken))]
    return [mail for mail in taken if mail["To"] == reader][-1]


def test_one_click_stops_the_mails_without_signing_in_and_a_look_does_not(
    cast: Cast, question: Thread, say: Say, server: MailServer, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://hub.example"
    deliver()
    mail = sent(server)[cast.ada.email]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = link(mail)
    assert f"<https://hub.example{path}>" in mail["List-Unsubscribe"].replace("\r\n", "").replace(" ", "")
    mail_program = Client(enforce_csrf_checks=True)
    assert b"Stop the mails" in mail_program.get(path).content
    say(cast.ben, question)
    deliver()
    assert cast.ada.email in sent(server)
    assert mail_program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert mail_program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    say(cast.ben, question, minutes=9)
    deliver()
    assert set(sent(server)) == {cast.sol.email, cast.max.email}


def test_a_link_that_was_changed_or_is_too_old_stops_nothing(
    cast: Cast, question: Thread, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver()
    path = link(sent(server)[cast.ada.email])
    client = Client()
    body, tag = path.rstrip("/").rsplit("/", 1)[1].split(".")
    for wrong in (f"{body}x.{tag}", f"{body}.{tag[:-2]}", "x", "a.b", f"{body}.{body}"):
        assert client.post(f"/threads/leave/{wrong}/").status_code == 404
    later = clock.now() + timedelta(days=800)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.post(path).status_code == 404


def test_everyone_reads_it_in_their_language(cast: Cast, question: Thread, server: MailServer) -> None:
    cast.sol.language = "es"
    cast.sol.save(update_fields=["language"])
    deliver()
    taken = sent(server)
    assert 'lang="es"' in _text(taken[cast.sol.email], "html")
    assert 'lang="en"' in _text(taken[cast.ada.email], "html")


HOSTILE = "Bcc: all@people.example"


def test_no_subject_or_text_breaks_out_of_its_place(
    cast: Cast, question: Thread, say: Say, server: MailServer
) -> None:
    made = services.ask(
        actor=cast.ben,
        listing_id=question.listing,  # type: ignore[arg-type]
        subject=f"Hi\r\n{HOSTILE}\r\n\r\n<script>alert(1)</script> \N{GRINNING FACE} ñ " + "w" * 90,
        text=f"<script>alert(1)</script>\r\n{HOSTILE}\n.\nQUIT\n[x](javascript:alert(1)) <img src=x>",
        now=START,
        thread_id=uuid4(),
    )
    deliver()
    mail = next(one for one in map(server.mail, range(len(server.taken))) if "alert" in str(one["Subject"]))
    assert mail["Subject"].strip() == made.subject
    assert mail["Bcc"] is None
    html = _text(mail, "html")
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in re.sub(r"\[x\]\(javascript:alert\(1\)\)", "", html)
    assert f"{HOSTILE}\n.\nQUIT" in _text(mail).replace("\r\n", "\n")
    assert {to for _, readers in server.envelopes for to in readers} == {
        cast.ada.email,
        cast.sol.email,
        cast.max.email,
    }


@pytest.mark.parametrize(
    ("subject", "reply"), [("Seal", "Re: Seal"), ("Re: Seal", "Re: Seal"), ("RE:x", "RE:x")]
)
def test_re_stands_there_once(subject: str, reply: str) -> None:
    assert mails.reply_subject(subject) == reply


def test_a_message_id_stays_what_it_is_when_the_domain_changes(
    cast: Cast, question: Thread, say: Say, settings: Settings
) -> None:
    settings.MAIL_DOMAIN = "new.example"
    say(cast.ada, question)
    mails.mail_post({"thread": str(question.pk), "seq": 5}, _later())
    mail = Mail.objects.filter(to=cast.ben.email).get()
    assert mail.message_id.endswith("@new.example>")
    assert mail.headers["In-Reply-To"] == f"<{question.pk}.3@hub.example>"


def _later() -> datetime:
    return clock.now() + timedelta(minutes=1)


def test_a_private_threads_mail_is_no_lists(cast: Cast, private: Thread, server: MailServer) -> None:
    deliver()
    mail = sent(server)[cast.ada.email]
    assert mail["List-Id"] is None
    assert f"/threads/{private.pk}/" in _text(mail)
