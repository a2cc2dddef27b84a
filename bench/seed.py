"""People, rooms and tokens for the measurements, made by the product's own services.

`python -m bench.seed --pairs 500 --receivers 200` works on the database that `DATA_DIR` and `DATABASE_URL`
name, which is made when it is missing, and writes what it made as JSON to standard output.
"""

import argparse
import json
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import django

if TYPE_CHECKING:
    from uuid import UUID

    from negotiation_hub.people.models import Organisation, User

_SLICE: Final = 50  # people and rooms in one transaction: thousands of commits would take minutes


def main() -> int:
    """Makes everything and prints it."""
    parser = argparse.ArgumentParser(prog="python -m bench.seed")
    parser.add_argument("--pairs", type=int, default=0, help="rooms of two people")
    parser.add_argument("--receivers", type=int, default=0, help="people in the one big room")
    parser.add_argument("--history", type=int, nargs="*", default=[], help="rooms with so many events")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    django.setup()
    from django.core.management import call_command

    from negotiation_hub.kernel import clock

    call_command("migrate", verbosity=0)
    json.dump(make(options.pairs, options.receivers, options.history, clock.now()), sys.stdout)
    return 0


def make(pairs: int, receivers: int, history: list[int], now: datetime) -> dict[str, Any]:
    """Two organisations, their people by turns, a room for each pair, one for many, some with a long past.

    `tokens` are those of buyer 0, seller 0, buyer 1, ...; `pairs[n]` is the room of people 2n and 2n + 1;
    the first people sit in `room`, which has `board`; `history` are rooms of buyer 0 and seller 0.
    """
    from bench.history import extend
    from negotiation_hub.kernel.models import Stream
    from rooms import opening

    each = max(pairs, -(-receivers // 2), 1)
    sides = [_side(name, role, each, now) for name, role in (("Buyer", "purchaser"), ("Seller", "sales"))]
    people = [person for pair in zip(*sides, strict=True) for person in pair]
    made: dict[str, Any] = {"tokens": [token for _, token in people], "pairs": [], "history": []}
    users = [user for user, _ in people]
    for start in range(0, pairs, _SLICE):
        made["pairs"] += _rooms(users, range(start, min(start + _SLICE, pairs)), now)
    if receivers:
        room = _room(users[0], users[1], "A room for many", now)
        made["room"] = str(room)
        made["board"] = str(Stream.objects.get(scope=room, kind="board").id)
        for user in users[2:receivers]:
            opening.enter_room(actor=user, scope=room, now=now)
    for events in history:
        room = _room(users[0], users[1], f"A room with {events} events", now)
        extend(room, events, by=users[0].pk, now=now)
        made["history"].append(str(room))
    return made


def _side(name: str, role: str, count: int, now: datetime) -> list[tuple["User", str]]:
    from negotiation_hub.kernel import commit
    from negotiation_hub.people import services as people

    boss = people.sign_up(email=f"boss@{name.lower()}.example", name=f"{name} boss", password=None, now=now)
    company = people.create_organisation(actor=boss, name=f"{name} company", now=now)
    made: list[tuple[User, str]] = []
    while len(made) < count:
        with commit.transact():
            numbers = range(len(made), min(len(made) + _SLICE, count))
            made += [_person(name, number, role, boss, company, now) for number in numbers]
    return made


def _person(
    name: str, number: int, role: str, boss: "User", company: "Organisation", now: datetime
) -> tuple["User", str]:
    from negotiation_hub.people import services as people

    user = people.sign_up(
        email=f"{number}@{name.lower()}.example", name=f"{name} {number}", password=None, now=now
    )
    people.add_member(actor=boss, organisation=company, user=user, role=role, now=now)
    return user, people.issue_token(user=user, now=now, label="bench")


def _rooms(users: list["User"], numbers: range, now: datetime) -> list[str]:
    from negotiation_hub.kernel import commit

    with commit.transact():
        return [str(_room(users[2 * n], users[2 * n + 1], f"Room {n}", now)) for n in numbers]


def _room(buyer: "User", seller: "User", title: str, now: datetime) -> "UUID":
    from catalog import services as catalog
    from negotiation_hub.kernel.money import Money
    from rooms import opening

    listing = catalog.create_listing(
        actor=seller, title=title, description="A pump.", price=Money(125_000, "EUR"), now=now
    )
    return opening.open_room(actor=buyer, listing_id=listing.pk, now=now).pk


if __name__ == "__main__":
    sys.exit(main())
