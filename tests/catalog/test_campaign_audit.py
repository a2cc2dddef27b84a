"""Each fault is planted where it would happen, past services, and must be found and named."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection

from catalog import audit
from catalog.campaign_models import Campaign, CampaignMail, Consent, Subscriber
from negotiation_hub.kernel import clock, guards
from tests.catalog.news import ask, draft, join, send, work
from tests.personas import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast: Cast) -> Campaign:
    """A campaign that Kim got; Lee only asked."""
    join(cast)
    ask(cast, "lee@readers.example")
    made = send(cast, draft(cast))
    work()
    assert list(audit.check()) == []
    return made


def without_guards() -> None:
    """Takes the log's triggers away, as somebody with the database's password could."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        guards.remove(SimpleNamespace(connection=connection, execute=cursor.execute), "catalog_consent")


def written_to_one_who_only_asked(sent: Campaign) -> str:
    lee = Subscriber.objects.get(email="lee@readers.example")
    CampaignMail.objects.update(subscriber=lee)
    return f"was written to subscriber {lee.pk}, whose consent log said asked then"


def the_yes_is_gone(sent: Campaign) -> str:
    without_guards()
    Consent.objects.filter(what="confirmed").delete()
    return "whose consent log said asked then"


def the_log_is_gone(sent: Campaign) -> str:
    without_guards()
    Consent.objects.all().delete()
    return "is confirmed, but its consent log says nothing last"


def a_yes_made_afterwards(sent: Campaign) -> str:
    without_guards()
    Consent.objects.filter(what="confirmed").update(at=clock.now())
    return "whose consent log said asked then"


def a_status_without_a_yes(sent: Campaign) -> str:
    Subscriber.objects.filter(email="lee@readers.example").update(status="confirmed")
    return "is confirmed, but its consent log says asked last"


def a_wrong_count(sent: Campaign) -> str:
    Campaign.objects.update(mails=7)
    return "says 7 mails, but there are 1"


def a_mail_that_is_lost(sent: Campaign) -> str:
    CampaignMail.objects.all().delete()
    return "says 1 sent, but there are 0"


@pytest.mark.parametrize(
    "plant",
    [
        written_to_one_who_only_asked,
        the_yes_is_gone,
        the_log_is_gone,
        a_yes_made_afterwards,
        a_status_without_a_yes,
        a_wrong_count,
        a_mail_that_is_lost,
    ],
)
def test_what_was_planted_is_found(sent: Campaign, plant: Callable[[Campaign], str]) -> None:
    expected = plant(sent)
    assert any(expected in str(problem) for problem in audit.check())
