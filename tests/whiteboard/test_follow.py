"""Following another's view of a board: who may, and in what form it is said."""

import json
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from negotiation_hub.consumers import client_frames
from rooms import opening
from tests.rooms.moderated import impose, moderated, moderator
from tests.whiteboard.board import Board
from whiteboard import limits

LOOKING = {"board.follow", "board.view"}
STREAM = str(uuid4())


def said(**fields: Any) -> Any:
    """A frame as it comes over the wire."""
    return client_frames.validate_json(json.dumps({"stream": STREAM, **fields}))


def view(**other: Any) -> Any:
    """A view of a board, with something else in it."""
    return said(**{"t": "board.view", "x": -10.5, "y": 0, "width": 1440, "height": 0.5, **other})


def test_a_view_is_passed_on_as_it_is() -> None:
    assert view().data() == {"x": -10.5, "y": 0, "width": 1440, "height": 0.5}


@pytest.mark.parametrize(
    "other",
    [
        {"width": 0},
        {"height": -1},
        {"width": limits.COORDINATE_MAX + 1},
        {"x": -limits.COORDINATE_MAX - 1},
        {"x": float("nan")},
        {"width": float("nan")},
        {"height": float("inf")},
        {"y": "1"},
        {"y": None},
        {"x": True},
        {"zoom": 1},
    ],
    ids=str,
)
def test_a_view_that_is_none_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        view(**other)


@pytest.mark.parametrize("whom", [None, str(uuid4())])
def test_one_follows_somebody_or_nobody(whom: str | None) -> None:
    assert said(t="board.follow", person=whom).data() == {"person": whom}


@pytest.mark.parametrize("fields", [{}, {"person": "Ben"}, {"person": 1}, {"person": ""}], ids=str)
def test_what_names_no_person_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        said(t="board.follow", **fields)


def test_a_moderator_who_looks_on_may_follow_and_be_followed(board: Board) -> None:
    dov = moderator()
    opening.enter_room(actor=dov, scope=board.table.room.pk, now=board.table.now)
    assert board.view(dov).may == LOOKING


def test_in_a_closed_room_people_still_look_along_with_each_other(board: Board) -> None:
    assert board.view(board.table.actor("buyer")).may > LOOKING
    board.table.send("seller", "negotiation.close")
    for side in ("buyer", "seller"):
        assert board.view(board.table.actor(side)).may == LOOKING


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("what", ["mute", "lock", "lock_board"])
def test_whoever_is_kept_from_drawing_may_still_follow(what: str) -> None:
    board = Board(moderated())
    impose(board.table, what)
    assert board.view(board.table.actor("buyer")).may == LOOKING
