"""Whoever changes a board in the database is found out: `verify` names what was changed, and where."""

from typing import Any

import pytest

from negotiation_hub.kernel import clock, heads
from negotiation_hub.people.models import User
from orders.models import Order
from rooms.models import Agreement
from tests.faults.test_tampering import _triggers_back, drop_triggers, problems, sql  # noqa: F401 - a fixture
from tests.whiteboard.board import Board, element
from whiteboard.models import Board as BoardRow
from whiteboard.models import BoardVersion, Element
from whiteboard.queries import content_hash

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def deal() -> Board:
    """A board with a history that an agreement has frozen, and that went on afterwards."""
    board = Board()
    board.draw("buyer", element("a"), element("b"))
    board.draw("seller", element("a", version=2, x=50), element("c"))
    board.draw("buyer", element("c", version=2, isDeleted=True))
    board.table.propose("buyer", 9_000)
    board.table.accept("seller")
    board.draw("seller", element("b", version=2, x=70))
    heads.sign_tails(clock.now())
    assert problems() == []
    return board


@pytest.mark.parametrize(
    "change",
    [{"version": 9}, {"nonce": 9}, {"index": "zz"}, {"seq": 1}, {"deleted": True}, {"content": "{}"}],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_element_is_named(deal: Board, change: dict[str, Any]) -> None:
    Element.objects.filter(element="a").update(**change)
    assert f"board {deal.id}: element a: the row is not what the log says" in problems()


def test_an_element_that_is_laid_at_anothers_door_is_named(deal: Board) -> None:
    Element.objects.filter(element="a").update(by=User.objects.get(pk=deal.table.ben.pk))
    assert problems() == [f"board {deal.id}: element a: the row is not what the log says"]


def test_a_deleted_and_an_invented_element_are_named(deal: Board) -> None:
    row = Element.objects.get(element="a")
    Element.objects.filter(pk=row.pk).update(element="invented")
    found = problems()
    assert f"board {deal.id}: element a: the row is not what the log says" in found
    assert f"board {deal.id}: element invented: the row is not what the log says" in found


def test_a_tombstone_that_was_taken_away_is_named(deal: Board) -> None:
    Element.objects.filter(element="c").delete()
    assert f"board {deal.id}: element c: the row is not what the log says" in problems()


def test_counts_that_would_let_too_much_in_are_named(deal: Board) -> None:
    BoardRow.objects.update(shown_bytes=0)
    assert problems() == [f"board {deal.id}: its counts are not those of its elements"]


def test_an_event_of_a_board_is_as_well_guarded_as_any(deal: Board) -> None:
    drop_triggers()
    assert sql("UPDATE kernel_event SET content = replace(content, '50', '51') WHERE kind = 'board.drawn'")
    assert any("its content is not what was committed to" in line for line in problems())


def test_a_changed_frozen_board_is_named(deal: Board) -> None:
    drop_triggers()
    BoardVersion.objects.update(elements="[]")
    assert problems() == [
        f"board {deal.id} version 3: its hash is not that of its elements",
        f"board {deal.id} version 3: its elements are not what the log says",
    ]


def test_a_frozen_board_with_a_hash_that_fits_is_found_by_the_log_and_the_agreement(deal: Board) -> None:
    drop_triggers()
    BoardVersion.objects.update(elements="[]", content=content_hash("[]"))
    agreement = Agreement.objects.get()
    assert problems() == [
        f"board {deal.id} version 3: its elements are not what the log says",
        f"room {agreement.room_id} agreement {agreement.pk}: the board frozen with it is not there",
    ]


def test_a_frozen_board_that_is_gone_is_named(deal: Board) -> None:
    drop_triggers()
    BoardVersion.objects.all().delete()
    assert any("the board frozen with it is not there" in line for line in problems())


def test_a_frozen_board_that_was_moved_to_another_event_is_named(deal: Board) -> None:
    drop_triggers()
    BoardVersion.objects.update(seq=2)
    assert f"board {deal.id} version 2: its head is not that of the log" in problems()
    BoardVersion.objects.update(seq=99)
    assert f"board {deal.id}: version 99 was kept at an event that is not there" in problems()


def test_an_agreement_that_forgot_its_board_is_named(deal: Board) -> None:
    drop_triggers()
    Agreement.objects.update(annexes=[])
    assert any("it is not what was accepted" in line for line in problems())


def test_an_order_that_forgot_its_board_is_named(deal: Board) -> None:
    drop_triggers()
    Order.objects.update(annexes=[])
    assert any("is for another amount or other terms" in line for line in problems())
