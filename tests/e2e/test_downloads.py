"""A bought file in a browser: fetched, gone on with after a break, and without JavaScript."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.downloads.stage import Bought, bought
from tests.e2e import axe
from tests.e2e.conftest import WAIT_MS
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
DATA = secrets.token_hex(4_000_000).encode()  # 8 MB: a break comes in the midst


@pytest.fixture(scope="module")
def orders(server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> list[Bought]:
    """Orders of the same file, one for each test."""
    path = tmp_path_factory.mktemp("file") / "season.txt"
    path.write_bytes(DATA)
    return bought(server.environment, path, 2)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser of somebody who is not signed in."""
    made = browser.new_context(java_script_enabled=request.param, locale="en-GB")
    made.set_default_timeout(WAIT_MS)
    yield made
    made.close()


def left(page: Page, count: int) -> None:
    page.reload()
    expect(page.locator("dl.terms")).to_contain_text(re.compile(f"Downloads left\\s*{count}"))


def test_a_buyer_fetches_the_file_by_the_mailed_link_and_goes_on_after_a_break(
    server: LiveServer, orders: list[Bought], context: BrowserContext, request: pytest.FixtureRequest
) -> None:
    page, order = context.new_page(), orders.pop()
    page.goto(server.url + order.link)
    expect(page.get_by_role("heading", name="season.txt")).to_be_visible()
    if "without" not in request.node.name:
        assert axe.violations(page) == []
    left(page, 4)  # one was counted when it was bought
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download").click()
    assert coming.value.suggested_filename == "season.txt"
    assert Path(coming.value.path()).read_bytes() == DATA
    # The line breaks: the browser asks for the rest, as it does by itself when one says "resume".
    address = coming.value.url
    first = context.request.get(address, headers={"Range": "bytes=0-2999999"})
    ask = {"Range": "bytes=3000000-", "If-Range": first.headers["etag"]}
    rest = context.request.get(address, headers=ask)
    assert (first.status, rest.status) == (206, 206)
    assert first.body() + rest.body() == DATA
    left(page, 4)  # within a minute, and by the same address, it is the same download
