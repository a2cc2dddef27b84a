"""One order from several pages at once: what is typed, what is placed, and several together."""

from functools import partial

import pytest

from negotiation_hub.kernel.models import Mail
from orders import queries, services
from orders.models import Order, Reminder
from orders.reminding import remind
from payments import provider
from tests.orders.deal import HERE, Deal, Provider
from tests.races.test_one_wins import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def deal(monkeypatch: pytest.MonkeyPatch) -> Deal:
    """An order in draft, in the real time, which threads share."""
    stand_in = Provider()
    monkeypatch.setattr(provider, "current", lambda: stand_in)
    return Deal(None, stand_in)


def test_what_several_pages_save_at_once_is_all_kept(deal: Deal) -> None:
    fields = ("street", "city", "notes", "phone", "reference")
    saves = [
        partial(
            services.save_details,
            order_id=deal.order_id,
            actor=deal.ben,
            changes={name: f"my {name}"},
            now=deal.now,
        )
        for name in fields
    ]
    assert race(*saves) == ["won"] * len(fields)
    kept = queries.details_of(deal.order)
    assert [getattr(kept, name) for name in fields] == [f"my {name}" for name in fields]


def test_orders_that_are_placed_together_from_two_pages_are_each_placed_once(deal: Deal) -> None:
    ids = [deal.order_id, deal.agree().pk, deal.agree().pk]
    place = partial(services.place_together, actor=deal.ben, details=HERE, now=deal.now)
    ends = race(partial(place, order_ids=ids), partial(place, order_ids=ids[::-1]), deal.place)
    assert ends == ["won"] * 3
    for order in Order.objects.all():
        assert order.status == "unfulfilled"
        mails = Mail.objects.filter(to=deal.ben.email, subject__contains=order.number)
        assert mails.count() == 1


def test_one_reminder_that_two_workers_do_at_once_is_sent_once(deal: Deal) -> None:
    payload = {"order": str(deal.order_id), "number": 1}
    race(*[partial(remind, payload, deal.now)] * 3)
    assert Reminder.objects.count() == 1
    assert len(deal.mails_to(deal.ben)) == 1
