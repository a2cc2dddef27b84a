"""A table for every test that asks, and a shop that takes orders by mail."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.orders.deal import Provider
from tests.rooms.mailing import MailShop
from tests.rooms.table import Table


@pytest.fixture
def table(db: None) -> Table:
    """A fresh room with Ben, who buys, and Ada, who sells."""
    return Table()


@pytest.fixture
def shop(db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> MailShop:
    """A listing that is ordered by mail."""
    from payments import provider

    stand_in = Provider()
    monkeypatch.setattr(provider, "current", lambda: stand_in)
    settings.DATA_DIR = tmp_path
    return MailShop()
