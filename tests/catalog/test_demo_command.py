from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from catalog.demo import listings
from catalog.demo.listings import OFFERED, listing_id
from catalog.models import Listing
from negotiation_hub.people.models import Organisation, User
from tests.factories.catalog import picture_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def plain_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spares the time that drawing takes."""
    plain = tuple(replace(offered, draw=picture_bytes) for offered in OFFERED)
    monkeypatch.setattr(listings, "OFFERED", plain)


def run_demo() -> str:
    out = StringIO()
    call_command("demo", "--no-deals", stdout=out)
    return out.getvalue()


def test_the_demo_offers_all_three_kinds_with_pictures() -> None:
    run_demo()
    rows = Listing.objects.filter(status="published")
    assert {listing.kind for listing in rows} == {"goods", "information", "service"}
    assert rows.count() == len(OFFERED) >= 8
    for listing in rows:
        picture = listing.pictures.get()
        assert picture.alt
        assert (picture.width, picture.height) == (1200, 900)
    assert {"demo-buyer", "demo-seller"} <= set(Organisation.objects.values_list("slug", flat=True))


def test_a_second_run_adds_nothing(
    plain_pictures: None, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    run_demo()
    before = (Listing.objects.count(), User.objects.count(), Organisation.objects.count())
    with django_assert_max_num_queries(22):  # each part of the demo asks once whether it is there
        assert "0 new listings" in run_demo()
    assert (Listing.objects.count(), User.objects.count(), Organisation.objects.count()) == before


def test_a_run_that_was_cut_off_is_completed(plain_pictures: None) -> None:
    run_demo()
    lost = Listing.objects.get(pk=listing_id(3))
    lost.pictures.all().delete()
    lost.delete()
    assert "1 new listings" in run_demo()
    assert Listing.objects.filter(pk=listing_id(3)).exists()


def test_what_people_changed_in_the_demo_stays(plain_pictures: None) -> None:
    run_demo()
    Listing.objects.filter(pk=listing_id(1)).update(title="Changed")
    run_demo()
    assert Listing.objects.get(pk=listing_id(1)).title == "Changed"
