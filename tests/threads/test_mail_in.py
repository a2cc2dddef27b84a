"""Mail to a reply address: whose post it becomes, and when it becomes none."""

from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from uuid import uuid4

import pytest
from pytest_django import Settings

from negotiation_hub.kernel import clock, mail_in, outbox, stream
from negotiation_hub.kernel.mail_address import AddressInvalid, reply_address
from negotiation_hub.kernel.models import InboundMail, Job, Mail
from negotiation_hub.people.models import Membership, User
from tests.personas import Cast
from tests.threads.conftest import Say
from threads import mails, queries, services
from threads.limits import POSTS_PER_MINUTE_MAX, REPLY_ADDRESS_S
from threads.models import Follow, PostMail, Thread

pytestmark = pytest.mark.django_db
Status = InboundMail.Status
QUOTED = "SiC on SiC.\n\nOn Mon, 2 Mar 2026 at 10:00, Ben wrote:\n> Which seal does it have?\n"


@pytest.fixture(autouse=True)
def _own_files(tmp_path: object, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


def address(person: User, thread: Thread, purpose: str = mails.REPLY, at: datetime | None = None) -> str:
    follow, _ = Follow.objects.get_or_create(thread=thread, user=person)
    ttl_s = REPLY_ADDRESS_S
    return reply_address(purpose, follow.pk, now=at or clock.now(), ttl_s=ttl_s)


def mail(person: User, text: str = QUOTED, *, id: str = "<1@mail.people.example>", **headers: str) -> bytes:
    message = EmailMessage(policy.SMTP)
    message["From"] = f"{person.name} <{person.email}>"
    message["Subject"] = "Re: Which seal?"
    if id:
        message["Message-ID"] = id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def take(raw: bytes, *to: str, later: timedelta = timedelta()) -> InboundMail:
    """Takes the mail in and has it read."""
    now = clock.now()
    stored = mail_in.accept(raw, "someone@people.example", to, now)
    assert stored is not None
    drain(now + later)
    stored.refresh_from_db()
    return stored


def drain(now: datetime) -> None:
    """Reads mails, and leaves what goes out alone."""
    for job in Job.objects.filter(topic="mail.received", done_at=None):
        mail_in.dispatch(job.payload, now)


def said(thread: Thread) -> list[str]:
    events = stream.everything(thread.pk)
    return [event.body["text"] for event in events if event.kind == "message.sent"]


def test_a_mailed_reply_is_a_post_without_its_quotes(cast: Cast, question: Thread) -> None:
    first = PostMail.objects.get(thread=question).message_id
    stored = take(mail(cast.ada, In_Reply_To=first), address(cast.ada, question))
    assert stored.status == Status.TAKEN, stored.reason
    event = list(stream.everything(question.pk))[-1]
    assert event.by == str(cast.ada.pk)
    assert event.body == {
        "text": "SiC on SiC.",
        "answers": 3,
        "mail": {"message_id": "<1@mail.people.example>", "files": 0},
    }
    assert PostMail.objects.get(thread=question, seq=event.seq).message_id == "<1@mail.people.example>"
    assert mail_in.arrived(stored) == mail(cast.ada, In_Reply_To=first)  # the original stays


def test_the_same_mail_again_is_no_second_post(cast: Cast, question: Thread) -> None:
    raw, to = mail(cast.ada), address(cast.ada, question)
    stored = take(raw, to)
    assert mail_in.accept(raw, "a@people.example", [to], clock.now()) is None
    InboundMail.objects.update(status=Status.PENDING)  # a worker that died before it noted it
    mail_in.dispatch({"mail": str(stored.pk)}, clock.now())
    # By another way, so that the first one is not known there: another address of the same person and thread.
    other = address(cast.ada, question, at=clock.now() + timedelta(minutes=2))
    assert take(raw, other).status == Status.TAKEN
    assert said(question) == ["Which **seal** does it have?", "SiC on SiC."]


def test_a_mail_without_an_id_gets_one_of_ours(cast: Cast, question: Thread) -> None:
    take(mail(cast.ada, id=""), address(cast.ada, question))
    assert PostMail.objects.filter(thread=question, message_id__startswith=f"<{question.pk}.5@").exists()


def test_an_id_that_is_another_posts_takes_nothing_from_it(cast: Cast, question: Thread) -> None:
    first = PostMail.objects.get(thread=question)
    take(mail(cast.ada, id=first.message_id), address(cast.ada, question))
    assert said(question)[-1] == "SiC on SiC."
    assert PostMail.objects.get(message_id=first.message_id).seq == first.seq


def test_whoever_may_no_longer_read_may_not_answer(cast: Cast, staff_topic: Thread) -> None:
    to = address(cast.sol, staff_topic)
    Membership.objects.filter(user=cast.sol, organisation=cast.norte).delete()
    stored = take(mail(cast.sol), to)
    assert (stored.status, stored.reason.split(":")[0]) == (Status.REFUSED, "stream.unknown")
    cast.max.is_active = False
    cast.max.save(update_fields=["is_active"])
    to = address(cast.max, staff_topic)
    assert take(mail(cast.max, id="<2@mail.example>"), to).status == Status.REFUSED
    assert said(staff_topic) == ["Our floor is 85."]


def test_an_address_that_has_expired_or_was_changed_is_refused_at_the_door(
    cast: Cast, question: Thread
) -> None:
    old = address(cast.ada, question, at=clock.now() - timedelta(seconds=REPLY_ADDRESS_S + 120))
    good = address(cast.ada, question)
    local, domain = good.split("@")
    for wrong in (old, f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}", f"{local}@other.example"):
        with pytest.raises(AddressInvalid):
            mail_in.accept(mail(cast.ada), "", [wrong], clock.now())


def test_an_address_that_expires_before_the_mail_is_read_takes_nothing(cast: Cast, question: Thread) -> None:
    stored = take(mail(cast.ada), address(cast.ada, question), later=timedelta(days=91))
    assert stored.status == Status.IGNORED
    assert len(said(question)) == 1


AUTOMATIC: list[dict[str, str]] = [
    {"Auto_Submitted": "auto-replied"},
    {"Precedence": "bulk"},
    {"X_Auto_Response_Suppress": "All", "Auto_Submitted": "auto-generated"},
]


@pytest.mark.parametrize("headers", AUTOMATIC, ids=lambda headers: next(iter(headers)))
def test_what_a_program_wrote_is_no_post(cast: Cast, question: Thread, headers: dict[str, str]) -> None:
    stored = take(mail(cast.ada, "I am away.", **headers), address(cast.ada, question))
    assert stored.status == Status.IGNORED
    assert len(said(question)) == 1


def test_a_forged_sender_is_refused_where_our_server_says_so(
    cast: Cast, question: Thread, settings: Settings
) -> None:
    settings.MAIL_AUTHSERV_ID = "mx.hub.example"
    found = "mx.hub.example; dmarc=fail header.from=people.example"
    stored = take(mail(cast.ada, Authentication_Results=found), address(cast.ada, question))
    assert stored.status == Status.REFUSED
    elsewhere = found.replace("mx.hub", "mx.other")  # anybody can write that
    to = address(cast.ada, question)
    taken = take(mail(cast.ada, id="<2@mail.example>", Authentication_Results=elsewhere), to)
    assert taken.status == Status.TAKEN


@pytest.mark.parametrize(
    ("text", "code"),
    [("  \n", "message.blank"), ("x" * 9000, "message.too_long")],
)
def test_what_is_no_post_is_refused_with_a_word_and_the_original_stays(
    cast: Cast, question: Thread, text: str, code: str
) -> None:
    stored = take(mail(cast.ada, text), address(cast.ada, question))
    assert stored.status == Status.REFUSED
    assert stored.reason.startswith(code)
    mail_in.dispatch({"mail": str(stored.pk)}, clock.now())
    told = [one.to for one in Mail.objects.all() if "not posted" in one.subject]
    assert told == [cast.ada.email]
    assert mail_in.arrived(stored) == mail(cast.ada, text)


def test_a_mail_of_whoever_floods_is_posted_later(cast: Cast, question: Thread, say: Say) -> None:
    now = clock.now()
    for number in range(POSTS_PER_MINUTE_MAX):
        services.post(
            actor=cast.ada,
            thread_id=question.pk,
            text=str(number),
            command=uuid4(),
            now=now,
        )
    stored = mail_in.accept(mail(cast.ada), "", [address(cast.ada, question)], now)
    assert stored is not None
    outbox.drain(now)
    stored.refresh_from_db()
    assert stored.status == Status.PENDING
    outbox.drain(now + timedelta(minutes=5))
    stored.refresh_from_db()
    assert stored.status == Status.TAKEN


def test_a_mail_to_the_address_that_ends_mails_ends_them(cast: Cast, question: Thread) -> None:
    stored = take(
        mail(cast.ada, "unsubscribe", Auto_Submitted="auto-generated"),
        address(cast.ada, question, mails.LEAVE),
    )
    assert stored.status == Status.TAKEN
    assert queries.follow_of(cast.ada, question).level == "none"
    assert len(said(question)) == 1


def test_a_mail_to_two_threads_is_a_post_in_each(cast: Cast, question: Thread, private: Thread) -> None:
    take(mail(cast.ada), address(cast.ada, question), address(cast.ada, private))
    assert said(question)[-1] == said(private)[-1] == "SiC on SiC."
    assert PostMail.objects.filter(message_id="<1@mail.people.example>").count() == 1


def test_what_came_along_is_counted(cast: Cast, question: Thread) -> None:
    message = EmailMessage(policy.SMTP)
    message["From"], message["Message-ID"] = cast.ada.email, "<3@mail.example>"
    message.set_content("See the drawing.")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="seal.pdf")
    take(message.as_bytes(), address(cast.ada, question))
    assert list(stream.everything(question.pk))[-1].body["mail"]["files"] == 1


def test_hostile_text_by_mail_is_text(cast: Cast, question: Thread) -> None:
    from threads import posts

    take(mail(cast.ada, "<script>alert(1)</script> **hi**"), address(cast.ada, question))
    entry = posts.page_of(question, None).entries[-1]
    assert entry.by_mail
    assert entry.html is not None
    assert "<script" not in entry.html
    assert "<strong>hi</strong>" in entry.html
