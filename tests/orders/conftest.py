"""A deal for every test that asks."""

from collections.abc import Iterator

import pytest
import time_machine

from payments import provider as payment_provider
from tests.orders.deal import START, Deal, Provider
from tests.orders.framed import Framed
from tests.orders.three import Three


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The stand-in at the gateway."""
    stand_in = Provider()
    monkeypatch.setattr(payment_provider, "current", lambda: stand_in)
    return stand_in


@pytest.fixture
def deal(db: None, provider: Provider) -> Iterator[Deal]:
    """A fresh order in draft. The server's clock stands still until the test moves it."""
    with time_machine.travel(START, tick=False) as clock:
        yield Deal(clock, provider)


@pytest.fixture
def three(deal: Deal) -> Three:
    """The same with goods, one file and one piece of work in one order."""
    return Three.made(deal)


@pytest.fixture
def now(db: None, provider: Provider) -> Iterator[time_machine.Traveller]:
    """The server's clock stands still until the test moves it."""
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def framed(now: time_machine.Traveller) -> Framed:
    return Framed()
