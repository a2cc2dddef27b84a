"""The same purchase from several pages at once, and the last piece for two buyers."""

from collections import Counter
from functools import partial
from uuid import uuid4

import pytest

from catalog.models import Listing, StockMove
from negotiation_hub.kernel.models import Mail
from orders.models import Order
from rooms.models import Room
from tests.races.test_one_wins import race
from tests.rooms.table import person
from tests.rooms.test_buying import Shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_purchase_from_many_connections_at_once_is_one_order() -> None:
    shop, purchase = Shop(), uuid4()
    assert race(*[partial(shop.buy, id=purchase) for _ in range(6)]) == ["won"] * 6
    order = Order.objects.get()
    assert Room.objects.count() == 1
    assert StockMove.objects.filter(change__lt=0).count() == 1
    assert Mail.objects.filter(to=shop.ben.email, subject__contains=order.number).count() == 1


def test_the_last_pieces_go_to_one_of_two_buyers() -> None:
    shop, eve = Shop(), person("Eve", "Elsewhere")
    ends = race(partial(shop.buy, quantity=4), partial(shop.buy, eve, quantity=4))
    assert Counter(ends) == {"won": 1, "listing.sold_out": 1}
    assert Order.objects.count() == Room.objects.count() == 1
    assert Listing.objects.get().stock == 1
