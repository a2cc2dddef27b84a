"""A real server and a real browser; each person has a browser context of their own."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect, sync_playwright

from tests.live.server import LiveServer, live_server

# Debian's Chromium asks Google's hosts for updates otherwise, and waits for them on a machine without a way
# out.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: ViewportSize = {"width": 1440, "height": 860}
WAIT_MS = 20_000  # for what a person would wait for too; a loaded machine is slow
expect.set_options(timeout=WAIT_MS)


def after_a_look(wanted: Locator) -> None:
    """What a job brings is there after one of the next looks at the page."""
    until = time.monotonic() + WAIT_MS / 1_000
    while not wanted.count() and time.monotonic() < until:
        wanted.page.reload()
    expect(wanted.first).to_be_visible()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A demo server for each story: what one story's people did is not in the next one's rooms."""
    with live_server(tmp_path_factory.mktemp("e2e")) as running:
        yield running


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture
def person(server: LiveServer, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a browser window signed in as a demo person.

    A page that throws, or asks another site, fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def sign_in(
        key: str, *, width: int = DESK["width"], height: int = DESK["height"], locale: str = "en-GB"
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        context.request.post(f"{server.url}/demo/sign-in", data={"person": key})
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.on("pageerror", lambda error: complaints.append(f"{key}: {error}"))
        page.on(
            "console",
            lambda m: complaints.append(f"{key}: {m.text}") if m.type == "error" and _wrong(m.text) else None,
        )
        page.on(
            "request",
            lambda r: complaints.append(f"{key}: {r.url}") if _elsewhere(r.url, server.url) else None,
        )
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _wrong(text: str) -> bool:
    # A form that is shown again with what is missing is 422: the browser notes it, the person is told.
    return "the server responded with a status of 422" not in text


def _elsewhere(url: str, ours: str) -> bool:
    return not url.startswith((ours, ours.replace("http", "ws", 1), "data:", "blob:", "about:"))
