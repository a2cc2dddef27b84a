"""The buyer has a part of what was agreed, and its share of the held funds goes to the seller."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel.limits import PLATFORM_FEE_BP
from negotiation_hub.kernel.money import Money
from orders import audit, services, shares
from orders.models import PartReceipt, Receipt
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.three import Three
from tests.rooms.table import refused

pytestmark = pytest.mark.django_db
GROSS = 61_250


@pytest.fixture
def packing(deal: Deal) -> Packing:
    """Five pumps of 100 EUR and 2.5 kg of resin at 45 EUR, paid; three pumps and a kilogram are sent."""
    packing = Packing.paid(deal)
    packing.send("3", "1")
    deal.work()
    return packing


def receive(packing: Packing, *quantities: str, receipt_id: UUID | None = None) -> PartReceipt:
    """The buyer has so much of each line; all that follows is done."""
    part = services.receive_part(
        order_id=packing.deal.order_id,
        actor=packing.deal.ben,
        items=packing.items(*quantities),
        receipt_id=receipt_id,
        now=packing.deal.now,
    )
    packing.deal.work()
    return part


def problems(deal: Deal) -> list[Any]:
    return list(audit.check_order(deal.order))


def fee(amount: int) -> int:
    return Money(amount, "EUR").share(PLATFORM_FEE_BP).minor


def test_what_was_received_in_part_releases_its_share_less_the_fee(packing: Packing) -> None:
    part = receive(packing, "2", "1")
    share = 2 * 10_000 + 4_500
    assert (part.share, part.released_amount, part.released_fee) == (share, share - fee(share), fee(share))
    money = packing.deal.money
    assert (money.released, money.held) == (share, GROSS - share)
    assert {"order.received_part", "funds.released_part"} <= set(packing.deal.milestones)
    assert packing.deal.wrote(packing.deal.sol, "2\N{NO-BREAK SPACE}pcs Pump") == 1
    assert problems(packing.deal) == []


def test_the_same_receipt_again_releases_nothing_more(packing: Packing) -> None:
    again = uuid4()
    first = receive(packing, "1", "", receipt_id=again)
    assert receive(packing, "1", "", receipt_id=again) == first
    assert packing.deal.money.released == 10_000
    assert packing.deal.milestones.count("order.received_part") == 1


@pytest.mark.parametrize(
    "quantities", [("4", ""), ("", "1.1"), ("-1", ""), ("two", ""), ("", ""), ("NaN", "")]
)
def test_no_more_is_received_than_was_sent(packing: Packing, quantities: tuple[str, str]) -> None:
    with refused("receipt.quantity"):
        receive(packing, *quantities)
    assert packing.deal.money.released == 0


def test_nothing_is_received_twice(packing: Packing) -> None:
    receive(packing, "3", "")
    with refused("receipt.quantity"):
        receive(packing, "1", "")


def test_only_the_buyer_receives(packing: Packing) -> None:
    for actor in (packing.deal.sol, packing.deal.ada):
        with refused("not_permitted"):
            services.receive_part(
                order_id=packing.deal.order_id, actor=actor, items=packing.items("1"), now=packing.deal.now
            )


def test_with_the_last_part_the_whole_is_received_and_all_is_released(packing: Packing) -> None:
    receive(packing, "3", "1")
    packing.send("2", "1.5")
    receive(packing, "2", "1.5")
    receipt = Receipt.objects.get(order=packing.deal.order_id)
    assert (receipt.by, receipt.released_amount) == (packing.deal.ben.pk, 0)
    assert (packing.deal.money.held, packing.deal.money.released) == (0, GROSS)
    assert packing.deal.milestones.count("order.received") == 1
    assert problems(packing.deal) == []


def test_the_receipt_of_the_whole_releases_what_parts_have_left(packing: Packing) -> None:
    receive(packing, "1", "")
    packing.send("2", "1.5")
    services.confirm_receipt(order_id=packing.deal.order_id, actor=packing.deal.ben, now=packing.deal.now)
    receipt = Receipt.objects.get(order=packing.deal.order_id)
    assert (receipt.released_amount or 0) + (receipt.released_fee or 0) == GROSS - 10_000
    assert packing.deal.money.held == 0
    assert problems(packing.deal) == []


def test_what_was_given_back_is_not_released_as_well(packing: Packing) -> None:
    deal = packing.deal
    services.refund_order(
        order_id=deal.order_id, actor=deal.sol, amount=Money(GROSS - 5_000, "EUR"), now=deal.now
    )
    deal.work()
    part = receive(packing, "3", "")
    assert part.share == 30_000
    assert (part.released_amount or 0) + (part.released_fee or 0) <= 5_000
    assert problems(deal) == []


def test_each_milestone_of_work_releases_its_share(deal: Deal) -> None:
    service = Three.made(deal, ("goods", "service")).paid()
    service.report()
    service.receive()
    part = PartReceipt.objects.get(work=service.work)
    assert part.share == 100_000
    assert (part.released_amount or 0) + (part.released_fee or 0) == 100_000
    assert deal.money.held == 100_000, "the goods' share waits for the goods"
    assert problems(deal) == []


def test_verify_names_a_receipt_of_more_than_was_sent(packing: Packing) -> None:
    receive(packing, "3", "1")
    forged = PartReceipt.objects.create(
        order=packing.deal.order, by=packing.deal.ben.pk, received_at=packing.deal.now, share=0
    )
    forged.items.create(line=packing.lines[0], quantity="1")
    assert any("more was received than has left" in str(one) for one in problems(packing.deal))


def test_the_buyer_confirms_a_part_on_the_page(packing: Packing, client: Client) -> None:
    client.force_login(packing.deal.ben)
    page = client.get(packing.url("order")).content.decode()
    assert "A part has come" in page
    rows = {f"quantity_{line.hex}": text for line, text in packing.items("2", "").items()}
    data = {**rows, "receipt_id": str(uuid4())}
    for _ in range(2):  # a double click
        assert client.post(packing.url("receipt_part"), data).status_code == 302
    assert PartReceipt.objects.get().share == 20_000
    wrong = client.post(packing.url("receipt_part"), {**rows, "receipt_id": str(uuid4())})
    assert wrong.status_code == 422
    assert "at most what was sent" in wrong.content.decode()
    assert "Received so far" in client.get(packing.url("order")).content.decode()


def test_the_seller_is_asked_for_no_receipt(packing: Packing, client: Client) -> None:
    client.force_login(packing.deal.sol)
    assert "A part has come" not in client.get(packing.url("order")).content.decode()


quantities = st.decimals(min_value="0.001", max_value="9999", places=3)


@given(
    share=st.integers(0, 10**12),
    ordered=quantities,
    steps=st.lists(st.integers(1, 10), min_size=1, max_size=8),
)
def test_the_shares_of_all_parts_are_the_share_of_the_line(
    share: int, ordered: Decimal, steps: list[int]
) -> None:
    total, had, due = sum(steps), Decimal(0), 0
    for place, _ in enumerate(steps):
        now = ordered if place == len(steps) - 1 else ordered * sum(steps[: place + 1]) / total
        part = shares.of_quantity(share, before=had, now=now, ordered=ordered)
        assert part >= 0
        had, due = now, due + part
        assert due <= share
    assert due == share


@given(totals=st.lists(st.integers(1, 10**9), min_size=1, max_size=9), gross=st.integers(1, 10**12))
def test_the_shares_of_all_lines_are_the_gross(totals: list[int], gross: int) -> None:
    assert sum(shares.of_lines(totals, Money(gross, "EUR"))) == gross


@given(share=st.integers(0, 10**12), count=st.integers(1, 50))
def test_the_shares_of_all_milestones_are_the_share_of_the_line(share: int, count: int) -> None:
    assert sum(shares.of_parts(share, "EUR", count)) == share
