"""Sellers who pack at once: no more goes than was ordered."""

from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest

from orders.models import Shipment
from tests.catalog.test_stock_races import together
from tests.orders.conftest import deal, provider  # noqa: F401 - fixtures
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.test_audit import problems

pytestmark = pytest.mark.django_db(transaction=True)


def sending(packing: Packing, *quantities: str, **fields: object) -> Callable[[], object]:
    from orders import services

    items = packing.items(*quantities)
    fields = {"shipment_id": uuid4(), **fields}
    return lambda: services.ship_order(
        order_id=packing.deal.order_id,
        actor=packing.deal.max,
        carrier="Correos",
        tracking="",
        items=items,
        now=packing.deal.now,
        **fields,  # type: ignore[arg-type]
    )


def test_of_many_who_send_what_is_left_as_many_as_fit_do(deal: Deal) -> None:  # noqa: F811
    packing = Packing.paid(deal)
    ends = Counter(together(*[sending(packing, "1", "1.25") for _ in range(6)]))
    assert ends["done"] == 2  # 2.5 kg
    assert sum(ends.values()) - ends["done"] == ends["shipment.quantity"]
    assert packing.left == ["3", "0"]
    assert problems() == []


def test_one_form_sent_many_times_at_once_is_one_parcel(deal: Deal) -> None:  # noqa: F811
    packing = Packing.paid(deal)
    act = sending(packing, "2", "1", shipment_id=uuid4())
    assert set(together(*[act] * 6)) == {"done"}
    assert (Shipment.objects.count(), packing.left) == (1, ["3", "1.5"])


def test_one_message_of_a_carrier_that_comes_many_times_at_once_is_stored_once(deal: Deal) -> None:  # noqa: F811
    from orders import services
    from orders.carriers import TrackingNews
    from orders.carriers.demo_parcel import DemoParcel
    from orders.models import CarrierEvent

    packing = Packing.paid(deal)
    packing.send("5", "2.5", carrier="Demo Parcel", tracking="DP1")
    news = TrackingNews(id="one", number="DP1", event="deliver", sequence=5, at=deal.now)
    nobodys = TrackingNews(id="two", number="DP9", event="deliver", sequence=5, at=deal.now)
    for one in (news, nobodys):
        act = lambda one=one: services.take_news(  # noqa: E731 - as many times as there are threads
            carrier=DemoParcel([""]), news=one, raw=b"{}", now=deal.now
        )
        assert set(together(*[act] * 6)) == {"done"}
    assert CarrierEvent.objects.count() == 2
    assert deal.milestones.count("shipment.delivered") == 1
    assert problems() == []
