"""Moderators claim, release and decide what was reported and found."""

import re
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desk import audit, limits, queue, queue_queries
from desk.machine import DECISIONS, EVENTS, STEPS, Status, step
from desk.models import ReviewItem
from negotiation_hub.people.models import User
from tests.desk.conftest import Deals
from tests.desk.review import PAY, about_message, item, judge, moderator, report, watch
from tests.rooms.table import refused

pytestmark = pytest.mark.covers("room:supervision.queue")


def signed_in(user: User) -> Client:
    page = Client()
    page.force_login(user)
    return page


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("event", EVENTS)
def test_every_cell_of_the_table(event: str, status: Status) -> None:
    after = {
        "add": Status.PENDING,
        "claim": Status.PENDING,
        "release": Status.PENDING,
        "approve": Status.APPROVED,
        "reject": Status.REJECTED,
        "ignore": Status.IGNORED,
        "delete": Status.DELETED,
    }
    found = step(event, status)
    assert (found.after if found else None) == (after[event] if status == Status.PENDING else None)
    assert len(STEPS) == len(after)


def test_a_claim_keeps_others_out_until_it_ends(deals: Deals) -> None:
    deal, eve = deals(), moderator("Eve")
    report(deal, "buyer")
    found = item(deal)
    queue.claim(item_id=found.pk, actor=deal.cast.dov, now=deal.now)
    queue.claim(item_id=found.pk, actor=deal.cast.dov, now=deal.now)  # a double click
    for act in (queue.claim, queue.release):
        with refused("review.claimed"):
            act(item_id=found.pk, actor=eve, now=deal.now)
    with refused("review.not_claimed"):
        queue.decide(item_id=found.pk, actor=eve, decision="ignore", reason="x", version=9, now=deal.now)
    deal.now += timedelta(seconds=limits.CLAIM_S)
    with refused("review.not_claimed"):
        queue.decide(
            item_id=found.pk, actor=deal.cast.dov, decision="ignore", reason="x", version=9, now=deal.now
        )
    assert queue.claim(item_id=found.pk, actor=eve, now=deal.now).claimed_by == eve
    queue.release(item_id=found.pk, actor=eve, now=deal.now, reason="I know them.")
    queue.release(item_id=found.pk, actor=eve, now=deal.now)
    steps = list(found.steps.order_by("pk").values_list("event", "by__name", "reason"))
    assert steps == [
        ("open", None, ""),
        ("claim", "Dov", ""),
        ("lapse", "Dov", ""),
        ("claim", "Eve", ""),
        ("release", "Eve", "I know them."),
    ]


@pytest.mark.parametrize("decision", [one for one in DECISIONS if one != "delete"])
def test_a_decision_is_made_once_with_a_reason(deals: Deals, decision: str) -> None:
    deal, eve = deals(), moderator("Eve")
    report(deal, "buyer")
    found = item(deal)
    seen = queue.claim(item_id=found.pk, actor=deal.cast.dov, now=deal.now)
    decide = partial(queue.decide, item_id=found.pk, actor=deal.cast.dov, version=seen.version, now=deal.now)
    with refused("malformed"):
        decide(decision=decision, reason="  ")
    decide(decision=decision, reason="I read it.")
    decide(decision=decision, reason="I read it.")  # a double click
    other = next(one for one in DECISIONS if one != decision)
    with refused("review.decided"):
        decide(decision=other, reason="No.")
    with refused("review.decided"):
        queue.claim(item_id=found.pk, actor=eve, now=deal.now)
    assert found.steps.filter(event=decision).count() == 1
    assert list(audit.check()) == []


def test_what_comes_in_after_the_look_is_looked_at_first(deals: Deals) -> None:
    deal = deals()
    deal.say("seller", PAY)
    watch(deal)
    found = item(deal)
    seen = queue.claim(item_id=found.pk, actor=deal.cast.dov, now=deal.now)
    report(deal, "buyer", {"what": "person", "person": str(deal.ada.pk)})
    with refused("review.changed"):
        queue.decide(
            item_id=found.pk,
            actor=deal.cast.dov,
            decision="ignore",
            reason="so",
            version=seen.version,
            now=deal.now,
        )


def test_deleted_is_what_was_removed(deals: Deals) -> None:
    deal = deals()
    said = deal.send("seller", "message.send", text=PAY).seq
    watch(deal)
    report(deal, "buyer", about_message(said), kind="payment", words="Look.")
    with refused("review.not_removed"):
        judge(deal, item(deal), "delete")
    deal.send("seller", "message.redact", message=said)
    page = signed_in(deal.cast.dov).get(reverse("desk:review_item", args=[item(deal).pk])).content.decode()
    assert PAY not in page
    assert "What was said here is removed." in page
    assert judge(deal, item(deal), "delete").status == Status.DELETED


def test_the_page_shows_words_reasons_place_history_and_people(deals: Deals) -> None:
    deal = deals()
    before = deals()
    report(before, "buyer", {"what": "person", "person": str(before.ada.pk)})
    judge(before, item(before), "approve")
    said = deal.send("seller", "message.send", text=PAY).seq
    watch(deal)
    report(deal, "buyer", about_message(said), kind="payment", words="<b>Ada</b> asks for cash.")
    found = item(deal)
    page = signed_in(deal.cast.dov)
    assert "Let us settle this outside" in page.get(reverse("desk:queue")).content.decode()
    text = page.get(reverse("desk:review_item", args=[found.pk])).content.decode()
    for words in (
        "Let us settle this outside the platform: pay me directly",
        "Talk of paying past the platform",
        "&lt;b&gt;Ada&lt;/b&gt; asks for cash.",
        "Reported by Ben",
        f"{reverse('rooms:room', args=[deal.room.pk])}#m{said}",
        "Came into the queue",
        reverse("desk:review_item", args=[item(before).pk]),
    ):
        assert words in text, words


def test_the_pages_forms_do_it_all_without_a_script(deals: Deals) -> None:
    deal = deals()
    report(deal, "buyer")
    found = item(deal)
    page, here = signed_in(deal.cast.dov), reverse("desk:review_item", args=[found.pk])
    assert page.get(reverse("desk:review_claim", args=[found.pk])).status_code == 405
    assert page.post(reverse("desk:review_claim", args=[found.pk])).url == here  # type: ignore[attr-defined]
    text = page.get(here).content.decode()
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version is not None
    sent = {"version": version[1], "decision": "approve", "reason": ""}
    assert (
        "with a reason"
        in page.post(reverse("desk:review_decide", args=[found.pk]), sent, follow=True).content.decode()
    )
    page.post(reverse("desk:review_decide", args=[found.pk]), {**sent, "reason": "Seen."})
    assert item(deal).status == Status.APPROVED
    assert "Seen." in page.get(here).content.decode()


def test_rest_does_the_same(deals: Deals) -> None:
    deal, eve = deals(), moderator("Eve")
    deal.say("seller", PAY)
    watch(deal)
    dov, other = signed_in(deal.cast.dov), signed_in(eve)
    (row,) = dov.get("/api/v1/moderation/queue").json()["items"]
    assert (row["kind"], row["score"], row["about"]["name"], row["words"]) == ("payment", 50, "Ada", PAY)
    here = f"/api/v1/moderation/queue/{row['id']}"
    assert dov.post(f"{here}/claim").json()["claimed_by"]["name"] == "Dov"
    answer = other.post(f"{here}/claim")
    assert (answer.status_code, answer.json()["code"]) == (409, "review.claimed")
    whole = other.get(here).json()
    assert [entry["findings"][0]["rule"] for entry in whole["entries"]] == ["outside"]
    sent = {"decision": "approve", "reason": "Clear.", "version": whole["version"]}
    assert dov.post(f"{here}/decide", sent, content_type="application/json").json()["status"] == "approved"
    assert [step["event"] for step in dov.get(here).json()["steps"]] == ["open", "claim", "approve"]
    assert dov.get("/api/v1/moderation/queue").json()["items"] == []
    assert len(dov.get("/api/v1/moderation/queue?status=approved&kind=payment").json()["items"]) == 1
    assert dov.get(f"/api/v1/moderation/queue/{uuid4()}").status_code == 404


def test_the_list_is_paged_by_score_and_costs_the_same_for_many(
    deals: Deals, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = ["spam", "fraud", "other", "spam", "insult"]
    for kind in kinds:
        deal = deals()
        deal.say("seller", PAY)
        report(deal, "buyer", kind=kind)
    watch(deal)
    dov = deal.cast.dov
    with CaptureQueriesContext(connection) as many:
        page = queue_queries.page_of(dov, queue_queries.Wanted(), deal.now)
    assert len(page.rows) == 10
    assert len(many) <= 8
    monkeypatch.setattr(limits, "QUEUE_PAGE", 4)
    seen: list[ReviewItem] = []
    after = ""
    while True:
        page = queue_queries.page_of(dov, queue_queries.Wanted.of({"after": after}), deal.now)
        seen += [row.item for row in page.rows]
        if not (after := page.next):
            break
    assert len({one.pk for one in seen}) == 10
    assert [one.score for one in seen] == sorted((one.score for one in seen), reverse=True)
    only = queue_queries.page_of(dov, queue_queries.Wanted.of({"kind": "fraud"}), deal.now)
    assert [row.item.kind for row in only.rows] == ["fraud"]


def test_verify_finds_a_changed_score_and_a_decision_that_nobody_made(deals: Deals) -> None:
    deal = deals()
    report(deal, "buyer")
    assert list(audit.check()) == []
    ReviewItem.objects.update(score=1, status=Status.IGNORED)
    assert [problem.what for problem in audit.check()] == [
        "its score is not that of its reports and findings",
        "it is ignored, and its history says pending",
    ]
