"""A frame agreement: what makes one, what a call-off takes and costs, and that no more goes than agreed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel import outbox
from negotiation_hub.kernel.models import Mail
from negotiation_hub.people import second_factor
from negotiation_hub.people.models import Organisation
from orders import framing, services
from orders.framing import Part, Term, Tier
from orders.models import CallOff, Frame, FrameLine, FrameMove, Order, OrderLine
from orders.queries import order_of_room
from payments.models import PaymentRequest
from rooms.models import Room
from tests.orders.deal import Provider, with_
from tests.orders.framed import STOCK, Framed, line, prices
from tests.orders.test_audit import without_guards
from tests.rooms.table import START, Table, person, refused, terms

TODAY = START.date()


@pytest.fixture
def now(db: None, provider: Provider) -> Iterator[time_machine.Traveller]:
    """The server's clock stands still until the test moves it."""
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def framed(now: time_machine.Traveller) -> Framed:
    return Framed()


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


# --- what is called off


def test_a_call_off_is_a_placed_order_at_the_agreed_price_in_a_room_of_its_own(framed: Framed) -> None:
    bought = framed.call("40")
    order = bought.order
    assert order is not None
    assert bought.placed
    assert (order.gross, order.title, order.status) == (40_000, framed.room.title, "unfulfilled")
    assert order.room_id != framed.room.pk
    assert framed.stock == STOCK - 40
    assert PaymentRequest.objects.get(order_id=order.pk).amount == 40_000
    assert framed.called == ["40"]
    assert order.issues == [{"name": "Called off from", "value": framed.frame.number}]
    assert Frame.objects.count() == 1
    assert framed.problems() == []


def test_the_other_terms_of_the_frame_agreement_are_those_of_each_call_off(
    now: time_machine.Traveller,
) -> None:
    framed = Framed(
        issues=[{"name": "Cancellation", "value": "free for 3 days"}],
        more={"tax_basis": "added", "tax_rate_bp": 2_100},
    )
    order = framed.order("10")
    assert {"name": "Cancellation", "value": "free for 3 days"} in order.issues
    assert (order.net, order.tax, order.gross) == (10_000, 2_100, 12_100)
    services.cancel_order(order_id=order.pk, actor=framed.ben, now=START, cost=0)
    assert framed.called == ["0"]


def test_a_call_off_across_a_threshold_has_a_line_for_each_price(framed: Framed) -> None:
    assert prices(framed.order("90")) == [("90", 1_000)]
    second = framed.order("20")
    assert prices(second) == [("10", 1_000), ("10", 950)]
    assert second.gross == 10 * 1_000 + 10 * 950
    assert prices(framed.order("400")) == [("390", 950), ("10", 900)]
    assert {one.listing_id for one in second.lines.all()} == {framed.listing.pk}
    assert framed.stock == STOCK - 510
    assert framed.problems() == []


def test_what_the_listing_says_today_does_not_matter(framed: Framed) -> None:
    listing = framed.listing
    type(listing).objects.filter(pk=listing.pk).update(price_minor=99_999, status="archived")
    assert prices(framed.order("40")) == [("40", 1_000)]


def test_each_line_has_its_own_tiers_and_volume(now: time_machine.Traveller) -> None:
    framed = Framed(
        tiers=None,
        lines=[line(title="A"), line(title="B", quantity="50.5", unit="KGM", unit_price=200)],
        issues=[{"name": "Tramos de precio línea 2", "value": "desde 10: 1,50"}],
    )
    order = framed.order({1: "10", 2: "10.5"})
    assert prices(order) == [("10", 1_000), ("10", 200), ("0.5", 150)]
    assert framed.called == ["10", "10.5"]
    assert prices(framed.order({2: "40"})) == [("40", 150)]
    with refused("call_off.volume"):
        framed.call({2: "0.1"}, seen=15)
    assert framed.problems() == []


def test_the_same_call_off_again_is_the_same_order(framed: Framed) -> None:
    once = uuid4()
    first, again = framed.order("40", id=once), framed.order("40", id=once)
    assert first == again
    assert (Order.objects.count(), framed.stock, framed.called) == (1, STOCK - 40, ["40"])


def test_the_same_call_off_sent_again_after_others_is_found_at_its_old_price(framed: Framed) -> None:
    once = uuid4()
    first = framed.order("90", id=once)
    framed.call("100")
    assert framed.order("90", id=once, seen=first.gross) == first


def test_the_same_id_with_another_quantity_is_refused(framed: Framed) -> None:
    once = uuid4()
    framed.call("40", id=once)
    with refused("purchase.reused"):
        framed.call("41", id=once)
    assert framed.called == ["40"]


def test_a_price_that_was_not_seen_calls_off_nothing(framed: Framed) -> None:
    framed.call("90")
    with refused("call_off.price_changed"):
        framed.call("20", seen=20_000)
    assert (Order.objects.count(), framed.called) == (1, ["90"])
    assert Room.objects.count() == 2


def test_more_than_is_left_is_refused_and_changes_nothing(framed: Framed) -> None:
    framed.call("990")
    with refused("call_off.volume"):
        framed.call("11", seen=9_900)
    assert framed.called == ["990"]
    framed.call("10")
    with refused("call_off.volume"):
        framed.call("1", seen=900)
    assert framed.problems() == []


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "1e2", "many", "0.0000001", "١"])
def test_what_is_no_quantity_of_pieces_calls_off_nothing(framed: Framed, text: str) -> None:
    with refused("call_off.quantity"):
        framed.call(text, seen=1)
    assert framed.moves == []


def test_without_stock_nothing_is_called_off(now: time_machine.Traveller) -> None:
    framed = Framed(pieces=5)
    with refused("listing.sold_out"):
        framed.call("6")
    assert (framed.called, Order.objects.count(), Room.objects.count()) == (["0"], 0, 1)


def test_the_last_day_belongs_to_it_and_the_day_after_does_not(
    framed: Framed, now: time_machine.Traveller
) -> None:
    now.move_to(datetime(2027, 6, 30, 23, 59, tzinfo=UTC))
    framed.call("40")
    now.move_to(datetime(2027, 7, 1, 0, 0, tzinfo=UTC))
    with refused("call_off.over"):
        framed.call("40")
    assert framed.called == ["40"]


def test_only_the_buyers_purchasers_call_off(framed: Framed) -> None:
    eve = person("Eve", "Elsewhere")
    with refused("not_found"):
        framed.call(actor=eve)
    with refused("not_permitted"):
        framed.call(actor=framed.ada)
    assert framed.order(actor=framed.pat).buyer_person == framed.pat
    framed.pat.memberships.update(role="member")
    with refused("not_permitted"):
        framed.call(actor=framed.pat)


def test_incomplete_details_leave_a_draft_that_holds_its_volume_until_it_expires(
    framed: Framed, now: time_machine.Traveller
) -> None:
    bought = framed.call("40", details=with_(street=""))
    assert bought.order is not None
    assert not bought.placed
    assert framed.called == ["40"]
    now.shift(timedelta(hours=73))
    outbox.drain(START + timedelta(hours=73))
    assert (Order.objects.get().status, framed.called) == ("expired", ["0"])
    assert framed.moves == [("take", "0", "40"), ("give_back", "0", "40")]
    assert framed.problems() == []


def test_what_is_canceled_is_left_again_and_the_others_keep_their_prices(framed: Framed) -> None:
    first, second = framed.order("100"), framed.order("50")
    services.cancel_order(order_id=first.pk, actor=framed.ada, now=START)
    services.cancel_order(order_id=first.pk, actor=framed.ada, now=START)
    assert framed.called == ["50"]
    assert prices(Order.objects.get(pk=second.pk)) == [("50", 950)]
    assert prices(framed.order("60")) == [("50", 1_000), ("10", 950)]
    assert framed.problems() == []


def test_a_call_off_keeps_the_terms_of_its_frame_agreement(framed: Framed) -> None:
    order = framed.order()
    outbox.drain(START)
    framed.room = Room.objects.get(pk=order.room_id)
    with refused("amendment.call_off"):
        framed.propose("buyer", 900)


def test_above_the_companys_limit_the_call_off_waits_for_the_second_factor(framed: Framed) -> None:
    acme = Organisation.objects.get(pk=framed.room.buyer_id)
    second_factor.set_rule(actor=framed.ben, organisation=acme, minor=20_000, currency="EUR", now=START)
    bought = framed.call("40")
    assert (bought.order, framed.called) == (None, ["0"])
    second_factor.set_rule(actor=framed.ben, organisation=acme, minor=None, currency="EUR", now=START)
    framed.room = bought.room
    framed.accept("buyer")
    assert (framed.called, prices(Order.objects.get())) == (["40"], [("40", 1_000)])
    assert framed.problems() == []


def test_what_waited_while_others_called_off_cannot_be_accepted_at_its_old_price(framed: Framed) -> None:
    acme = Organisation.objects.get(pk=framed.room.buyer_id)
    second_factor.set_rule(actor=framed.ben, organisation=acme, minor=20_000, currency="EUR", now=START)
    waits = framed.call("90")
    framed.call("15")
    second_factor.set_rule(actor=framed.ben, organisation=acme, minor=None, currency="EUR", now=START)
    framed.room = waits.room
    with refused("call_off.price_changed"):
        framed.accept("buyer")
    assert framed.called == ["15"]


def test_in_the_room_of_a_call_off_nothing_else_can_be_agreed(framed: Framed) -> None:
    acme = Organisation.objects.get(pk=framed.room.buyer_id)
    second_factor.set_rule(actor=framed.ben, organisation=acme, minor=20_000, currency="EUR", now=START)
    framed.room = framed.call("40").room
    framed.counter("buyer", 500, lines=[line(quantity="40", unit_price=500)])
    with refused("call_off.price_changed"):
        framed.accept("seller")
    framed.supersede("buyer", 500, lines=[line(title="Anvil", quantity="1", unit_price=500)])
    with refused("call_off.price_changed"):
        framed.accept("seller")
    assert framed.called == ["0"]


# --- what is told


def mails(to: str, words: str) -> int:
    return Mail.objects.filter(to=to, subject__contains=words).count()


def test_the_buyer_is_told_that_it_has_begun_and_both_that_little_is_left_each_once(framed: Framed) -> None:
    outbox.drain(START)
    assert (mails(framed.ben.email, "Your frame agreement"), mails(framed.ada.email, "frame agreement")) == (
        1,
        0,
    )
    framed.call("900")
    assert mails(framed.ben.email, "Little is left") == 0
    last = framed.order("1")
    services.cancel_order(order_id=last.pk, actor=framed.ada, now=START)
    framed.call("50")
    outbox.drain(START)
    assert [mails(one.email, "Little is left") for one in (framed.ben, framed.ada)] == [1, 1]


# --- what verify finds


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


def test_an_offer_without_the_issue_is_what_it_was(db: None) -> None:
    table = Table()
    table.propose("seller", issues=[{"name": "Price tiers", "value": "a clause"}])
    table.accept("buyer")
    assert order_of_room(table.room.pk) is not None
    assert terms()["packages"][0]["issues"] == []
