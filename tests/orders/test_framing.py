"""What makes an offer a frame agreement, what its tiers say of a price, and what is refused of it."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel import outbox
from orders import framing, services
from orders.framing import Part, Term, Tier
from orders.models import CallOff, Frame, FrameLine, FrameMove, Order
from orders.queries import order_of_room
from payments.models import PaymentRequest
from tests.orders.deal import with_
from tests.orders.framed import STOCK, Framed, line
from tests.rooms.table import START, Table, refused

# --- what the words say


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("until 2027-06-30", Term(until=date(2027, 6, 30))),
        ("for 12 months", Term(months=12)),
        ("For 1 month", Term(months=1)),
        ("hasta 2027-06-30", Term(until=date(2027, 6, 30))),
        ("hasta el 2027-06-30", Term(until=date(2027, 6, 30))),
        ("durante 12 meses", Term(months=12)),
        ("  durante 1 mes ", Term(months=1)),
        ("for 121 months", None),
        ("for 0 months", None),
        ("until 2027-02-30", None),
        ("until June", None),
        ("until 2027-06-30 or so", None),
        (True, None),
        (12, None),
    ],
)
def test_a_term_is_read_in_its_plain_forms_only(clause: Any, expected: Term | None) -> None:
    assert framing.term(clause) == expected


@pytest.mark.parametrize(
    ("agreed", "months", "last"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(
    agreed: date, months: int, last: date
) -> None:
    assert Term(months=months).ends_on(agreed) == last


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("from 100: 9.50; from 500: 9.00", (Tier(100, 950), Tier(500, 900))),
        ("desde 100: 9,50; desde 500: 9", (Tier(100, 950), Tier(500, 900))),
        ("From 10:11;from 20:12.5.", (Tier(10, 1_100), Tier(20, 1_250))),
        ("from 100: 9.505", None),
        ("from 1,000: 9.50", None),
        ("from 1.000: 9.50", None),
        ("from 100: 9.50; from 100: 9.00", None),
        ("from 500: 9.50; from 100: 9.00", None),
        ("from 0: 9.50", None),
        ("from 1000: 9.50", None),
        ("from 100: 0", None),
        ("from 100: 9.50;", None),
        ("from 100: 9.50, from 500: 9.00", None),
        ("cheaper from 100", None),
        ("", None),
        (7, None),
    ],
)
def test_tiers_are_read_in_their_plain_form_only(clause: Any, expected: Any) -> None:
    assert framing.tiers(clause, currency="EUR", volume=Decimal(1_000), first=1_000) == expected


@given(st.text(max_size=80))
def test_no_text_makes_the_readers_fail(text: str) -> None:
    framing.term(text)
    framing.tiers(text, currency="EUR", volume=Decimal(1_000), first=1_000)


@st.composite
def schedules(draw: st.DrawFn) -> tuple[int, list[Tier], list[int]]:
    """A first price, tiers, and the quantities that are called off one after another."""
    starts = sorted(draw(st.sets(st.integers(1, 99), max_size=5)))
    agreed = [Tier(start, draw(st.integers(1, 2_000))) for start in starts]
    return draw(st.integers(1, 2_000)), agreed, draw(st.lists(st.integers(1, 40), min_size=1, max_size=8))


@given(schedules())
def test_each_piece_costs_what_its_place_says_however_it_is_called_off(
    schedule: tuple[int, list[Tier], list[int]],
) -> None:
    first, agreed, quantities = schedule
    steps = [Tier(0, first), *agreed]
    found: list[int] = []
    for quantity in quantities:
        parts = framing.parts(Decimal(len(found)), Decimal(quantity), first, agreed)
        assert sum(part.quantity for part in parts) == quantity
        found += [part.unit_price for part in parts for _piece in range(int(part.quantity))]
    expected = [
        next(tier.unit_price for tier in reversed(steps) if tier.start <= place)
        for place in range(sum(quantities))
    ]
    assert found == expected


@given(schedules())
def test_tiers_that_are_written_down_are_read_as_they_were_meant(
    schedule: tuple[int, list[Tier], list[int]],
) -> None:
    first, agreed, _ = schedule
    text = "; ".join(f"from {one.start}: {one.unit_price / 100:.2f}" for one in agreed)
    read = framing.tiers(text, currency="EUR", volume=Decimal(100), first=first)
    assert read == (tuple(agreed) if agreed else None)


def test_halves_are_priced_by_their_place_too() -> None:
    parts = framing.parts(Decimal("9.5"), Decimal("1.25"), 100, [Tier(10, 90)])
    assert parts == [Part(Decimal("0.5"), 100), Part(Decimal("0.75"), 90)]


# --- what is agreed


def test_an_accepted_frame_agreement_makes_no_order_takes_no_stock_and_asks_for_no_payment(
    framed: Framed,
) -> None:
    frame = framed.frame
    assert not Order.objects.exists()
    assert not PaymentRequest.objects.exists()
    assert framed.stock == STOCK
    assert (frame.ends_on, frame.buyer_person, frame.seller_person) == (
        date(2027, 6, 30),
        framed.ben,
        framed.ada,
    )
    assert (framed.line().volume, framed.line().unit_price) == ("1000", 1_000)
    assert framed.line().tiers == [[100, 950], [500, 900]]
    assert framed.problems() == []


def test_the_room_is_told_that_a_frame_agreement_was_made_and_takes_no_more_offers(framed: Framed) -> None:
    accepted, agreed = framed.events[-2:]
    assert (accepted.kind, agreed.kind) == ("offer.accepted", "frame.agreed")
    assert "order" not in accepted.body
    assert agreed.body["frame"]["number"] == framed.frame.number
    assert framed.state == framed.folded
    assert (framed.state["negotiation"]["status"], framed.state["order"]) == ("closed", None)
    with refused("negotiation.not_open"):
        framed.propose("seller", 9_000)


def test_months_count_from_the_acceptance(now: time_machine.Traveller) -> None:
    assert Framed(term="durante 12 meses").frame.ends_on == date(2027, 3, 2)


def test_any_other_value_is_a_clause_for_people_and_an_ordinary_order(db: None) -> None:
    table = Table()
    table.propose("seller", issues=[{"name": "Frame agreement", "value": "as in our contract of May"}])
    table.accept("buyer")
    assert order_of_room(table.room.pk) is not None
    assert not Frame.objects.exists()


def frame_issues(term: Any, **more: Any) -> list[dict[str, Any]]:
    names = {"tiers": "Price tiers", "second": "Price tiers line 2", "day": "Delivery date"}
    return [
        {"name": "Acuerdo marco", "value": term},
        *({"name": names[key], "value": value} for key, value in more.items()),
    ]


@pytest.mark.parametrize(
    ("issues", "lines", "code"),
    [
        (frame_issues("until 30 June 2027"), None, "offer.frame_term"),
        (frame_issues("until 2026-03-01"), None, "offer.frame_term"),
        (frame_issues("until 2036-03-03"), None, "offer.frame_term"),
        (frame_issues("for 12 months", tiers="from 1,000: 9"), None, "offer.frame_tiers"),
        (frame_issues("for 12 months", tiers=True), None, "offer.frame_tiers"),
        (frame_issues("for 12 months", second="from 10: 9"), None, "offer.frame_tiers"),
        (frame_issues("for 12 months", tiers="from 10: 9"), [line(), line(title="B")], "offer.frame_tiers"),
        (frame_issues("for 12 months", day="2026-12-03"), None, "offer.frame_day"),
        (frame_issues("for 12 months"), [line(due="2026-12-03")], "offer.frame_day"),
        (frame_issues("for 12 months"), [line(), line(unit_price=5)], "offer.frame_lines"),
    ],
)
def test_what_cannot_be_read_of_a_frame_agreement_is_refused_when_it_is_offered(
    db: None, issues: list[dict[str, Any]], lines: list[dict[str, Any]] | None, code: str
) -> None:
    table = Table()
    with refused(code):
        table.propose("seller", issues=issues, lines=lines or [line()])
    assert table.state["offers"] == []


def test_a_term_that_passes_while_the_offer_stands_is_refused_at_the_acceptance(db: None) -> None:
    table = Table()
    table.propose("seller", issues=frame_issues("until 2026-03-02"), lines=[line()], expires_in_s=86_400)
    table.pass_time(hours=16)
    with refused("offer.frame_term"):
        table.accept("buyer")


def test_an_order_cannot_be_amended_into_a_frame_agreement(now: time_machine.Traveller) -> None:
    table = Table()
    table.propose("seller")
    table.accept("buyer")
    order = order_of_room(table.room.pk)
    assert order is not None
    services.place_order(order_id=order.pk, actor=table.ben, details=with_(), now=START)
    outbox.drain(START)
    with refused("offer.frame_amends"):
        table.propose("seller", issues=frame_issues("for 12 months"))


def test_what_was_agreed_cannot_be_changed_says_the_database(framed: Framed) -> None:
    framed.call()
    for rows, change in (
        (Frame.objects, {"ends_on": date(2030, 1, 1)}),
        (FrameLine.objects, {"unit_price": 1}),
        (FrameMove.objects, {"quantity": "1"}),
        (CallOff.objects, {"by": uuid4()}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all().update(**change)


def test_price_tiers_of_an_ordinary_offer_are_a_clause_for_people(db: None) -> None:
    table = Table()
    table.propose("seller", issues=[{"name": "Price tiers", "value": "cheaper from 100"}])
    table.accept("buyer")
    assert order_of_room(table.room.pk) is not None


def test_a_refusal_is_said_in_the_language_of_who_offers(db: None) -> None:
    table = Table()
    table.ada.language = "es"
    with pytest.raises(framing.FrameTermInvalid) as caught:
        table.propose("seller", issues=frame_issues("until June 30"))
    assert str(caught.value.as_dict()["message"]).startswith("Un acuerdo marco vale")
