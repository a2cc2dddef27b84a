"""Several parcels, line by line, never more than was ordered."""

import random
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from negotiation_hub.kernel.refusals import NotFound, Refusal
from orders import audit, services
from orders.models import Shipment, ShipmentItem
from orders.shipping_forms import ShipForm
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.test_audit import problems, without_guards
from tests.orders.test_rest import call
from tests.orders.three import browser


@pytest.fixture
def packing(deal: Deal) -> Packing:
    return Packing.paid(deal)


def test_an_order_is_fulfilled_when_every_line_has_left_in_full(packing: Packing) -> None:
    packing.send("5")
    assert (packing.deal.order.status, packing.left) == ("partially_fulfilled", ["0", "2.5"])
    packing.send("", "1.125")
    assert (packing.deal.order.status, packing.left) == ("partially_fulfilled", ["0", "1.375"])
    last = packing.send("", "1.375")
    assert (packing.deal.order.status, last.complete) == ("fulfilled", True)
    assert packing.deal.provider.asked == ["capture"]
    assert problems() == []


@pytest.mark.parametrize(
    ("quantities", "line", "says"),
    [
        (("6", ""), 0, "more than what is left"),
        (("", "2.500001"), 1, "more than what is left"),
        (("", "1.0000001"), 1, "no quantity"),
        (("-1", ""), 0, "no quantity"),
        (("1e0", ""), 0, "no quantity"),
        (("1.5", ""), 0, "whole number"),
        (("", ""), None, "what is in the parcel"),
        (("0", "0"), None, "what is in the parcel"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_line(
    packing: Packing, quantities: tuple[str, str], line: int | None, says: str
) -> None:
    with pytest.raises(services.ShipmentQuantity, match=says) as refused:
        packing.send(*quantities)
    assert refused.value.line == (None if line is None else packing.lines[line].pk)
    assert not Shipment.objects.exists()


def test_another_orders_line_does_not_go_into_the_parcel(packing: Packing) -> None:
    other = packing.deal.agree().lines.get(position=1)
    with pytest.raises(services.ShipmentQuantity):
        packing.send(items={other.pk: "1"})


def test_a_packed_parcel_takes_its_share_and_tells_nobody(packing: Packing) -> None:
    packing.pack("5", "2")
    assert packing.left == ["0", "0.5"]
    assert (packing.deal.order.status, packing.deal.provider.asked) == ("unfulfilled", [])
    assert "shipment.sent" not in packing.deal.milestones
    assert packing.deal.wrote(packing.deal.ben, "on its way") == 0
    assert problems() == []


def test_a_canceled_parcel_gives_back_what_was_in_it(packing: Packing) -> None:
    parcel = packing.pack("5", "2")
    packing.track(parcel, "cancel")
    packing.track(parcel, "cancel")
    assert packing.left == ["5", "2.5"]
    packing.send("5", "2.5")
    assert packing.deal.order.status == "fulfilled"
    packing.deal.receive()
    assert problems() == []


def test_what_was_handed_over_is_not_canceled(packing: Packing) -> None:
    parcel = packing.pack("5")
    packing.track(parcel, "move")
    assert packing.deal.provider.asked == ["capture"]
    assert packing.deal.milestones.count("shipment.sent") == 1
    with pytest.raises(services.ShipmentState):
        packing.track(parcel, "cancel")
    assert packing.left == ["0", "2.5"]


def test_a_canceled_order_unpacks_what_waits_in_the_house(packing: Packing) -> None:
    parcel = packing.pack("5")
    services.cancel_order(order_id=packing.deal.order_id, actor=packing.deal.sol, now=packing.deal.now)
    parcel.refresh_from_db()
    assert parcel.status == "canceled"
    with pytest.raises(services.ShipmentState):
        packing.track(parcel, "move")
    assert problems() == []


def test_after_a_canceled_one_all_that_is_left_goes_once_more(packing: Packing) -> None:
    small = packing.pack("1")
    packing.deal.ship(tracking="rest")
    packing.track(small, "cancel")
    again = packing.deal.ship(tracking="again")
    assert [item.quantity for item in again.items.all()] == ["1"]
    assert packing.deal.ship(tracking="and again").pk == again.pk
    assert (packing.deal.order.status, problems()) == ("fulfilled", [])


def test_the_same_id_is_the_same_parcel_and_two_alike_are_two(packing: Packing) -> None:
    mine = uuid4()
    first = packing.send("1", shipment_id=mine, tracking="")
    assert packing.send("1", shipment_id=mine, tracking="").pk == first.pk == mine
    packing.send("1", shipment_id=uuid4(), tracking="")
    assert packing.left == ["3", "2.5"]


def test_without_an_id_what_says_the_same_is_the_same(packing: Packing) -> None:
    first = packing.send("1", "0.5", tracking="A")
    assert packing.send("1", "0.50", tracking="A").pk == first.pk
    assert packing.send("2", "0.5", tracking="A").pk != first.pk


def test_an_id_of_another_orders_parcel_is_not_there(packing: Packing) -> None:
    first = packing.send("1")
    packing.deal.order_id = packing.deal.agree().pk
    with pytest.raises(NotFound):
        packing.deal.ship(shipment_id=first.pk)


@pytest.mark.parametrize("seed", range(6))
def test_parcels_never_hold_more_than_was_ordered_whatever_is_packed(packing: Packing, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(14):
        parcels = list(Shipment.objects.all())
        acts: list[Any] = [
            lambda: packing.send(str(dice.randint(0, 3)), str(dice.randint(0, 1500) / 1000)),
            lambda: packing.pack(str(dice.randint(0, 3)), str(dice.randint(0, 1500) / 1000)),
            lambda: packing.track(dice.choice(parcels), dice.choice(["move", "cancel", "deliver"])),  # noqa: B023
            lambda: packing.deal.ship(complete=False, tracking=str(dice.random())),
        ]
        try:
            dice.choice(acts)()
        except (Refusal, IndexError):
            continue
        live = ShipmentItem.objects.exclude(shipment__status="canceled")
        sums = [sum(float(row.quantity) for row in live.filter(line=line)) for line in packing.lines]
        assert sums[0] <= 5
        assert sums[1] <= 2.5
        assert problems() == []


def test_the_form_has_a_row_for_each_line_with_what_is_left(packing: Packing) -> None:
    packing.send("5", "1")
    html = browser(packing.deal.sol).get(packing.url("order")).content.decode()
    assert "1.5\xa0kg of 2.5\xa0kg are left to send." in html
    assert f"quantity_{packing.lines[0].pk.hex}" not in html  # all pumps are gone
    response = browser(packing.deal.sol).post(packing.url("ship"), packing.form("", "1.5"))
    assert response.status_code == 302
    assert packing.deal.order.status == "fulfilled"


def test_a_double_click_on_the_form_is_one_parcel(packing: Packing) -> None:
    form = packing.form("2", "")
    for _ in range(2):
        assert browser(packing.deal.max).post(packing.url("ship"), form).status_code == 302
    assert packing.left == ["3", "2.5"]


def test_too_much_is_said_beside_its_row_and_nothing_typed_is_lost(packing: Packing) -> None:
    response = browser(packing.deal.max).post(packing.url("ship"), packing.form("9", "2", tracking="KEEP"))
    html = response.content.decode()
    assert response.status_code == 422
    row = html[html.index(f'id="id_quantity_{packing.lines[0].pk.hex}_error"') :]
    assert "more than what is left" in row[:200]
    assert 'value="9"' in html
    assert 'value="KEEP"' in html


def test_a_comma_is_a_decimal_point_and_what_is_left_is_prefilled_with_one(packing: Packing) -> None:
    packing.send("", "1.375")
    with translation.override("es"):
        form = ShipForm(order=packing.deal.order)
        assert form.fields[f"quantity_{packing.lines[1].pk.hex}"].initial == "1,125"
        sent = ShipForm(packing.form("", "1,125"), order=packing.deal.order)
        assert sent.is_valid()
        assert sent.items() == packing.items("", "1.125")
    assert not ShipForm(packing.form("", "2,500"), order=packing.deal.order).is_valid()


def test_the_page_shows_what_is_in_each_parcel_and_a_packed_one_has_its_buttons(packing: Packing) -> None:
    packing.send("2", "0.5")
    waiting = packing.pack("3")
    html = browser(packing.deal.sol).get(packing.url("order")).content.decode()
    assert "Resin" in html
    assert "0.5\xa0kg" in html
    for event in ("cancel", "move"):
        assert f'name="event" value="{event}"' in html
    assert "Cancel the parcel" not in browser(packing.deal.ben).get(packing.url("order")).content.decode()
    answer = browser(packing.deal.sol).post(packing.url("track", waiting.pk), {"event": "move"})
    assert answer.status_code == 302
    assert packing.left == ["0", "2"]


def test_parcels_go_by_rest_line_by_line(packing: Packing) -> None:
    deal, (pumps, resin) = packing.deal, packing.lines
    body = {
        "order": str(deal.order_id),
        "carrier": "Correos",
        "id": str(uuid4()),
        "items": [{"line": str(resin.pk), "quantity": "0.75"}],
        "handed_over": False,
    }
    for _ in range(2):
        status, parcel = call(deal, deal.max, "POST", "shipments", body)
        assert (status, parcel["id"], parcel["status"]) == (200, body["id"], "pending")
    assert parcel["items"] == [{"line": str(resin.pk), "quantity": "0.75"}]
    order = call(deal, deal.ben, "GET", f"orders/{deal.order_id}")[1]
    assert [line["left"] for line in order["lines"]] == ["5", "1.75"]
    path = f"shipments/{parcel['id']}/tracking"
    assert call(deal, deal.max, "POST", path, {"event": "cancel"})[1]["status"] == "canceled"
    twice = {**body, "id": None, "items": [{"line": str(pumps.pk), "quantity": "1"}] * 2}
    assert call(deal, deal.max, "POST", "shipments", twice)[1]["code"] == "shipment.quantity"


def test_verify_names_a_line_of_which_more_was_sent_than_ordered(packing: Packing) -> None:
    parcel = packing.send("5", "2.5")
    without_guards("orders_shipmentitem")
    parcel.items.filter(line=packing.lines[1]).update(quantity="2.6")
    assert any("was ordered 2.5 times and is in parcels 2.6 times" in str(one) for one in audit.check())


def test_verify_names_an_item_of_another_order(packing: Packing) -> None:
    parcel = packing.send("5", "2.5")
    line = packing.deal.agree().lines.get(position=1)
    ShipmentItem.objects.create(shipment=parcel, line=line, quantity="1")
    assert any("holds what is no goods line of this order" in str(one) for one in audit.check())
