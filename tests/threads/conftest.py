"""Fixtures."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from catalog.models import Listing
from negotiation_hub.people.models import User
from tests.factories.catalog import ListingFactory
from tests.personas import START, Cast, cast
from threads import groups, services
from threads.models import Thread

__all__ = ["cast"]


@pytest.fixture
def listing(cast: Cast) -> Listing:
    """A pump of the sellers' company."""
    return ListingFactory.create(organisation=cast.norte, author=cast.ada, title="Pump NB-40")


@pytest.fixture
def question(cast: Cast, listing: Listing) -> Thread:
    """What Ben has asked in public about the pump."""
    return services.ask(
        actor=cast.ben,
        listing_id=listing.pk,
        subject="Which seal?",
        text="Which **seal** does it have?",
        now=START,
        thread_id=uuid4(),
    )


@pytest.fixture
def private(cast: Cast) -> Thread:
    """Ben and Ada, among themselves."""
    return services.start_thread(
        actor=cast.ben,
        subject="The delivery",
        text="Two of them leak.",
        people=[(cast.ben, "buyer"), (cast.ada, "seller")],
        assignee=cast.ada,
        now=START,
        thread_id=uuid4(),
    )


@pytest.fixture
def staff_topic(cast: Cast) -> Thread:
    """A topic in a group that only the members of the sellers' company read."""
    groups.create_group(
        actor=cast.max,
        name="sellers.norte.team",
        title="Team",
        owner=cast.norte,
        is_public=False,
        now=START,
    )
    return services.start_topic(
        actor=cast.max,
        group_name="sellers.norte.team",
        subject="Floors",
        text="Our floor is 85.",
        now=START,
        thread_id=uuid4(),
    )


Say = Callable[..., int]


@pytest.fixture
def say(cast: Cast) -> Say:
    """Posts in a thread some time later; the number of the post."""

    def post(person: User, thread: Thread, text: str = "Hello", *, minutes: int = 5) -> int:
        now = START + timedelta(minutes=minutes)
        answer = services.post(actor=person, thread_id=thread.pk, text=text, command=uuid4(), now=now)
        return answer.seq

    return post
