"""What the demo's people are dealing about while a server runs: paid, sent, received, answered."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from negotiation_hub.people.demo import CUSTOMERS
from tests.live.client import call
from tests.live.server import LiveServer, live_server

WITHIN_S = 120  # a loaded machine is slow


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LiveServer]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with live_server(tmp_path, database_url=url, deals=True) as running:
        yield running


def stages(server: LiveServer) -> list[str]:
    """Of the seller's deals, in the order of the alphabet."""
    found: dict[str, Any] = call(server, "GET", "/deals", server.sign_in("seller")).json()
    return sorted(deal["stage"] for deal in found["deals"])


def rated(server: LiveServer) -> int:
    """How many of the customers have nothing left to answer, and something that they answered."""
    left = 0
    for person in CUSTOMERS:
        orders = call(server, "GET", "/orders", server.sign_in(person.key)).json()["orders"]
        left += [order["status"] for order in orders] == ["fulfilled"]
    return left


def test_what_is_paid_for_appears_by_itself_and_once(server: LiveServer) -> None:
    wanted = ["deliver", *["done"] * 5, "offer", "offer", "pay", "place", "place", "receive", "talking"]
    deadline = time.monotonic() + WITHIN_S
    while stages(server) != wanted and time.monotonic() < deadline:
        time.sleep(0.5)
    assert stages(server) == wanted
    assert rated(server) == len(CUSTOMERS)
    again = server.run("demo")
    assert again.stdout.strip().endswith("0 new deals"), again.stdout
    assert stages(server) == wanted
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout
