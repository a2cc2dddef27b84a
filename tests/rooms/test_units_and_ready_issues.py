"""Units of lines, and the issues that the offer's form has ready, on the server."""

import pytest
from django.utils.translation import override

from orders import wording
from orders.models import Order
from rooms import audit
from tests.rooms.table import Table, refused, terms

pytestmark = pytest.mark.django_db


def line(unit: str) -> dict[str, object]:
    return {"title": "Pump", "quantity": "2.5", "unit": unit, "unit_price": 4_000}


@pytest.mark.covers("room:offers.lines")
def test_a_line_has_a_quantity_a_unit_and_a_unit_price_and_comes_to_their_product() -> None:
    table = Table()
    table.propose("seller", lines=[line("KGM"), line("XPX")])
    first, second = table.standing["packages"][0]["lines"]
    assert (first["unit"], first["total"]) == ("KGM", 10_000)
    assert second["unit"] == "XPX"
    table.accept("buyer")
    bought = Order.objects.get().lines.order_by("pk").first()
    assert bought is not None
    assert (bought.quantity, bought.unit, bought.unit_price) == ("2.5", "KGM", 4_000)


@pytest.mark.covers("room:offers.lines")
def test_a_unit_that_rec_20_does_not_have_is_refused_wherever_it_stands() -> None:
    table = Table()
    with refused("offer.unit"):
        table.propose("seller", lines=[line("KGM"), line("QQQ")])
    good, bad = terms(9_000)["packages"][0], terms(lines=[line("QQ")])["packages"][0]
    with refused("offer.unit"):
        table.send("seller", "offer.propose", offer=terms(packages=[good, bad]))
    assert table.state["offers"] == []
    assert list(audit.check_room(table.room)) == []


@pytest.mark.parametrize(
    ("unit", "shown"),
    [("KGM", "kg"), ("C62", "pcs"), ("CEL", "°C"), ("RM", "ream"), ("XPX", "XPX")],
)
def test_a_unit_is_written_by_its_symbol_or_name(unit: str, shown: str) -> None:
    assert wording.unit_name(unit) == shown


@pytest.mark.covers("room:offers.delivery", "room:offers.payment")
def test_what_the_form_has_ready_is_stored_alike_and_goes_into_the_order() -> None:
    issues = [
        {"name": "Delivery date", "value": "2027-03-12"},
        {"name": "Incoterm", "value": "FCA Rotterdam (Incoterms 2020)"},
        {"name": "Payment terms", "value": "30 days net"},
    ]
    table = Table()
    table.propose("seller", 9_000, issues=issues)
    table.accept("buyer")
    assert Order.objects.get().issues == issues
    with override("en"):
        assert [wording.issue_name(one["name"]) for one in issues] == [one["name"] for one in issues]
        assert [wording.issue_value(one["value"], one["name"]) for one in issues] == [
            one["value"] for one in issues
        ]


def test_only_payment_terms_are_read_as_the_usual_ones() -> None:
    assert wording.issue_value("Anything else", "Payment terms") == "Anything else"
    assert wording.issue_value(value=True) == "yes"
    assert wording.issue_name("Warranty") == "Warranty"
