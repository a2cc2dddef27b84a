"""The whole trade in one story, in browsers, with real sockets, mail and files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.trade.after import deliver, judge, order, oversee, pay, settle
from tests.e2e.trade.before import advertise, consult, negotiate
from tests.e2e.trade.stage import Stage
from tests.live.server import LiveServer
from tests.live.test_threads import Site, one_process

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with one_process(tmp_path_factory.mktemp("trade")) as running:
        yield running


@pytest.fixture(scope="module")
def server(site: Site) -> LiveServer:
    return site.web


def test_the_whole_trade(site: Site, person: Callable[..., Page], tmp_path: Path) -> None:
    stage = Stage(site, person, Path("build/whole-trade"))
    advertise(stage)
    consult(stage)
    negotiate(stage)
    order(stage)
    pay(stage)
    deliver(stage)
    settle(stage)
    judge(stage)
    oversee(stage)
    verified = site.web.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout
