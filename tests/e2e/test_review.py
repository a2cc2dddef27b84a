"""A planted payment past the platform is on an open wall in time, and two moderators share the queue."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import WAIT_MS
from tests.e2e.test_desk import open_room
from tests.e2e.test_messages import act, row, say
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e

ON_THE_WALL_MS = 2_000  # the user's own rule: a planted payment is found within it
PLANTED = {
    "We could settle this outside the platform.": "Talk of paying past the platform",
    "My number is +34 612 345 678.": "A telephone number",
    "Or on WhatsApp, as you like.": "Another messenger by name",
}
# Makes another moderator, and a session as if they had signed in.
SECOND_MODERATOR = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib import auth
from negotiation_hub.kernel import clock
from negotiation_hub.people import services
eve = services.sign_up(email="eve@example.test", name="Eve Moreau", password=None, now=clock.now())
eve.is_moderator = True
eve.save()
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[auth.SESSION_KEY] = str(eve.pk)
session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[auth.HASH_SESSION_KEY] = eve.get_session_auth_hash()
session.save()
print("SESSION", json.dumps([settings.SESSION_COOKIE_NAME, session.session_key]))
"""


@pytest.fixture
def eve(server: LiveServer, browser: Browser) -> Page:
    """A second moderator's window; the demo has one."""
    made = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", SECOND_MODERATOR],
        env=server.environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    name, value = json.loads(made.stdout.rpartition("SESSION ")[2])
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(WAIT_MS)
    context.add_cookies([{"name": name, "value": value, "url": server.url}])
    return context.new_page()


@pytest.mark.covers("room:supervision.planted", "room:supervision.wall")
def test_a_planted_payment_is_on_the_open_wall_in_time(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    rooms = [open_room(server, f"Valve {number}") for number in range(8)]
    room = rooms[0]
    ada, wall = person("seller"), person("moderator", height=600)
    ada.goto(f"{server.url}/rooms/{room}/")
    wall.goto(f"{server.url}/moderation/")
    observe = wall.locator(f"#observe-{rooms[3]}")
    observe.focus()
    place = observe.bounding_box()
    took = []
    for said, words in PLANTED.items():
        started = ada.evaluate("Date.now()")
        say(ada, said)
        wall.wait_for_function(
            "([id, words]) => document.getElementById(id)?.textContent.includes(words)",
            arg=[f"live-{room}", words],
            polling=20,
        )
        took.append(wall.evaluate("Date.now()") - started)
    assert median(took) <= ON_THE_WALL_MS, took
    expect(wall.locator(".live-list > li").first).to_have_id(f"live-{room}")
    expect(wall.locator("#live-news")).to_contain_text("Valve 0: ")  # once it is urgent, and aloud
    expect(observe).to_be_focused()
    now = observe.bounding_box()
    assert place is not None
    assert now is not None
    assert abs(now["y"] - place["y"]) <= 1 or wall.evaluate("window.scrollY") == 0
    # Nothing happens: nothing is exchanged, and nothing is said.
    wall.evaluate("document.getElementById('live-rooms').dataset.mark = 'kept'")
    with wall.expect_response(lambda answer: "/moderation/" in answer.url and answer.status == 204):
        pass
    expect(wall.locator("#live-rooms[data-mark=kept]")).to_have_count(1)
    assert violations(wall) == []
    wall.get_by_role("link", name="About to expire").click()
    expect(wall.get_by_role("heading", name="No room is like that")).to_be_visible()


def test_a_wall_that_is_being_left_looks_no_more(server: LiveServer, person: Callable[..., Page]) -> None:
    """Whoever goes on as somebody else would be shown the sign-in page in place of where they are going."""
    wall = person("moderator")
    wall.clock.install()
    wall.goto(f"{server.url}/moderation/")
    expect(wall.locator("#live-rooms")).to_be_visible()
    every_ms = int(wall.locator("#live").get_attribute("data-refresh-s") or 0) * 1000
    with wall.expect_response("**/moderation/"):
        wall.clock.run_for(every_ms)
    looks: list[str] = []
    wall.on("request", lambda request: looks.append(request.url))
    wall.evaluate("window.dispatchEvent(new Event('beforeunload'))")  # as a browser says that one goes
    wall.clock.run_for(10 * every_ms)
    assert looks == []
    with wall.expect_response("**/moderation/"):  # it was a download: one is still here
        wall.clock.run_for(60_000)


@pytest.mark.covers("room:supervision.report", "room:supervision.queue")
def test_a_report_is_claimed_by_one_of_two_and_decided(
    server: LiveServer, person: Callable[..., Page], eve: Page
) -> None:
    room = open_room(server, "Reported pump")
    ben, ada, dov = person("buyer"), person("seller"), person("moderator")
    for page in (ben, ada):
        page.goto(f"{server.url}/rooms/{room}/")
    say(ada, "Take it or leave it, my friend.")
    expect(row(ada, "Take it").get_by_role("button", name="Report…")).to_have_count(0)  # one's own
    act(ben, "Take it or leave it", "Report…")
    dialog = ben.get_by_role("dialog", name="Report to the moderators")
    expect(dialog.get_by_role("combobox")).to_contain_text("Take it or leave it")
    assert violations(ben) == []
    dialog.get_by_label("An insult or a threat").check()
    dialog.get_by_label(re.compile("What happened")).fill("That sounded like a threat.")
    dialog.get_by_role("button", name="Report", exact=True).click()
    expect(ben.get_by_text("A moderator will look at it.")).to_be_visible()
    ben.get_by_role("button", name="Done").click()
    act(ben, "Take it or leave it", "Report…")
    dialog.get_by_label("Spam").check()
    dialog.get_by_role("button", name="Report", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("You have reported this already")
    ben.keyboard.press("Escape")
    expect(ada.locator("body")).not_to_contain_text("threat")

    for page in (dov, eve):
        page.goto(f"{server.url}/moderation/queue/?kind=insult")
        page.get_by_role("link", name="Ada Lindqvist").click()
        expect(page.get_by_text("That sounded like a threat.")).to_be_visible()
        assert violations(page) == []
    dov.get_by_role("button", name="Claim").click()
    eve.get_by_role("button", name="Claim").click()
    expect(dov.get_by_role("button", name="Decide")).to_be_visible()
    expect(eve.get_by_text("Another moderator has this in hand.")).to_be_visible()
    expect(eve.get_by_text("Dov Peretz has this in hand")).to_be_visible()
    dov.get_by_role("radio", name="It is wrong").check()
    dov.get_by_role("textbox", name="Reason").fill("A figure of speech.")
    assert violations(dov) == []
    dov.get_by_role("button", name="Decide").click()
    expect(dov.get_by_text("Found wrong").first).to_be_visible()
    expect(dov.get_by_text("A figure of speech.")).to_be_visible()
    eve.reload()
    expect(eve.get_by_text("A figure of speech.")).to_be_visible()
    eve.context.close()
