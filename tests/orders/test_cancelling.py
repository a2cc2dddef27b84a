"""The buyer cancels a placed order by the agreed terms: what it costs, and what becomes of the money."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.models import User
from orders import services
from orders.cancellation import Terms, parse, quote
from orders.models import Cancellation, Paper, PaperKind
from orders.services.common import OrderState
from payments.machine import Fact
from payments.models import Refund
from tests.orders.deal import Deal
from tests.orders.papers.samples import say
from tests.orders.test_audit import problems, without_guards
from tests.orders.test_rest import call

GROSS = 6_125_000
FEE = 1_225_000  # 20 %
DAYS = "free for 3 days, then 20 %"
COSTS = "20 %"


def agreed(deal: Deal, clause: Any, *, name: str = "Cancellation", **fields: Any) -> Deal:
    """The same deal with such a clause, placed and paid."""
    deal.order_id = deal.agree(issues=[{"name": name, "value": clause}], **fields).pk
    deal.place()
    deal.authorize()
    return deal


def cancel(deal: Deal, cost: int | None = None, *, actor: User | None = None) -> None:
    services.cancel_order(order_id=deal.order_id, actor=actor or deal.ben, now=deal.now, cost=cost)
    deal.work()


def books(deal: Deal) -> tuple[int, int, int, int]:
    money = deal.money
    return money.captured, money.refunded, money.released, money.held


def page(deal: Deal, user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get(f"/orders/{deal.order_id}/").content.decode().replace("\xa0", " ")


@pytest.mark.parametrize(
    ("clause", "terms"),
    [
        (COSTS, Terms(share=Fraction(1, 5))),
        ("12,5 %", Terms(share=Fraction(1, 8))),
        ("0 %", Terms(share=Fraction(0))),
        ("free until 2026-12-03", Terms(day=date(2026, 12, 3))),
        ("Free until 2026-12-03, then 20 %", Terms(day=date(2026, 12, 3), share=Fraction(1, 5))),
        ("gratis hasta el 2026-12-03, después 20 %", Terms(day=date(2026, 12, 3), share=Fraction(1, 5))),
        ("free until 10 days before delivery, then 50%", Terms(before=10, share=Fraction(1, 2))),
        ("gratis hasta 10 días antes de la entrega, después 50 %", Terms(before=10, share=Fraction(1, 2))),
        (" free for 1 day ", Terms(within=1)),
        ("gratis durante 3 días, después 20 %", Terms(within=3, share=Fraction(1, 5))),
    ],
)
def test_a_plain_form_is_understood_in_both_languages(clause: str, terms: Terms) -> None:
    assert parse(clause) == terms


@pytest.mark.parametrize(
    "clause",
    [
        "",
        "101 %",
        "free until 2026-02-30",
        "free until Friday",
        "free",
        "free for 3 days, then a lot",
        "free for 3 days, then 200 %",
        "20 % or 100 EUR",
        20,
        None,
    ],
)
def test_any_other_value_is_a_clause_for_people(clause: Any) -> None:
    assert parse(clause) is None


def test_days_end_at_midnight_utc_and_are_counted_from_the_placing(deal: Deal) -> None:
    agreed(deal, DAYS)
    evening = datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)
    terms = quote(deal.order, evening)
    assert terms is not None
    assert (terms.free_until, terms.cost, terms.afterwards) == (date(2026, 3, 5), 0, FEE)
    later = quote(deal.order, evening + timedelta(seconds=1))
    assert later is not None
    assert later.cost == FEE


@pytest.mark.parametrize(("days", "cost"), [(11, 0), (10, 0), (9, FEE)])
def test_days_before_the_delivery_are_counted_from_the_day_that_was_agreed(
    deal: Deal, days: int, cost: int
) -> None:
    agreed(deal, "free until 10 days before delivery, then 20 %")
    order = deal.order
    order.expected_on = deal.now.date() + timedelta(days=days)
    terms = quote(order, deal.now)
    assert terms is not None
    assert terms.cost == cost


def test_without_a_day_of_delivery_none_comes_near(deal: Deal) -> None:
    agreed(deal, "free until 10 days before delivery, then 20 %")
    order = deal.order
    order.expected_on = None
    terms = quote(order, deal.now)
    assert terms is not None
    assert (terms.free_until, terms.cost, terms.afterwards) == (None, 0, FEE)


def test_while_it_is_free_all_that_was_paid_goes_back(deal: Deal) -> None:
    agreed(deal, DAYS)
    deal.pass_time(days=3)
    cancel(deal)
    assert deal.order.status == "canceled"
    assert deal.payment.status == "canceled"
    assert books(deal) == (0, 0, 0, 0)
    assert problems() == []


def test_what_it_costs_goes_to_the_seller_and_the_rest_back_each_once(deal: Deal) -> None:
    agreed(deal, COSTS)
    cancel(deal, FEE)
    cancel(deal, FEE)
    assert deal.order.status == "canceled"
    assert books(deal) == (GROSS, GROSS - FEE, FEE, 0)
    row = Cancellation.objects.get()
    assert (row.by, row.cost) == (deal.ben.pk, FEE)
    assert (row.released_amount or 0) + (row.released_fee or 0) == FEE
    assert deal.milestones.count("order.canceled") == deal.milestones.count("funds.released") == 1
    assert deal.order.changes.get(event="withdraw").facts == {"cost": FEE}
    for user in (deal.ben, deal.sol):
        assert deal.wrote(user, "as agreed") == 1
    assert problems() == []


def test_what_was_charged_before_is_settled_in_the_same_way(deal: Deal) -> None:
    agreed(deal, COSTS)
    deal.say(Fact.CAPTURED, captured=GROSS)
    cancel(deal, FEE)
    assert books(deal) == (GROSS, GROSS - FEE, FEE, 0)
    assert problems() == []


def test_news_that_come_again_move_nothing(deal: Deal) -> None:
    agreed(deal, COSTS)
    cancel(deal, FEE)
    before = books(deal)
    truth = deal.provider.fetch(deal.payment)
    for _ in range(2):
        deal.say(truth.fact, captured=truth.captured, refunds=truth.refunds)
    assert books(deal) == before
    assert Refund.objects.count() == 1


def test_a_provider_that_is_away_settles_it_when_it_is_back(deal: Deal) -> None:
    agreed(deal, COSTS)
    deal.provider.refuses.add("capture")
    cancel(deal, FEE)
    assert deal.order.status == "canceled"
    assert books(deal) == (0, 0, 0, 0)
    assert problems() == []
    deal.provider.refuses.clear()
    deal.say(Fact.CAPTURED, captured=GROSS)
    assert books(deal) == (GROSS, GROSS - FEE, FEE, 0)
    assert problems() == []


def test_an_authorisation_that_has_lapsed_leaves_nothing_to_keep(deal: Deal) -> None:
    agreed(deal, COSTS)
    deal.provider.refuses.add("capture")
    cancel(deal, FEE)
    deal.say(Fact.CANCELED)
    assert books(deal) == (0, 0, 0, 0)
    assert problems() == []


def test_an_unpaid_order_ends_without_a_cost(deal: Deal) -> None:
    deal.order_id = deal.agree(issues=[{"name": "Cancellation", "value": COSTS}]).pk
    deal.place()
    cancel(deal)
    assert deal.order.status == "canceled"
    assert not Cancellation.objects.exists()


@pytest.mark.parametrize("told", [None, 0, FEE - 1, FEE + 1])
def test_what_the_buyer_was_not_told_is_not_taken(deal: Deal, told: int | None) -> None:
    agreed(deal, COSTS)
    with pytest.raises(services.CostChanged):
        cancel(deal, told)
    assert deal.order.status == "unfulfilled"
    assert books(deal) == (0, 0, 0, 0)


def test_a_page_that_was_open_over_midnight_asks_again(deal: Deal) -> None:
    agreed(deal, DAYS)
    deal.pass_time(days=4)
    with pytest.raises(services.CostChanged):
        cancel(deal, 0)
    cancel(deal, FEE)
    assert deal.order.status == "canceled"


@pytest.mark.parametrize(
    ("name", "clause"),
    [("Warranty", COSTS), ("Cancellation", "as usual"), ("Cancellation", "free until 2026-03-01")],
)
def test_without_terms_or_after_them_the_seller_is_asked(deal: Deal, name: str, clause: str) -> None:
    agreed(deal, clause, name=name)
    with pytest.raises(NotPermitted, match="ask the seller"):
        cancel(deal)
    assert "Cancel the order" not in page(deal, deal.ben)


def test_what_has_left_the_seller_is_not_canceled(deal: Deal) -> None:
    agreed(deal, COSTS)
    deal.ship()
    with pytest.raises((OrderState, NotPermitted)):
        cancel(deal, FEE)


def test_when_the_seller_cancels_it_costs_the_buyer_nothing(deal: Deal) -> None:
    agreed(deal, COSTS)
    cancel(deal, actor=deal.sol)
    assert deal.order.status == "canceled"
    assert books(deal) == (0, 0, 0, 0)


def test_a_stranger_cancels_nothing(deal: Deal) -> None:
    agreed(deal, COSTS)
    with pytest.raises(NotFound):
        cancel(deal, FEE, actor=deal.cleo)
    assert deal.order.status == "unfulfilled"


def test_the_papers_say_what_was_kept(deal: Deal) -> None:
    say(deal)
    agreed(deal, COSTS)
    cancel(deal, FEE)
    papers = Paper.objects.filter(order=deal.order_id)
    invoice, note = papers.get(kind=PaperKind.INVOICE), papers.get(kind=PaperKind.CREDIT_NOTE)
    assert (invoice.gross, invoice.gross - note.gross, note.corrects) == (GROSS, FEE, invoice)
    assert problems() == []


def test_the_page_says_what_it_costs_and_does_it(deal: Deal) -> None:
    agreed(deal, COSTS)
    shown = page(deal, deal.ben)
    assert "Canceling costs you 12,250.00 EUR now, as agreed." in shown
    assert COSTS in page(deal, deal.sol)
    client = Client()
    client.force_login(deal.ben)
    client.post(f"/orders/{deal.order_id}/cancel/", {"cost": str(FEE)})
    deal.work()
    assert books(deal) == (GROSS, GROSS - FEE, FEE, 0)
    assert "Cost of canceling" in page(deal, deal.sol)


def test_rest_says_what_it_costs_and_wants_it_said(deal: Deal) -> None:
    agreed(deal, DAYS)
    path = f"orders/{deal.order_id}"
    _, order = call(deal, deal.ben, "GET", path)
    assert order["cancellation"] == {
        "clause": DAYS,
        "free_until": "2026-03-05",
        "cost": 0,
        "afterwards": FEE,
        "currency": "EUR",
    }
    assert "cancel" in order["actions"]
    deal.pass_time(days=4)
    status, refusal = call(deal, deal.ben, "POST", f"{path}/cancel")
    assert (status, refusal["code"]) == (409, "order.cancel_cost")
    status, order = call(deal, deal.ben, "POST", f"{path}/cancel", {"cost": FEE})
    assert (status, order["status"], order["cancellation"]) == (200, "canceled", None)


def test_verify_names_a_cost_that_was_not_agreed(deal: Deal) -> None:
    agreed(deal, COSTS)
    cancel(deal, FEE)
    with pytest.raises(DatabaseError), transaction.atomic():
        Cancellation.objects.update(cost=FEE + 1)
    without_guards("orders_cancellation")
    Cancellation.objects.update(cost=FEE + 1)
    assert any("its terms say" in problem for problem in problems())
    Cancellation.objects.update(cost=FEE - 1)
    assert any("the ledger released" in problem for problem in problems())
