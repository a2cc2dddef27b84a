"""A board for every test that asks."""

import pytest

from tests.rooms.table import Table
from tests.whiteboard.board import Board


@pytest.fixture
def board(db: None) -> Board:
    """The board of a fresh room with Ben, who buys, and Ada, who sells; both have sat down."""
    return Board(Table())
