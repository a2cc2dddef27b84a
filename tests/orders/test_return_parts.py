"""Returns that the seller agrees to in part, and those that the buyer has not asked for."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from orders import audit, returned, services
from orders.models import GoodsReturn, Receipt, ReturnChange, ReturnItem, ShipmentItem
from payments.models import Refund
from tests.orders.deal import Deal
from tests.orders.disputes import Disputing
from tests.orders.parcels import Packing
from tests.orders.returns import Returning
from tests.orders.test_rest import call
from tests.rooms.table import refused

pytestmark = pytest.mark.django_db
WHY_NOT = "Two were used"


@pytest.fixture
def whole(deal: Deal) -> Returning:
    """All of it is with the buyer."""
    packing = Packing.paid(deal)
    packing.track(packing.send("5", "2.5"), "deliver")
    return Returning(packing)


def approve(
    whole: Returning, row: GoodsReturn, *quantities: str, outcome: str = "refund", reason: str = WHY_NOT
) -> GoodsReturn:
    """The seller agrees to so much of it."""
    done = services.approve_return(
        return_id=row.pk,
        actor=whole.deal.sol,
        outcome=outcome,
        items=whole.packing.items(*quantities),
        reason=reason,
        now=whole.deal.now,
    )
    whole.deal.work()
    return done


def record(whole: Returning, *quantities: str, outcome: str = "refund", **fields: Any) -> GoodsReturn:
    """The seller has so much of each line back."""
    values = {"actor": whole.deal.sol, "sellable": True, **fields}
    row = services.record_return(
        order_id=whole.deal.order_id,
        items=whole.packing.items(*quantities),
        outcome=outcome,
        now=whole.deal.now,
        **values,
    )
    whole.deal.work()
    return row


def problems(deal: Deal) -> list[str]:
    return [str(one) for one in audit.check_order(deal.order)]


def test_a_seller_agrees_to_a_part_and_only_its_share_goes_back(whole: Returning) -> None:
    row = whole.ask("4", "1")
    approve(whole, row, "2", "0")
    whole.send(row)
    row = whole.receive(row)
    assert (row.share, row.refunded_amount) == (20_000, 20_000)
    assert [item.stands for item in row.items.order_by("line__position")] == ["2", "0"]
    assert problems(whole.deal) == []
    whole.deal.receive()
    assert (whole.deal.money.released, whole.deal.money.held) == (41_250, 0)
    assert problems(whole.deal) == []


def test_the_rest_may_be_asked_for_again_or_disputed(whole: Returning) -> None:
    approve(whole, whole.ask("5", ""), "2", "")
    lines = whole.packing.lines
    assert str(returned.returnable(whole.deal.order)[lines[0].pk]) == "3"
    whole.ask("1", "")
    Disputing(whole.packing).dispute("2", "")
    with refused("return.quantity"):
        whole.ask("1", "")
    assert problems(whole.deal) == []


def test_the_buyer_reads_by_mail_what_was_not_agreed_to_and_why(whole: Returning) -> None:
    row = whole.ask("4", "1")
    for _ in range(2):
        approve(whole, row, "3", "")
    deal = whole.deal
    assert deal.wrote(deal.ben, WHY_NOT) == deal.wrote(deal.ben, "They do not agree to the rest") == 1
    assert ReturnChange.objects.filter(event="approve").count() == 1
    told = next(one["body"] for one in deal.told if one["kind"] == "order.return_approved")
    assert (told["reason"], told["return"]["items"][0]["quantity"]) == (WHY_NOT, "3")
    assert len(told["return"]["items"]) == 1


def test_a_replacement_of_a_part_sends_that_part(whole: Returning) -> None:
    row = whole.ask("4", "")
    approve(whole, row, "3", "", outcome="replacement")
    whole.send(row)
    whole.receive(row)
    parcel = whole.replace(row)
    assert [item.quantity for item in ShipmentItem.objects.filter(shipment=parcel)] == ["3"]
    assert problems(whole.deal) == []


def test_agreeing_to_all_of_it_line_by_line_needs_no_reason(whole: Returning) -> None:
    row = approve(whole, whole.ask("2", ""), "2", "", reason="")
    assert row.status == "approved"
    assert problems(whole.deal) == []


@pytest.mark.parametrize(
    ("quantities", "code"),
    [(("3", ""), "return.quantity"), (("0", ""), "return.quantity"), (("1", "1"), "return.quantity"),
     (("0.5", ""), "return.quantity")],
)  # fmt: skip
def test_no_more_and_not_nothing_is_agreed_to(
    whole: Returning, quantities: tuple[str, str], code: str
) -> None:
    row = whole.ask("2", "")
    with refused(code):
        approve(whole, row, *quantities)
    row.refresh_from_db()
    assert row.status == "requested"


def test_less_is_agreed_to_with_a_reason(whole: Returning) -> None:
    row = whole.ask("2", "")
    with refused("return.reason"):
        approve(whole, row, "1", "", reason=" ")


def test_verify_names_a_part_that_nobody_has_explained_and_one_that_is_too_much(whole: Returning) -> None:
    row = whole.approve(whole.ask("2", ""))
    ReturnItem.objects.filter(goods_return=row).update(agreed="1")
    assert any("nobody has said why" in one for one in problems(whole.deal))
    ReturnItem.objects.filter(goods_return=row).update(agreed="3")
    assert any("more back than was asked for" in one for one in problems(whole.deal))


def test_what_the_seller_has_back_is_recorded_by_line_and_paid_back_once(whole: Returning) -> None:
    again = uuid4()
    for _ in range(2):
        row = record(whole, "2", "0.5", return_id=again)
    assert (row.status, row.outcome, row.refunded_amount) == ("received", "refund", 22_250)
    assert [refund.amount for refund in Refund.objects.all()] == [22_250]
    assert whole.deal.order.status == "partially_returned"
    assert whole.deal.wrote(whole.deal.ben, "has received what you sent back") == 1
    assert problems(whole.deal) == []
    record(whole, "3", "2")
    assert (whole.deal.order.status, whole.deal.money.held) == ("returned", 0)
    assert problems(whole.deal) == []


def test_others_are_sent_for_what_the_seller_has_back(whole: Returning) -> None:
    row = record(whole, "2", "", outcome="replacement", sellable=False)
    with refused("receipt.return_open"):
        whole.deal.receive()
    whole.packing.track(whole.replace(row), "deliver")
    whole.deal.receive()
    assert Receipt.objects.exists()
    assert problems(whole.deal) == []


def test_no_more_comes_back_than_the_buyer_has(whole: Returning) -> None:
    whole.ask("3", "")
    with refused("return.quantity"):
        record(whole, "3", "")
    for actor, code in ((whole.deal.ben, "not_permitted"), (whole.deal.cleo, "not_found")):
        with refused(code):
            record(whole, "1", "", actor=actor)


def test_verify_names_a_return_that_began_as_a_dispute_without_one(whole: Returning) -> None:
    forged = GoodsReturn.objects.create(
        order=whole.deal.order,
        reason="damaged",
        requested_by=whole.deal.sol.pk,
        requested_at=whole.deal.now,
        status="approved",
        outcome="replacement",
    )
    forged.items.create(line=whole.packing.lines[0], quantity="1", unconfirmed="1")
    forged.changes.create(seq=1, event="settle", after="approved", at=whole.deal.now)
    assert any("not how it came about" in one for one in problems(whole.deal))


def test_both_are_done_on_the_page(whole: Returning, client: Client) -> None:
    row = whole.ask("4", "")
    client.force_login(whole.deal.sol)
    name = f"r{row.pk.hex[-8:]}-part"
    pumps = whole.packing.lines[0].pk.hex
    part = {f"{name}-quantity_{pumps}": "5", f"{name}-outcome": "refund", f"{name}-reason": WHY_NOT}
    sent = client.post(whole.url("agree_in_part", row), part)
    assert (sent.status_code, "at most what was asked for" in sent.content.decode()) == (422, True)
    assert (
        client.post(whole.url("agree_in_part", row), part | {f"{name}-quantity_{pumps}": "3"}).status_code
        == 302
    )
    back = {f"quantity_{pumps}": "1", "outcome": "refund", "sellable": "yes", "return_id": str(uuid4())}
    wrong = client.post(whole.packing.url("record_return"), back | {f"quantity_{pumps}": "3"})
    assert (wrong.status_code, "at most what the buyer has had" in wrong.content.decode()) == (422, True)
    for _ in range(2):  # a double click
        assert client.post(whole.packing.url("record_return"), back).status_code == 302
    whole.deal.work()
    assert GoodsReturn.objects.count() == 2
    assert whole.deal.money.refunded == 10_000
    client.force_login(whole.deal.ben)
    shown = client.get(whole.packing.url("order")).content.decode()
    assert "Not agreed:" in shown
    assert f"“{WHY_NOT}”" in shown
    assert (
        client.post(whole.packing.url("record_return"), back | {"return_id": str(uuid4())}).status_code == 403
    )


def test_both_are_done_over_rest(whole: Returning) -> None:
    deal, pumps = whole.deal, str(whole.packing.lines[0].pk)
    row = whole.ask("4", "")
    body = {"outcome": "refund", "items": [{"line": pumps, "quantity": "3"}], "reason": WHY_NOT}
    _ok, agreed = call(deal, deal.sol, "POST", f"returns/{row.pk}/approve", body)
    assert agreed["items"] == [{"line": pumps, "quantity": "4", "agreed": "3"}]
    assert agreed["steps"][-1]["reason"] == WHY_NOT
    back: dict[str, Any] = {
        "order": str(deal.order_id),
        "items": [{"line": pumps, "quantity": "2"}],
        "outcome": "refund",
        "sellable": False,
    }
    status, made = call(deal, deal.sol, "POST", "returns/recorded", back)
    assert (status, made["status"], made["share"]) == (200, "received", 20_000)
    for person, expected in ((deal.ben, (403, "not_permitted")), (deal.cleo, (404, "not_found"))):
        status, refusal = call(deal, person, "POST", "returns/recorded", back)
        assert (status, refusal["code"]) == expected
