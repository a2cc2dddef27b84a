from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from negotiation_hub.kernel.money import Money
from orders import audit, services
from orders.models import LatePayment, Milestone, OrderChange
from orders.order_facts import Facts
from orders.timeline import way
from payments import hooks
from payments.machine import Fact
from payments.models import Account, Refund
from tests.orders.deal import Deal

GROSS = 6_125_000


def resolve(deal: Deal, choice: services.Choice) -> None:
    services.resolve_late_payment(order_id=deal.order_id, actor=deal.sol, choice=choice, now=deal.now)
    deal.work()


def refund(deal: Deal, minor: int | None = None, **fields: object) -> None:
    amount = None if minor is None else Money(minor, "EUR")
    services.refund_order(order_id=deal.order_id, actor=deal.sol, amount=amount, now=deal.now, **fields)  # type: ignore[arg-type]
    deal.work()


def test_the_axes_follow_the_payments_and_not_the_order(deal: Deal) -> None:
    deal.authorize()
    assert (deal.order.status, deal.order.authorize_status) == ("draft", "full")
    deal.say(Fact.CANCELED)
    assert (deal.order.status, deal.order.authorize_status) == ("draft", "none")


def test_a_fact_that_is_told_twice_is_told_the_room_once(deal: Deal) -> None:
    fact = services.PaymentFact(
        order_id=deal.order_id,
        payment_id=uuid4(),
        event_id=uuid4(),
        status="requires_capture",
        previous="processing",
        amount=GROSS,
        currency="EUR",
    )
    services.payment_changed(fact=fact, now=deal.now)
    services.payment_changed(fact=fact, now=deal.now)
    assert deal.milestones == ["payment.authorized"]
    assert deal.told[0]["body"]["payment"] == {"id": str(fact.payment_id), "amount": GROSS, "currency": "EUR"}


def test_a_declined_card_leaves_the_agreement_and_may_be_tried_again(deal: Deal) -> None:
    deal.place()
    payment = deal.start_payment()
    deal.say(Fact.METHOD_NEEDED, payment, failure_code="card_declined")
    assert (deal.order.status, deal.milestones) == ("unfulfilled", ["order.placed", "payment.failed"])
    assert deal.wrote(deal.ben, "did not go through") == 1
    deal.authorize()
    assert deal.order.authorize_status == "full"


@pytest.mark.parametrize("placed", [True, False])
def test_an_unpaid_order_expires_when_it_is_due(deal: Deal, placed: bool) -> None:
    if placed:
        deal.place()
    deal.pass_time(hours=71, minutes=59)
    assert deal.order.status == ("unfulfilled" if placed else "draft")
    deal.pass_time(minutes=1)
    assert deal.order.status == "expired"
    assert deal.milestones[0] == "order.expired"
    for user in (deal.ben, deal.sol):
        assert deal.wrote(user, "has expired") == 1


def test_an_open_payment_is_canceled_when_the_order_expires(deal: Deal) -> None:
    deal.place()
    deal.start_payment()
    deal.pass_time(hours=72)
    assert deal.provider.asked == ["cancel"]
    assert deal.payment.status == "canceled"


def test_a_paid_order_does_not_expire(deal: Deal) -> None:
    deal.place()
    deal.authorize()
    deal.pass_time(hours=200)
    assert deal.order.status == "unfulfilled"


def test_an_authorization_that_lapses_after_the_due_time_ends_the_order(deal: Deal) -> None:
    deal.place()
    deal.authorize()
    deal.pass_time(hours=100)
    deal.say(Fact.CANCELED)
    assert deal.order.status == "expired"


def test_an_order_that_is_not_due_does_not_expire_by_a_wrong_call(deal: Deal) -> None:
    assert services.expire_unpaid(order_id=deal.order_id, now=deal.now).status == "draft"


def test_a_late_payment_waits_for_the_seller(deal: Deal) -> None:
    deal.expire_with_open_payment()
    deal.say(Fact.AUTHORIZED, authorized=GROSS)
    deal.say(Fact.AUTHORIZED, authorized=GROSS)
    late = LatePayment.objects.get()
    assert (late.amount, late.choice, deal.order.status) == (GROSS, "waiting", "expired")
    assert deal.milestones.count("payment.late") == 1
    assert Milestone.objects.get(kind="payment.late").cause == late.pk
    assert deal.wrote(deal.sol, "Late payment") == 1
    assert deal.money.authorized == GROSS  # it is neither taken nor lost


def test_the_seller_may_continue_the_order_with_a_late_payment(deal: Deal) -> None:
    deal.expire_with_open_payment()
    deal.say(Fact.AUTHORIZED, authorized=GROSS)
    resolve(deal, "reinstate")
    resolve(deal, "reinstate")
    assert deal.order.status == "unfulfilled"
    assert deal.milestones.count("order.reinstated") == 1
    deal.ship()
    assert deal.order.charge_status == "full"


def test_a_draft_paid_late_is_a_draft_again(deal: Deal) -> None:
    deal.start_payment()
    deal.provider.refuses.add("cancel")
    deal.provider.say(deal.payment, Fact.IN_PROGRESS)
    deal.pass_time(hours=73)
    deal.say(Fact.AUTHORIZED, authorized=GROSS)
    resolve(deal, "reinstate")
    assert deal.order.status == "draft"
    assert deal.place().status == "unfulfilled"


def test_the_seller_may_return_a_late_authorization(deal: Deal) -> None:
    deal.expire_with_open_payment()
    deal.say(Fact.AUTHORIZED, authorized=GROSS)
    deal.provider.refuses.clear()
    resolve(deal, "return")
    resolve(deal, "return")
    assert (deal.order.status, deal.payment.status) == ("expired", "canceled")
    assert deal.money.authorized == 0
    assert deal.wrote(deal.ben, "has chosen not to continue") == 1


def test_the_seller_may_return_a_late_charge(deal: Deal) -> None:
    deal.expire_with_open_payment()
    deal.say(Fact.CAPTURED, captured=GROSS)
    resolve(deal, "return")
    assert (deal.money.captured, deal.money.refunded, deal.money.held) == (GROSS, GROSS, 0)
    assert deal.order.charge_status == "none"
    assert "payment.refunded" in deal.milestones


def test_a_choice_cannot_be_turned_round(deal: Deal) -> None:
    deal.expire_with_open_payment()
    deal.say(Fact.AUTHORIZED, authorized=GROSS)
    resolve(deal, "reinstate")
    with pytest.raises(services.NoLatePayment):
        resolve(deal, "return")


def test_without_a_late_payment_there_is_nothing_to_choose(deal: Deal) -> None:
    with pytest.raises(services.NoLatePayment):
        resolve(deal, "reinstate")


def test_an_order_whose_room_agreed_anew_is_not_reinstated(deal: Deal) -> None:
    deal.expire_with_open_payment()
    deal.agree(room_id=deal.order.room_id)
    deal.say(Fact.AUTHORIZED, authorized=GROSS)
    with pytest.raises(services.RoomTaken):
        resolve(deal, "reinstate")
    assert LatePayment.objects.get().choice == "waiting"


def test_a_late_payment_that_lapses_leaves_nothing_to_choose(deal: Deal) -> None:
    deal.expire_with_open_payment()
    deal.say(Fact.AUTHORIZED, authorized=GROSS)
    deal.say(Fact.CANCELED)
    assert LatePayment.objects.get().choice == "returned"


def test_a_payment_of_a_canceled_order_goes_back_by_itself(deal: Deal) -> None:
    deal.place()
    deal.start_payment()
    deal.provider.refuses.add("cancel")
    deal.provider.say(deal.payment, Fact.IN_PROGRESS)
    services.cancel_order(order_id=deal.order_id, actor=deal.sol, now=deal.now)
    deal.work()
    deal.say(Fact.CAPTURED, captured=GROSS)
    assert (deal.money.refunded, LatePayment.objects.exists()) == (GROSS, False)


def test_canceling_lets_go_of_the_money(deal: Deal) -> None:
    deal.place()
    deal.authorize()
    for _ in range(2):
        services.cancel_order(order_id=deal.order_id, actor=deal.sol, now=deal.now)
        deal.work()
    assert (deal.order.status, deal.payment.status) == ("canceled", "canceled")
    assert deal.milestones.count("order.canceled") == 1
    assert deal.order.authorize_status == "none"


def test_canceling_gives_back_what_was_charged_at_once(deal: Deal) -> None:
    from tests.orders.deal import tomorrow

    deal.place(expected_on=tomorrow(20))
    deal.authorize()
    services.cancel_order(order_id=deal.order_id, actor=deal.sol, now=deal.now)
    deal.work()
    assert (deal.money.refunded, deal.money.held) == (GROSS, 0)


def test_what_was_sent_cannot_be_canceled(deal: Deal) -> None:
    deal.sent()
    with pytest.raises(services.OrderState):
        services.cancel_order(order_id=deal.order_id, actor=deal.sol, now=deal.now)


def test_a_refund_in_part_leaves_the_rest_for_the_seller(deal: Deal) -> None:
    deal.sent()
    refund(deal, 125_000)
    assert (deal.order.charge_status, deal.order.status) == ("full", "fulfilled")
    charged = next(stop for stop in way(Facts.of(deal.order)) if stop.title == "Card charged")
    assert charged.state == "done"
    deal.receive()
    assert deal.money.released == GROSS - 125_000


def test_a_refund_that_is_asked_for_twice_happens_once(deal: Deal) -> None:
    deal.sent()
    same = uuid4()
    refund(deal, 100, refund_id=same)
    refund(deal, 100, refund_id=same)
    assert deal.money.refunded == 100
    refund(deal)
    refund(deal)
    assert (deal.money.refunded, Refund.objects.count()) == (GROSS, 2)
    assert OrderChange.objects.filter(order=deal.order_id, event="refund").count() == 2


@pytest.mark.parametrize("minor", [GROSS + 1, 0, -5])
def test_no_more_is_given_back_than_was_charged(deal: Deal, minor: int) -> None:
    deal.sent()
    with pytest.raises(services.NothingToRefund):
        refund(deal, minor)


def test_a_refund_that_is_under_way_counts(deal: Deal) -> None:
    deal.sent()
    services.refund_order(
        order_id=deal.order_id, actor=deal.sol, amount=Money(GROSS - 1, "EUR"), now=deal.now
    )
    with pytest.raises(services.NothingToRefund):
        services.refund_order(order_id=deal.order_id, actor=deal.sol, amount=Money(2, "EUR"), now=deal.now)


def test_nothing_is_refunded_before_anything_was_charged_nor_in_another_currency(deal: Deal) -> None:
    with pytest.raises(services.NothingToRefund):
        refund(deal)
    deal.sent()
    with pytest.raises(services.NothingToRefund):
        services.refund_order(order_id=deal.order_id, actor=deal.sol, amount=Money(1, "USD"), now=deal.now)


@pytest.mark.parametrize(("quantity", "status"), [("500", "returned"), ("20", "partially_returned")])
def test_returned_goods_are_recorded_once(deal: Deal, quantity: str, status: str) -> None:
    deal.sent()
    deal.deliver()
    again = uuid4()
    for _ in range(2):
        deal.take_back(quantity, return_id=again)
    assert deal.money.refunded == int(quantity) * 12_250
    assert list(audit.check_order(deal.order)) == []
    moved = deal.order.changes.filter(after=status).exclude(event="refund")
    assert (deal.order.status, moved.count()) == (status, 1)


def test_each_row_of_a_statement_leads_to_the_order_and_its_room(deal: Deal) -> None:
    deal.sent()
    deal.deliver()
    deal.receive()
    seller = Client()
    seller.force_login(deal.ada)
    (account,) = Account.objects.filter(kind="wallet", subject=deal.seller.pk)
    page = seller.get(f"/accounts/{account.pk}/").content.decode()
    order_url, room_url = f"/orders/{deal.order_id}/", f"/rooms/{deal.order.room_id}/"
    assert f'href="{order_url}"' in page
    assert f'href="{room_url}"' in page
    assert deal.order.title in page
    lines = seller.get(f"/api/v1/accounts/{account.pk}/statement").json()["lines"]
    assert {(line["order"], line["room"]) for line in lines} == {
        (str(deal.order_id), str(deal.order.room_id))
    }


def test_links_of_many_rows_cost_one_query(
    deal: Deal, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = deal.agree()
    with django_assert_num_queries(1):
        links = hooks.links_of({deal.order_id, other.pk, uuid4()})
    assert set(links) == {deal.order_id, other.pk}
    with django_assert_num_queries(0):
        assert hooks.links_of(set()) == {}
