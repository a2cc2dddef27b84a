"""Each fault is planted past triggers and services, and must be found and named."""

from collections.abc import Callable

import pytest

from feedback import audit
from feedback.models import Answer, FollowUp, Invitation
from negotiation_hub.kernel.models import Job
from negotiation_hub.verify import verify
from orders.models import Receipt
from tests.feedback.given import BAD, FINE, Deals, give, received
from tests.orders.deal import Deal
from tests.orders.test_audit import without_guards
from threads.models import Thread


def problems() -> list[str]:
    return [str(problem) for problem in audit.check()]


def test_what_happened_is_found_right_at_every_step(deals: Deals) -> None:
    deal = deals.deal
    invitation = received(deal)
    assert problems() == []
    give(deal, invitation, **BAD)
    deals.answered(2, may_contact=False, **BAD)
    deals.answered(1)
    assert problems() == []


def test_the_whole_proof_asks_feedback_too(deal: Deal) -> None:
    give(deal, received(deal), **BAD)
    said: list[str] = []
    assert verify(said.append).problems == 0, said
    without_guards("feedback_answer")
    Answer.objects.update(score=500)
    assert verify(said.append).problems == 1
    assert "score 500" in said[-1]


def test_a_follow_up_that_still_waits_in_the_outbox_is_no_loss(deal: Deal) -> None:
    from feedback import services

    invitation = received(deal)
    services.answer(actor=deal.ben, invitation_id=invitation.pk, values=BAD, may_contact=True, now=deal.now)
    assert problems() == []
    Job.objects.filter(topic=services.ANSWERED_TOPIC).delete()
    assert len(problems()) == 1


FAULTS: list[tuple[str, Callable[[Deal], object], str]] = [
    ("feedback_answer", lambda _: Answer.objects.update(score=400), "score 400 does not follow"),
    ("feedback_answer", lambda _: Answer.objects.update(values=FINE), "score 150 does not follow"),
    ("feedback_answer", lambda _: Answer.objects.update(values={"x": 1}), "does not fit the questions"),
    ("feedback_answer", lambda _: Answer.objects.update(may_contact=False), "against the buyer's word"),
    ("feedback_invitation", lambda _: Invitation.objects.update(answered_at=None), "when it was answered"),
    ("feedback_invitation", lambda d: Invitation.objects.update(seller=d.buyer), "about other sides"),
    ("orders_receipt", lambda _: Receipt.objects.all().delete(), "was not received"),
    ("", lambda d: Thread.objects.update(assignee=d.max), "no thread with its assignee"),
    ("", lambda d: FollowUp.objects.update(thread_id=d.order_id), "no thread with its assignee"),
    ("", lambda _: FollowUp.objects.all().delete(), "nobody followed up"),
]


@pytest.mark.parametrize(("table", "plant", "named"), FAULTS, ids=[named for *_, named in FAULTS])
def test_a_planted_fault_is_named(
    deal: Deal, table: str, plant: Callable[[Deal], object], named: str
) -> None:
    give(deal, received(deal), **BAD)
    if table:
        without_guards(table)
    plant(deal)
    assert any(named in problem for problem in problems()), problems()
