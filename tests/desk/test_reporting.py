"""Participants report; only moderators ever see it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from desk import limits, queue
from desk.machine import Status
from desk.models import Report, ReviewItem
from negotiation_hub.people import services as people
from tests.desk.conftest import Deals
from tests.desk.review import about_message, item, judge, report
from tests.rooms.table import refused

pytestmark = pytest.mark.covers("room:supervision.report")


def test_a_message_an_offer_a_person_and_the_room_are_reported(deals: Deals) -> None:
    deal = deals()
    said = deal.send("seller", "message.send", text="You will regret it.").seq
    deal.propose("seller", 9_000)
    report(deal, "buyer", about_message(said), kind="insult")
    report(deal, "buyer", {"what": "offer", "version": 1})
    report(deal, "buyer", {"what": "person", "person": str(deal.ada.pk)})
    report(deal, "buyer", {"what": "room"}, kind="spam")
    of_ada = ReviewItem.objects.get(room=deal.room, subject=deal.ada)
    assert set(of_ada.reports.values_list("target", flat=True)) == {
        f"message {said}",
        "offer 1",
        f"person {deal.ada.pk}",
    }
    assert (of_ada.score, of_ada.kind) == (30 + 60 + 60, "fraud")
    assert ReviewItem.objects.get(room=deal.room, subject=None).kind == "spam"


def test_it_is_no_event_and_the_answer_tells_nothing_but_the_head(deals: Deals) -> None:
    deal = deals()
    said = deal.send("seller", "message.send", text="Hm.")
    before = [event.hash for event in deal.events]
    answer = report(deal, "buyer", about_message(said.seq))
    assert [event.hash for event in deal.events] == before
    assert answer == said
    assert deal.folded == deal.state


def test_the_same_command_again_changes_nothing(deals: Deals) -> None:
    deal, once = deals(), uuid4()
    first = report(deal, "buyer", id=once)
    assert report(deal, "buyer", id=once) == first
    assert Report.objects.count() == 1
    assert item(deal).score == 60


def test_one_report_of_a_thing_waits_at_a_time(deals: Deals) -> None:
    deal = deals()
    report(deal, "buyer")
    with refused("report.open"):
        report(deal, "buyer")
    first = item(deal)
    judge(deal, first, "reject")
    report(deal, "buyer")  # it has happened again
    assert ReviewItem.objects.filter(room=deal.room, status=Status.PENDING).count() == 1


def test_what_is_not_there_or_ones_own_is_not_reported(deals: Deals) -> None:
    deal = deals()
    said = deal.send("buyer", "message.send", text="Mine.").seq
    nobody = {"what": "person", "person": str(uuid4())}
    for about in (about_message(said + 9), {"what": "offer", "version": 3}, nobody):
        with refused("report.target"):
            report(deal, "buyer", about)
    with refused("report.own"):
        report(deal, "buyer", about_message(said))
    deal.send("buyer", "message.redact", message=said)
    with refused("report.target"):
        report(deal, "seller", about_message(said))


def test_a_stranger_finds_no_table_to_report(deals: Deals) -> None:
    deal = deals()
    with refused("stream.unknown"):
        report(deal, "cleo")
    with refused("not_permitted"):
        report(deal, "dov")
    assert not Report.objects.exists()


def test_a_person_reports_so_often_in_an_hour(deals: Deals) -> None:
    deal = deals()
    for _ in range(limits.REPORTS_PER_H):
        said = deal.send("seller", "message.send", text="Spam.").seq
        report(deal, "buyer", about_message(said), kind="spam")
        deal.now += timedelta(seconds=1)
    said = deal.send("seller", "message.send", text="Spam.").seq
    with refused("report.too_many"):
        report(deal, "buyer", about_message(said))
    deal.now += timedelta(hours=1)
    report(deal, "buyer", about_message(said))


def test_who_was_right_before_weighs_more_and_who_was_wrong_less(deals: Deals) -> None:
    for decision, points in (("approve", 90), ("reject", 60), ("reject", 30)):
        deal = deals()
        report(deal, "buyer")
        judge(deal, item(deal), decision)
        later = deals()
        report(later, "buyer")
        assert item(later).score == points


def test_neither_the_other_side_nor_the_reported_nor_strangers_see_anything(deals: Deals) -> None:
    deal = deals()
    secret = "Ada wants cash, says the buyer, quietly."
    report(deal, "buyer", {"what": "person", "person": str(deal.ada.pk)}, words=secret)
    found = item(deal)
    pages = [
        reverse("desk:live"),
        reverse("desk:queue"),
        reverse("desk:review_item", args=[found.pk]),
        "/api/v1/moderation/queue",
        f"/api/v1/moderation/queue/{found.pk}",
        "/api/v1/moderation/rooms",
    ]
    posts = [reverse(f"desk:review_{act}", args=[found.pk]) for act in ("claim", "release", "decide")]
    posts += [f"/api/v1/moderation/queue/{found.pk}/claim"]
    for name in ("ada", "max", "ben", "cleo"):
        person = Client()
        person.force_login(getattr(deal.cast, name))
        for page in pages:
            answer = person.get(page)
            assert answer.status_code == 404, (name, page)
            assert secret not in answer.content.decode()
        for page in posts:
            assert person.post(page, content_type="application/json").status_code == 404, (name, page)
        own = [
            f"/api/v1/rooms/{deal.room.pk}",
            f"/api/v1/rooms/{deal.room.pk}/events",
            f"/api/v1/rooms/{deal.room.pk}/evidence",
            reverse("desk:deal", args=[deal.room.pk]),
            reverse("rooms:room", args=[deal.room.pk]),
        ]
        for page in own:
            assert secret not in person.get(page).content.decode(), (name, page)
    assert Client().get(pages[3]).status_code == 401


def test_a_moderator_whom_it_is_about_or_who_has_to_do_with_a_side_does_not_see_it(deals: Deals) -> None:
    deal = deals()
    report(deal, "buyer", words="psst")
    found = item(deal)
    eve = deal.cast.cleo
    eve.is_moderator = True
    eve.save(update_fields=["is_moderator"])
    page = Client()
    page.force_login(eve)
    listed = reverse("desk:queue")
    assert "psst" in page.get(listed).content.decode()
    # A company of Eve's in which somebody of Norte works as well.
    company = people.create_organisation(actor=eve, name="Elsewhere", now=deal.now)
    people.add_member(actor=eve, organisation=company, user=deal.cast.sol, role="sales", now=deal.now)
    shown = page.get(listed).content.decode()
    assert "psst" not in shown
    assert "1 more is not shown" in shown
    answer = page.get(reverse("desk:review_item", args=[found.pk]))
    assert (answer.status_code, "psst" in answer.content.decode()) == (403, False)
    assert page.get("/api/v1/moderation/rooms").json()["rooms"] == []
    with refused("review.conflict"):
        queue.claim(item_id=found.pk, actor=eve, now=deal.now)


def test_the_database_refuses_to_change_a_report_or_the_history(deals: Deals) -> None:
    deal = deals()
    report(deal, "buyer")
    for statement in (
        "UPDATE desk_report SET words = 'x'",
        "DELETE FROM desk_report",
        "UPDATE desk_reviewstep SET reason = 'x'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
