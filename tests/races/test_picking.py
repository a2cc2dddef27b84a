"""Places that are asked by several at once, and links that are used while the seller does something else."""

from functools import partial
from uuid import uuid4

import pytest
from django.test import Client

from catalog.audit import check as check_catalog
from orders import audit, services
from orders.models import Picking
from orders.services import picking
from tests.orders.conftest import deal, provider  # noqa: F401 - fixtures
from tests.orders.deal import Deal
from tests.orders.places import Picked
from tests.races.test_one_wins import race

pytestmark = pytest.mark.django_db(transaction=True)


def right(picked: Picked) -> bool:
    return list(audit.check_order(picked.deal.order)) == list(check_catalog()) == []


def test_two_jobs_ask_a_place_once(deal: Deal) -> None:  # noqa: F811
    picked = Picked.of(deal)
    picked.bought()
    picked.add("Madrid", 9)
    pick = partial(picking.pick_due, order_id=deal.order_id, now=deal.now)
    assert race(pick, pick) == ["won", "won"]
    assert (picked.asked, picked.lying) == ([("Madrid", "5", "pending")], {"Madrid": 4})
    assert right(picked)


def test_of_two_orders_that_want_the_last_pieces_one_goes_elsewhere(deal: Deal) -> None:  # noqa: F811
    picked = Picked.of(deal)
    picked.bought()
    first = deal.order_id
    deal.order_id = deal.agree(agreement_id=uuid4(), room_id=uuid4()).pk
    picked.bought()
    picked.add("Madrid", 5)
    picked.add("Valencia", 5)
    ends = race(*(partial(picking.pick_due, order_id=one, now=deal.now) for one in (first, deal.order_id)))
    assert ends == ["won", "won"]
    assert sorted(Picking.objects.values_list("place__name", flat=True)) == ["Madrid", "Valencia"]
    assert picked.lying == {"Madrid": 0, "Valencia": 0}
    assert right(picked)


def test_a_parcel_is_reported_as_sent_or_canceled(deal: Deal) -> None:  # noqa: F811
    picked = Picked.of(deal, Madrid=5)
    picked.bought()
    link = picked.link("Madrid")
    token = link.removeprefix("/orders/picking/").removesuffix("/")
    send = partial(picking.report_sent, token=token, carrier="Correos", number="PQ1", now=deal.now)
    cancel = partial(services.cancel_shipment, shipment_id=deal.shipment.pk, actor=deal.max, now=deal.now)
    ends = race(send, cancel)
    deal.work()
    assert sorted(ends)[1] == "won"
    assert picked.lying == {"Madrid": 0 if ends[0] == "won" else 5}
    assert Client().get(link).status_code == 200
    assert right(picked)
