"""Sending: each confirmed subscriber gets exactly one mail, whatever happens to the worker; nobody else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from catalog import audit, campaigns, sending, subscriptions
from catalog.campaign_models import Campaign, CampaignMail, Subscriber
from catalog.campaigns import Words
from negotiation_hub.kernel import clock, limits, mail, outbox
from negotiation_hub.kernel.models import Job, Mail
from tests import mailbox
from tests.catalog.news import (
    ask,
    confirm_token,
    draft,
    join,
    readers_of,
    send,
    token_in,
    work,
    work_until_mails,
)
from tests.factories.catalog import ListingFactory
from tests.kernel.smtp_server import mail_server
from tests.personas import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def slices_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAILS_PER_SLICE", 2)


def many(cast: Cast, number: int) -> list[str]:
    """So many on the list; their addresses."""
    return sorted(join(cast, f"r{index:02}@readers.example").email for index in range(number))


def leave(email: str) -> None:
    """Somebody uses the way out of a mail that they have."""
    found = mailbox.mails(email, saying="/news/leave/")[-1]
    token = token_in(found.text, "news/leave")
    subscriptions.leave(token=token, source="test", client="", now=clock.now())


def slice_jobs(campaign: Campaign) -> list[dict[str, Any]]:
    return [
        job.payload
        for job in Job.objects.filter(topic="catalog.campaign.slice").order_by("pk")
        if job.payload["campaign"] == str(campaign.pk)
    ]


def fresh(campaign: Campaign) -> Campaign:
    campaign.refresh_from_db()
    return campaign


def states(campaign: Campaign) -> list[str]:
    rows = CampaignMail.objects.filter(campaign=campaign).order_by("subscriber__email")
    return list(rows.values_list("state", flat=True))


# --- who gets it


def test_each_confirmed_subscriber_gets_one_mail_and_nobody_else(cast: Cast, slices_of_two: None) -> None:
    addresses = many(cast, 5)
    ask(cast, "asked@readers.example")
    join(cast, "left@readers.example")
    join(cast, "gone@readers.example")
    first = send(cast, draft(cast))
    work()
    leave("left@readers.example")
    with transaction.atomic():
        subscriptions.suppress(
            subscriber_id=Subscriber.objects.get(email="gone@readers.example").pk,
            source="550",
            campaign=None,
            now=clock.now(),
        )
    second = send(cast, draft(cast, words=Words("Second", "Text")))
    work()
    assert readers_of(first) == sorted([*addresses, "gone@readers.example", "left@readers.example"])
    assert readers_of(second) == addresses
    found = fresh(second)
    assert (found.status, found.audience, found.mails, found.sent) == ("finished", 5, 5, 5)
    assert list(audit.check()) == []


def test_news_of_one_seller_reach_its_own_list_only(cast: Cast) -> None:
    ours = join(cast)
    subscriptions.ask(
        organisation=cast.acme,
        email="other@readers.example",
        language="en",
        source="",
        client="",
        now=clock.now(),
    )
    token = confirm_token("other@readers.example")
    subscriptions.confirm(token=token, source="", client="", now=clock.now())
    sent = send(cast, draft(cast))
    work()
    assert readers_of(sent) == [ours.email]


def test_who_comes_while_it_runs_gets_the_next_one(cast: Cast, slices_of_two: None) -> None:
    addresses = many(cast, 4)
    sent = send(cast, draft(cast))
    work_until_mails(sent, 2)
    join(cast, "late@readers.example", now=clock.now() + timedelta(minutes=1))
    work()
    assert readers_of(sent) == addresses
    assert fresh(sent).mails == fresh(sent).audience == 4


def test_who_leaves_while_it_runs_gets_none(cast: Cast, slices_of_two: None) -> None:
    addresses = many(cast, 6)
    send(cast, draft(cast, words=Words("Before", "So that they have a way out.")))
    work()
    sent = send(cast, draft(cast))
    work_until_mails(sent, 2)
    leave(addresses[-1])
    work()
    assert readers_of(sent) == addresses[:-1]
    assert fresh(sent).status == "finished"
    assert list(audit.check()) == []


def test_a_mail_that_still_waits_is_taken_back_from_who_leaves(
    cast: Cast, settings: Settings, slices_of_two: None
) -> None:
    addresses = many(cast, 2)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    sent = send(cast, draft(cast))
    outbox.drain(clock.now())
    assert states(sent) == ["queued", "queued"]
    leave(addresses[0])
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    work()
    assert readers_of(sent) == addresses[1:]
    assert states(sent) == ["skipped", "sent"]
    assert (fresh(sent).status, sent.skipped, sent.sent) == ("finished", 1, 1)
    assert Subscriber.objects.get(email=addresses[0]).status == "unsubscribed"
    assert list(audit.check()) == []


# --- when the worker, the mail server or the seller interrupts


def test_a_job_that_runs_again_sends_nothing_again(cast: Cast, slices_of_two: None) -> None:
    addresses = many(cast, 5)
    sent = send(cast, draft(cast))
    work()
    for _ in range(2):
        sending.start({"campaign": str(sent.pk)}, clock.now())
        for payload in slice_jobs(sent):
            sending.send_slice(payload, clock.now())
        sending.settle({"campaign": str(sent.pk), "look": 0}, clock.now())
        work()
    assert readers_of(sent) == addresses
    assert Mail.objects.filter(subject=sent.subject).count() == 5


def test_a_worker_that_dies_in_a_slice_leaves_nothing_of_it(
    cast: Cast, slices_of_two: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = many(cast, 5)
    sent = send(cast, draft(cast))
    work_until_mails(sent, 2)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_queue_slice", lambda _campaign: 1 // 0)  # after the mails, before the commit
        for payload in slice_jobs(sent)[-1:]:
            with pytest.raises(ZeroDivisionError):
                sending.send_slice(payload, clock.now())
    assert CampaignMail.objects.count() == 2
    work()
    assert readers_of(sent) == addresses


def test_a_worker_that_dies_after_a_slice_is_followed_by_one_that_goes_on(
    cast: Cast, slices_of_two: None
) -> None:
    addresses = many(cast, 5)
    sent = send(cast, draft(cast))
    work_until_mails(sent, 2)
    job = Job.objects.filter(topic="catalog.campaign.slice").order_by("pk")[0]
    # Its slice is committed, that it was done is not: the lease ends, and another worker takes it.
    Job.objects.filter(pk=job.pk).update(done_at=None, leased_until=clock.now())
    work()
    assert readers_of(sent) == addresses
    assert list(audit.check()) == []


def test_the_database_lets_nobody_be_dealt_with_twice(cast: Cast) -> None:
    join(cast)
    send(cast, draft(cast))
    work()
    row = CampaignMail.objects.get()
    again = Mail.objects.create(to="x@y.example", subject="x", text="x", created_at=clock.now())
    row.pk, row.mail = None, again
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_pause_holds_between_slices_and_resuming_goes_on(cast: Cast, slices_of_two: None) -> None:
    addresses = many(cast, 6)
    sent = send(cast, draft(cast))
    work_until_mails(sent, 2)
    for _ in range(2):
        campaigns.pause_campaign(actor=cast.sol, campaign_id=sent.pk, now=clock.now())
    work()
    assert readers_of(sent) == addresses[:2]
    assert (fresh(sent).status, sent.sent) == ("paused", 2)
    for _ in range(2):
        campaigns.resume_campaign(actor=cast.sol, campaign_id=sent.pk, now=clock.now())
    work()
    assert readers_of(sent) == addresses
    assert fresh(sent).status == "finished"


def test_pausing_and_resuming_at_once_starts_no_second_worker(cast: Cast, slices_of_two: None) -> None:
    addresses = many(cast, 7)
    sent = send(cast, draft(cast))
    work_until_mails(sent, 2)
    for _ in range(3):
        campaigns.pause_campaign(actor=cast.ada, campaign_id=sent.pk, now=clock.now())
        campaigns.resume_campaign(actor=cast.ada, campaign_id=sent.pk, now=clock.now())
    work()
    assert readers_of(sent) == addresses
    assert fresh(sent).slices == 5  # four with mails, and one that found nobody


def test_canceling_ends_it_for_those_who_have_no_mail_yet(cast: Cast, slices_of_two: None) -> None:
    addresses = many(cast, 6)
    sent = send(cast, draft(cast))
    work_until_mails(sent, 2)
    campaigns.cancel_campaign(actor=cast.ada, campaign_id=sent.pk, now=clock.now())
    work()
    assert readers_of(sent) == addresses[:2]
    assert (fresh(sent).status, sent.sent, sent.mails) == ("canceled", 2, 2)


def test_a_campaign_with_a_time_waits_for_it_and_can_be_canceled(cast: Cast) -> None:
    join(cast)
    now = clock.now()
    waiting = send(cast, draft(cast), at=now + timedelta(days=2))
    canceled = send(cast, draft(cast, words=Words("Other", "Text")), at=now + timedelta(days=2))
    campaigns.cancel_campaign(actor=cast.ada, campaign_id=canceled.pk, now=now)
    work()
    assert fresh(waiting).status == "scheduled"
    for hours in (48, 49, 50):
        outbox.drain(now + timedelta(hours=hours, minutes=1))
    assert (fresh(waiting).status, fresh(canceled).status) == ("finished", "canceled")
    assert readers_of(canceled) == []


def test_a_mailbox_that_does_not_exist_is_left_alone_from_then_on(cast: Cast, settings: Settings) -> None:
    addresses = many(cast, 3)
    work()  # the mails with the links
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        server.to_recipients.append("550 5.1.1 no such mailbox")  # to the first
        sent = send(cast, draft(cast))
        work()
        assert sorted(to for _, (to,) in server.envelopes) == addresses[1:]
    assert states(sent) == ["failed", "sent", "sent"]
    assert (fresh(sent).status, sent.failed) == ("finished", 1)
    assert Subscriber.objects.get(email=addresses[0]).status == "bounced"
    assert Subscriber.objects.filter(status="confirmed").count() == 2
    assert list(audit.check()) == []


def test_a_mail_that_was_refused_for_its_content_bounces_nobody(cast: Cast) -> None:
    join(cast)
    sent = send(cast, draft(cast))
    work_until_mails(sent, 1)
    spam = {"failed_at": clock.now(), "failure": "554 5.7.1 looks like spam"}
    Mail.objects.filter(subject=sent.subject).update(**spam)
    work()
    assert (states(sent), fresh(sent).status) == (["failed"], "finished")
    assert Subscriber.objects.get().status == "confirmed"


# --- the mail itself


def arrived() -> Any:
    """The campaign's mail as the mail server gets it."""
    rows = [one for one in django_mail.outbox if not one.subject.startswith("Please confirm")]
    return rows[-1].message()


def parts(message: Any) -> tuple[str, str]:
    plain, html = message.get_payload()
    return plain.get_payload(decode=True).decode(), html.get_payload(decode=True).decode()


def test_the_mail_says_who_it_is_from_where_it_leads_and_how_to_leave(cast: Cast, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://hub.example"
    listing = ListingFactory.create(organisation=cast.norte, author=cast.ada, title="CP-40 & <more>")
    join(cast)
    send(cast, draft(cast, words=Words("Pumps & more", "We have **500**.\n\n- one\n- two", listing.pk)))
    work()
    message = arrived()
    plain, html = parts(message)
    assert message["Subject"] == "Pumps & more"
    assert message["From"] == '"Norte via Negotiation Hub" <no-reply@hub.example>'
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == f"<news-{cast.norte.pk.hex}.hub.example>"
    assert plain.startswith("We have **500**.\n\n- one\n- two\n\nCP-40 & <more>:\nhttps://hub.example/c/")
    assert "\n-- \nNorte\n" in plain
    assert "<strong>500</strong>" in html
    assert "CP-40 &amp; &lt;more&gt;" in html
    assert "<img" not in html  # nothing that tells us who opened it
    leave_here = re.search(r"<(https://hub\.example/news/leave/[^>]+)>", message["List-Unsubscribe"])
    assert leave_here is not None
    assert leave_here[1] in plain
    assert leave_here[1] in html
    path = leave_here[1].removeprefix("https://hub.example")
    client = Client(enforce_csrf_checks=True)
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscriber.objects.get().status == "unsubscribed"


def test_without_https_there_is_no_one_click_header_but_a_link(cast: Cast, settings: Settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    join(cast)
    send(cast, draft(cast))
    work()
    assert arrived()["List-Unsubscribe"] is None
    assert "http://127.0.0.1:8000/news/leave/" in parts(arrived())[0]


def test_hostile_words_stay_words(cast: Cast) -> None:
    join(cast)
    words = Words(
        "Pumps\r\nBcc: everyone@example.test",
        "<script>alert(1)</script> [x](javascript:alert(1))\n\n%(seller)s {{ leave_url }}",
    )
    cast.norte.name = 'Norte" <x@evil.example>\r\nBcc: y@evil.example'
    cast.norte.save()
    send(cast, draft(cast, words=words))
    work()
    message = arrived()
    plain, html = parts(message)
    assert message["Subject"] == "Pumps Bcc: everyone@example.test"
    assert message["Bcc"] is None
    assert [part.split("@")[-1] for part in re.findall(r"<[^<>]*>$", message["From"])] == ["hub.example>"]
    assert "<script>" not in html
    assert 'href="javascript' not in html
    assert "%(seller)s {{ leave_url }}" in plain
    assert "%(seller)s {{ leave_url }}" in html


def test_each_reader_is_written_to_in_their_own_language(cast: Cast) -> None:
    join(cast, "es@readers.example", language="es")
    join(cast, "en@readers.example", language="en")
    send(cast, draft(cast))
    work()
    mails = {row.to: row for row in Mail.objects.filter(subject=draft(cast).subject)}
    assert '<html lang="es">' in mails["es@readers.example"].html
    assert '<html lang="en">' in mails["en@readers.example"].html


def test_withdrawn_is_what_was_taken_back_and_nothing_else() -> None:
    now = clock.now()
    facts = {"to": "a@b.example", "subject": "s", "text": "t", "message_id": "<a@b>", "created_at": now}
    waiting, sent, failed = (
        Mail.objects.create(**facts, **more) for more in ({}, {"sent_at": now}, {"failed_at": now})
    )
    with transaction.atomic():
        mail.withdraw([waiting.pk, sent.pk, failed.pk], why="unsubscribed", now=now)
    rows = [Mail.objects.get(pk=row.pk) for row in (waiting, sent, failed)]
    assert [mail.is_withdrawn(row) for row in rows] == [True, False, False]
