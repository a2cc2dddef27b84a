"""The same thing asked for many times at once is done once."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from catalog.models import Listing
from negotiation_hub.kernel.models import Job
from rooms.models import Room
from tests.factories.catalog import ListingFactory
from tests.personas import START, Cast, make_cast
from tests.races.test_one_wins import race
from threads import audit, moving, queries, services
from threads.models import Group, PostMail, Thread

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


@pytest.fixture
def people() -> Cast:
    return make_cast()


@pytest.fixture
def pump(people: Cast) -> Listing:
    return ListingFactory.create(organisation=people.norte, author=people.ada)


def asking(people: Cast, pump: Listing) -> dict[str, Any]:
    return {
        "actor": people.ben,
        "listing_id": pump.pk,
        "subject": "Seal?",
        "text": "Which?",
        "now": START,
        "thread_id": uuid4(),
    }


def test_a_question_that_is_asked_many_times_at_once_is_one(people: Cast, pump: Listing) -> None:
    fields = asking(people, pump)
    assert race(*[lambda: services.ask(**fields)] * AT_ONCE) == ["won"] * AT_ONCE
    assert Thread.objects.count() == Group.objects.count() == PostMail.objects.count() == 1
    assert Job.objects.filter(topic=services.MAIL_TOPIC).count() == 1


def test_the_first_questions_of_many_make_one_group(people: Cast, pump: Listing) -> None:
    acts = [
        partial(services.ask, **{**asking(people, pump), "actor": who})
        for who in (people.ben, people.cleo, people.dov, people.ben)
    ]
    assert race(*acts) == ["won"] * 4
    assert Group.objects.count() == 1
    assert Thread.objects.count() == 4
    assert not list(audit.check())


def test_posts_at_once_have_numbers_without_a_gap_and_one_command_is_one_post(
    people: Cast, pump: Listing
) -> None:
    thread = services.ask(**asking(people, pump))
    once = uuid4()

    def post(who: Any, command: Any) -> Any:
        return services.post(actor=who, thread_id=thread.pk, text="Hi", command=command, now=START)

    acts = [lambda: post(people.ada, once)] * 3 + [
        lambda who=who: post(who, uuid4()) for who in (people.ada, people.cleo, people.sol)
    ]
    assert race(*acts) == ["won"] * len(acts)
    thread.refresh_from_db()
    assert thread.posts == 5
    assert not list(audit.check_thread(thread))


def test_both_sides_who_click_at_once_meet_in_one_room(people: Cast, pump: Listing) -> None:
    thread = services.ask(**asking(people, pump))

    def go(who: Any) -> Any:
        return moving.take_to_room(actor=who, thread_id=thread.pk, now=START)

    acts = [lambda who=who: go(who) for who in (people.ben, people.ada, people.ben, people.max)]
    assert race(*acts) == ["won"] * 4
    assert Room.objects.count() == 1
    thread.refresh_from_db()
    assert queries.room_of(people.ben, thread) == Room.objects.get()
    assert not list(audit.check())
