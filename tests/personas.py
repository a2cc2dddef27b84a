"""Who is who in tests: Ada sells, Ben buys, Cleo is a stranger, Dov moderates, Sol is sales, Max the manager.

A folder's conftest imports the fixture `cast`, or a test calls `make_cast()`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from negotiation_hub.people import services
from negotiation_hub.people.models import Membership, Organisation, User

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_Role = Membership.Role


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone, and the two companies: Ben's Acme and the sellers' Norte."""

    ada: User
    ben: User
    cleo: User
    dov: User
    sol: User
    max: User
    acme: Organisation
    norte: Organisation


def make_cast() -> Cast:
    """Makes everyone, as sign-up makes people."""
    people = {name: _person(name) for name in ("ada", "ben", "cleo", "dov", "sol", "max")}
    dov = people["dov"]
    dov.is_moderator = True
    dov.save(update_fields=["is_moderator"])
    acme = _company("Acme", {people["ben"]: _Role.PURCHASER})
    norte = _company(
        "Norte",
        {people["ada"]: _Role.SALES, people["sol"]: _Role.SALES, people["max"]: _Role.MANAGER},
    )
    return Cast(**people, acme=acme, norte=norte)


@pytest.fixture
def cast(db: None) -> Cast:
    """Everyone, in the test's database."""
    return make_cast()


def _person(name: str) -> User:
    return services.sign_up(email=f"{name}@people.example", name=name.title(), password=None, now=START)


def _company(name: str, people: dict[User, str]) -> Organisation:
    company = Organisation.objects.create(
        slug=name.lower(), name=name, kind=Organisation.Kind.COMPANY, created_at=START
    )
    for person, role in people.items():
        Membership.objects.create(user=person, organisation=company, role=role, created_at=START)
    return company
