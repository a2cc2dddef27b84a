"""The demo, made without drawing its pictures."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from catalog.demo import listings
from catalog.demo.campaigns import make_campaign
from catalog.demo.listings import OFFERED, make_listings
from negotiation_hub.demo.making import make_deals
from negotiation_hub.kernel import clock
from negotiation_hub.people import demo
from tests.factories.catalog import picture_bytes
from threads.demo import make_threads

Make = Callable[[], int]


@pytest.fixture
def make(db: None, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Does what the demo command does, and returns how many deals are new."""
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    plain = tuple(replace(offered, draw=picture_bytes) for offered in OFFERED)
    monkeypatch.setattr(listings, "OFFERED", plain)

    def run() -> int:
        now = clock.now()
        demo.make_people(now=now)
        make_listings(now=now)
        make_threads(now=now)
        make_campaign(now=now)
        return make_deals(now=now)

    return run
