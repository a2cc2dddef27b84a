"""The whole trade in one story, in browsers, with real sockets, mail and files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import services
from tests.e2e.trade.after import deliver, judge, order, oversee, pay, settle
from tests.e2e.trade.before import advertise, consult, negotiate
from tests.e2e.trade.stage import Stage
from tests.kernel.smtp_server import mail_server
from tests.live.server import LiveServer, live_server
from tests.live.test_threads import Site, one_process, settings

pytestmark = pytest.mark.e2e
SHOTS = Path(__file__).parents[2] / "build" / "whole-trade"  # screenshots of each step


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One process on SQLite; two on PostgreSQL with Redis between them."""
    folder = tmp_path_factory.mktemp("trade")
    if request.param == "sqlite":
        with one_process(folder, deals=True) as running:
            yield running
        return
    database = request.getfixturevalue("postgres_server").create_database()
    redis = request.getfixturevalue("redis_server")
    with mail_server() as readers:
        port = services.free_port()
        with live_server(
            folder,
            database_url=database,
            redis_url=redis,
            workers=2,
            settings=settings(readers, port),
            deals=True,
        ) as web:
            yield Site(web, port, readers)


@pytest.fixture(scope="module")
def server(site: Site) -> LiveServer:
    """Where the browsers go."""
    return site.web


def test_the_whole_trade(site: Site, person: Callable[..., Page], request: pytest.FixtureRequest) -> None:
    case = request.node.callspec.id
    stage = Stage(site, person, SHOTS / case, closely=case == "sqlite")
    for step in (advertise, consult, negotiate, order, pay, deliver, settle, judge, oversee):
        step(stage)
    verified = site.web.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout
