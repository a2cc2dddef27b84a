"""Those who answer, ask and follow up at the same moment."""

from functools import partial

import pytest

from feedback import defaults, services
from feedback.models import Answer, FollowUp, Invitation, Survey, SurveyVersion
from orders.models import Milestone
from tests import mailbox
from tests.catalog.test_stock_races import together
from tests.feedback.given import BAD, received
from tests.orders.deal import START, Deal
from threads.models import Thread

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 5


def test_of_many_answers_at_once_one_counts(deal: Deal) -> None:
    invitation, now = received(deal), deal.now
    acts = [
        partial(
            services.answer,
            actor=deal.ben,
            invitation_id=invitation.pk,
            values={**BAD, "delivery": rating},
            may_contact=True,
            now=now,
        )
        for rating in range(1, AT_ONCE + 1)
    ]
    assert together(*acts) == ["done"] * AT_ONCE
    assert Answer.objects.count() == 1
    assert Milestone.objects.filter(kind=services.GIVEN).count() == 1


def test_of_many_jobs_at_once_one_opens_the_thread(deal: Deal) -> None:
    invitation, now = received(deal), deal.now
    given = services.answer(
        actor=deal.ben, invitation_id=invitation.pk, values=BAD, may_contact=True, now=now
    )
    act = partial(services.open_follow_up, answer_id=given.pk, now=now)
    assert together(*[act] * AT_ONCE) == ["done"] * AT_ONCE
    assert (Thread.objects.count(), FollowUp.objects.count()) == (1, 1)


def test_of_many_jobs_at_once_one_asks(deal: Deal) -> None:
    from orders import services as orders

    deal.sent()
    orders.confirm_receipt(order_id=deal.order_id, actor=deal.ben, now=deal.now)  # its job has not run yet
    act = partial(services.invite, order_id=deal.order_id, now=deal.now)
    assert together(*[act] * AT_ONCE) == ["done"] * AT_ONCE
    assert Invitation.objects.count() == 1
    assert len(mailbox.mails(deal.ben.email, saying="/feedback/stop/")) == 1


def test_the_platforms_survey_is_made_once(transactional_db: None) -> None:
    assert together(*[partial(defaults.default_survey, START)] * AT_ONCE) == ["done"] * AT_ONCE
    assert (Survey.objects.count(), SurveyVersion.objects.count()) == (1, 1)
