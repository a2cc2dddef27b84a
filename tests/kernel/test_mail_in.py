"""Mail that comes in: stored once, read by whoever it is for, and never lost."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from negotiation_hub.kernel import clock, files, limits, mail_in, outbox
from negotiation_hub.kernel.mail_address import AddressInvalid, reply_address
from negotiation_hub.kernel.mail_in import MailLooping, MailTooLarge, Outcome, accept
from negotiation_hub.kernel.mail_parse import MailTooComplex, ParsedMail
from negotiation_hub.kernel.models import File, InboundMail, InboundRecipient, Job
from negotiation_hub.kernel.refusals import Busy, NotPermitted

pytestmark = pytest.mark.django_db
NOW = clock.now()
Status = InboundMail.Status


def raw_mail(text: str = "Yes, please.", id: str = "<1@example.test>", **headers: str) -> bytes:
    """A mail as a program sends it."""
    fields = {"From": "Ben <ben@example.test>", "Subject": "Re: Pump", "Message-ID": id, **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items() if value]
    return "\r\n".join([*lines, "", text, ""]).encode()


def ours(number: int = 1, **more: Any) -> str:
    """A reply address of ours."""
    return reply_address("post", number, now=NOW, **more)


def take(raw: bytes, *to: str) -> InboundMail | None:
    """Takes in a mail for these addresses."""
    return accept(raw, "ben@example.test", to or (ours(),), NOW, peer="192.0.2.1")


@pytest.fixture(autouse=True)
def _no_other_receivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_in, "receivers", [])
    monkeypatch.setattr(mail_in, "owners", [])


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[ParsedMail]:
    """What a receiver was given; it takes everything."""
    given: list[ParsedMail] = []

    def receive(mail: ParsedMail, now: datetime) -> Outcome:
        given.append(mail)
        return Outcome(Status.TAKEN, "post 1")

    monkeypatch.setattr(mail_in, "receivers", [receive])
    return given


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the receivers."""

    def use(*receivers: mail_in.Receiver) -> None:
        monkeypatch.setattr(mail_in, "receivers", list(receivers))

    return use


def refusing(refusal: Exception) -> mail_in.Receiver:
    """A receiver that raises."""

    def receive(mail: ParsedMail, now: datetime) -> Outcome | None:
        raise refusal

    return receive


def test_a_mail_is_kept_byte_for_byte_and_read(read: list[ParsedMail]) -> None:
    raw = raw_mail(In_Reply_To="<post.1@hub.example>", References="<q@hub.example>\r\n <post.1@hub.example>")
    stored = take(raw)
    assert stored is not None
    assert mail_in.arrived(stored) == raw
    assert (stored.status, stored.peer) == (Status.PENDING, "192.0.2.1")
    outbox.drain(clock.now())
    [mail] = read
    assert mail.id == stored.pk
    assert mail.recipients == (ours(),)
    assert mail.text == "Yes, please."
    assert mail.in_reply_to == ("<post.1@hub.example>",)
    assert mail.references == ("<q@hub.example>", "<post.1@hub.example>")
    assert (mail.from_name, mail.from_address, mail.subject) == ("Ben", "ben@example.test", "Re: Pump")
    stored.refresh_from_db()
    assert (stored.status, stored.reason) == (Status.TAKEN, "post 1")


def test_the_same_bytes_for_the_same_address_are_taken_once(read: list[ParsedMail]) -> None:
    raw = raw_mail(id="")
    assert take(raw) is not None
    assert take(raw) is None
    assert take(raw, ours().upper()) is None
    outbox.drain(clock.now())
    assert take(raw) is None
    outbox.drain(clock.now())
    assert len(read) == 1
    assert File.objects.count() == 1


def test_the_same_id_for_the_same_address_is_taken_once_whatever_was_added_on_the_way(
    read: list[ParsedMail],
) -> None:
    assert take(raw_mail()) is not None
    assert take(b"Received: from elsewhere\r\n" + raw_mail()) is None
    outbox.drain(clock.now())
    assert len(read) == 1


def test_the_same_mail_for_another_address_is_another_delivery(read: list[ParsedMail]) -> None:
    first, second = ours(1), ours(2)
    assert take(raw_mail(), first) is not None
    again = take(raw_mail(), first, second)
    assert again is not None
    assert again.envelope_to == [second]
    outbox.drain(clock.now())
    assert [mail.recipients for mail in read] == [(first,), (second,)]


def test_mails_without_an_id_are_told_apart_by_their_bytes(read: list[ParsedMail]) -> None:
    assert take(raw_mail("one", id="")) is not None
    assert take(raw_mail("two", id="")) is not None
    assert take(raw_mail("three", id="not an id")) is not None
    outbox.drain(clock.now())
    assert len(read) == 3


@pytest.mark.parametrize(
    ("raw", "to", "refusal"),
    [
        (raw_mail("x" * limits.MAIL_BYTES_MAX), None, MailTooLarge),
        (raw_mail("\n" * limits.MAIL_LINES_MAX), None, MailTooComplex),
        (raw_mail(X_Long="x" * limits.MAIL_HEADER_BYTES_MAX), None, MailTooComplex),
        (b"Received: a\r\n" * (limits.MAIL_HOPS_MAX + 1) + raw_mail(), None, MailLooping),
        (raw_mail(), "ben@example.test", AddressInvalid),
        (raw_mail(), "r+abc@hub.example", AddressInvalid),
        (raw_mail(), "", AddressInvalid),
    ],
    ids=["bytes", "lines", "header", "loop", "stranger", "forged", "nobody"],
)
def test_what_is_not_taken_leaves_nothing(raw: bytes, to: str | None, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        take(raw, to if to is not None else ours())
    assert not InboundMail.objects.exists()
    assert not Job.objects.exists()


def test_an_address_that_has_ended_is_refused() -> None:
    with pytest.raises(AddressInvalid):
        accept(raw_mail(), "ben@example.test", [ours(ttl_s=60)], NOW + timedelta(hours=1))
    with pytest.raises(AddressInvalid):
        accept(raw_mail(), "ben@example.test", [], NOW)


def test_a_higher_app_may_own_addresses(monkeypatch: pytest.MonkeyPatch, read: list[ParsedMail]) -> None:
    def owns(address: str, now: datetime) -> bool:
        return address == "pumps@hub.example" and now == NOW

    monkeypatch.setattr(mail_in, "owners", [owns])
    assert take(raw_mail(), "Pumps@hub.example") is not None
    with pytest.raises(AddressInvalid):
        take(raw_mail(), "valves@hub.example")


def test_ten_thousand_parts_are_refused_without_being_made() -> None:
    part = b"--x\r\nContent-Type: text/plain\r\n\r\na\r\n"
    with pytest.raises(MailTooComplex):
        take(raw_mail(Content_Type="multipart/mixed; boundary=x") + part * 10_000)
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(10_000)
    )
    with pytest.raises(MailTooComplex):
        take(b"From: ben@example.test\r\n" + nested)
    with pytest.raises(MailTooComplex):
        take(raw_mail("a: b\r\n\r\n" * 100_000, Content_Type="message/delivery-status"))


def test_the_first_receiver_that_wants_a_mail_decides(answering: Callable[..., None]) -> None:
    asked = []

    def first(mail: ParsedMail, now: datetime) -> None:
        asked.append("first")

    def second(mail: ParsedMail, now: datetime) -> Outcome:
        asked.append("second")
        return Outcome(Status.TAKEN)

    answering(first, second, refusing(AssertionError("never asked")))
    take(raw_mail())
    outbox.drain(clock.now())
    assert asked == ["first", "second"]


def test_what_nobody_wants_is_kept_with_a_reason(answering: Callable[..., None]) -> None:
    answering()
    take(raw_mail(Auto_Submitted="auto-replied"))
    outbox.drain(clock.now())
    mail = InboundMail.objects.get()
    assert (mail.status, mail.reason) == (Status.IGNORED, "Auto-Submitted: auto-replied")


def test_a_refusal_is_noted_with_its_code(answering: Callable[..., None]) -> None:
    answering(refusing(NotPermitted()))
    take(raw_mail())
    outbox.drain(clock.now())
    mail = InboundMail.objects.get()
    assert mail.status == Status.REFUSED
    assert mail.reason.startswith("not_permitted: ")


@pytest.mark.parametrize("trouble", [Busy(), RuntimeError("a bug"), files.FileDamaged("gone")])
def test_trouble_leaves_the_mail_waiting(
    answering: Callable[..., None], read: list[ParsedMail], trouble: Exception
) -> None:
    receivers = mail_in.receivers
    answering(refusing(trouble))
    take(raw_mail())
    outbox.drain(clock.now())
    assert InboundMail.objects.get().status == Status.PENDING
    answering(*receivers)
    outbox.drain(Job.objects.get().next_at)
    assert InboundMail.objects.get().status == Status.TAKEN
    assert len(read) == 1


def test_a_job_that_runs_twice_asks_nobody_again(read: list[ParsedMail]) -> None:
    stored = take(raw_mail())
    assert stored is not None
    for _ in range(2):
        mail_in.dispatch({"mail": str(stored.pk)}, clock.now())
    assert len(read) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_bring_the_same_mail_one_is_first() -> None:
    results: list[InboundMail | None] = []
    start = threading.Barrier(6)

    def bring(number: int) -> None:
        start.wait()
        try:
            results.append(take(b"Received: by %d\r\n" % number + raw_mail(), ours(1), ours(2)))
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == 6
    assert len([one for one in results if one is not None]) == 1
    assert InboundRecipient.objects.count() == 2
    assert Job.objects.filter(topic="mail.received").count() == InboundMail.objects.count() == 1
