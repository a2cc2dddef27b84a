"""The list of deals for programs."""

import pytest
from django.test import Client

from negotiation_hub.kernel import clock
from negotiation_hub.people.services import issue_token
from tests.rooms.table import Table, person


def deals(user: object) -> list[dict[str, object]]:
    """What the API lists for a person."""
    token = issue_token(user=user, now=clock.now())  # type: ignore[arg-type]
    answer = Client().get("/api/v1/deals", headers={"Authorization": f"Bearer {token}"})
    found: list[dict[str, object]] = answer.json()["deals"]
    return found


@pytest.mark.django_db
def test_both_sides_see_the_deal_with_turn_and_total_and_a_stranger_sees_none() -> None:
    table = Table()
    table.propose("seller", 9_000)
    assert [(d["room"], d["turn"], d["side"]) for d in deals(table.ben)] == [
        (str(table.room.pk), "ours", "buyer")
    ]
    assert [(d["turn"], d["total"]) for d in deals(table.ada)] == [
        ("theirs", {"minor": 9_000, "currency": "EUR"})
    ]
    assert deals(person("Cleo", "Elsewhere")) == []
