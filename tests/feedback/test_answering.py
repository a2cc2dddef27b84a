from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from feedback import links, services
from feedback.models import Answer, Invitation
from feedback.refusals import AnswersInvalid, Expired, LinkInvalid
from negotiation_hub.kernel.models import Job
from negotiation_hub.kernel.refusals import NotFound
from orders.models import Milestone
from tests.feedback.given import FINE, changed, give, link, received
from tests.orders.deal import Deal


def say(deal: Deal, invitation: Invitation, values: dict[str, Any], **fields: Any) -> Answer:
    asked = {"actor": deal.ben, "invitation_id": invitation.pk, "may_contact": True, "now": deal.now}
    return services.answer(**{**asked, **fields}, values=values)


def test_an_answer_has_the_mean_of_its_ratings(deal: Deal) -> None:
    invitation = received(deal)
    given = say(deal, invitation, {**FINE, "better": " A shorter\r\nwait. "})
    assert given.score == 450
    assert given.values == {**FINE, "better": "A shorter\nwait."}
    invitation.refresh_from_db()
    assert invitation.answered_at == deal.now


def test_an_answer_counts_once_however_often_it_is_sent(deal: Deal) -> None:
    invitation = received(deal)
    first = say(deal, invitation, FINE)
    again = say(deal, invitation, {**FINE, "delivery": 1})
    late = say(deal, invitation, {}, now=deal.now + timedelta(days=90))
    assert first.pk == again.pk == late.pk
    assert again.values == FINE
    deal.work()
    assert deal.milestones.count("feedback.given") == 1


def test_an_answer_is_told_at_the_table_without_what_was_answered(deal: Deal) -> None:
    invitation = received(deal)
    given = give(deal, invitation, better="Loud")
    told = next(row for row in deal.told if row["kind"] == "feedback.given")
    assert set(told["body"]) == {"order", "invitation", "cause"}
    assert told["body"]["invitation"] == str(invitation.pk)
    assert "Loud" not in str(told)
    assert Milestone.objects.get(kind="feedback.given").cause == given.pk


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, {"product", "delivery", "negotiation"}),
        ({**FINE, "product": "perhaps"}, {"product"}),
        ({**FINE, "product": 1}, {"product"}),
        ({**FINE, "delivery": 0}, {"delivery"}),
        ({**FINE, "delivery": 6}, {"delivery"}),
        ({**FINE, "delivery": "5"}, {"delivery"}),
        ({**FINE, "delivery": True}, {"delivery"}),
        ({**FINE, "delivery": 4.5}, {"delivery"}),
        ({**FINE, "better": "x" * 2_001}, {"better"}),
        ({**FINE, "better": ["x"]}, {"better"}),
        ({**FINE, "unasked": "x"}, {"unasked"}),
        ({**FINE, "negotiation": ""}, {"negotiation"}),
    ],
)
def test_what_is_no_answer_is_refused_by_question(
    deal: Deal, values: dict[str, Any], wrong: set[str]
) -> None:
    invitation = received(deal)
    with pytest.raises(AnswersInvalid) as caught:
        say(deal, invitation, values)
    assert set(caught.value.problems) == wrong
    assert caught.value.code == "survey.answers"
    assert not Answer.objects.exists()


def test_after_a_month_it_is_too_late(deal: Deal) -> None:
    invitation = received(deal)
    token = links.answer_token(invitation, deal.now)
    late = deal.now + timedelta(days=30)
    with pytest.raises(Expired):
        say(deal, invitation, FINE, now=late)
    with pytest.raises(Expired):
        services.answer_by_link(token=token, values=FINE, may_contact=True, now=late)
    assert not Answer.objects.exists()


def test_a_stranger_cannot_tell_that_somebody_was_asked(deal: Deal) -> None:
    invitation = received(deal)
    for actor in (deal.cleo, deal.sol):
        for id in (invitation.pk, uuid4()):
            with pytest.raises(NotFound):
                say(deal, invitation, FINE, actor=actor, invitation_id=id)


def test_a_changed_link_opens_nothing(deal: Deal) -> None:
    received(deal)
    token, stop = link(deal).split("/")[2], link(deal, to="/feedback/stop/").split("/")[3]
    assert links.invitation_of(token, deal.now).person_id == deal.ben.pk
    for wrong in ("", "x", token[:-2], changed(token), stop, "é.é"):
        with pytest.raises(LinkInvalid):
            links.invitation_of(wrong, deal.now)
    with pytest.raises(LinkInvalid):
        links.person_of(token, deal.now)
    with pytest.raises(LinkInvalid):
        links.invitation_of(token, deal.now + timedelta(days=800))


def test_answers_and_invitations_cannot_be_changed(deal: Deal) -> None:
    invitation = received(deal)
    given = say(deal, invitation, FINE)
    changes: list[Any] = [
        lambda: Answer.objects.filter(pk=given.pk).update(score=500),
        lambda: Answer.objects.filter(pk=given.pk).update(values={}),
        lambda: Answer.objects.filter(pk=given.pk).delete(),
        lambda: Invitation.objects.filter(pk=invitation.pk).update(person=deal.cleo),
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            change()


def test_no_job_is_queued_for_who_is_content_or_wants_to_be_left_alone(deal: Deal) -> None:
    invitation = received(deal)
    say(deal, invitation, {**FINE, "product": "no"}, may_contact=False)
    assert not Job.objects.filter(topic=services.ANSWERED_TOPIC).exists()
