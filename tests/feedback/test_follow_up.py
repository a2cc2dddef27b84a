from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from feedback import jobs, machine
from feedback.machine import Status
from feedback.models import FollowUp
from negotiation_hub.kernel import clock
from orders.models import Order
from rooms.models import Participant, Room
from tests.feedback.given import BAD, give, received
from tests.orders.deal import START, Deal
from threads import posts, services
from threads.models import Member, Thread


def opened(deal: Deal) -> FollowUp:
    give(deal, received(deal), **BAD)
    return FollowUp.objects.get()


def test_a_low_score_opens_a_private_thread_with_the_sales_staff(deal: Deal) -> None:
    found = opened(deal)
    thread = Thread.objects.get(pk=found.thread_id)
    people = Member.objects.filter(thread=thread).values_list("user", "side")
    assert set(people) == {(deal.ben.pk, "buyer"), (deal.ada.pk, "seller"), (deal.sol.pk, "seller")}
    assert (thread.group, thread.order) == (None, deal.order_id)
    assert thread.assignee == found.assignee
    assert found.due_at - found.opened_at == timedelta(hours=48)
    first = posts.page_of(thread, deal.ben).entries[-1]
    assert "Two of them leak." in first.text
    assert "> No" in first.text
    assert "> 1 / 5" in first.text
    assert first.name == ""
    assert deal.wrote(deal.ben, "Two of them leak.") == 1
    assert deal.wrote(deal.sol, "Two of them leak.") == 1
    assert deal.wrote(deal.max, "Two of them leak.") == 0


@pytest.mark.parametrize(
    ("values", "follows"),
    [
        ({"delivery": 2, "negotiation": 2}, True),
        ({"delivery": 1, "negotiation": 3}, True),
        ({"delivery": 2, "negotiation": 3}, False),
        ({"product": "no"}, True),
        ({"product": "in_part"}, False),
    ],
)
def test_a_score_of_two_or_a_no_is_followed_up(deal: Deal, values: dict[str, Any], follows: bool) -> None:
    give(deal, received(deal), **values)
    assert FollowUp.objects.exists() is follows


def test_without_the_buyers_word_nobody_learns_of_it(deal: Deal) -> None:
    give(deal, received(deal), may_contact=False, **BAD)
    assert not FollowUp.objects.exists()
    assert not Thread.objects.exists()


def test_the_job_may_run_again(deal: Deal) -> None:
    found = opened(deal)
    for _ in range(2):
        jobs.follow_up({"answer": str(found.answer_id)}, clock.now())
    deal.work()
    assert Thread.objects.count() == 1
    assert FollowUp.objects.get().pk == found.pk
    assert deal.wrote(deal.sol, "Two of them leak.") == 1


def test_whoever_sat_at_the_table_is_asked_first(deal: Deal) -> None:
    room = Room.objects.create(
        id=deal.order.room_id,
        title="Pumps",
        currency="EUR",
        buyer=deal.buyer,
        seller=deal.seller,
        opened_by=deal.ben,
        opened_at=START,
    )
    for person, side in ((deal.max, "seller"), (deal.sol, "seller"), (deal.ada, "seller")):
        Participant.objects.create(room=room, user=person, side=side, joined_at=START)
    # Max sat there first, but packs; of those who sell it was Sol.
    give(deal, received(deal), **BAD)
    assert FollowUp.objects.get().assignee == deal.sol


def test_resolving_the_thread_closes_the_follow_up_once(deal: Deal) -> None:
    found = opened(deal)
    later = deal.now + timedelta(hours=5)
    services.resolve(actor=deal.ada, thread_id=found.thread_id, now=later)
    deal.work()
    found.refresh_from_db()
    assert (found.status, found.resolved_at) == (Status.RESOLVED, later)
    thanks = later + timedelta(hours=1)
    services.post(actor=deal.ben, thread_id=found.thread_id, text="Thanks!", command=uuid4(), now=thanks)
    services.resolve(actor=deal.ben, thread_id=found.thread_id, now=thanks)
    deal.work()
    jobs.resolve({"thread": str(found.thread_id), "at": thanks.isoformat()}, thanks)
    found.refresh_from_db()
    assert (found.status, found.resolved_at) == (Status.RESOLVED, later)


def test_other_threads_are_no_follow_ups(deal: Deal) -> None:
    thread = services.start_thread(
        actor=deal.ben,
        subject="Hello",
        text="Hello",
        people=[(deal.ben, "buyer"), (deal.ada, "seller")],
        now=deal.now,
        thread_id=uuid4(),
    )
    services.resolve(actor=deal.ada, thread_id=thread.pk, now=deal.now)
    deal.work()
    jobs.resolve({"thread": str(thread.pk), "at": deal.now.isoformat()}, deal.now)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("event", machine.EVENTS)
@pytest.mark.parametrize("before", Status)
def test_every_cell_of_the_machine_is_as_written(event: str, before: Status) -> None:
    step = machine.step(event, before)
    assert (step.after if step else None) == {("resolve", Status.OPEN): Status.RESOLVED}.get((event, before))
    assert "open --> resolved" in machine.mermaid()


def test_a_long_hostile_title_makes_a_good_subject(deal: Deal) -> None:
    deal.order_id = deal.agree(title="<script>alert(1)</script> " + "x" * 170).pk
    give(deal, received(deal), **BAD)
    thread = Thread.objects.get()
    assert len(thread.subject) <= 200
    assert Order.objects.get(pk=deal.order_id).number in thread.subject
