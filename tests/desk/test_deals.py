from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from desk import queries
from desk.rows import Deal
from negotiation_hub.kernel.money import Money
from negotiation_hub.people import services as people
from negotiation_hub.people.models import User
from orders import services as orders
from orders.models import Order
from tests.orders.deal import HERE
from tests.rooms.table import Table


@pytest.fixture
def table(db: None) -> Table:
    """A fresh room with Ben, who buys, and Ada, who sells."""
    return Table()


def deal(user: User) -> Deal:
    (found,) = queries.deals_of(user).deals
    return found


def order_of(table: Table) -> Order:
    return Order.objects.get(room_id=table.room.pk)


def test_a_room_without_an_offer_waits_for_nobody(table: Table) -> None:
    for user, side, counterpart in ((table.ben, "buyer", "Norte"), (table.ada, "seller", "Acme")):
        found = deal(user)
        assert (found.side, found.counterpart) == (side, counterpart)
        assert (found.stage, found.turn) == ("Talking", "nobody")
        assert found.url == reverse("rooms:room", args=[table.room.pk])


def test_an_offer_waits_for_the_other_side_with_its_sum_and_its_end(table: Table) -> None:
    table.propose("buyer", 9_900)
    ours, theirs = deal(table.ada), deal(table.ben)
    assert (ours.turn, ours.action, ours.primary) == ("ours", "Answer", True)
    assert (theirs.turn, theirs.action, theirs.primary) == ("theirs", "Open", False)
    assert ours.money.total == Money(9_900, "EUR")
    assert ours.until is not None


def test_an_agreement_leads_sales_staff_to_convert_it(table: Table) -> None:
    table.propose("buyer")
    table.accept("seller")
    found = deal(table.ada)
    assert (found.stage, found.action, found.primary) == ("To place", "Convert to order", True)
    assert found.url == reverse("orders:order", args=[order_of(table).pk]) + "?convert=1"
    assert deal(table.ben).action == "Place the order"


def test_members_without_the_role_are_not_asked_to_convert(table: Table) -> None:
    table.propose("buyer")
    table.accept("seller")
    packer = people.sign_up(email="p@example.test", name="Packer", password=None, now=table.now)
    norte = table.room.seller
    people.add_member(actor=table.ada, organisation=norte, user=packer, role="member", now=table.now)
    assert (deal(packer).action, deal(packer).primary) == ("Open", False)


def test_a_placed_order_waits_for_the_payment(table: Table) -> None:
    table.propose("buyer")
    table.accept("seller")
    orders.place_order(order_id=order_of(table).pk, actor=table.ben, details=HERE, now=table.now)
    found = deal(table.ben)
    assert (found.stage, found.turn, found.action) == ("To pay", "ours", "Authorise payment")
    assert found.until == order_of(table).due_at


def test_a_closed_negotiation_waits_for_nobody(table: Table) -> None:
    table.propose("buyer")
    table.send("seller", "negotiation.close")
    assert (deal(table.ben).stage, deal(table.ben).turn) == ("Closed", "nobody")


def test_a_stranger_sees_no_deal(table: Table) -> None:
    stranger = people.sign_up(email=f"{uuid4().hex}@example.test", name="Cleo", password=None, now=table.now)
    assert queries.deals_of(stranger).deals == []
    client = Client()
    assert client.get(reverse("desk:deals")).status_code == 302
    client.force_login(stranger)
    assert "No deal yet" in client.get(reverse("desk:deals")).content.decode()


def test_the_page_sorts_by_whose_turn_it_is(table: Table) -> None:
    table.propose("buyer")
    for user, mine, other in ((table.ada, "ours", "theirs"), (table.ben, "theirs", "ours")):
        client = Client()
        client.force_login(user)
        url = reverse("desk:deals")
        room = reverse("rooms:room", args=[table.room.pk])
        assert room in client.get(url).content.decode()
        assert room in client.get(url, {"view": mine}).content.decode()
        assert room not in client.get(url, {"view": other}).content.decode()
        assert room not in client.get(url, {"after": str(table.room.pk)}).content.decode()
