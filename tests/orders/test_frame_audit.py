"""What `verify` finds of a frame agreement: each fault is planted past triggers and services."""

from datetime import date
from typing import Any

import pytest

from orders import services
from orders.models import CallOff, Frame, FrameLine, FrameMove, OrderLine
from tests.orders.framed import Framed
from tests.orders.test_audit import without_guards
from tests.rooms.table import START


def test_verify_finds_an_order_at_another_price(framed: Framed) -> None:
    framed.call("40")
    without_guards("orders_orderline")
    OrderLine.objects.update(unit_price=999)
    assert any("its lines or prices are not those" in what for what in framed.problems())


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"start": "10"}, "starts at 10, but 0 had been called off"),
        ({"quantity": "41", "called": "41"}, "its lines or prices are not those"),
        ({"called": "30"}, "says 30 were called off, not 40"),
        ({"seq": 2}, "move 1 of its volume is missing"),
        ({"kind": "give_back"}, "does not follow from those before it"),
    ],
)
def test_verify_finds_a_changed_move(framed: Framed, change: dict[str, Any], found: str) -> None:
    framed.call("40")
    assert framed.problems() == []
    without_guards("orders_framemove")
    FrameMove.objects.update(**change)
    assert any(found in what for what in framed.problems()), framed.problems()


def test_verify_finds_volume_that_was_not_given_back_and_more_than_was_agreed(framed: Framed) -> None:
    order = framed.order("40")
    services.cancel_order(order_id=order.pk, actor=framed.ada, now=START)
    without_guards("orders_framemove")
    FrameMove.objects.filter(kind="give_back").delete()
    found = framed.problems()
    assert any("is canceled, but still holds its volume" in what for what in found)
    assert any("it counts 2 moves of its volume, there are 1" in what for what in found)
    without_guards("orders_frameline")
    FrameLine.objects.update(volume="39")
    assert any("more of line 1 is called off than was agreed" in what for what in framed.problems())


def test_verify_finds_a_longer_term_cheaper_tiers_and_an_order_that_is_not_counted(framed: Framed) -> None:
    framed.call("40")
    for table in ("orders_frame", "orders_frameline", "orders_framemove", "orders_calloff"):
        without_guards(table)
    Frame.objects.update(ends_on=date(2030, 1, 1))
    FrameLine.objects.update(tiers=[[1, 1]])
    FrameMove.objects.all().delete()
    CallOff.objects.all().delete()
    found = framed.problems()
    assert any("it ends on 2030-01-01, its issues say 2027-06-30" in what for what in found)
    assert any("the tiers of line 1 are not those" in what for what in found)
    assert any("is not counted by the frame agreement of its room" in what for what in found)


def test_verify_finds_a_frame_agreement_of_other_terms_than_were_accepted(framed: Framed) -> None:
    without_guards("orders_frame")
    Frame.objects.update(terms_hash="00" * 32)
    assert any("has other terms" in what for what in framed.problems())
