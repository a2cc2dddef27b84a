"""Who copies the database reads no terms, no limits, no names and addresses of an order."""

import pytest
from django.conf import settings

from negotiation_hub.kernel import clock, outbox
from orders import queries
from orders.facts import OrderDetails
from orders.models import Order
from orders.services import place_order
from rooms.search import find
from tests.rooms.table import Table
from tests.sealing.dump import found_in_database, found_in_files

pytestmark = pytest.mark.django_db(transaction=True)

TERMS = ("Quixotic valve", "Flanged zephyr clause", "zephyr", "quixotic", "Gryphon warranty")
LIMITS = ("8437109", "Epiphany note", "9437111")
DETAILS = OrderDetails(
    contact_name="Wilhelmina Featherstone",
    street="Zwinglistrasse 77",
    postal_code="ZX9 4QQ",
    city="Oberammergau",
    country="DE",
    phone="+49 8822 556677",
    tax_id="DE136695976",
    reference="PO-KRYPTON-5",
    notes="Beware of the basilisk",
)
PERSONAL = (
    "Featherstone",
    "Zwinglistrasse",
    "ZX9 4QQ",
    "Oberammergau",
    "8822 556677",
    "DE136695976",
    "PO-KRYPTON-5",
    "basilisk",
)


@pytest.fixture
def order() -> Order:
    """Terms were offered, countered, beyond a limit and agreed; the order is placed and all mails are out."""
    table = Table(now=clock.now())
    ours = {side: table.caucus(side) for side in ("buyer", "seller")}
    wishes = {"replaces": 0, "issues": [], "notes": "Epiphany note"}
    table.send("buyer", "preferences.set", stream_id=ours["buyer"], **wishes)
    table.send("seller", "bound.set", stream_id=ours["seller"], minor=8_437_109)
    line = {"title": "Quixotic valve", "quantity": "1", "unit": "C62", "unit_price": 9_437_111}
    issues = [
        {"name": "Gryphon warranty", "value": "24 months"},
        {"name": "Terms", "value": "Flanged zephyr clause"},
    ]
    table.propose("buyer", lines=[line], issues=issues)
    table.counter("seller", 0, lines=[{**line, "unit_price": 9_437_222}], issues=issues)
    table.accept("buyer")
    order = Order.objects.get(room_id=table.room.pk)
    place_order(order_id=order.pk, actor=table.ben, details=DETAILS, now=clock.now())
    outbox.drain(clock.now())
    assert find.find(actor=table.ben, text="zephyr clause").hits, "the search still finds what was offered"
    assert find.find(actor=table.ben, text="quixo").hits, "by a beginning too"
    return order


def test_a_copy_of_the_database_shows_no_terms(order: Order) -> None:
    assert found_in_database(TERMS) == []


def test_a_copy_of_the_database_shows_no_limits_and_wishes_of_a_side(order: Order) -> None:
    assert found_in_database(LIMITS) == []


def test_a_copy_of_the_database_shows_nobody_s_name_address_and_numbers(order: Order) -> None:
    assert queries.details_of(order) == DETAILS
    assert found_in_database(PERSONAL) == []


def test_the_folder_of_all_state_shows_none_of_it(order: Order) -> None:
    assert found_in_files(settings.DATA_DIR, [*TERMS, *LIMITS, *PERSONAL]) == []


def test_the_search_for_what_must_not_be_there_finds_what_is_there(order: Order) -> None:
    assert found_in_database([order.number]) != []
