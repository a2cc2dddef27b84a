"""An order with all that must not be read by who copies the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from negotiation_hub.kernel import crypto
from orders.models import Order
from tests.sealing.made import made


@pytest.fixture
def order() -> Order:
    """Such an order."""
    return made()


@pytest.fixture
def ring(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A key ring of the test's own."""
    settings.KEY_RING = tmp_path / "keys" / "ring.json"
    crypto.forget_keys()
    yield settings.KEY_RING
    crypto.forget_keys()
