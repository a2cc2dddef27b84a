"""Everyone, and deals between them, at a time that stands still until a test moves it."""

from collections.abc import Callable, Iterator

import pytest
import time_machine

from tests.desk.trade import Trade, trade
from tests.orders.conftest import provider
from tests.orders.deal import Provider
from tests.personas import START, Cast, cast

__all__ = ["cast", "provider"]

Deals = Callable[..., Trade]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The server's clock."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def deals(cast: Cast, provider: Provider, clock: time_machine.Traveller) -> Deals:
    """Makes a fresh deal."""

    def make(**fields: object) -> Trade:
        return trade(cast, provider, clock, **fields)

    return make
