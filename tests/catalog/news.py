"""Subscribers and campaigns of Norte for tests, and a worker that has time."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from catalog import campaigns, subscriptions
from catalog.campaign_models import Campaign, CampaignMail, Subscriber
from catalog.campaigns import Words
from negotiation_hub.kernel import clock, outbox
from negotiation_hub.kernel.models import Mail
from negotiation_hub.people.models import User
from tests import mailbox
from tests.personas import Cast

ON_THE_LIST = "If this address is not on the list yet"
WORDS = Words("500 pumps are back", "Hello,\n\nwe have **500** of them again.")


def ask(cast: Cast, email: str = "kim@readers.example", *, now: datetime | None = None, **more: Any) -> None:
    """Somebody types an address in on Norte's page."""
    facts = {"language": "en", "source": "/sellers/norte/news/", "client": "192.0.2.7", **more}
    subscriptions.ask(organisation=cast.norte, email=email, now=now or clock.now(), **facts)


def token_in(text: str, kind: str = "news/confirm") -> str:
    """The token of a link in a mail's text."""
    found = re.search(rf"/{kind}/([^/\s]+)/", text)
    assert found is not None, text
    return found[1]


def confirm_token(email: str = "kim@readers.example") -> str:
    """The token of the newest link that was sent to an address."""
    mail = next(iter(mailbox.mails(email, saying="/news/confirm/")[::-1]), None)
    assert mail is not None
    return token_in(mail.text)


def join(
    cast: Cast, email: str = "kim@readers.example", *, now: datetime | None = None, **more: Any
) -> Subscriber:
    """Somebody is on Norte's list, as people get there."""
    ask(cast, email, now=now, **more)
    return subscriptions.confirm(
        token=confirm_token(email), source="mail", client="192.0.2.7", now=now or clock.now()
    )


def draft(cast: Cast, *, words: Words = WORDS, actor: User | None = None, **more: Any) -> Campaign:
    """A campaign of Norte, not sent."""
    return campaigns.create_campaign(
        actor=actor or cast.ada, organisation=cast.norte, words=words, now=clock.now(), **more
    )


def send(cast: Cast, campaign: Campaign, **more: Any) -> Campaign:
    """Ada presses Send."""
    return campaigns.send_campaign(actor=cast.ada, campaign_id=campaign.pk, now=clock.now(), **more)


def work(*, jobs: int = 1000) -> int:
    """The outbox's worker, now and for the next two hours; returns how many jobs it tried."""
    tried, begin = 0, clock.now()
    for minutes in (0, 1, 10, 60, 120):
        tried += outbox.drain(begin + timedelta(minutes=minutes), limit=jobs - tried)
        if tried >= jobs:
            break
    return tried


def work_until_mails(campaign: Campaign, number: int) -> None:
    """The worker until so many mails of the campaign are queued."""
    for _ in range(1000):
        if CampaignMail.objects.filter(campaign=campaign).count() >= number:
            return
        assert outbox.drain(clock.now(), limit=1)
    raise AssertionError("they are never queued")


def as_person(person: User) -> Client:
    """A browser in which somebody signed in."""
    client = Client()
    client.force_login(person)
    return client


def readers_of(campaign: Campaign) -> list[str]:
    """The addresses to which it went out, in alphabetical order, each as often as it did."""
    mails = Mail.objects.filter(subject=campaign.subject).exclude(sent_at=None)
    return sorted(mails.values_list("to", flat=True))
