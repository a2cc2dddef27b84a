"""What the demo's people are dealing about while a server runs: paid, sent, received, answered."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.live.client import call
from tests.live.server import LiveServer, live_server

WITHIN_S = 120  # a loaded machine is slow
WANTED = sorted(
    [
        "Talking",
        "Offer",
        "Offer",
        "To place",
        "To confirm",
        "To pay",
        "To send",
        "On its way",
        *["Done"] * 5,
    ]
)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server of each kind for this file, where all that happens by itself has happened."""
    url = ""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server").create_database()
    with live_server(tmp_path_factory.mktemp("deals"), database_url=url, deals=True) as running:
        wait_for_it(running, running.sign_in("seller"), running.sign_in("buyer"))
        yield running


def stages(server: LiveServer, token: str) -> list[str]:
    """Of the seller's deals, as people read them, in the order of the alphabet."""
    found: dict[str, Any] = call(server, "GET", "/deals", token).json()
    return sorted(deal["stage"] for deal in found["deals"])


def surveys(server: LiveServer, token: str) -> dict[str, Any]:
    """What a person is asked, and what is said of their company."""
    found: dict[str, Any] = call(server, "GET", "/surveys", token).json()
    return found


def wait_for_it(server: LiveServer, seller: str, buyer: str) -> None:
    """Until everything is paid for, and the buyer is asked how it was."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        if stages(server, seller) == WANTED and surveys(server, buyer)["open"]:
            return
        time.sleep(0.5)
    raise AssertionError(f"{stages(server, seller)}, asked: {surveys(server, buyer)['open']}")


def test_what_is_paid_for_appears_by_itself_and_once(server: LiveServer) -> None:
    seller = server.sign_in("seller")
    again = server.run("demo")
    assert again.stdout.strip().endswith("0 new deals"), again.stdout
    assert stages(server, seller) == WANTED
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout


def result(server: LiveServer, seller: str) -> dict[str, Any]:
    """What is said of the seller's company."""
    results: list[dict[str, Any]] = surveys(server, seller)["results"]
    return next(one for one in results if one["organisation"]["slug"] == "demo-seller")


def test_with_the_buyers_answer_five_companies_have_spoken(server: LiveServer) -> None:
    seller, buyer = server.sign_in("seller"), server.sign_in("buyer")
    (asked,) = surveys(server, buyer)["open"]
    assert not result(server, seller)["enough"]
    body = {"values": {"product": "yes", "delivery": 5, "negotiation": 5}, "may_contact": False}
    call(server, "POST", f"/surveys/{asked['id']}/answer", buyer, body, str(uuid4())).raise_for_status()
    deadline = time.monotonic() + WITHIN_S
    while not result(server, seller)["enough"] and time.monotonic() < deadline:
        time.sleep(0.5)  # the last of the others may be about to answer
    assert (result(server, seller)["answers"], result(server, seller)["buyers"]) == (5, 5)
