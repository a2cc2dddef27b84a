"""The buyer disputes goods: held meanwhile, and ended by taking it back, receiving it, or by agreement."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from orders import audit, services
from orders.models import DisputeChange, GoodsDispute, GoodsReturn, PartReceipt, Receipt
from orders.silence import ends_at
from payments.models import Refund
from tests.orders.deal import Deal
from tests.orders.disputes import Disputing
from tests.orders.parcels import Packing
from tests.orders.returns import Returning
from tests.rooms.table import refused

pytestmark = pytest.mark.django_db
GROSS = 61_250
AGREED_ON = date(2026, 3, 5)


@pytest.fixture
def whole(deal: Deal) -> Disputing:
    """All of it is with the buyer."""
    packing = Packing.paid(deal)
    packing.track(packing.send("5", "2.5"), "deliver")
    return Disputing(packing)


@pytest.fixture
def late(deal: Deal) -> Disputing:
    """Nothing has been sent, and the agreed day has passed."""
    packing = Packing.paid(deal, due=AGREED_ON)
    deal.pass_time(days=4)
    return Disputing(packing)


def problems(deal: Deal) -> list[str]:
    return [str(one) for one in audit.check_order(deal.order)]


def test_what_is_disputed_stays_held_and_the_rest_is_received(whole: Disputing) -> None:
    row = whole.dispute("2", "0.5")
    with refused("receipt.disputed"):
        whole.deal.receive()
    with refused("receipt.quantity"):
        whole.confirm("4", "")
    whole.confirm("3", "2")
    assert (whole.deal.money.released, whole.deal.money.held) == (39_000, 22_250)
    assert not Receipt.objects.exists()
    whole.receive(row)
    assert Receipt.objects.get().by == whole.deal.ben.pk
    assert (whole.deal.money.released, whole.deal.money.held) == (GROSS, 0)
    assert problems(whole.deal) == []


def test_silence_receives_the_rest_and_nothing_of_what_is_disputed(whole: Disputing) -> None:
    whole.dispute("2", "")
    whole.deal.pass_time(days=30)
    assert (whole.deal.money.released, whole.deal.money.held) == (41_250, 20_000)
    assert not Receipt.objects.exists()
    assert problems(whole.deal) == []


def test_silence_counts_anew_from_the_end_of_a_dispute(whole: Disputing) -> None:
    row = whole.dispute("5", "2.5")
    whole.deal.pass_time(days=10)
    whole.withdraw(row)
    first = ends_at(whole.deal.order)
    assert first is not None
    assert (first - whole.deal.now).days == 14
    whole.deal.pass_time(days=13)
    assert not Receipt.objects.exists()
    whole.deal.pass_time(days=2)
    assert Receipt.objects.get().by is None
    assert problems(whole.deal) == []


def test_a_sum_that_both_agree_on_goes_back_and_the_rest_of_the_share_to_the_seller(whole: Disputing) -> None:
    row = whole.propose(whole.dispute("2", ""), amount=5_000)
    assert whole.deal.money.refunded == 0, "nothing goes back before the buyer takes it"
    row = whole.agree(row)
    assert (row.status, row.end, row.share, row.refunded_amount) == ("resolved", "refund", 20_000, 5_000)
    assert (whole.deal.money.refunded, whole.deal.money.released) == (5_000, 15_000)
    whole.confirm("3", "2.5")
    assert Receipt.objects.get().by == whole.deal.ben.pk
    assert (whole.deal.money.released, whole.deal.money.held) == (GROSS - 5_000, 0)
    assert problems(whole.deal) == []


def test_what_was_settled_for_a_sum_is_not_sent_back_or_disputed_again(whole: Disputing) -> None:
    whole.agree(whole.propose(whole.dispute("5", "")))
    with refused("dispute.quantity"):
        whole.dispute("1", "")
    with refused("return.quantity"):
        Returning(whole.packing).ask("1", "")


def test_an_agreed_replacement_is_a_return_that_is_agreed(whole: Disputing) -> None:
    whole.agree(whole.propose(whole.dispute("2", ""), "replacement"))
    back = Returning(whole.packing)
    row = GoodsReturn.objects.get()
    assert (row.status, row.outcome, row.note) == ("approved", "replacement", "Two flanges are cracked")
    back.send(row)
    back.receive(row, sellable=False)
    whole.packing.track(back.replace(row), "deliver")
    assert problems(whole.deal) == []
    whole.deal.receive()
    assert (whole.deal.money.released, whole.deal.money.held) == (GROSS, 0)
    assert problems(whole.deal) == []


def test_what_never_came_is_replaced_and_nobody_sends_it_back(deal: Deal) -> None:
    packing = Packing.paid(deal, due=AGREED_ON)
    packing.track(packing.send("3", "2.5"), "deliver")
    packing.send("2", "")
    lost = Disputing(packing)
    lost.confirm("3", "2.5")
    with refused("dispute.quantity"):
        lost.dispute("2", "", reason="not_received", words="Where is it?")
    deal.pass_time(days=4)
    row = lost.dispute("2", "", reason="not_received", words="Where is it?")
    lost.agree(lost.propose(row, "replacement"))
    back = Returning(packing)
    assert GoodsReturn.objects.get().status == "received"
    assert problems(deal) == []
    with refused("receipt.return_open"):
        deal.receive()
    with refused("receipt.quantity"):
        lost.confirm("1", "")
    with refused("return.quantity"):
        back.ask("4", "")
    packing.track(back.replace(GoodsReturn.objects.get()), "deliver")
    lost.confirm("2", "")
    assert (deal.money.released, deal.money.held) == (GROSS, 0)
    assert problems(deal) == []


def test_what_turns_up_after_it_was_settled_is_not_owed_once_more(deal: Deal) -> None:
    packing = Packing.paid(deal)
    lost = Disputing(packing)
    parcel = packing.send("5", "2.5")
    lost.agree(lost.propose(lost.dispute("5", "", reason="not_received"), amount=50_000))
    packing.track(parcel, "send_back")
    with refused("shipment.state"):
        packing.track(parcel, "come_back")
    assert (deal.money.refunded, deal.money.held) == (50_000, 11_250)
    assert problems(deal) == []


def test_the_seller_says_that_nothing_is_wrong_and_the_buyer_takes_it_or_not(whole: Disputing) -> None:
    row = whole.propose(whole.dispute("2", ""), "rejection")
    whole.decline(row, "Look at the pictures")
    row.refresh_from_db()
    assert (row.status, row.proposal) == ("disputed", None)
    row = whole.agree(whole.propose(row, "rejection"))
    assert (row.status, row.end) == ("resolved", "rejection")
    whole.deal.receive()
    assert whole.deal.money.released == GROSS
    assert problems(whole.deal) == []


def test_a_buyer_takes_only_what_stands(whole: Disputing) -> None:
    row = whole.propose(whole.dispute("2", ""), amount=5_000)
    row.refresh_from_db()
    first = row.proposal
    whole.propose(row, amount=100)
    with refused("dispute.over"):
        whole.agree(row, first)
    assert whole.agree(row).refund == 100


def test_nothing_came_by_the_agreed_day_and_the_whole_order_is_disputed(late: Disputing) -> None:
    with refused("dispute.quantity"):
        late.dispute("5", "2.5", reason="damaged")
    row = late.dispute("5", "2.5", reason="not_received", words="Nothing came")
    for outcome in ("refund", "replacement"):
        with refused("dispute.not_sent"):
            late.propose(row, outcome)
    with refused("dispute.not_sent"):
        late.receive(row)
    late.packing.track(late.packing.send("5", "2.5"), "deliver")
    with refused("receipt.quantity"):
        late.confirm("1", "")
    late.deal.pass_time(days=40)
    assert late.deal.money.released == 0, "silence is no receipt of what was disputed before it was sent"
    late.receive(row)
    assert (late.deal.money.released, late.deal.money.held) == (GROSS, 0)
    assert problems(late.deal) == []


def test_nothing_is_missed_before_its_day(deal: Deal) -> None:
    waiting = Disputing(Packing.paid(deal, due=AGREED_ON))
    with refused("dispute.quantity"):
        waiting.dispute("1", "", reason="not_received")


def test_a_dispute_ends_with_its_order(late: Disputing) -> None:
    row = late.dispute("5", "2.5", reason="not_received", words="Nothing came")
    services.cancel_order(order_id=late.deal.order_id, actor=late.deal.sol, now=late.deal.now)
    late.deal.work()
    row.refresh_from_db()
    assert (row.status, row.end) == ("resolved", "ended")
    assert late.deal.money.held == 0
    assert problems(late.deal) == []


@pytest.mark.parametrize(
    "quantities", [("6", ""), ("", "2.6"), ("0.5", ""), ("-1", ""), ("two", ""), ("", ""), ("NaN", "")]
)
def test_no_more_is_disputed_than_has_come_and_is_open(whole: Disputing, quantities: tuple[str, str]) -> None:
    with refused("dispute.quantity"):
        whole.dispute(*quantities)


def test_what_is_received_disputed_or_on_its_way_back_is_not_disputed_again(whole: Disputing) -> None:
    whole.confirm("1", "")
    whole.dispute("1", "")
    Returning(whole.packing).ask("1", "")
    with refused("dispute.quantity"):
        whole.dispute("3", "")
    whole.dispute("2", "")
    assert problems(whole.deal) == []


def test_what_is_disputed_is_not_sent_back_meanwhile(whole: Disputing) -> None:
    row = whole.dispute("4", "")
    with refused("return.quantity"):
        Returning(whole.packing).ask("2", "")
    whole.withdraw(row)
    Returning(whole.packing).ask("2", "")


@pytest.mark.parametrize(
    ("reason", "words"), [("ugly", "Ugly"), ("damaged", " "), ("damaged", "x" * 501), ("other", "")]
)
def test_what_is_wrong_is_said_in_words(whole: Disputing, reason: str, words: str) -> None:
    with refused("dispute.reason"):
        whole.dispute("1", "", reason=reason, words=words)


@pytest.mark.parametrize("amount", [0, -1, 20_001, None])
def test_a_sum_is_at_most_the_share_of_what_is_disputed(whole: Disputing, amount: int | None) -> None:
    row = whole.dispute("2", "")
    with refused("dispute.sum"):
        whole.propose(row, amount=amount)


def test_no_more_goes_back_than_is_there(whole: Disputing) -> None:
    deal = whole.deal
    row = whole.propose(whole.dispute("5", "2.5"), amount=GROSS)
    services.refund_order(order_id=deal.order_id, actor=deal.sol, amount=None, now=deal.now)
    deal.work()
    with refused("dispute.sum"):
        whole.agree(row)
    assert deal.money.refunded == GROSS


def test_each_side_takes_its_own_steps(whole: Disputing) -> None:
    deal, now = whole.deal, whole.deal.now
    for actor in (deal.sol, deal.max):
        with refused("not_permitted"):
            whole.dispute("1", "", actor=actor)
    with refused("not_found"):
        whole.dispute("1", "", actor=deal.cleo)
    row = whole.dispute("1", "")
    for actor in (deal.ben, deal.max):  # Max packs, and gives no money away
        with refused("not_permitted"):
            whole.propose(row, actor=actor)
    whole.propose(row)
    stands = whole.standing(row)
    for actor, code in ((deal.sol, "not_permitted"), (deal.cleo, "not_found")):
        facts: dict[str, Any] = {"dispute_id": row.pk, "actor": actor, "now": now}
        for step in (services.receive_disputed, services.withdraw_goods_dispute):
            with refused(code):
                step(**facts)
        for answer in (services.agree_outcome, services.decline_outcome):
            with refused(code):
                answer(**facts, proposal=stands)
    with refused("not_found"):
        services.withdraw_goods_dispute(dispute_id=uuid4(), actor=deal.ben, now=now)


def test_a_step_after_the_end_is_refused(whole: Disputing) -> None:
    row = whole.propose(whole.dispute("1", ""))
    row.refresh_from_db()
    stood = row.proposal
    whole.withdraw(row)
    whole.confirm("5", "2.5")
    with refused("dispute.over"):
        whole.propose(row)
    with refused("dispute.over"):
        whole.agree(row, stood)
    with refused("dispute.over"):
        whole.receive(row)


def test_everything_that_is_done_twice_happens_once(whole: Disputing) -> None:
    deal, again, proposal = whole.deal, uuid4(), uuid4()
    row = whole.dispute("2", "", dispute_id=again)
    assert whole.dispute("2", "", dispute_id=again) == row
    for _ in range(2):
        whole.propose(row, proposal_id=proposal)
    for _ in range(2):
        whole.agree(row, proposal)
    assert [refund.amount for refund in Refund.objects.all()] == [5_000]
    assert PartReceipt.objects.count() == 1
    assert DisputeChange.objects.count() == 3
    assert [kind for kind in deal.milestones if "disput" in kind] == [
        "order.dispute_ended", "order.dispute_proposed", "order.disputed",
    ]  # fmt: skip
    assert problems(deal) == []


def test_both_sides_are_told_by_mail_once(whole: Disputing) -> None:
    row = whole.dispute("2", "")
    whole.decline(whole.propose(row), "Not enough")
    whole.agree(whole.propose(row, amount=8_000))
    deal = whole.deal
    assert deal.wrote(deal.sol, "Two flanges are cracked") == 1
    assert deal.wrote(deal.ben, "your dispute is noted") == 1
    assert deal.wrote(deal.ben, "an end of your dispute is proposed") == 2
    assert deal.wrote(deal.sol, "Not enough") == 1
    assert deal.wrote(deal.sol, "a dispute has ended") == deal.wrote(deal.ben, "a dispute has ended") == 1


def test_the_words_are_sealed_at_rest_and_told_the_room(whole: Disputing) -> None:
    row = whole.dispute("2", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM orders_goodsdispute")
        assert "cracked" not in cursor.fetchone()[0]
    told = next(one["body"] for one in whole.deal.told if one["kind"] == "order.disputed")
    assert told["reason"] == "Two flanges are cracked"
    assert told["dispute"]["by"] == str(whole.deal.ben.pk)
    assert told["dispute"]["items"][0]["quantity"] == "2"
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        GoodsDispute.objects.filter(pk=row.pk).update(reason="other")


def test_verify_names_more_disputed_than_is_open(whole: Disputing) -> None:
    forged = GoodsDispute.objects.create(
        order=whole.deal.order, reason="damaged", words="x", by=whole.deal.ben.pk, at=whole.deal.now
    )
    forged.items.create(line=whole.packing.lines[0], quantity="6", missing="0")
    found = problems(whole.deal)
    assert any("6 are disputed" in one for one in found)
    assert any("its history ends at nothing" in one for one in found)


def test_verify_names_a_sum_that_was_not_given_back(whole: Disputing) -> None:
    row = whole.agree(whole.propose(whole.dispute("2", "")))
    GoodsDispute.objects.filter(pk=row.pk).update(refunded_amount=1)
    assert any("its refunds say 5000" in one for one in problems(whole.deal))
    GoodsDispute.objects.filter(pk=row.pk).update(refunded_amount=5_000, refund=6_000)
    assert any("its proposal says otherwise" in one for one in problems(whole.deal))
    assert any("6000 go back and 15000" in one for one in problems(whole.deal))


def test_verify_names_a_replacement_that_was_not_agreed(whole: Disputing) -> None:
    row = whole.withdraw(whole.dispute("2", ""))
    whole_return = GoodsReturn.objects.create(
        order=whole.deal.order,
        dispute=row,
        reason="damaged",
        requested_by=row.by,
        requested_at=row.at,
        status="approved",
        outcome="replacement",
    )
    whole_return.items.create(line=whole.packing.lines[0], quantity="2", unconfirmed="2")
    assert any("replaced without having ended so" in one for one in problems(whole.deal))


def test_verify_names_a_dispute_that_ended_without_a_step(whole: Disputing) -> None:
    row = whole.dispute("2", "")
    GoodsDispute.objects.filter(pk=row.pk).update(status="resolved", end="received", ended_at=row.at)
    found = problems(whole.deal)
    assert any("its last step is dispute" in one for one in found)
    assert any("its history ends at disputed" in one for one in found)
