"""A frame agreement is measured by what its tiers come to: nobody goes below a floor by writing tiers."""

from typing import Any

import pytest

from negotiation_hub.people.models import Membership
from rooms.models import Approval
from tests.rooms.table import Table
from tests.rooms.test_approvals import floor, table  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
PUMPS = {"title": "Pump", "quantity": "100", "unit": "C62", "unit_price": 1_000}


def framed(tiers: str) -> dict[str, Any]:
    """A hundred pumps at 10.00 with such tiers."""
    issues = [
        {"name": "Frame agreement", "value": "for 12 months"},
        {"name": "Price tiers", "value": tiers},
    ]
    return {"lines": [PUMPS], "issues": issues}


@pytest.mark.parametrize(
    ("tiers", "waits"),
    [("from 50: 9.00", False), ("from 50: 8.99", True), ("from 1: 0.01", True), ("from 50: 11.00", False)],
)
def test_tiers_that_go_below_the_floor_wait_for_a_manager(
    table: Table,  # noqa: F811
    tiers: str,
    waits: bool,
) -> None:
    floor(table, 95_000)  # of 100,000 at the first price
    table.propose("seller", **framed(tiers))
    assert Approval.objects.exists() == waits
    assert (table.state["negotiation"]["standing"] is None) == waits


def test_a_price_of_a_tier_below_the_listings_own_floor_waits(table: Table) -> None:  # noqa: F811
    from catalog.models import Listing

    Listing.objects.update(floor_minor=900)
    table.propose("seller", **framed("from 50: 8.99"))
    assert Approval.objects.get().beyond == {"rule": "listing", "minor": 900}


def test_a_buyers_limit_holds_for_prices_that_rise(table: Table) -> None:  # noqa: F811
    table.send("buyer", "bound.set", stream_id=table.caucus("buyer"), minor=100_000)
    table.ben.memberships.filter(organisation=table.room.buyer).update(role=Membership.Role.PURCHASER)
    table.propose("buyer", **framed("from 50: 10.01"))
    assert Approval.objects.get().beyond == {"rule": "limit", "minor": 100_000}
