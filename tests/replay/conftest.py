"""A server that all tests of this folder replay against."""

from collections.abc import Iterator

import pytest

from tests.live.server import LiveServer, live_server


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A demo on SQLite; each negotiation has a room of its own."""
    with live_server(tmp_path_factory.mktemp("replay")) as running:
        yield running
