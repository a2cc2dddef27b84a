"""Lines and issues that come from the room's board, and the day of a line."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from orders.models import Order
from rooms import audit, terms, wire
from rooms.models import Room
from tests.rooms.table import Table
from tests.rooms.table import terms as asked

LINE = {"title": "Pump", "quantity": "2", "unit": "C62", "unit_price": 45_000}
SCRATCH = {"name": "Scratch on the door", "value": "seller repairs it"}
# Of an offer that was made before lines had a day and anything named the board.
OLD = {
    "currency": "EUR",
    "tax_basis": "added",
    "tax_rate_bp": 2100,
    "expires_in_s": 3600,
    "packages": [
        {
            "lines": [
                {"title": "Pump", "quantity": "2.5", "unit": "C62", "unit_price": 45_000},
                {
                    "title": "Curves",
                    "quantity": "1",
                    "unit": "C62",
                    "unit_price": 500,
                    "listing": "0192f0c0-0000-7000-8000-000000000001",
                },
            ],
            "issues": [{"name": "Delivery", "value": "May"}, {"name": "Warranty months", "value": 24}],
        }
    ],
}
OLD_PACKAGE = "b72dee3ed74361760c103dc28681142e50a8c578962e084d9a98548645e93f5a"
OLD_OFFER = "187e9bd3f631ecf5add8d4bbd8f8971090bb47ca50347a7b43ae0bac604cce80"


def hash_of(line: dict[str, Any] = LINE, issue: dict[str, Any] = SCRATCH) -> str:
    packages = terms.price(
        wire.OfferTerms.model_validate(asked(lines=[line], issues=[issue])), currency="EUR"
    )
    return str(packages[0]["hash"])


def test_what_was_offered_before_keeps_its_hashes() -> None:
    packages = terms.price(wire.OfferTerms.model_validate(OLD), currency="EUR")
    assert packages[0]["hash"] == OLD_PACKAGE
    assert (
        terms.offer_hash(
            room=UUID(int=1),
            id=UUID(int=2),
            version=3,
            side="seller",
            made_at="2026-03-02T09:00:00.000000Z",
            expires_at="2026-03-02T10:00:00.000000Z",
            packages=packages,
        )
        == OLD_OFFER
    )


def test_a_value_that_is_left_out_and_null_are_the_same_offer() -> None:
    said = hash_of({**LINE, "due": None, "element": None}, {**SCRATCH, "element": None})
    assert said == hash_of()


def test_the_day_the_thing_and_the_pin_are_part_of_what_is_accepted() -> None:
    hashes = {
        hash_of(),
        hash_of({**LINE, "due": "2026-12-03"}),
        hash_of({**LINE, "due": "2026-12-04"}),
        hash_of({**LINE, "element": "door"}),
        hash_of({**LINE, "element": "frame"}),
        hash_of(LINE, {**SCRATCH, "element": "pin"}),
    }
    assert len(hashes) == 6


def test_both_sides_see_them_and_the_log_says_the_same_as_the_rows(table: Table) -> None:
    line, issue = {**LINE, "due": "2026-12-03", "element": "door"}, {**SCRATCH, "element": "pin"}
    table.propose("seller", lines=[line], issues=[issue])
    package = table.standing["packages"][0]
    assert package["lines"] == [{**line, "total": 90_000}]
    assert package["issues"] == [issue]
    assert table.folded == table.state
    assert not list(audit.check_room(Room.objects.get()))


def test_an_answer_that_moves_only_the_day_is_another_offer(table: Table) -> None:
    table.propose("seller", lines=[{**LINE, "due": "2026-12-03"}])
    table.counter("buyer", 0, lines=[{**LINE, "due": "2026-11-26"}])
    assert table.standing["version"] == 2


def test_an_element_that_no_board_has_is_taken_as_it_may_be_deleted_at_any_moment(table: Table) -> None:
    table.propose("seller", lines=[{**LINE, "element": "never-drawn"}])
    table.accept("buyer")
    assert table.state["agreement"]["version"] == 1


@pytest.mark.covers("room:offers.due")
def test_an_agreed_day_is_the_day_of_the_orders_line(table: Table) -> None:
    other = {**LINE, "title": "Valve"}
    table.propose("seller", lines=[{**LINE, "due": "2026-12-03", "element": "door"}, other])
    table.accept("buyer")
    assert [line.due for line in Order.objects.get().lines.all()] == [date(2026, 12, 3), None]


def test_an_order_carries_the_issue_with_its_pin(table: Table) -> None:
    table.propose("seller", lines=[LINE], issues=[{**SCRATCH, "element": "pin"}])
    table.accept("buyer")
    assert Order.objects.get().issues == [{**SCRATCH, "element": "pin"}]


@pytest.mark.parametrize("element", ["", "a b", "a\n", "é", "\u202e", "x" * 65, 7, True, ["a"], {}], ids=repr)
def test_what_no_board_could_call_an_element_does_not_reach_the_table(element: object) -> None:
    for offer in (
        asked(lines=[{**LINE, "element": element}]),
        asked(lines=[LINE], issues=[{**SCRATCH, "element": element}]),
    ):
        with pytest.raises(ValidationError):
            wire.OfferTerms.model_validate(offer)


@pytest.mark.parametrize(
    "due",
    [
        "",
        "2026-02-30",
        "2026-13-01",
        "0000-01-01",
        "2026-1-1",
        "20261203",
        "2026-W49-4",
        "2026-12-03T00:00",
        " 2026-12-03",
        "2026-12-03\n",
        "２026-12-03",
        "03.12.2026",
        20261203,
        True,
    ],
    ids=repr,
)
def test_a_day_that_is_none_does_not_reach_the_table(due: object) -> None:
    with pytest.raises(ValidationError):
        wire.OfferTerms.model_validate(asked(lines=[{**LINE, "due": due}]))


def test_the_longest_name_of_an_element_and_a_leap_day_are_taken() -> None:
    line = {**LINE, "element": "~" * 64, "due": "2028-02-29"}
    wire.OfferTerms.model_validate(asked(lines=[line], issues=[{**SCRATCH, "element": "!"}]))
