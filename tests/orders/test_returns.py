"""The buyer sends pieces back: asked, agreed or refused, sent, received, and paid for once."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from negotiation_hub.kernel.limits import PLATFORM_FEE_BP
from negotiation_hub.kernel.money import Money
from orders import audit, returned, services
from orders.models import GoodsReturn, Receipt, ReturnChange
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.returns import Returning
from tests.rooms.table import refused

pytestmark = pytest.mark.django_db
GROSS = 61_250


@pytest.fixture
def back(deal: Deal) -> Returning:
    """Three pumps and a kilogram of resin are with the buyer, the rest is still in the house."""
    packing = Packing.paid(deal)
    packing.track(packing.send("3", "1"), "deliver")
    return Returning(packing)


@pytest.fixture
def whole(deal: Deal) -> Returning:
    """All of it is with the buyer."""
    packing = Packing.paid(deal)
    packing.track(packing.send("5", "2.5"), "deliver")
    return Returning(packing)


def problems(deal: Deal) -> list[Any]:
    return list(audit.check_order(deal.order))


def test_a_return_goes_all_the_way_and_its_share_is_given_back_from_what_is_held(back: Returning) -> None:
    row = back.ask("2", "0.5", reason="wrong_item", note="These are NB-32")
    back.approve(row)
    back.send(row)
    assert back.deal.money.refunded == 0, "the money waits for the goods"
    row = back.receive(row)
    share = 2 * 10_000 + 2_250
    assert (row.status, row.share, row.refunded_amount) == ("received", share, share)
    assert (back.deal.money.refunded, back.deal.money.held) == (share, GROSS - share)
    steps = list(row.changes.values_list("event", "before", "after", "actor"))
    ben, sol, max_ = (one.pk for one in (back.deal.ben, back.deal.sol, back.deal.max))
    assert steps == [
        ("request", "", "requested", ben),
        ("approve", "requested", "approved", sol),
        ("send_back", "approved", "sent_back", ben),
        ("receive", "sent_back", "received", max_),
    ]
    told = [kind for kind in back.deal.milestones if kind.startswith("order.return")]
    assert told == [
        "order.return_approved", "order.return_received", "order.return_requested", "order.return_sent_back",
    ]  # fmt: skip
    assert problems(back.deal) == []


def test_each_step_is_told_the_other_side_by_mail_once(back: Returning) -> None:
    row = back.ask("2", "")
    for _ in range(2):
        back.approve(row)
    for _ in range(2):
        back.send(row)
    for _ in range(2):
        back.receive(row)
    assert back.deal.wrote(back.deal.sol, "asks to send this back") == 1
    assert back.deal.wrote(back.deal.ben, "agrees that you send this back") == 1
    assert back.deal.wrote(back.deal.sol, "has sent this back with DHL") == 1
    assert back.deal.wrote(back.deal.ben, "has received what you sent back") == 1
    assert back.deal.money.refunded == 20_000
    assert ReturnChange.objects.count() == 4


def test_the_buyers_words_are_sealed_and_not_told_the_room(back: Returning) -> None:
    row = back.ask("1", "", note="Broken flange")
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM orders_goodsreturn")
        assert "flange" not in cursor.fetchone()[0]
    assert GoodsReturn.objects.get(pk=row.pk).note == "Broken flange"
    assert "flange" not in str(back.deal.told)


def test_the_same_request_again_is_one_return(back: Returning) -> None:
    again = uuid4()
    assert back.ask("1", "", return_id=again) == back.ask("1", "", return_id=again)
    assert back.deal.milestones.count("order.return_requested") == 1


@pytest.mark.parametrize(
    "quantities", [("4", ""), ("", "1.1"), ("0.5", ""), ("-1", ""), ("two", ""), ("", ""), ("NaN", "")]
)
def test_no_more_is_asked_back_than_has_come(back: Returning, quantities: tuple[str, str]) -> None:
    with refused("return.quantity"):
        back.ask(*quantities)


def test_nothing_is_sent_back_twice(back: Returning) -> None:
    back.ask("2", "")
    with refused("return.quantity"):
        back.ask("2", "")
    back.ask("1", "")


def test_what_is_refused_or_withdrawn_can_be_asked_for_again(back: Returning) -> None:
    back.refuse(back.ask("3", ""))
    back.cancel(back.ask("3", ""))
    assert back.ask("3", "").status == "requested"
    assert back.deal.wrote(back.deal.ben, "It was scratched on arrival") == 1
    assert problems(back.deal) == []


@pytest.mark.parametrize(("reason", "note"), [("ugly", ""), ("other", ""), ("damaged", "x" * 501)])
def test_a_reason_is_one_of_those_and_another_one_is_said(back: Returning, reason: str, note: str) -> None:
    with refused("return.reason"):
        back.ask("1", "", reason=reason, note=note)


def test_a_refusal_says_why(back: Returning) -> None:
    row = back.ask("1", "")
    with refused("return.reason"):
        back.refuse(row, " ")
    assert GoodsReturn.objects.get(pk=row.pk).status == "requested"


def test_each_side_takes_its_own_steps(back: Returning) -> None:
    deal, now = back.deal, back.deal.now
    for actor in (deal.sol, deal.max):
        with refused("not_permitted"):
            back.ask("1", "", actor=actor)
    with refused("not_found"):
        back.ask("1", "", actor=deal.cleo)
    row = back.ask("1", "")
    for actor in (deal.ben, deal.max):  # Max packs, and decides nothing
        with refused("not_permitted"):
            back.approve(row, actor=actor)
    with refused("not_permitted"):
        services.cancel_return(return_id=row.pk, actor=deal.sol, now=now)
    back.approve(row)
    with refused("not_permitted"):
        services.send_back(return_id=row.pk, actor=deal.sol, carrier="DHL", tracking="", now=now)
    back.send(row)
    with refused("not_permitted"):
        services.receive_return(return_id=row.pk, actor=deal.ben, sellable=True, now=now)
    with refused("not_found"):
        services.receive_return(return_id=uuid4(), actor=deal.ada, sellable=True, now=now)


def test_a_step_out_of_turn_is_refused(back: Returning) -> None:
    row = back.ask("1", "")
    with refused("return.state"):
        back.send(row)
    with refused("return.state"):
        back.receive(row)
    back.approve(row)
    with refused("return.state"):
        back.refuse(row)
    back.send(row)
    with refused("return.state"):
        back.cancel(row)


def test_a_parcel_that_is_sent_back_names_its_carrier(back: Returning) -> None:
    row = back.approve(back.ask("1", ""))
    with refused("return.carrier"):
        back.send(row, carrier=" ")


def test_the_order_is_returned_in_part_and_then_in_whole(whole: Returning) -> None:
    whole.back("2", "")
    assert whole.deal.order.status == "partially_returned"
    whole.back("3", "2.5")
    assert whole.deal.order.status == "returned"
    assert (whole.deal.money.refunded, whole.deal.money.held) == (GROSS, 0)
    assert problems(whole.deal) == []


def test_an_order_that_was_sent_in_part_is_returned_in_part_once_the_rest_has_left(back: Returning) -> None:
    back.back("1", "")
    assert back.deal.order.status == "partially_fulfilled"
    back.packing.send("2", "1.5")
    assert back.deal.order.status == "partially_returned"
    assert problems(back.deal) == []


def test_what_is_in_a_return_is_not_released_and_the_rest_is(whole: Returning) -> None:
    row = whole.ask("2", "")
    with refused("receipt.return_open"):
        whole.deal.receive()
    with refused("receipt.quantity"):
        whole.confirm("4", "")
    whole.confirm("3", "2.5")
    assert (whole.deal.money.released, whole.deal.money.held) == (41_250, 20_000)
    whole.approve(row)
    whole.send(row)
    whole.receive(row)
    assert Receipt.objects.get().by == whole.deal.ben.pk, "what is kept is all received"
    assert (whole.deal.money.refunded, whole.deal.money.held) == (20_000, 0)
    assert problems(whole.deal) == []


def test_what_was_refused_is_received_as_before(whole: Returning) -> None:
    whole.refuse(whole.ask("2", ""))
    whole.deal.receive()
    assert (whole.deal.money.released, whole.deal.money.held) == (GROSS, 0)
    assert problems(whole.deal) == []


def test_what_the_seller_has_already_is_given_back_all_the_same(whole: Returning) -> None:
    whole.deal.receive()
    row = whole.back("5", "")
    assert row.refunded_amount == 50_000
    assert whole.deal.money.refunded == 50_000
    assert problems(whole.deal) == []


def test_what_was_given_back_for_another_reason_is_not_given_back_again(whole: Returning) -> None:
    deal = whole.deal
    services.refund_order(
        order_id=deal.order_id, actor=deal.sol, amount=Money(GROSS - 5_000, "EUR"), now=deal.now
    )
    deal.work()
    row = whole.back("5", "")
    assert (row.share, row.refunded_amount) == (50_000, 5_000)
    assert problems(deal) == []


def test_thirds_of_a_line_are_its_share_to_the_cent(deal: Deal) -> None:
    deal.lines = [{**deal.lines[0], "quantity": "3", "unit_price": 3_333, "total": 10_000}]
    deal.order_id = deal.agree(tax_basis="included", tax_rate_bp=2100, net=8_264, tax=1_736, gross=10_000).pk
    deal.sent()
    deal.deliver()
    back = Returning(Packing(deal))
    amounts = [back.back("1").refunded_amount for _ in range(3)]
    assert amounts == [3_333, 3_333, 3_334]
    assert deal.money.held == 0


def test_the_buyers_asking_and_the_database_agree_that_asked_is_asked(back: Returning) -> None:
    row = back.ask("1", "")
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        GoodsReturn.objects.filter(pk=row.pk).update(reason="other")


def test_verify_names_more_sent_back_than_was_received(back: Returning) -> None:
    forged = GoodsReturn.objects.create(
        order=back.deal.order, reason="damaged", requested_by=back.deal.ben.pk, requested_at=back.deal.now
    )
    forged.items.create(line=back.packing.lines[0], quantity="4", unconfirmed="0")
    found = [str(one) for one in problems(back.deal)]
    assert any("4 are in returns, 3 were received" in one for one in found)
    assert any("its history ends at nothing" in one for one in found)


def test_verify_names_money_that_was_not_given_back(back: Returning) -> None:
    row = back.back("1", "")
    GoodsReturn.objects.filter(pk=row.pk).update(refunded_amount=1)
    assert any("its refunds say 10000" in str(one) for one in problems(back.deal))


def test_nothing_can_be_sent_back_that_has_not_come(deal: Deal) -> None:
    packing = Packing.paid(deal)
    packing.send("5", "2.5")
    assert not any(returned.returnable(deal.order).values())
    with refused("return.quantity"):
        Returning(packing).ask("1", "")


def test_a_fee_is_taken_of_what_the_seller_keeps_and_of_nothing_else(whole: Returning) -> None:
    whole.back("5", "")
    whole.deal.receive()
    receipt = Receipt.objects.get()
    assert receipt.released_fee == Money(11_250, "EUR").share(PLATFORM_FEE_BP).minor
    assert problems(whole.deal) == []
