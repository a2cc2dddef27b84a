"""Fills three rooms of a running server's data: `python -m tests.e2e.hostile_rooms` reads strings as JSON.

As messages in the first, as names and clauses of issues in the second, as people's names in the third. Behind
the socket, for nobody may type so fast.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")

import django

django.setup()

from negotiation_hub.kernel import clock, commit, limits, stream  # noqa: E402
from negotiation_hub.kernel.ids import uuid7  # noqa: E402
from negotiation_hub.kernel.stream import Draft  # noqa: E402
from negotiation_hub.people.models import Membership, Organisation, User  # noqa: E402
from rooms import queries, services, wire  # noqa: E402
from rooms.models import Participant, Room  # noqa: E402


def fill_with_messages(room: Room, actor: User, strings: list[str]) -> None:
    """Each as a message."""
    append(room, actor, [Draft("message.sent", {"text": text}) for text in strings])


def fill_with_offers(room: Room, actor: User, strings: list[str]) -> None:
    """Each as the name of an issue and as a clause, a whole offer at a time."""
    per_offer = limits.ISSUES_MAX * limits.PACKAGES_MAX
    for version, some in enumerate(chunks(strings, per_offer)):
        packages = [package(part) for part in chunks(some, limits.ISSUES_MAX)]
        offer = {
            "currency": room.currency,
            "tax_basis": "none",
            "tax_rate_bp": 0,
            "expires_in_s": limits.OFFER_EXPIRES_MAX_S,
            "packages": packages,
        }
        raw: dict[str, Any] = {"id": str(uuid4()), "stream": str(room.pk), "offer": offer}
        if version == 0:
            first = wire.OfferPropose.model_validate({**raw, "t": "offer.propose"})
            services.propose_offer(actor=actor, frame=first, now=clock.now())
        else:
            better = wire.OfferSupersede.model_validate({**raw, "t": "offer.supersede", "replaces": version})
            services.supersede_offer(actor=actor, frame=better, now=clock.now())


def chunks(strings: list[str], size: int) -> Iterator[list[str]]:
    """So many at a time."""
    return (strings[start : start + size] for start in range(0, len(strings), size))


def package(strings: list[str]) -> dict[str, Any]:
    """A way to make the deal with these as its issues, and the first one as the title of its line."""
    issues = [
        # Two names may differ in case only, or be alike where they are cut off.
        {"name": f"{place} {text[:150]}", "value": text[: limits.VALUE_CHARS_MAX]}
        for place, text in enumerate(strings)
    ]
    title = strings[0][: limits.LABEL_CHARS_MAX]
    return {
        "lines": [{"title": title, "quantity": "1", "unit": "C62", "unit_price": 10_000}],
        "issues": issues,
    }


def fill_with_people(room: Room, actor: User, strings: list[str]) -> None:
    """Each as the name of somebody who sits down at the table."""
    now = clock.now()
    people = [
        User(id=uuid7(), email=f"{uuid4().hex}@example.test", name=text[:100], password="!")
        for text in strings
    ]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        [Membership(user=one, organisation=room.buyer, role="member") for one in people]
    )
    seats = [Participant(room=room, user=one, side="buyer", joined_at=now) for one in people]
    Participant.objects.bulk_create(seats)
    drafts = [Draft("participant.joined", {"participant": queries.participant_view(seat)}) for seat in seats]
    append(room, actor, drafts)


def append(room: Room, actor: User, drafts: list[Draft]) -> None:
    """All at once: thousands of commands would take a minute."""
    head = stream.lock(room.pk)
    assert head is not None
    stream.append(head, drafts, by=actor.pk, at=clock.now())


def main() -> None:
    """Reads the strings and the ids of three rooms."""
    asked = json.load(sys.stdin)
    said, offered, joined = (Room.objects.get(pk=room) for room in asked["rooms"])
    seller = Membership.objects.filter(
        organisation=Organisation.objects.get(pk=said.seller_id), role="sales"
    ).first()
    assert seller is not None
    strings = asked["strings"]
    with commit.transact():
        fill_with_messages(said, seller.user, strings)
        fill_with_offers(offered, seller.user, strings)
        fill_with_people(joined, seller.user, strings)


if __name__ == "__main__":
    main()
