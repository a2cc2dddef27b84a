"""Many who call off of one frame agreement at once, from pages of several people."""

from collections import Counter
from datetime import datetime
from functools import partial
from uuid import uuid4

import pytest

from negotiation_hub.kernel import clock
from orders import services
from orders.lifecycle import Status
from orders.models import CallOff, Order, OrderLine
from rooms.models import Room
from tests.orders.framed import Framed
from tests.races.test_one_wins import race
from tests.rooms.table import START

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The server's clock stands still, for all threads."""
    monkeypatch.setattr(clock, "now", lambda: START)
    return START


def test_one_call_off_from_many_connections_at_once_is_one_order() -> None:
    framed, once = Framed(), uuid4()
    assert race(*[partial(framed.call, "40", id=once, seen=40_000) for _ in range(6)]) == ["won"] * 6
    assert (Order.objects.count(), Room.objects.count(), framed.called) == (1, 2, ["40"])
    assert framed.problems() == []


def test_of_many_who_call_off_what_is_left_as_many_as_fit_do() -> None:
    framed = Framed(tiers=None)
    framed.call("600")
    people = [framed.ben, framed.pat] * 3
    ends = race(*[partial(framed.call, "150", actor=who, seen=150_000) for who in people])
    assert Counter(ends) == {"won": 2, "call_off.volume": 4}
    assert framed.called == ["900"]
    assert (CallOff.objects.count(), Room.objects.count()) == (3, 4)
    assert framed.problems() == []


def test_of_two_who_race_for_the_last_dear_pieces_one_must_look_at_the_price_again() -> None:
    framed = Framed()
    framed.call("50")
    ends = race(
        partial(framed.call, "50", seen=50_000), partial(framed.call, "50", actor=framed.pat, seen=50_000)
    )
    assert Counter(ends) == {"won": 1, "call_off.price_changed": 1}
    assert set(OrderLine.objects.values_list("unit_price", flat=True)) == {1_000}
    assert framed.problems() == []


def test_canceling_and_calling_off_at_once_lose_and_make_no_volume() -> None:
    framed = Framed(tiers=None)
    first = framed.order("800")
    ends = race(
        lambda: services.cancel_order(order_id=first.pk, actor=framed.ada, now=START),
        partial(framed.call, "300", seen=300_000),
        partial(framed.call, "100", actor=framed.pat, seen=100_000),
    )
    assert ends[0] == ends[2] == "won"
    standing = Order.objects.exclude(status=Status.CANCELED)
    assert framed.called == [str(sum(int(row.lines.get().quantity) for row in standing))]
    assert framed.problems() == []
