"""What the demo's people have said."""

import pytest
from pytest_django import Settings

from catalog.demo.listings import listing_id
from negotiation_hub.kernel import clock
from negotiation_hub.people import demo
from negotiation_hub.people.queries import organisation_by_slug
from tests.factories.catalog import ListingFactory
from threads import audit
from threads.demo import MARKET, make_threads
from threads.models import Group, Thread

pytestmark = pytest.mark.django_db


def test_there_is_a_market_with_topics_and_a_question_once(settings: Settings) -> None:
    settings.DEMO = True
    now = clock.now()
    seller = demo.user_of("seller", now=now)
    shop = organisation_by_slug("demo-seller")
    assert make_threads(now=now) == 2  # what is not on offer is not asked about
    ListingFactory.create(pk=listing_id(8), organisation=shop, author=seller)
    assert make_threads(now=now) == 1
    assert make_threads(now=now) == 0
    assert Group.objects.get(name=MARKET).owner is None
    assert Thread.objects.filter(group__name=MARKET).count() == 2
    assert Thread.objects.get(listing=listing_id(8)).group == Group.objects.get(owner=shop)
    assert not list(audit.check())
