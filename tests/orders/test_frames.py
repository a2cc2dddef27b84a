"""Calling off of a frame agreement: what it takes and costs, and that no more goes than was agreed."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from negotiation_hub.kernel import outbox
from negotiation_hub.kernel.models import Mail
from negotiation_hub.people import second_factor
from negotiation_hub.people.models import Organisation
from orders import services
from orders.models import Frame, Order
from payments.machine import Fact
from payments.models import PaymentRequest
from rooms.models import Room
from tests.orders.deal import Deal, with_
from tests.orders.framed import STOCK, Framed, line, prices
from tests.rooms.table import START, person, refused

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
    for details in (with_(), None):
        with refused("not_permitted"):
            framed.call(actor=framed.pat, details=details)


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


def paid_late(deal: Deal, framed: Framed, quantity: str) -> Order:
    """A call-off that expired while the provider pondered over its payment, which then came."""
    deal.ben, deal.sol = framed.ben, framed.ada
    deal.order_id = framed.order(quantity, details=None).pk
    deal.expire_with_open_payment()
    assert framed.called == ["0"]
    deal.say(Fact.AUTHORIZED, authorized=deal.payment.amount)
    return deal.order


def test_a_late_payment_takes_the_volume_again_at_its_own_price(deal: Deal) -> None:
    framed = Framed()
    order = paid_late(deal, framed, "40")
    framed.call("90")
    services.resolve_late_payment(order_id=order.pk, actor=framed.ada, choice="reinstate", now=deal.now)
    assert (framed.called, prices(order)) == (["130"], [("40", 1_000)])
    assert framed.moves[-1] == ("take_again", "0", "40")
    assert framed.problems() == []


def test_a_late_payment_does_not_take_volume_that_is_gone(deal: Deal) -> None:
    framed = Framed()
    order = paid_late(deal, framed, "40")
    framed.call("970")
    with refused("call_off.volume"):
        services.resolve_late_payment(order_id=order.pk, actor=framed.ada, choice="reinstate", now=deal.now)
    assert (deal.order.status, framed.called) == ("expired", ["970"])
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
