"""The carrier speaks of a parcel while somebody names, books or cancels it: nothing is lost or doubled."""

from collections import Counter
from uuid import UUID

import pytest

from orders import carriers, services
from orders.carriers import Booked, Consignment, TrackingNews
from orders.carriers.demo_parcel import DemoParcel
from orders.models import Booking, CarrierEvent, CarrierNumber, Shipment
from orders.services import booking as bookings
from tests.catalog.test_stock_races import together
from tests.orders.conftest import deal, provider  # noqa: F401 - fixtures
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.test_audit import problems

pytestmark = pytest.mark.django_db(transaction=True)
RAW = b'{"parcel": "DP1", "step": "delivered", "sequence": 5, "at": "2026-03-02T09:00:00+00:00"}'


class Carrier(DemoParcel):
    """It answers at once, with one number for each key."""

    def __init__(self) -> None:
        super().__init__([""])
        self.keys: set[str] = set()

    def book(self, consignment: Consignment, now: object) -> Booked:
        self.keys.add(consignment.key)
        return Booked(number="DP1", label=b"%PDF-label")

    def cancel(self, key: str) -> None:
        self.keys.discard(key)


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Carrier:
    found = Carrier()
    monkeypatch.setattr(carriers, "to_book", lambda _name: found)
    return found


def say(deal: Deal, id: str) -> object:  # noqa: F811
    news = TrackingNews(id=id, number="DP1", event="deliver", sequence=5, at=deal.now)
    return services.take_news(carrier=DemoParcel([""]), news=news, raw=RAW, now=deal.now)


def ask(booking_id: UUID, deal: Deal) -> object:  # noqa: F811
    bookings.ask_carrier(booking_id=booking_id, round=1, now=deal.now)
    return None


def book(packing: Packing, parcel: Shipment) -> Booking:
    deal = packing.deal  # noqa: F811
    return services.book_shipment(shipment_id=parcel.pk, actor=deal.max, carrier="x", now=deal.now)


def test_what_is_said_while_the_parcel_is_named_reaches_it(deal: Deal) -> None:  # noqa: F811
    packing = Packing.paid(deal)
    items = packing.items("5", "2.5")

    def name() -> object:
        return services.ship_order(
            order_id=deal.order_id,
            actor=deal.max,
            carrier="Demo Parcel",
            tracking="DP1",
            items=items,
            now=deal.now,
        )

    ends = Counter(together(*[lambda n=n: say(deal, f"m{n}") for n in range(3)], name, name))
    assert ends == {"done": 5}
    deal.work()
    assert deal.shipment.status == "delivered"
    assert CarrierEvent.objects.filter(shipment=deal.shipment).count() == 3
    assert deal.milestones.count("shipment.delivered") == 1
    assert problems() == []


def test_many_clicks_and_many_workers_book_once(deal: Deal, carrier: Carrier) -> None:  # noqa: F811
    packing = Packing.paid(deal)
    parcel = packing.pack("5", "2.5")
    assert set(together(*[lambda: book(packing, parcel)] * 6)) == {"done"}
    booking = Booking.objects.get()
    both = [lambda: ask(booking.pk, deal)] * 3 + [lambda n=n: say(deal, f"m{n}") for n in range(2)]
    assert set(together(*both)) == {"done"}
    deal.work()
    booking.refresh_from_db()
    assert (booking.status, booking.shipment.status, len(carrier.keys)) == ("booked", "delivered", 1)
    assert CarrierNumber.objects.get().booked
    assert problems() == []


def test_a_parcel_that_is_canceled_while_it_is_booked_leaves_no_booking(
    deal: Deal,  # noqa: F811
    carrier: Carrier,
) -> None:
    packing = Packing.paid(deal)
    parcel = packing.pack("5", "2.5")
    booking = book(packing, parcel)

    def cancel() -> object:
        return services.cancel_shipment(shipment_id=parcel.pk, actor=deal.max, now=deal.now)

    assert set(together(lambda: ask(booking.pk, deal), cancel, lambda: ask(booking.pk, deal))) == {"done"}
    deal.work()
    booking.refresh_from_db()
    assert (booking.status, booking.shipment.status, carrier.keys) == ("canceled", "canceled", set())
    assert packing.left == ["5", "2.5"]
    assert problems() == []
