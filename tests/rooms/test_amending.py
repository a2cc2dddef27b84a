"""What both sides change after the order is placed: what becomes of its lines, stock, money and papers."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from catalog import audit as catalog_audit
from catalog.services import create_listing
from negotiation_hub.kernel import guards
from negotiation_hub.kernel.money import Money
from negotiation_hub.people import legal
from orders import audit as orders_audit
from orders import services as orders
from orders import wording
from orders.amended import line_changes
from orders.documents import audit as papers_audit
from orders.documents import xml_tree
from orders.documents.facts import ChangeFacts
from orders.documents.issue import facts_of
from orders.documents.renditions import as_ubl
from orders.models import Amendment, Order, OrderLine, Paper, PaperKind
from orders.services.differences import to_settle
from payments import audit as payments_audit
from payments import provider as payment_provider
from payments.models import PaymentRequest, Refund
from payments.queries import OrderMoney
from rooms import audit as rooms_audit
from rooms.models import Agreement
from tests.orders.deal import START, Provider
from tests.orders.papers.samples import SAID
from tests.orders.papers.validators import xsd_faults
from tests.rooms.amending import Agreed, line
from tests.rooms.table import person, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Agreed]:
    stand_in = Provider()
    monkeypatch.setattr(payment_provider, "current", lambda: stand_in)
    with time_machine.travel(START, tick=False) as clock:
        yield Agreed(stand_in, clock)


def pumps(agreed: Agreed, quantity: str, price: int = 10_000, **more: str) -> dict[str, object]:
    return line("Pump", quantity, price, listing=str(agreed.pumps.pk), **more)


def problems() -> list[str]:
    checks = (catalog_audit.check, orders_audit.check, payments_audit.check, rooms_audit.check)
    return [str(one) for check in checks for one in check()]


VALVE = line("Valve", "1", 5_000)


def test_an_accepted_amendment_changes_the_order_and_cites_the_agreement_before(agreed: Agreed) -> None:
    first = Agreement.objects.get()
    agreed.amend(pumps(agreed, "12"), VALVE)
    second = Agreement.objects.get(amends=first)
    assert Order.objects.count() == 1
    assert (agreed.order.agreement_id, agreed.order.gross) == (first.pk, 125_000)
    assert agreed.shown() == [("Pump", "12", 10_000, 2), ("Valve", "1", 5_000, 1)]
    assert agreed.table.state["agreement"]["amends"] == str(first.pk)
    assert agreed.table.state["negotiation"]["status"] == "ordered"
    assert agreed.table.folded == agreed.table.state
    row = Amendment.objects.get()
    assert (row.agreement_id, row.amends, row.by, row.at) == (second.pk, first.pk, agreed.table.ben.pk, START)
    assert problems() == []


def test_what_was_agreed_before_stays_readable_and_nobody_can_change_it(agreed: Agreed) -> None:
    agreed.amend(pumps(agreed, "12", 9_000), line("Gasket", "4", 250))
    row = Amendment.objects.get()
    told = [
        (one.before and one.before["title"], one.after and one.after["title"]) for one in line_changes(row)
    ]
    assert told == [("Pump", "Pump"), ("Valve", None), (None, "Gasket")]
    assert row.before["lines"][0]["quantity"] == "10"
    assert OrderLine.ever.filter(order=agreed.order, removed=True).get().title == "Valve"
    for change in ({"number": 2}, {"by": agreed.table.ada.pk}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Amendment.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        OrderLine.objects.filter(order=agreed.order).update(quantity="13")
    with pytest.raises(DatabaseError), transaction.atomic():
        OrderLine.objects.filter(order=agreed.order).update(unit_price=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Order.objects.update(gross=1, net=1)


@pytest.mark.parametrize("end", ["offer.decline", "offer.withdraw", "expire"])
def test_an_amendment_that_is_not_accepted_leaves_all_as_it_was(agreed: Agreed, end: str) -> None:
    agreed.pay()
    before = (agreed.shown(), agreed.order.gross, agreed.stock, agreed.money, agreed.order.revision)
    agreed.offer("buyer", [pumps(agreed, "3"), VALVE])
    if end == "expire":
        assert agreed.clock is not None
        agreed.clock.shift(3_601)
    else:
        agreed.table.send("seller" if end == "offer.decline" else "buyer", end, **agreed.table.named)
    agreed.work()
    assert (agreed.shown(), agreed.order.gross, agreed.stock, agreed.money, agreed.order.revision) == before
    assert agreed.table.state["negotiation"]["standing"] is None
    assert (Agreement.objects.count(), Amendment.objects.count()) == (1, 0)
    assert problems() == []


def test_an_amendment_can_be_countered_like_any_offer(agreed: Agreed) -> None:
    agreed.offer("buyer", [pumps(agreed, "12", 8_000), VALVE])
    agreed.table.counter("seller", 0, lines=[pumps(agreed, "12", 9_500), VALVE])
    agreed.table.accept("buyer")
    assert agreed.shown()[0] == ("Pump", "12", 9_500, 3)


def test_once_all_of_it_is_sent_nothing_can_be_amended(agreed: Agreed) -> None:
    agreed.pay()
    agreed.ship()
    with refused("amendment.not_now"):
        agreed.offer("buyer", [pumps(agreed, "12"), VALVE])


def test_what_more_costs_is_asked_for_and_until_then_nothing_more_is_sent(agreed: Agreed) -> None:
    agreed.pay()
    agreed.amend(pumps(agreed, "12"), VALVE)
    assert list(PaymentRequest.objects.order_by("id").values_list("amount", flat=True)) == [105_000, 20_000]
    with refused("order.unpaid"):
        agreed.ship()
    agreed.pay()
    agreed.ship()
    assert (agreed.money.captured, agreed.money.refunded) == (125_000, 0)
    assert agreed.order.charge_status == "full"
    assert problems() == []


def test_the_page_asks_for_the_difference_only(agreed: Agreed) -> None:
    agreed.pay()
    agreed.amend(pumps(agreed, "12"), VALVE)
    ben = Client()
    ben.force_login(agreed.table.ben)
    page = ben.get(reverse("orders:order", args=[agreed.order.pk])).content.decode()
    assert "Authorise 200.00" in page.replace("\xa0", " ")
    assert "the order expires" not in page


def test_an_order_whose_difference_is_not_paid_does_not_expire(agreed: Agreed) -> None:
    agreed.pay()
    agreed.amend(pumps(agreed, "12"), VALVE)
    assert agreed.clock is not None
    agreed.clock.shift(4 * 86_400)
    agreed.work()
    assert agreed.order.status == "unfulfilled"


def test_what_is_charged_too_much_goes_back_exactly_once(agreed: Agreed) -> None:
    agreed.pay()
    agreed.ship(("Pump", "4"))
    assert agreed.money.captured == 105_000
    agreed.amend(pumps(agreed, "8"), VALVE)
    orders_money = (agreed.money.captured, agreed.money.refunded, agreed.money.lowered)
    assert orders_money == (105_000, 20_000, 20_000)
    agreed.work()
    assert Refund.objects.count() == 1
    assert agreed.order.charge_status == "full"
    assert problems() == []


def test_what_is_authorised_too_much_goes_back_when_it_is_charged(agreed: Agreed) -> None:
    agreed.pay()
    agreed.amend(pumps(agreed, "8"), VALVE)
    assert agreed.money.refunded == 0
    agreed.ship()
    assert (agreed.money.captured, agreed.money.refunded) == (105_000, 20_000)
    assert problems() == []


def test_a_payment_of_which_nothing_is_needed_any_more_is_let_go(agreed: Agreed) -> None:
    agreed.pay()
    agreed.amend(pumps(agreed, "12"), VALVE)
    agreed.pay()
    agreed.amend(pumps(agreed, "10"), VALVE)
    assert (agreed.money.authorized, agreed.provider.asked) == (105_000, ["cancel"])
    assert agreed.order.authorize_status == "full"
    assert problems() == []


def test_less_and_then_more_again_is_paid_for_in_full(agreed: Agreed) -> None:
    agreed.pay()
    agreed.ship(("Pump", "1"))
    agreed.amend(pumps(agreed, "5"), VALVE)
    agreed.amend(pumps(agreed, "7"), VALVE)
    assert agreed.order.authorize_status == "partial"
    agreed.pay()
    agreed.ship()
    assert agreed.money.captured - agreed.money.refunded == agreed.order.gross == 75_000
    assert problems() == []


def test_before_anything_is_paid_only_the_new_total_is_asked_for(agreed: Agreed) -> None:
    agreed.amend(pumps(agreed, "2"), VALVE)
    payment = agreed.pay()
    assert payment.amount == agreed.order.gross == 25_000
    assert agreed.order.authorize_status == "full"


def test_stock_moves_by_the_difference(agreed: Agreed) -> None:
    agreed.pay()
    agreed.ship(("Pump", "4"))
    assert agreed.stock == 10
    agreed.amend(pumps(agreed, "13"), VALVE)
    assert agreed.stock == 7
    agreed.amend(pumps(agreed, "5"), VALVE)
    assert agreed.stock == 15
    with refused("listing.sold_out"):
        agreed.amend(pumps(agreed, "21"), VALVE)
    assert agreed.stock == 15
    assert problems() == []


def test_nothing_that_is_on_its_way_can_be_taken_back(agreed: Agreed) -> None:
    agreed.pay()
    agreed.ship(("Pump", "4"))
    for lines in ([pumps(agreed, "3"), VALVE], [VALVE], [line("Pump mark II", "10", 10_000), VALVE]):
        with refused("amendment.too_little"):
            agreed.offer("buyer", lines)


def test_what_was_received_does_not_become_cheaper(agreed: Agreed) -> None:
    agreed.pay()
    agreed.ship(("Pump", "4"))
    pump = agreed.order.lines.get(position=1)
    orders.receive_part(
        order_id=agreed.order.pk, actor=agreed.table.ben, items={pump.pk: "2"}, now=agreed.now
    )
    with refused("amendment.too_little"):
        agreed.offer("buyer", [pumps(agreed, "10", 9_000), VALVE])


def test_an_order_of_which_all_that_is_left_has_gone_is_fulfilled(agreed: Agreed) -> None:
    agreed.pay()
    agreed.ship(("Pump", "4"))
    agreed.amend(pumps(agreed, "4"))
    assert agreed.order.status == "fulfilled"
    orders.confirm_receipt(order_id=agreed.order.pk, actor=agreed.table.ben, now=agreed.now)
    agreed.work()
    assert agreed.money.held == 0
    assert agreed.money.released == 40_000
    assert problems() == []


def test_the_day_of_a_line_moves_with_its_amendment(agreed: Agreed) -> None:
    agreed.amend(pumps(agreed, "10", due="2026-04-01"), VALVE)
    pump = agreed.order.lines.get(position=1)
    assert (str(pump.due), pump.offer_version) == ("2026-04-01", 2)


def test_the_tax_stays_as_it_was_agreed(agreed: Agreed) -> None:
    with refused("amendment.tax"):
        agreed.offer("buyer", [pumps(agreed, "12"), VALVE], tax_basis="added", tax_rate_bp=2_100)


def test_both_sides_get_one_mail_and_one_paper(agreed: Agreed) -> None:
    agreed.amend(pumps(agreed, "12"), line("Gasket", "4", 250))
    agreed.work()
    assert len(agreed.mails("was changed")) == len(set(agreed.mails("was changed"))) == 2
    paper = Paper.objects.get(kind="order_change")
    assert paper.number == f"{agreed.order.number}-C1"
    facts = facts_of(paper)
    assert isinstance(facts, ChangeFacts)
    said = [(one.title, one.status, one.quantity) for one in facts.lines]
    assert said == [("Pump", "3", "12"), ("Valve", "2", "1"), ("Gasket", "1", "4")]
    told = [event.kind for event in agreed.table.events]
    assert told.count("order.amended") == 1


def test_walking_away_from_what_is_ordered_is_refused(agreed: Agreed) -> None:
    with refused("negotiation.not_open"):
        agreed.table.send("buyer", "negotiation.close")


def test_verify_finds_terms_that_no_amendment_made(agreed: Agreed) -> None:
    agreed.amend(pumps(agreed, "12"), VALVE)
    connection.check_constraints()
    with connection.cursor() as cursor:
        guards.remove(SimpleNamespace(connection=connection, execute=cursor.execute), "orders_orderline")
    OrderLine.objects.filter(position=1).update(quantity="11")
    assert any("newest amendment" in one for one in problems())


@pytest.mark.realdata
def test_the_order_change_keeps_the_schema(agreed: Agreed, realdata: Path) -> None:
    agreed.amend(pumps(agreed, "12", due="2026-04-01"), line("Gasket", "4", 250))
    agreed.work()
    paper = Paper.objects.get(kind="order_change")
    data = xml_tree.write(as_ubl(PaperKind.ORDER_CHANGE, facts_of(paper)))
    schema = realdata / "documents" / "ubl-xsd" / "maindoc" / "UBL-OrderChange-2.1.xsd"
    assert xsd_faults(data, schema) == []


def test_an_invoiced_order_gets_another_invoice_for_more_and_a_credit_note_for_less(agreed: Agreed) -> None:
    legal.set_facts(actor=agreed.table.ada, organisation=agreed.table.room.seller, said=SAID, now=agreed.now)
    agreed.pay()
    agreed.ship(("Pump", "4"))
    agreed.amend(pumps(agreed, "12"), VALVE)
    agreed.pay()
    agreed.amend(pumps(agreed, "11"), VALVE)
    papers = Paper.objects.filter(serial__isnull=False).order_by("issued_at", "id")
    told = [(paper.kind, paper.gross) for paper in papers]
    assert told == [("invoice", 105_000), ("invoice", 20_000), ("credit_note", 10_000)]
    assert [str(one) for one in papers_audit.check()] == []


amounts = st.integers(min_value=0, max_value=10**9)


@given(authorized=amounts, captured=amounts, lowered=amounts, gross=st.integers(min_value=1, max_value=10**9))
def test_the_difference_is_exact_and_goes_one_way_only(
    authorized: int, captured: int, lowered: int, gross: int
) -> None:
    lowered = min(lowered, captured)
    money = OrderMoney("EUR", 0, authorized, captured, lowered, 0, 0, lowered)
    missing, too_much = to_settle(money, gross)
    assert min(missing, too_much) == 0
    assert authorized + captured - lowered + missing - too_much == gross


def test_the_page_offers_an_amendment_and_the_other_side_accepts_it_without_script(agreed: Agreed) -> None:
    order = agreed.order
    ada, ben = Client(), Client()
    ada.force_login(agreed.table.ada)
    ben.force_login(agreed.table.ben)
    typed = {
        "command": str(uuid4()),
        "line0_quantity": "12",
        "line0_price": "95.00",
        "line0_due": "2026-04-01",
        "line1_quantity": "0",
        "line1_price": "50",
        "new0_title": "Gasket",
        "new0_quantity": "2,5",
        "new0_price": "2.50",
    }
    wrong = ada.post(reverse("rooms:amend", args=[order.pk]), {**typed, "line0_price": "cheap"})
    assert wrong.status_code == 422
    assert 'value="2026-04-01"' in wrong.content.decode()
    for _again in range(2):
        assert ada.post(reverse("rooms:amend", args=[order.pk]), typed).status_code == 302
    assert "Take it back" in ada.get(reverse("orders:order", args=[order.pk])).content.decode()
    named = agreed.table.named
    assert named["version"] == 2
    page = ben.get(reverse("orders:order", args=[order.pk])).content.decode()
    assert "Accept the change" in page
    answer = {"answer": "accept", **named}
    assert ben.post(reverse("rooms:answer_amendment", args=[order.pk]), answer).status_code == 302
    assert agreed.shown() == [("Pump", "12", 9_500, 2), ("Gasket", "2.5", 250, 2)]
    page = ben.get(reverse("orders:order", args=[order.pk])).content.decode()
    assert "left out in offer 2" in page
    assert wording.quantity("10", "C62") in page
    stranger = Client()
    stranger.force_login(person("Cleo", "Elsewhere"))
    assert stranger.post(reverse("rooms:amend", args=[order.pk]), typed).status_code == 404


def test_work_and_its_appointment_come_with_an_amendment_and_move_with_the_next_one(agreed: Agreed) -> None:
    service = create_listing(
        actor=agreed.table.ada,
        title="Start-up",
        description="",
        price=Money(20_000, "EUR"),
        kind="service",
        now=agreed.now,
    )
    work = line("Start-up", "1", 20_000, listing=str(service.pk))
    kept = [pumps(agreed, "10"), VALVE, work]
    for hour, events in (("10:00", ["agree"]), ("12:00", ["agree", "move"])):
        named = [{"name": "Appointment", "value": f"2026-03-10 {hour} UTC"}]
        agreed.amend(*kept, issues=named)
        (row,) = agreed.order.appointments.all()
        assert row.line.title == "Start-up"
        assert row.starts_at is not None
        assert f"{row.starts_at:%H:%M}" == hour
        assert [change.event for change in row.changes.all()] == events
    assert [event.kind for event in agreed.table.events if event.kind.startswith("appointment.")] == [
        "appointment.agreed",
        "appointment.moved",
    ]
    assert problems() == []
