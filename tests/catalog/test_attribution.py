"""Where visitors came from, counted once, never behind anybody's back, and kept through signing in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django import Settings

from catalog import attribution, links, queries_campaigns, services
from catalog.campaign_models import Attribution, Campaign, Visit
from catalog.campaigns import Words
from catalog.models import Listing
from negotiation_hub.kernel import clock, limits
from negotiation_hub.people import demo
from rooms.models import Room
from tests.catalog.news import as_person, draft, join, send, work
from tests.factories.catalog import ListingFactory
from tests.people.test_person_prefix import call
from tests.personas import Cast

pytestmark = pytest.mark.django_db
UTM = {"utm_source": "fair", "utm_medium": "print", "utm_campaign": "spring"}


@pytest.fixture
def pumps(cast: Cast) -> Listing:
    return ListingFactory.create(organisation=cast.norte, author=cast.ada)


@pytest.fixture
def sent(cast: Cast, pumps: Listing) -> Campaign:
    """A campaign about the pumps that Kim got."""
    join(cast)
    made = send(cast, draft(cast, words=Words("Pumps", "Text", pumps.pk)))
    work()
    return made


def link_of(campaign: Campaign, now: datetime | None = None) -> str:
    """The path that the mail leads to."""
    url = links.click_url(campaign.pk, campaign.pk, now or clock.now())
    return urlsplit(url).path


def click(client: Client, campaign: Campaign, **headers: str) -> Any:
    return client.get(link_of(campaign), headers=headers)


def negotiate(client: Client, listing: Listing) -> Room:
    """The button of a listing's page."""
    answer = client.post("/rooms/open/", {"listing": str(listing.pk)})
    assert answer.status_code == 302
    return Room.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def sources() -> list[tuple[str, str]]:
    return sorted(Visit.objects.values_list("source", "detail"))


# --- clicks of a campaign


def test_a_click_leads_to_the_listing_and_is_a_visit(sent: Campaign, pumps: Listing) -> None:
    client = Client()
    answer = click(client, sent)
    assert answer.status_code == 302
    target = urlsplit(answer["Location"])
    assert target.path == pumps.get_absolute_url()
    assert parse_qs(target.query) == {
        "utm_source": ["negotiation-hub"],
        "utm_medium": ["email"],
        "utm_campaign": [str(sent.pk)],
    }
    assert client.get(answer["Location"]).status_code == 200  # which is no second visit
    visit = Visit.objects.get()
    assert (visit.source, visit.campaign, visit.listing) == ("campaign", sent, pumps)
    assert client.session["visitor"] == visit.visitor.hex


def test_clicks_within_half_an_hour_are_one_visit(sent: Campaign) -> None:
    client, begin = Client(), clock.now()
    path = link_of(sent, begin)
    for seconds, visits in ((0, 1), (1, 1), (limits.VISIT_S - 1, 1), (limits.VISIT_S + 1, 2)):
        with time_machine.travel(begin + timedelta(seconds=seconds), tick=False):
            client.get(path)
        assert Visit.objects.count() == visits
    Client().get(path)
    assert Visit.objects.count() == 3  # another browser


@pytest.mark.parametrize(
    "headers",
    [
        {"DNT": "1"},
        {"Sec-GPC": "1"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
    ],
)
def test_who_is_not_to_be_counted_is_led_on_all_the_same(
    sent: Campaign, pumps: Listing, headers: dict[str, str]
) -> None:
    client = Client()
    assert click(client, sent, **headers)["Location"].startswith(pumps.get_absolute_url())
    client.get(pumps.get_absolute_url(), UTM, headers=headers)
    assert not Visit.objects.exists()
    assert "sessionid" not in client.cookies


def test_a_program_that_only_looks_counts_nothing(sent: Campaign) -> None:
    assert Client().head(link_of(sent)).status_code == 302
    assert Client().post(link_of(sent)).status_code == 405
    assert not Visit.objects.exists()


def test_the_sellers_own_people_are_not_counted(sent: Campaign, pumps: Listing, cast: Cast) -> None:
    for person in (cast.ada, cast.max):
        assert click(as_person(person), sent).status_code == 302
        as_person(person).get(pumps.get_absolute_url(), UTM)
    assert not Visit.objects.exists()
    click(as_person(cast.ben), sent)
    assert Visit.objects.count() == 1


def test_a_link_that_was_changed_or_is_too_old_leads_nowhere(sent: Campaign) -> None:
    good, old = link_of(sent), link_of(sent, datetime(2020, 1, 1, tzinfo=UTC))
    missing = urlsplit(links.click_url(sent.pk, sent.organisation_id, clock.now())).path
    leave = urlsplit(links.leave_url(sent.pk, sent.pk, clock.now())).path.rpartition("leave/")[2]
    for bad in (good[:-4] + "xx/", old, missing, f"/c/{leave}", "/c/x/"):
        answer = Client().get(bad)
        assert answer.status_code == 410
        assert "subscription.link" in answer.content.decode()
    assert not Visit.objects.exists()


def test_when_the_listing_is_gone_the_link_leads_to_the_seller(
    sent: Campaign, pumps: Listing, cast: Cast
) -> None:
    ListingFactory.create(organisation=cast.norte, author=cast.ada)
    services.archive_listing(actor=cast.ada, listing_id=pumps.pk, now=clock.now())
    client = Client()
    answer = click(client, sent)
    assert answer["Location"].startswith("/sellers/norte/?utm_source=")
    assert client.get(answer["Location"]).status_code == 200
    assert Visit.objects.count() == 1


# --- visits from elsewhere


@pytest.mark.parametrize(
    ("query", "referrer", "source", "detail"),
    [
        (UTM, "", "utm", "fair / print / spring"),
        ({"utm_source": "x\u202ey\n"}, "", "utm", "x y / - / -"),
        ({"utm_medium": "m" * 999}, "", "utm", f"- / {'m' * 60} / -"),
        (UTM, "https://blog.example/a", "utm", "fair / print / spring"),
        ({}, "https://www.blog.example/pumps?secret=1", "referral", "blog.example"),
        ({}, "https://www.google.co.uk/", "search", "google.co.uk"),
        ({}, "https://duckduckgo.com/?q=pump", "search", "duckduckgo.com"),
        ({}, "https://google.evil.example.google/", "search", "google.evil.example.google"),
    ],
)
def test_a_visit_from_elsewhere_is_noted(
    pumps: Listing, query: dict[str, str], referrer: str, source: str, detail: str
) -> None:
    Client().get(pumps.get_absolute_url(), query, headers={"Referer": referrer})
    assert sources() == [(source, detail)]


@pytest.mark.parametrize(
    "referrer", ["", "http://testserver/listings/", "http://www.testserver/", "about:blank", "http://[", "x"]
)
def test_who_comes_by_themselves_leaves_nothing(pumps: Listing, referrer: str) -> None:
    client = Client()
    assert client.get(pumps.get_absolute_url(), headers={"Referer": referrer}).status_code == 200
    assert not Visit.objects.exists()
    assert "sessionid" not in client.cookies


def test_one_visit_is_noted_for_each_session_listing_and_day(pumps: Listing, cast: Cast) -> None:
    other = ListingFactory.create(organisation=cast.norte, author=cast.ada)
    client, noon = Client(), clock.now().replace(hour=12)
    for days in (0, 0, 1):
        with time_machine.travel(noon + timedelta(days=days), tick=False):
            client.get(pumps.get_absolute_url(), UTM)
            client.get(pumps.get_absolute_url(), headers={"Referer": "https://blog.example/"})
            client.get(other.get_absolute_url(), UTM)
    assert Visit.objects.count() == 4
    assert set(Visit.objects.values_list("visitor", flat=True)) == {Visit.objects.all()[0].visitor}


def test_a_short_address_counts_before_it_leads_on(pumps: Listing) -> None:
    client = Client()
    client.get(f"/listings/{pumps.pk}/", UTM, follow=True)
    assert sources() == [("utm", "fair / print / spring")]


def test_a_draft_is_visited_by_nobody(pumps: Listing) -> None:
    Listing.objects.update(status="draft")
    assert Client().get(pumps.get_absolute_url(), UTM).status_code == 404
    assert not Visit.objects.exists()


# --- rooms


def test_a_room_that_is_opened_after_a_click_came_of_the_campaign(
    sent: Campaign, pumps: Listing, cast: Cast
) -> None:
    client = Client()
    click(client, sent)
    visitor = client.session["visitor"]
    client.force_login(cast.ben)  # signing in makes a new session, and keeps what the guest's held
    assert client.session["visitor"] == visitor
    room = negotiate(client, pumps)
    row = Attribution.objects.get()
    assert (row.room, row.visit.campaign, row.organisation) == (room.pk, sent, cast.norte)
    sent.refresh_from_db()
    results = queries_campaigns.results_of(sent)
    assert (results.visits, results.rooms, results.sent) == (1, 1, 1)
    page = as_person(cast.ada).get(f"/campaigns/{sent.pk}/").content.decode()
    assert "<dt>Rooms opened</dt><dd>1</dd>" in page


def test_signing_in_by_the_demos_button_keeps_the_visit(
    settings: Settings, cast: Cast, pumps: Listing, sent: Campaign
) -> None:
    settings.DEMO = True
    client = Client()
    click(client, sent)
    assert client.post("/demo/sign-in", {"person": "buyer"}).status_code == 302
    negotiate(client, pumps)
    assert Attribution.objects.get().visit.campaign == sent


def test_under_a_demo_persons_prefix_the_visit_is_kept_as_well(
    settings: Settings, cast: Cast, pumps: Listing, sent: Campaign
) -> None:
    settings.DEMO = True
    demo.user_of("buyer", now=clock.now())
    answer = call(f"/as/buyer{link_of(sent)}")
    assert answer.header("location").startswith(f"/as/buyer{pumps.get_absolute_url()}?utm_")
    cookie = f"as-buyer.sessionid={answer.cookies['as-buyer.sessionid']}"
    token = "c" * 32
    opened = call(
        "/as/buyer/rooms/open/",
        method="POST",
        body=f"listing={pumps.pk}&csrfmiddlewaretoken={token}".encode(),
        cookie=f"{cookie}; csrftoken={token}",
        content_type="application/x-www-form-urlencoded",
    )
    assert opened.header("location").startswith("/as/buyer/rooms/")
    assert Attribution.objects.get().visit.campaign == sent


def test_another_listing_of_the_same_seller_counts_and_another_sellers_does_not(
    sent: Campaign, cast: Cast
) -> None:
    same = ListingFactory.create(organisation=cast.norte, author=cast.ada)
    foreign = ListingFactory.create()
    client = as_person(cast.ben)
    click(client, sent)
    negotiate(client, foreign)
    assert not Attribution.objects.exists()
    room = negotiate(client, same)
    assert Attribution.objects.get().room == room.pk


def test_a_room_that_was_there_before_the_visit_did_not_come_of_it(
    sent: Campaign, pumps: Listing, cast: Cast
) -> None:
    client = as_person(cast.ben)
    room = negotiate(client, pumps)
    click(client, sent)
    assert negotiate(client, pumps) == room
    assert not Attribution.objects.exists()


def test_the_last_visit_before_the_room_is_the_one(sent: Campaign, pumps: Listing, cast: Cast) -> None:
    client = as_person(cast.ben)
    click(client, sent)
    client.get(pumps.get_absolute_url(), UTM)
    negotiate(client, pumps)
    assert Attribution.objects.get().visit.source == "utm"


def test_a_visit_of_another_browser_or_of_long_ago_explains_nothing(
    sent: Campaign, pumps: Listing, cast: Cast
) -> None:
    click(Client(), sent)
    client, now = as_person(cast.ben), clock.now()
    negotiate(client, pumps)
    assert not Attribution.objects.exists()
    session = {"visitor": Visit.objects.get().visitor.hex}
    late = now + timedelta(seconds=limits.ATTRIBUTION_S + 5)
    assert attribution.attribute(session, pumps.pk, pumps.pk, late) is None


def test_a_room_is_attributed_once(sent: Campaign, pumps: Listing) -> None:
    click(Client(), sent)
    session, now = {"visitor": Visit.objects.get().visitor.hex}, clock.now()
    rows = [attribution.attribute(session, pumps.pk, pumps.pk, now) for _ in range(2)]
    assert rows[0] == rows[1]
    assert Attribution.objects.count() == 1


def test_the_desk_asks_for_the_rooms_of_a_time(sent: Campaign, pumps: Listing, cast: Cast) -> None:
    client = as_person(cast.ben)
    click(client, sent)
    room, now = negotiate(client, pumps), clock.now()
    hour = timedelta(hours=1)
    found = queries_campaigns.attributed_rooms(cast.norte.pk, now - hour, now + hour)
    assert [(row.room, row.source, row.campaign, row.campaign_subject) for row in found] == [
        (room.pk, "campaign", sent.pk, "Pumps")
    ]
    assert queries_campaigns.attributed_rooms(cast.norte.pk, now + hour, now + 2 * hour) == []
    assert queries_campaigns.attributed_rooms(cast.acme.pk, now - hour, now + hour) == []


@pytest.mark.parametrize("spoil", [lambda rows: rows.update(at=clock.now()), lambda rows: rows.delete()])
def test_what_was_counted_cannot_be_changed(
    sent: Campaign, pumps: Listing, cast: Cast, spoil: Callable[[Any], Any]
) -> None:
    client = as_person(cast.ben)
    click(client, sent)
    negotiate(client, pumps)
    for model in (Attribution, Visit):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil(model.objects.all())
