"""An amendment meets a parcel, and itself: what comes first counts, and the books are right either way."""

from collections import Counter
from functools import partial

import pytest

from orders import audit as orders_audit
from orders.models import Amendment, Shipment
from payments import provider as payment_provider
from payments.models import PaymentRequest
from rooms import audit as rooms_audit
from tests.orders.deal import Provider
from tests.races.test_one_wins import race
from tests.rooms.amending import Agreed, line

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agreed(monkeypatch: pytest.MonkeyPatch) -> Agreed:
    stand_in = Provider()
    monkeypatch.setattr(payment_provider, "current", lambda: stand_in)
    return Agreed(stand_in, None)


def problems() -> list[str]:
    return [str(one) for check in (orders_audit.check, rooms_audit.check) for one in check()]


def test_an_amendment_that_is_accepted_twice_at_once_changes_the_order_once(agreed: Agreed) -> None:
    agreed.pay()
    more = [line("Pump", "12", 10_000, listing=str(agreed.pumps.pk)), line("Valve", "1", 5_000)]
    agreed.offer("seller", more)
    named = agreed.table.named
    ends = race(*[partial(agreed.table.send, "buyer", "offer.accept", **named, package=0) for _ in range(3)])
    assert Counter(ends) == {"won": 1, "offer.stale": 2}
    assert Amendment.objects.count() == 1
    assert list(PaymentRequest.objects.order_by("id").values_list("amount", flat=True)) == [105_000, 20_000]
    assert agreed.stock == 8
    agreed.work()
    assert problems() == []


def test_of_a_parcel_and_an_amendment_that_takes_its_goods_back_one_wins(agreed: Agreed) -> None:
    agreed.pay()
    agreed.offer("buyer", [line("Pump", "3", 10_000, listing=str(agreed.pumps.pk))])
    named = agreed.table.named
    ends = race(
        partial(agreed.table.send, "seller", "offer.accept", **named, package=0),
        partial(agreed.ship, ("Pump", "8")),
    )
    assert Counter(ends)["won"] == 1
    assert (Amendment.objects.count(), Shipment.objects.count()) in {(1, 0), (0, 1)}
    agreed.work()
    assert problems() == []
