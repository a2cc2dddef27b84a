"""A table for every test that asks."""

import pytest

from tests.rooms.table import Table


@pytest.fixture
def table(db: None) -> Table:
    """A fresh room with Ben, who buys, and Ada, who sells."""
    return Table()
