from datetime import timedelta

import pytest

from orders import services
from orders.models import Receipt, Shipment
from tests.orders.deal import Deal, tomorrow

GROSS = 6_125_000
FEE = 122_500  # 2 %


def test_nothing_is_sent_before_it_is_placed_and_paid(deal: Deal) -> None:
    with pytest.raises(services.OrderState):
        deal.ship()
    deal.place()
    with pytest.raises(services.OrderUnpaid):
        deal.ship()
    deal.authorize()
    deal.ship()
    assert deal.order.status == "fulfilled"


def test_sending_charges_the_card(deal: Deal) -> None:
    deal.place()
    deal.authorize()
    assert (deal.order.authorize_status, deal.order.charge_status) == ("full", "none")
    assert "capture" not in deal.provider.asked
    shipment = deal.ship()
    assert (shipment.status, shipment.carrier) == ("in_transit", "Correos")
    assert deal.provider.asked == ["capture"]
    assert (deal.order.authorize_status, deal.order.charge_status) == ("full", "full")
    assert deal.money.held == GROSS
    assert deal.milestones == ["order.placed", "payment.authorized", "payment.captured", "shipment.sent"]


def test_what_is_wanted_in_more_than_five_days_is_charged_at_once(deal: Deal) -> None:
    deal.place(expected_on=tomorrow(6))
    deal.authorize()
    assert deal.provider.asked == ["capture"]
    assert (deal.order.status, deal.order.charge_status) == ("unfulfilled", "full")


def test_what_is_wanted_within_five_days_is_charged_when_it_is_sent(deal: Deal) -> None:
    deal.place(expected_on=tomorrow(5))
    deal.authorize()
    assert deal.provider.asked == []


def test_paid_before_it_is_placed_it_is_charged_when_the_day_is_known_to_be_far(deal: Deal) -> None:
    deal.authorize()
    assert deal.provider.asked == []
    deal.place(expected_on=tomorrow(9))
    deal.work()
    assert deal.provider.asked == ["capture"]


def test_a_second_click_on_send_sends_nothing_more(deal: Deal) -> None:
    deal.sent()
    first = deal.shipment
    assert deal.ship(tracking="other").pk == first.pk
    assert deal.milestones.count("shipment.sent") == 1
    assert deal.provider.asked == ["capture"]


def test_goods_may_go_in_parts(deal: Deal) -> None:
    deal.place()
    deal.authorize()
    part = deal.ship(complete=False, tracking="A")
    assert deal.ship(complete=False, tracking="A").pk == part.pk
    assert (deal.order.status, deal.provider.asked) == ("partially_fulfilled", ["capture"])
    with pytest.raises(services.NotShipped):
        deal.receive()
    deal.ship(tracking="B")
    assert (deal.order.status, Shipment.objects.count()) == ("fulfilled", 2)
    assert deal.provider.asked == ["capture"]


@pytest.mark.parametrize(("carrier", "tracking"), [("", ""), ("  ", ""), ("x" * 101, ""), ("DHL", "y" * 101)])
def test_a_shipment_names_its_carrier(deal: Deal, carrier: str, tracking: str) -> None:
    deal.place()
    deal.authorize()
    with pytest.raises(services.CarrierMissing):
        deal.ship(carrier=carrier, tracking=tracking)


def test_delivered_goods_are_told_once(deal: Deal) -> None:
    deal.sent()
    deal.deliver()
    deal.pass_time(hours=1)
    again = deal.deliver()
    assert again.delivered_at == deal.now - timedelta(hours=1)
    assert deal.milestones.count("shipment.delivered") == 1
    assert len([m for m in deal.mails_to(deal.ben) if "was delivered" in m.subject]) == 1


def test_the_carriers_news_moves_the_shipment_and_its_end_is_final(deal: Deal) -> None:
    deal.sent()
    for event, status in (
        ("delay", "delivery_delayed"),
        ("bring", "out_for_delivery"),
        ("bring", "out_for_delivery"),
    ):
        services.track_shipment(shipment_id=deal.shipment.pk, actor=deal.max, event=event, now=deal.now)
        assert deal.shipment.status == status
    assert deal.shipment.changes.count() == 3
    services.track_shipment(shipment_id=deal.shipment.pk, actor=deal.max, event="deliver", now=deal.now)
    with pytest.raises(services.ShipmentState):
        services.track_shipment(shipment_id=deal.shipment.pk, actor=deal.max, event="delay", now=deal.now)


def test_the_receipt_releases_the_held_funds_less_the_fee(deal: Deal) -> None:
    deal.sent()
    deal.deliver()
    deal.receive()
    receipt = Receipt.objects.get(order=deal.order_id)
    assert (receipt.by, receipt.released_amount, receipt.released_fee) == (deal.ben.pk, GROSS - FEE, FEE)
    assert (deal.money.held, deal.money.released) == (0, GROSS)
    assert {"order.received", "funds.released"} <= set(deal.milestones)
    body = next(job["body"] for job in deal.told if job["kind"] == "funds.released")
    assert body["released"] == {"amount": GROSS - FEE, "fee": FEE, "currency": "EUR"}


def test_a_second_receipt_releases_nothing_more(deal: Deal) -> None:
    deal.sent()
    deal.receive()
    deal.receive()
    assert (Receipt.objects.count(), deal.money.released) == (1, GROSS)
    assert deal.milestones.count("funds.released") == 1


def test_the_receipt_of_what_was_never_marked_delivers_it(deal: Deal) -> None:
    deal.sent()
    deal.receive()
    assert deal.shipment.status == "delivered"
    assert "shipment.delivered" in deal.milestones


def test_funds_go_to_the_seller_as_soon_as_the_charge_arrives(deal: Deal) -> None:
    deal.place()
    deal.authorize()
    deal.provider.refuses.add("capture")
    deal.ship()
    deal.receive()
    assert (deal.money.released, Receipt.objects.get().released_at) == (0, None)
    deal.say(deal.provider.fetch(deal.payment).fact, authorized=GROSS)
    assert deal.money.released == 0
    from payments.machine import Fact

    deal.say(Fact.CAPTURED, captured=GROSS)
    assert deal.money.released == GROSS
    assert deal.milestones.count("funds.released") == 1


def test_fourteen_days_of_silence_are_receipt(deal: Deal) -> None:
    deal.sent()
    deal.deliver()
    deal.pass_time(days=13, hours=23)
    assert not Receipt.objects.exists()
    deal.pass_time(hours=1)
    receipt = Receipt.objects.get()
    assert (receipt.by, receipt.received_at) == (None, deal.now)
    assert deal.money.released == GROSS


def test_silence_about_goods_still_on_their_way_is_no_receipt(deal: Deal) -> None:
    deal.sent()
    deal.pass_time(days=30)
    assert services.receipt_by_silence(order_id=deal.order_id, now=deal.now) is None


def test_a_failed_charge_is_tried_with_the_next_payment_at_once(deal: Deal) -> None:
    from payments.machine import Fact

    deal.place()
    deal.authorize()
    deal.provider.refuses.add("capture")
    deal.ship()
    deal.say(Fact.FAILED, failure_code="expired_card")
    assert "payment.failed" in deal.milestones
    deal.provider.refuses.clear()
    deal.authorize()
    assert deal.order.charge_status == "full"
    assert deal.money.held == GROSS
