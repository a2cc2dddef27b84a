from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from feedback import defaults, jobs, limits, services
from feedback.models import Invitation, Silence, Survey, SurveyVersion
from negotiation_hub.kernel.models import Job
from negotiation_hub.people.models import Membership
from orders import services as orders
from tests import mailbox
from tests.feedback.given import Deals, link, received
from tests.orders.deal import START, Deal


def asked(deal: Deal) -> int:
    return deal.wrote(deal.ben, "How was your order")


def test_nobody_is_asked_before_the_receipt(deal: Deal) -> None:
    deal.sent()
    deal.deliver()
    deal.work()
    assert not Invitation.objects.exists()
    assert services.invite(order_id=deal.order_id, now=deal.now) == []


def test_after_the_receipt_the_buyers_person_is_asked_by_mail(deal: Deal) -> None:
    invitation = received(deal)
    assert (invitation.person, invitation.seller, invitation.buyer) == (deal.ben, deal.seller, deal.buyer)
    assert invitation.room_id == deal.order.room_id
    assert invitation.expires_at - invitation.created_at == timedelta(days=30)
    assert asked(deal) == 1
    assert deal.wrote(deal.sol, "How was your order") == 0
    mail = next(mail for mail in deal.mails_to(deal.ben) if "/feedback/" in mail.text)
    assert "/feedback/stop/" in mail.text
    assert deal.order.number in mail.subject


def test_silence_is_receipt_and_asks_too(deal: Deal) -> None:
    deal.sent()
    deal.deliver()
    deal.pass_time(days=15)
    assert asked(deal) == 1


def test_the_job_may_run_again_and_the_receipt_be_said_again(deal: Deal) -> None:
    received(deal)
    jobs.invite({"order": str(deal.order_id)}, deal.now)
    orders.confirm_receipt(order_id=deal.order_id, actor=deal.ben, now=deal.now)
    deal.work()
    Job.objects.all().delete()  # what was done long ago is forgotten
    jobs.invite({"order": str(deal.order_id)}, deal.now + timedelta(days=10))
    assert Invitation.objects.count() == 1
    assert asked(deal) == 1


def test_spanish_speakers_are_asked_in_spanish(deal: Deal) -> None:
    deal.ben.language = "es"
    deal.ben.save()
    received(deal)
    survey = Survey.objects.get()
    assert survey.title["es"].startswith("¿")
    assert len(mailbox.mails(deal.ben.email, saying="/feedback/")) == 1


@pytest.mark.parametrize("whose", ["seller", "buyer"])
def test_related_sides_are_not_asked(deal: Deal, whose: str) -> None:
    deal.sent()
    person, organisation = (deal.ben, deal.seller) if whose == "seller" else (deal.max, deal.buyer)
    Membership.objects.create(user=person, organisation=organisation, role="member", created_at=START)
    deal.receive()
    assert not Invitation.objects.exists()
    assert asked(deal) == 0


def test_who_has_left_or_is_unknown_is_not_asked(deal: Deal) -> None:
    deal.sent()
    deal.ben.is_active = False
    deal.ben.save()
    deal.receive()
    assert not Invitation.objects.exists()
    deal.order_id = deal.agree(buyer_person=None).pk
    assert services.invite(order_id=deal.order_id, now=deal.now) == []


def test_who_wants_no_questions_gets_none_until_they_do(deals: Deals) -> None:
    deal = deals.deal
    invitation = received(deal)
    path = link(deal, to="/feedback/stop/")
    services.stop_by_link(token=path.split("/")[3], now=deal.now)
    services.stop_by_link(token=path.split("/")[3], now=deal.now)
    deal.order_id = deal.agree().pk
    deal.sent()
    deal.receive()
    assert asked(deal) == 1
    assert Silence.objects.count() == 1
    services.answer(
        actor=deal.ben,
        invitation_id=invitation.pk,
        values={"product": "yes", "delivery": 5, "negotiation": 5},
        may_contact=False,
        now=deal.now,
    )
    services.allow_questions(person=deal.ben)
    assert len(services.invite(order_id=deal.order_id, now=deal.now)) == 1


def test_nobody_is_asked_more_than_twenty_times_in_a_month(
    deals: Deals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INVITATIONS_MAX", 2)
    deal = deals.deal
    for _ in range(3):
        deal.order_id = deal.agree().pk
        deal.sent()
        deal.receive()
    assert asked(deal) == 2
    deal.pass_time(days=31)
    assert len(services.invite(order_id=deal.order_id, now=deal.now)) == 1


def test_a_sellers_own_survey_is_asked_beside_the_platforms(deal: Deal) -> None:
    own = Survey.objects.create(
        organisation=deal.seller,
        slug="ours",
        title={"en": "Our pumps", "es": "Nuestras bombas"},
        trigger=Survey.Trigger.ORDER_RECEIVED,
        created_at=START,
    )
    Survey.objects.create(
        organisation=deal.buyer,
        slug="theirs",
        title={"en": "Not ours", "es": "No"},
        trigger=Survey.Trigger.ORDER_RECEIVED,
        created_at=START,
    )
    label = {"en": "Loud?", "es": "¿Ruidosa?"}
    defaults.write_version(own, [{"key": "loud", "kind": "text", "label": label}], START)
    deal.sent()
    deal.receive()
    assert {row.survey.slug for row in Invitation.objects.all()} == {"receipt", "ours"}


def test_changed_questions_are_a_new_version_and_old_ones_stay(deal: Deal) -> None:
    survey = defaults.default_survey(START)
    assert defaults.default_survey(START).pk == survey.pk
    assert [row.number for row in SurveyVersion.objects.all()] == [1]
    defaults.write_version(survey, defaults.QUESTIONS[:3], START)
    assert [(row.number, len(row.questions)) for row in SurveyVersion.objects.all()] == [(1, 4), (2, 3)]
    for table in (SurveyVersion.objects.all(),):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            table.update(questions=[])
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            table.delete()
