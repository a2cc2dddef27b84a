"""Two buyers take the same hour at once: of a listing that has one place, one gets it."""

from functools import partial

import pytest

from orders import audit, services
from orders.models import Appointment
from tests.orders.conftest import deal, provider  # noqa: F401 - fixtures
from tests.orders.deal import Deal
from tests.orders.services import Visit
from tests.races.test_one_wins import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_three_buyers_who_take_overlapping_hours_one_gets_it(deal: Deal) -> None:  # noqa: F811
    visit = Visit.booked(deal)
    at, made = visit.in_days(3), []
    made.append(visit.propose(at))
    for _ in range(2):
        deal.order_id = visit.ordered()
        visit.paid()
        made.append(visit.propose(at))
    ends = race(
        *(partial(services.take, proposal_id=one.pk, actor=deal.ben, at=at, now=deal.now) for one in made)
    )
    assert sorted(ends) == ["appointment.taken", "appointment.taken", "won"]
    assert Appointment.objects.filter(status="agreed").count() == 1
    assert list(audit.check()) == []
