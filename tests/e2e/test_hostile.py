"""What was written to run in somebody else's browser does not, wherever it is put in a room."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.client import open_room
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
# As high as that, so that few steps lead through thousands of entries.
TALL = 5_000
# What payloads call, what a browser stops for us and should not have had to, and what no text may become.
REPORT = """
window.reported = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = (...given) => window.reported.push(`${name}(${given.join()})`);
addEventListener("securitypolicyviolation", (event) =>
  window.reported.push(`stopped: ${event.violatedDirective} ${event.sourceFile}:${event.sample}`));
"""
FOREIGN = """
(within) => [...document.querySelectorAll(`${within} *`)].filter((one) =>
  /^(script|iframe|object|embed|base|meta|link|style|form|img|audio|video|math)$/i.test(one.tagName)
    && !one.closest(".composer, dialog, [data-ours]")
  || [...one.attributes].some(({ name }) => /^on/i.test(name))
  || /^\\s*(javascript|vbscript|data):/i.test(one.getAttribute("href") ?? "")
).map((one) => one.outerHTML.slice(0, 200))
"""
ROWS = "(log) => [...log.querySelectorAll('[data-row]')].map((row) => row.dataset.row)"
MOVE = """
(log, by) => {
  const before = log.scrollTop;
  log.scrollTop += log.clientHeight * by;
  return log.scrollTop !== before;
}
"""


@pytest.fixture
def strings(realdata: Path) -> list[str]:
    """All that can be said: three of them are blank."""
    all_of_them = [entry["s"] for entry in json.loads((realdata / "hostile" / "strings.json").read_text())]
    assert len(all_of_them) == 4045
    sayable = [text for text in all_of_them if text.strip()]
    assert len(sayable) == 4042
    return sayable


@pytest.fixture
def rooms(server: LiveServer, strings: list[str]) -> list[str]:
    """The rooms that are full of them: as messages, as issues, as names."""
    seller, buyer = server.sign_in("seller"), server.sign_in("buyer")
    made = [open_room(server, seller, buyer)["id"] for _ in range(3)]
    subprocess.run(
        [sys.executable, "-m", "tests.e2e.hostile_rooms"],
        env=server.environment,
        input=json.dumps({"rooms": made, "strings": strings}),
        text=True,
        check=True,
        timeout=300,
    )
    return made


def look_through(page: Page, url: str, entries: int) -> list[str]:
    """Scrolls until so many entries were seen; what should not have been."""
    page.goto(url)
    expect(page.locator(".bar .standing")).to_be_visible()
    log = page.locator(".log")
    expect(log.locator(".row").first).to_be_visible()
    seen: set[str] = set()
    foreign: list[str] = []
    for by in (-0.5, 0.5):  # up, as pages of older entries come, and down again past what was jumped over
        still = 0
        while still < 20 and len(seen) < entries:
            before = len(seen)
            seen |= set(log.evaluate(ROWS))
            foreign += page.evaluate(FOREIGN, ".log")
            moved = log.evaluate(MOVE, by)
            still = 0 if moved or len(seen) > before else still + 1
            page.wait_for_timeout(30)
    assert len(seen) >= entries
    reported: list[str] = page.evaluate("window.reported")
    return [*foreign, *page.evaluate(FOREIGN, "#room"), *reported]


@pytest.mark.covers("room:hostile.strings")
def test_nothing_of_it_runs_as_message_issue_clause_or_name(
    server: LiveServer, person: Callable[..., Page], rooms: list[str], strings: list[str]
) -> None:
    page = person("buyer", height=TALL)
    page.add_init_script(REPORT)
    for room, entries in zip(rooms, (len(strings), 27, len(strings)), strict=True):
        url = f"{server.url}/rooms/{room}/"
        assert look_through(page, url, entries) == []
        assert page.url == url


def test_whatever_would_run_is_reported(browser: Browser) -> None:
    page = browser.new_page()
    page.add_init_script(REPORT)
    page.goto("data:text/html,<div id=room><a href='javascript:1'>x</a><b onfocus=1>y</b><img src=x></div>")
    page.evaluate("alert(1)")
    assert len(page.evaluate(FOREIGN, "#room")) == 3
    assert page.evaluate("window.reported") == ["alert(1)"]
    page.close()
