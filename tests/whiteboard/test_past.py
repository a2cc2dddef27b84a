"""The board as it was when something happened at the table."""

from typing import Any

import pytest
from django.test import Client

from negotiation_hub.kernel import limits
from negotiation_hub.people.models import User
from tests.rooms.table import person, refused
from tests.whiteboard.board import Board, element
from whiteboard import past


def at(user: User, board: Board, seq: int) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(f"/api/v1/rooms/{board.table.room.pk}/board/at/{seq}")


def names(board: Board, seq: int) -> list[str]:
    return [one["id"] for one in at(board.table.ben, board, seq).json()["elements"]]


@pytest.fixture
def drawn(board: Board) -> tuple[Board, int, int]:
    """A board on which something was drawn before and after each of two messages, one after the other."""
    board.table.pass_time(seconds=1)
    board.draw("buyer", element("box"), element("line", x=400))
    board.table.pass_time(seconds=1)
    first = board.table.send("buyer", "message.send", text="look").seq
    board.table.pass_time(seconds=1)
    board.draw("seller", element("box", 2, isDeleted=True), element("arrow"))
    board.table.pass_time(seconds=1)
    second = board.table.send("seller", "message.send", text="and now").seq
    board.table.pass_time(seconds=1)
    board.draw("seller", element("arrow", 2, isDeleted=True))
    return board, first, second


@pytest.mark.covers("room:after.scrubber")
def test_each_event_of_the_table_has_the_board_of_its_time(drawn: tuple[Board, int, int]) -> None:
    board, first, second = drawn
    assert names(board, 1) == []
    assert names(board, first) == ["box", "line"]
    assert names(board, second) == ["line"]  # the newest event is now, whatever was drawn since
    board.table.send("buyer", "message.send", text="later")
    assert names(board, second) == ["arrow", "line"]


@pytest.mark.covers("room:after.scrubber")
def test_an_acceptance_has_exactly_the_board_that_it_pinned(board: Board) -> None:
    board.draw("buyer", element("box"))
    board.table.propose("seller")
    accepted = board.table.accept("buyer").seq
    board.draw("buyer", element("late"))  # in the same moment
    board.table.send("buyer", "message.send", text="done")
    assert names(board, accepted) == ["box"]


def test_its_picture_is_there_too_and_only_for_those_at_the_table(drawn: tuple[Board, int, int]) -> None:
    board, first, _ = drawn
    address = f"/rooms/{board.table.room.pk}/board.png"
    client = Client()
    client.force_login(board.table.ada)
    then, now = (client.get(address, query) for query in ({"at": first}, {}))
    assert then["Content-Type"] == now["Content-Type"] == "image/png"
    assert then.content != now.content
    assert client.get(address, {"at": 1}).status_code == 204
    assert client.get(address, {"at": "x"}).status_code == 404
    assert client.get(address, {"at": "99"}).status_code == 404
    stranger = person("Eve", "Elsewhere")
    client.force_login(stranger)
    assert client.get(address, {"at": first}).status_code == 404
    assert at(stranger, board, first).status_code == 404


def test_work_is_bounded(drawn: tuple[Board, int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    board, first, second = drawn
    board.table.send("buyer", "message.send", text="later")
    monkeypatch.setattr(limits, "PAST_BYTES_MAX", 100)
    with refused("past.too_long"):
        past.board_at(board.table.ben, board.table.room.pk, second)
    monkeypatch.setattr(limits, "PAST_EVENTS_MAX", 0)
    with refused("past.too_long"):
        past.board_at(board.table.ben, board.table.room.pk, first)
    assert past.board_at(board.table.ben, board.table.room.pk, first + 2).seq == 3
