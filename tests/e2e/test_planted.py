"""One walk of a moderator: from a payment past the platform on the wall to an offer that is void."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_desk import open_room
from tests.e2e.test_messages import say
from tests.e2e.test_one_deal import make_offer
from tests.e2e.test_review import ON_THE_WALL_MS
from tests.e2e.test_supervision import WHY, impose, says, step_in, tools
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
WHISPER = "Never pay outside the platform."


def events(page: Page, server: LiveServer, room: str) -> list[dict[str, Any]]:
    """All that this person reads of the table."""
    answer = page.request.get(f"{server.url}/api/v1/rooms/{room}/events")
    return list(answer.json()["events"])


@pytest.mark.covers("room:supervision.planted")
def test_a_planted_payment_is_found_claimed_whispered_about_frozen_and_voided(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    room = open_room(server, "Diaphragm pump")
    ben, ada = person("buyer"), person("seller")
    dov = person("moderator")
    for page in (ben, ada):
        page.goto(f"{server.url}/rooms/{room}/")
    make_offer(ada, "Make an offer", "59000.00", "15 January")
    expect(ben.get_by_text("Your turn").first).to_be_visible()
    dov.goto(f"{server.url}/moderation/")
    expect(dov.locator(f"#live-{room}")).to_be_visible()
    started = ada.evaluate("Date.now()")
    say(ada, "Cheaper if we settle this outside the platform.")
    seen = "(id) => document.getElementById(id)?.textContent.includes('Talk of paying past the platform')"
    dov.wait_for_function(seen, arg=f"live-{room}", polling=20)
    assert dov.evaluate("Date.now()") - started <= ON_THE_WALL_MS

    dov.locator(f"#live-{room}").get_by_role("link", name=re.compile("^In the queue: Ada Lindqvist")).click()
    dov.get_by_role("button", name="Claim").click()
    expect(dov.get_by_role("button", name="Decide")).to_be_visible()
    item = dov.url
    dov.goto(f"{server.url}/rooms/{room}/")
    dialog = tools(dov)
    dialog.get_by_label(re.compile(r"\(buyer\)")).check()
    dialog.get_by_label("What only they read").fill(WHISPER)
    dialog.get_by_role("button", name="Whisper", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text(WHISPER)
    dov.keyboard.press("Escape")
    step_in(dov)
    impose(dov, "Freeze", "Freeze")
    says(ben, "Dov Peretz froze v")
    expect(ben.get_by_role("button", name="Accept…", exact=True)).to_be_disabled()
    impose(dov, "Void", "Void")
    for page in (ben, ada):
        says(page, "Dov Peretz took v")
    ben.get_by_role("button", name=re.compile("^Our side")).click()
    expect(ben.locator(".whisper")).to_contain_text(WHISPER)
    ada.get_by_role("button", name=re.compile("^Our side")).click()
    expect(ada.get_by_text("Only your side is here.")).to_be_visible()
    assert WHISPER not in ada.content()

    dov.goto(item)
    dov.get_by_role("radio", name="It is right").check()
    dov.get_by_role("textbox", name="Reason").fill(WHY)
    dov.get_by_role("button", name="Decide").click()
    expect(dov.get_by_text("Found right").first).to_be_visible()

    # Each was one event, in the stream that it belongs to.
    table = events(ben, server, room)
    assert table == events(ada, server, room)
    done = [
        one["kind"]
        for one in table
        if one["kind"] in {"moderator.stepped_in", "offer.frozen", "offer.voided"}
    ]
    assert done == ["moderator.stepped_in", "offer.frozen", "offer.voided"]
    assert not [one for one in table if "whisper" in one["kind"] or WHISPER in str(one)]
