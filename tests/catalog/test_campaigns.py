"""Writing a campaign and telling it to go: who may, what is refused, and what twice does."""

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from catalog import campaign as machine
from catalog import campaigns, services
from catalog.campaign import Status
from catalog.campaign_models import Campaign
from catalog.campaigns import Words
from catalog.models import Listing
from catalog.refusals import (
    CampaignChanged,
    CampaignListing,
    CampaignNobody,
    CampaignState,
    CampaignSubject,
    CampaignText,
    CampaignTime,
)
from negotiation_hub.kernel import clock, limits
from negotiation_hub.kernel.models import Job
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from negotiation_hub.people.models import Membership, User
from tests.catalog.news import WORDS, as_person, draft, join, send, work
from tests.factories.catalog import ListingFactory
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
CELLS = {
    ("schedule", "draft"): "scheduled",
    ("start", "scheduled"): "running",
    ("pause", "running"): "paused",
    ("resume", "paused"): "running",
    ("cancel", "draft"): "canceled",
    ("cancel", "scheduled"): "canceled",
    ("cancel", "running"): "canceled",
    ("cancel", "paused"): "canceled",
    ("finish", "running"): "finished",
}
ACTS = {
    "edit": lambda actor, one: campaigns.edit_campaign(
        actor=actor, campaign_id=one, words=WORDS, now=clock.now()
    ),
    "schedule": lambda actor, one: campaigns.send_campaign(actor=actor, campaign_id=one, now=clock.now()),
    "pause": lambda actor, one: campaigns.pause_campaign(actor=actor, campaign_id=one, now=clock.now()),
    "resume": lambda actor, one: campaigns.resume_campaign(actor=actor, campaign_id=one, now=clock.now()),
    "cancel": lambda actor, one: campaigns.cancel_campaign(actor=actor, campaign_id=one, now=clock.now()),
}


def pumps(cast: Cast, **more: Any) -> Listing:
    return ListingFactory.create(organisation=cast.norte, author=cast.ada, title="CP-40 pumps", **more)


def colleague(cast: Cast) -> User:
    """Cleo works for Norte now, and sells nothing."""
    Membership.objects.create(user=cast.cleo, organisation=cast.norte, role="member", created_at=START)
    Membership.objects.filter(user=cast.cleo, organisation__kind="personal").delete()
    return cast.cleo


# --- the machine


@pytest.mark.parametrize(("event", "before"), list(product(machine.EVENTS, Status)))
def test_each_cell_of_the_machine_is_as_written(event: str, before: Status) -> None:
    assert machine.after(event, before) == CELLS.get((event, before.value))


@pytest.mark.parametrize(("act", "before"), list(product(ACTS, Status)))
def test_each_act_does_what_the_table_says_or_nothing_or_is_refused(
    cast: Cast, act: str, before: Status
) -> None:
    join(cast)
    made = draft(cast)
    Campaign.objects.filter(pk=made.pk).update(status=before)
    allowed = before == Status.DRAFT if act == "edit" else (act, before.value) in CELLS
    gone_before = act == "schedule" and before not in {Status.DRAFT, Status.CANCELED}
    done_before = act != "edit" and (gone_before or machine.leads_to(act) == before)
    if allowed or done_before:
        after = ACTS[act](cast.ada, made.pk).status
        assert after == (before if act == "edit" or done_before else CELLS[act, before.value])
    else:
        with pytest.raises(CampaignState):
            ACTS[act](cast.ada, made.pk)
        assert Campaign.objects.get().status == before


# --- who may


@pytest.mark.parametrize("act", sorted(ACTS))
def test_others_cannot_tell_that_a_campaign_exists(cast: Cast, act: str) -> None:
    made = draft(cast)
    for stranger in (cast.ben, cast.cleo, cast.dov):
        with pytest.raises(NotFound):
            ACTS[act](stranger, made.pk)
    with pytest.raises(NotFound):
        ACTS[act](cast.ada, uuid4())
    with pytest.raises(NotPermitted):
        ACTS[act](colleague(cast), made.pk)
    assert Campaign.objects.get().status == "draft"


@pytest.mark.parametrize("page", ["", "edit/", "send/"])
def test_others_get_the_same_page_as_for_what_is_not_there(cast: Cast, page: str) -> None:
    made = draft(cast)
    seller_elsewhere = as_person(cast.cleo)  # sells for herself
    hidden = seller_elsewhere.get(f"/campaigns/{made.pk}/{page}")
    missing = seller_elsewhere.get(f"/campaigns/{uuid4()}/{page}")
    assert hidden.status_code == missing.status_code == 404
    assert as_person(colleague(cast)).get(f"/campaigns/{made.pk}/{page}").status_code == 403
    signed_out = as_person(cast.ada)
    signed_out.logout()
    assert signed_out.get(f"/campaigns/{made.pk}/{page}").status_code == 302


def test_who_does_not_sell_has_no_campaigns(cast: Cast) -> None:
    for path in ("/campaigns/", "/campaigns/new/"):
        assert as_person(cast.ben).get(path).status_code == 403
    with pytest.raises(NotFound):
        draft(cast, actor=cast.ben)


# --- what is refused


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (Words("", "Text"), CampaignSubject),
        (Words(" \n ", "Text"), CampaignSubject),
        (Words("x" * 151, "Text"), CampaignSubject),
        (Words("Pumps\x00", "Text"), CampaignSubject),
        (Words("Pumps \u202egnp", "Text"), CampaignSubject),
        (Words("Pumps", ""), CampaignText),
        (Words("Pumps", " \n"), CampaignText),
        (Words("Pumps", "x" * 20_001), CampaignText),
        (Words("Pumps", "a\x07b"), CampaignText),
    ],
)
def test_words_that_cannot_be_mailed_are_refused(cast: Cast, words: Words, refusal: type[Refusal]) -> None:
    made = draft(cast)
    with pytest.raises(refusal):
        draft(cast, words=words)
    with pytest.raises(refusal):
        campaigns.edit_campaign(actor=cast.ada, campaign_id=made.pk, words=words, now=clock.now())
    assert Campaign.objects.get().subject == WORDS.subject


def test_a_campaign_leads_to_a_public_listing_of_its_own_seller(cast: Cast) -> None:
    foreign = ListingFactory.create(organisation=cast.acme, author=cast.ben)
    hidden = pumps(cast, status="draft")
    for listing in (foreign.pk, hidden.pk, uuid4()):
        with pytest.raises(CampaignListing):
            draft(cast, words=Words("Pumps", "Text", listing))


def test_a_listing_that_was_put_away_since_keeps_the_campaign_here(cast: Cast) -> None:
    join(cast)
    listing = pumps(cast)
    made = draft(cast, words=Words("Pumps", "Text", listing.pk))
    services.archive_listing(actor=cast.ada, listing_id=listing.pk, now=clock.now())
    with pytest.raises(CampaignListing):
        send(cast, made)


def test_nobody_to_send_it_to(cast: Cast) -> None:
    made = draft(cast)
    with pytest.raises(CampaignNobody):
        send(cast, made)
    assert "Nobody has confirmed" in as_person(cast.ada).get(f"/campaigns/{made.pk}/").content.decode()


def test_what_a_colleague_changed_since_is_looked_at_first(cast: Cast) -> None:
    join(cast)
    made = draft(cast)
    campaigns.edit_campaign(
        actor=cast.sol, campaign_id=made.pk, words=Words("Other", "Text"), now=clock.now()
    )
    with pytest.raises(CampaignChanged):
        send(cast, made, revision=1)
    answer = as_person(cast.ada).post(f"/campaigns/{made.pk}/send/", {"revision": "1"})
    assert answer.status_code == 409
    assert "campaign.changed" in answer.content.decode()
    assert send(cast, made, revision=2).status == "scheduled"


@pytest.mark.parametrize("late_s", [-1, 0, limits.SCHEDULE_MAX_S + 1])
def test_it_starts_neither_in_the_past_nor_next_year(cast: Cast, late_s: int) -> None:
    join(cast)
    now, made = clock.now(), draft(cast)
    with pytest.raises(CampaignTime):
        campaigns.send_campaign(
            actor=cast.ada, campaign_id=made.pk, now=now, at=now + timedelta(seconds=late_s)
        )


# --- twice


def test_a_draft_that_is_saved_twice_is_one(cast: Cast) -> None:
    client, one = as_person(cast.ada), uuid4()
    for _ in range(2):
        answer = client.post("/campaigns/new/", {"id": str(one), "subject": "Pumps", "text": "Text"})
        assert answer["Location"] == f"/campaigns/{one}/"
    assert Campaign.objects.get().pk == one


def test_an_id_that_is_anothers_makes_and_shows_nothing(cast: Cast) -> None:
    made = draft(cast)
    with pytest.raises(NotFound):
        draft(cast, actor=cast.sol, campaign_id=made.pk)


def test_send_that_is_clicked_twice_sends_once(cast: Cast) -> None:
    join(cast)
    made, client = draft(cast), as_person(cast.ada)
    for _ in range(2):
        assert client.post(f"/campaigns/{made.pk}/send/", {"revision": "1"}).status_code == 302
    assert Job.objects.filter(topic="catalog.campaign.start").count() == 1
    work()
    assert client.post(f"/campaigns/{made.pk}/send/", {"revision": "1"}).status_code == 302
    found = Campaign.objects.get()
    assert (found.status, found.sent, found.sent_by) == ("finished", 1, cast.ada)


# --- pages


def test_the_way_from_writing_to_the_result(cast: Cast) -> None:
    join(cast)
    join(cast, "lee@readers.example")
    listing, client = pumps(cast), as_person(cast.sol)
    form = {"id": str(uuid4()), "subject": "News", "text": "We have **500**.", "listing": str(listing.pk)}
    page = client.post("/campaigns/new/", form, follow=True).content.decode()
    for part in ("We have <strong>500</strong>.", "CP-40 pumps", "Send to 2 confirmed subscribers"):
        assert part in page
    path = f"/campaigns/{form['id']}/"
    assert "Send to 2 confirmed subscribers?" in client.get(path + "send/").content.decode()
    assert Campaign.objects.get().status == "draft"  # looking sends nothing
    shown = client.post(path + "send/", {"revision": "1"}, follow=True).content.decode()
    assert 'data-poll="2"' in shown
    work()
    shown = client.get(path).content.decode()
    assert "Finished" in shown
    assert "2 of 2 subscribers" in shown
    assert "data-poll" not in shown
    assert "News</a>" in client.get("/campaigns/").content.decode()
    assert client.get(path + "edit/").status_code == 409


def test_a_wrong_form_says_what_is_wrong(cast: Cast) -> None:
    client = as_person(cast.ada)
    foreign = ListingFactory.create(organisation=cast.acme, author=cast.ben)
    for wrong in (
        {"subject": "", "text": "Text"},
        {"subject": "a\x07b", "text": "Text"},
        {"subject": "Pumps", "text": ""},
        {"subject": "Pumps", "text": "Text", "listing": str(foreign.pk)},
    ):
        answer = client.post("/campaigns/new/", wrong)
        assert answer.status_code == 422
        assert "field-error" in answer.content.decode()
    assert not Campaign.objects.exists()


def test_hostile_words_are_shown_as_words(cast: Cast) -> None:
    made = draft(
        cast,
        words=Words(
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)> [x](javascript:alert(1)) {{ campaign }} %(seller)s",
        ),
    )
    page = as_person(cast.ada).get(f"/campaigns/{made.pk}/").content.decode()
    main = page.split("<main")[1]
    assert "<script>" not in main
    assert "<img src=x" not in main
    assert 'href="javascript' not in main
    assert "{{ campaign }} %(seller)s" in main


@pytest.mark.parametrize("query", ["x", "2026-13-45T00:00:00Z", "2026-03-02", "%00"])
def test_a_meddled_address_still_shows_the_page(cast: Cast, query: str) -> None:
    draft(cast)
    assert as_person(cast.ada).get(f"/campaigns/?before={query}").status_code == 200


def test_many_campaigns_are_paged(cast: Cast) -> None:
    for number in range(53):
        draft(cast, words=Words(f"Campaign {number:02}.", "Text"))
    client = as_person(cast.ada)
    first = client.get("/campaigns/")
    rest = client.get("/campaigns/", {"before": first.context["before"]})
    shown = first.content.decode() + rest.content.decode()
    assert all(f"Campaign {number:02}." in shown for number in range(53))
