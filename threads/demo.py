"""What the demo's people have asked and answered. Made up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from catalog.demo.listings import listing_id
from catalog.models import Listing
from negotiation_hub.people import demo
from negotiation_hub.people.models import User
from threads import groups, services
from threads.models import Group, Thread

MARKET: Final = "market.water"
_HERE: Final = UUID("0197b1a0-5f3e-7c1d-8a2b-6e70c0a40917")  # what the ids of the demo's threads are made of
_PUMPS: Final = 8  # the listing of 500 pumps, by its place among the demo's
_YEARLY: Final = 4  # the yearly service
UNANSWERED: Final = "Does the yearly service cover the drives?"
_CHARTER: Final = (
    "Buying and running what moves and cleans water: pumps, pipes, meters, treatment.\n\n"
    "- Say what you have measured, with its unit.\n"
    "- Sellers are welcome, price lists are not: prices belong into a room."
)


@dataclass(frozen=True, slots=True)
class _Post:
    """Who of the demo said what."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class _Said:
    """One thread of the demo. `listing` by its place among the demo's."""

    subject: str
    posts: tuple[_Post, ...]
    listing: int | None = None


_THREADS: Final = (
    _Said(
        "Cavitation or worn bearings?",
        (
            _Post(
                "buyer",
                """Our NB-40 has become loud since the summer, like gravel in the casing, and only above \
**35 m³/h**. The suction lift is 4.5 m. Bearings, or cavitation?""",
            ),
            _Post(
                "sales",
                """Only above a certain flow speaks for cavitation; worn bearings are loud at every flow. \
Look at the suction side first:

1. Is the strainer clean?
2. What does a vacuum gauge show in front of the pump?

Below -0.6 bar I would lower the pump before I touch the bearings.""",
            ),
            _Post("buyer", "-0.7 bar. The strainer was half full of mussels. Thank you!"),
        ),
    ),
    _Said(
        "How long do you store spare diaphragms?",
        (
            _Post(
                "stranger",
                """I run two small dosing stations and keep diaphragms on the shelf. After how many years \
would you throw PTFE-faced EPDM ones away?""",
            ),
            _Post(
                "seller",
                """Six years in a closed bag, dark, below 25 °C. The date is stamped on the rim: `03/24` \
is March 2024.""",
            ),
        ),
    ),
    _Said(
        "Can the 500 pumps come in two lots?",
        (
            _Post(
                "buyer",
                """We would need 200 before the irrigation season and the rest by autumn. Is that possible \
from one lot, and do the **shaft seals** take water with some sand in it?""",
            ),
            _Post(
                "seller",
                """Two lots are fine. The seals are silicon carbide on silicon carbide, which takes sand up \
to 50 g/m³; above that we would put a filter in front. Shall we talk about dates and the price in a room?""",
            ),
        ),
        listing=_PUMPS,
    ),
    _Said(
        UNANSWERED,
        (
            _Post(
                "buyer",
                """Two of our six pumps run on frequency converters. Are their fans and filters \
part of the four visits, or do we order that **separately**?""",
            ),
        ),
        listing=_YEARLY,
    ),
)


def thread_id(subject: str) -> UUID:
    """The id of a thread of the demo."""
    return uuid5(_HERE, subject)


def make_threads(*, now: datetime) -> int:
    """Groups and threads of the demo; those that exist are left as they are. How many are new."""
    wanted = {thread_id(said.subject): said for said in _THREADS}
    there = set(Thread.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    missing = {id: said for id, said in wanted.items() if id not in there}
    if not missing:
        return 0
    keys = {"moderator", *(post.by for said in missing.values() for post in said.posts)}
    people = {key: demo.user_of(key, now=now) for key in keys}
    if not Group.objects.filter(name=MARKET).exists():
        moderator = people["moderator"]
        groups.create_group(actor=moderator, name=MARKET, title="Water", charter=_CHARTER, now=now)
    return sum(_make(id, said, people.__getitem__, now) for id, said in missing.items())


def _make(id: UUID, said: _Said, person: Callable[[str], User], now: datetime) -> bool:
    listing = listing_id(said.listing) if said.listing is not None else None
    if listing is not None and not Listing.objects.filter(pk=listing, status="published").exists():
        return False  # somebody has put it away
    first, *answers = said.posts
    at = now - timedelta(hours=len(said.posts))
    actor, subject = person(first.by), said.subject
    if listing is not None:
        services.ask(actor=actor, listing_id=listing, subject=subject, text=first.text, now=at, thread_id=id)
    else:
        services.start_topic(
            actor=actor, group_name=MARKET, subject=subject, text=first.text, now=at, thread_id=id
        )
    for number, post in enumerate(answers, 1):
        at += timedelta(minutes=35)
        services.post(
            actor=person(post.by), thread_id=id, text=post.text, command=uuid5(id, str(number)), now=at
        )
    return True
