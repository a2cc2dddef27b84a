"""Campaigns and subscribers over REST."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from catalog.campaign_models import Campaign
from negotiation_hub.kernel import clock
from negotiation_hub.people import services as people
from tests.catalog.news import draft, join, work
from tests.catalog.test_listing_api import call
from tests.factories.catalog import ListingFactory
from tests.personas import Cast

pytestmark = pytest.mark.django_db
PATH = "/api/v1/campaigns"
BODY = {"subject": "Pumps", "text": "We have **500**."}


@pytest.fixture(autouse=True)
def _tokens_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "TOKEN_LIFE_S", 10**9)


def test_a_program_writes_sends_and_reads_what_came_of_it(cast: Cast) -> None:
    join(cast)
    listing = ListingFactory.create(organisation=cast.norte, author=cast.ada)
    made = call(cast.ada, "POST", PATH, {**BODY, "listing": str(listing.pk)})
    assert made.status_code == 201
    one = made.json()
    assert (one["status"], one["revision"], one["listing"]) == ("draft", 1, str(listing.pk))
    for _ in range(2):
        sent = call(cast.sol, "POST", f"{PATH}/{one['id']}/send", {"revision": 1})
        assert (sent.status_code, sent.json()["status"]) == (200, "scheduled")
    work()
    found = call(cast.ada, "GET", f"{PATH}/{one['id']}").json()
    assert found["status"] == "finished"
    assert found["results"] == {
        "audience": 1,
        "mails": 1,
        "waiting": 0,
        "sent": 1,
        "failed": 0,
        "skipped": 0,
        "unsubscribes": 0,
        "visits": 0,
        "rooms": 0,
    }
    listed = call(cast.max, "GET", PATH).json()
    assert ([row["id"] for row in listed["campaigns"]], listed["next"]) == ([one["id"]], None)


@pytest.mark.parametrize(
    ("before", "act", "status", "after"),
    [
        ("running", "pause", 200, "paused"),
        ("paused", "pause", 200, "paused"),
        ("paused", "resume", 200, "running"),
        ("running", "cancel", 200, "canceled"),
        ("finished", "pause", 409, "finished"),
        ("draft", "resume", 409, "draft"),
        ("finished", "cancel", 409, "finished"),
        ("canceled", "send", 409, "canceled"),
    ],
)
def test_acts_follow_the_machine(cast: Cast, before: str, act: str, status: int, after: str) -> None:
    made = draft(cast)
    Campaign.objects.update(status=before, started_at=clock.now())
    answer = call(cast.ada, "POST", f"{PATH}/{made.pk}/{act}", {})
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["code"] == "campaign.state"
    assert Campaign.objects.get().status == after


def test_a_campaign_can_be_given_a_time(cast: Cast) -> None:
    join(cast)
    made, at = draft(cast), clock.now() + timedelta(days=1)
    answer = call(cast.ada, "POST", f"{PATH}/{made.pk}/send", {"at": at.isoformat()})
    assert answer.json()["scheduled_at"] == clock.text(at)
    past = call(cast.ada, "POST", f"{PATH}/{draft(cast).pk}/send", {"at": "2020-01-01T00:00:00Z"})
    assert (past.status_code, past.json()["code"]) == (422, "campaign.time")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**BODY, "subject": ""}, "campaign.subject"),
        ({**BODY, "subject": "a\u0000b"}, "campaign.subject"),
        ({**BODY, "text": ""}, "campaign.text"),
        ({**BODY, "listing": str(uuid4())}, "campaign.listing"),
        ({**BODY, "sender": "x"}, "malformed"),
        ({"subject": "x"}, "malformed"),
    ],
)
def test_what_does_not_fit_is_refused(cast: Cast, body: Any, code: str) -> None:
    answer = call(cast.ada, "POST", PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_others_see_and_do_nothing(cast: Cast) -> None:
    join(cast)
    made = draft(cast)
    assert call(None, "GET", PATH).status_code == 401
    for person, listed in ((cast.ben, 403), (cast.cleo, 200)):
        assert call(person, "GET", PATH).status_code == listed
        assert call(person, "GET", f"{PATH}/{made.pk}").status_code == 404
        for act in ("send", "pause", "resume", "cancel"):
            hidden = call(person, "POST", f"{PATH}/{made.pk}/{act}", {})
            missing = call(person, "POST", f"{PATH}/{uuid4()}/{act}", {})
            assert hidden.status_code == missing.status_code == 404
            assert hidden.json() == missing.json()
    assert call(cast.ben, "GET", "/api/v1/subscribers").status_code == 403
    assert call(cast.cleo, "GET", "/api/v1/subscribers").json()["subscribers"] == []
    assert call(cast.cleo, "GET", PATH).json()["campaigns"] == []


def test_subscribers_are_listed_page_by_page(cast: Cast) -> None:
    addresses = [join(cast, f"r{number}@readers.example").email for number in range(3)]
    first = call(cast.max, "GET", "/api/v1/subscribers?limit=2&status=confirmed").json()
    rest = call(cast.max, "GET", f"/api/v1/subscribers?limit=2&after={first['next']}").json()
    assert [row["email"] for row in (*first["subscribers"], *rest["subscribers"])] == addresses
    assert rest["next"] is None
    assert call(cast.max, "GET", "/api/v1/subscribers?status=bounced").json()["subscribers"] == []
