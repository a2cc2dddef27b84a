"""What comes late is said to both sides, in words, in the table and by mail, and costs what was agreed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from orders import lateness, penalty
from orders.models import OrderChange
from payments.models import Refund
from tests.orders.deal import START, Deal
from tests.orders.parcels import Packing
from tests.orders.test_rest import call
from tests.orders.three import browser

DUE = (START + timedelta(days=3)).date()
CLAUSE = {"name": "Late delivery penalty", "value": "0.5 % per day, at most 5 %"}


def packing_of(deal: Deal, *issues: dict[str, Any], due: date | None = DUE, **fields: Any) -> Packing:
    return Packing.paid(deal, due=due, issues=list(issues), **fields)


def after(days: int) -> date:
    return DUE + timedelta(days=days)


def late(deal: Deal) -> lateness.Timing | None:
    return lateness.latest(deal.order, deal.now.date())


def lists(packing: Packing) -> list[str]:
    """The page of the order and the list, for both sides."""
    deal = packing.deal
    urls = (packing.url("order"), "/orders/")
    return [browser(who).get(url).content.decode() for who in (deal.ben, deal.sol) for url in urls]


def test_what_is_expected_late_is_said_to_both_sides_once(deal: Deal) -> None:
    packing = packing_of(deal)
    parcel = packing.send("5", "2.5", expected_on=after(2))
    for html in lists(packing):
        assert "expected 2 days after what was agreed" in html
    assert deal.milestones.count("shipment.late") == 1
    assert [deal.wrote(who, "is late") for who in (deal.ben, deal.sol)] == [1, 1]
    packing.track(parcel, "delay", expected_on=after(4))
    deal.pass_time(days=9)
    assert deal.milestones.count("shipment.late") == 1
    assert deal.wrote(deal.ben, "is late") == 1
    body = next(job["body"] for job in deal.told if job["kind"] == "shipment.late")
    assert body["late"] == {"due": str(DUE), "expected_on": str(after(2)), "days": 2}


def test_what_is_in_time_is_not_late(deal: Deal) -> None:
    packing = packing_of(deal)
    parcel = packing.send("5", "2.5", expected_on=DUE)
    deal.pass_time(days=3)
    packing.track(parcel, "deliver")
    deal.pass_time(days=5)
    assert (late(deal), "shipment.late" in deal.milestones) == (None, False)
    assert not any("after what was agreed" in html for html in lists(packing))


def test_what_nobody_has_sent_is_told_when_the_day_has_passed(deal: Deal) -> None:
    packing = packing_of(deal)
    deal.pass_time(days=3)
    assert "shipment.late" not in deal.milestones
    deal.pass_time(days=1)
    assert deal.milestones.count("shipment.late") == 1
    assert all("1 day over what was agreed, and not there yet" in html for html in lists(packing))


def test_a_line_in_two_parcels_is_there_when_the_last_of_it_is(deal: Deal) -> None:
    packing = packing_of(deal)
    packing.track(packing.send("2", "2.5"), "deliver")
    deal.pass_time(days=5)
    timing = late(deal)
    assert timing is not None
    assert timing.delivered_on is None  # three of five are still missing
    packing.track(packing.send("3"), "deliver")
    timing = late(deal)
    assert timing is not None
    assert (timing.delivered_on, timing.days) == (after(2), 2)
    assert timing.words == "2 days after what was agreed"
    with translation.override("es"):
        assert timing.words == "2 días después de lo acordado"


def test_the_delivery_date_of_the_offer_counts_where_a_line_has_no_day(deal: Deal) -> None:
    packing = packing_of(deal, {"name": "Fecha de entrega", "value": str(DUE)}, due=None)
    assert lateness.agreed_on(deal.order, packing.lines[0]) == DUE


@pytest.mark.parametrize("value", ["within a week", True, 12])
def test_a_delivery_date_that_is_no_day_is_for_people(deal: Deal, value: Any) -> None:
    packing = packing_of(deal, {"name": "Delivery date", "value": value}, due=None)
    deal.pass_time(days=30)
    assert lateness.agreed_on(deal.order, packing.lines[0]) is None
    assert "shipment.late" not in deal.milestones


def test_an_order_that_has_ended_is_never_late(deal: Deal) -> None:
    from orders import services

    packing_of(deal)
    services.cancel_order(order_id=deal.order_id, actor=deal.sol, now=deal.now)
    deal.pass_time(days=9)
    assert "shipment.late" not in deal.milestones


def two_days_late(deal: Deal, *issues: dict[str, Any], **fields: Any) -> Packing:
    """The pumps come two days late, the resin in time."""
    packing = packing_of(deal, *issues, **fields)
    packing.track(packing.send("", "2.5"), "deliver")
    pumps = packing.send("5")
    deal.pass_time(days=5)
    packing.track(pumps, "deliver")
    return packing


def test_the_agreed_penalty_is_of_the_late_lines_alone(deal: Deal) -> None:
    packing = two_days_late(deal, CLAUSE)
    owed = penalty.of_order(deal.order, deal.now.date())
    assert owed == penalty.Penalty(CLAUSE["value"], 500, 2, final=True)  # 1 % of 500.00
    for html in lists(packing)[::2]:
        assert "5.00\xa0EUR" in html
    told = call(deal, deal.ben, "GET", f"orders/{deal.order_id}")[1]
    assert told["penalty"] == {
        "clause": CLAUSE["value"],
        "amount": 500,
        "currency": "EUR",
        "days": 2,
        "final": True,
    }
    assert [line["days_late"] for line in told["lines"]] == [2, 0]
    assert sorted(row["days_late"] for row in told["shipments"]) == [0, 2]


def test_added_tax_is_in_the_gross_of_which_the_penalty_is(deal: Deal) -> None:
    taxed = {"tax_basis": "added", "tax_rate_bp": 2_100, "net": 61_250, "tax": 12_863, "gross": 74_113}
    two_days_late(deal, CLAUSE, **taxed)
    owed = penalty.of_order(deal.order, deal.now.date())
    assert owed is not None
    assert owed.amount == 605  # 1 % of 605.00


def test_until_the_goods_are_there_it_grows_and_nothing_is_suggested(deal: Deal) -> None:
    packing = packing_of(deal, CLAUSE)
    packing.send("5", "2.5", expected_on=after(9))
    assert penalty.of_order(deal.order, deal.now.date()) is None  # an estimate is no delay
    for days, amount in ((4, 306), (1, 613), (30, 3_063)):
        deal.pass_time(days=days)
        owed = penalty.of_order(deal.order, deal.now.date())
        assert owed is not None
        assert (owed.amount, owed.final) == (amount, False)
    html = browser(deal.sol).get(packing.url("order")).content.decode()
    assert "so far" in html
    assert "as agreed</button>" not in html


def test_another_clause_is_shown_and_nothing_is_computed(deal: Deal) -> None:
    packing = two_days_late(deal, {**CLAUSE, "value": "as the law has it"})
    assert penalty.of_order(deal.order, deal.now.date()) is None
    assert "as the law has it" in browser(deal.ben).get(packing.url("order")).content.decode()


def test_the_sellers_button_gives_it_back_once_and_nothing_moves_by_itself(deal: Deal) -> None:
    packing = two_days_late(deal, CLAUSE)
    assert not Refund.objects.exists()
    html = browser(deal.sol).get(packing.url("order")).content.decode()
    assert "Give back 5.00\xa0EUR as agreed" in html
    assert "as agreed</button>" not in browser(deal.ben).get(packing.url("order")).content.decode()
    form = html[html.index('name="refund_id" value="') :]
    fields = {"refund_id": form.split('"')[3], "amount": "5.00"}
    for _ in range(2):
        assert browser(deal.sol).post(packing.url("refund"), fields).status_code == 302
    deal.work()
    assert [row.amount for row in Refund.objects.all()] == [500]
    assert OrderChange.objects.filter(order=deal.order_id, event="refund").count() == 1
    assert "as agreed</button>" not in browser(deal.sol).get(packing.url("order")).content.decode()
