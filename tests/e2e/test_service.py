"""A service in a browser: bought, paid, appointed, shown to be done, received, and its money released."""

import io
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from negotiation_hub.kernel import clock
from tests.e2e import axe
from tests.e2e.conftest import WAIT_MS
from tests.e2e.test_buying import fill
from tests.e2e.test_preferences import STILL
from tests.live.client import call
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
PHONE: ViewportSize = {"width": 390, "height": 844}
TITLE = "Start-up of a pump on site"


@pytest.fixture
def unscripted(server: LiveServer, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Phones that run no scripts."""
    contexts = []

    def sign_in(key: str) -> Page:
        context = browser.new_context(java_script_enabled=False, locale="en-GB", viewport=PHONE)
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        context.request.post(f"{server.url}/demo/sign-in", data={"person": key})
        return context.new_page()

    yield sign_in
    for context in contexts:
        context.close()


def clean(page: Page, name: str) -> None:
    """No rule of accessibility is broken, and nothing is wider than the screen."""
    page.evaluate(STILL)
    assert axe.violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    if folder := os.environ.get("HUB_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True, animations="disabled")


def picture() -> FilePayload:
    """A photograph of what was done."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    return {"name": "pump.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def bought(server: LiveServer, ben: Page) -> str:
    """A service of which one appointment at a time is given, bought and paid; the path of its order."""
    token = server.sign_in("seller")
    price = {"minor": 90_000, "currency": "EUR"}
    body = {"title": TITLE, "description": "Two hours.", "price": price, "kind": "service"}
    listing = call(server, "POST", "/listings", token, body).json()["id"]
    rule = call(server, "PUT", f"/listings/{listing}/appointments", token, {"minutes": 120, "at_once": 1})
    assert rule.status_code == 204
    ben.goto(f"{server.url}/listings/{listing}/")
    if ben.get_by_label("Street and number").count():
        fill(ben)
    ben.get_by_role("button", name="Buy now: look it over").click()
    ben.get_by_role("button", name="Place the order with obligation to pay").click()
    ben.get_by_label("Card number").fill("4242 4242 4242 4242")
    ben.get_by_label("Expiry").fill("12 / 34")
    ben.get_by_label("Security code").fill("123")
    ben.get_by_role("button", name=re.compile("^Pay")).click()
    ben.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}/"))
    return "/".join(ben.url.split("/")[3:5])


def at_turn(page: Page, address: str, words: str) -> None:
    """Looks at the order until the provider's word has come and it says these words."""
    page.goto(address)
    for _ in range(20):
        if page.get_by_text(words).count():
            break
        page.wait_for_load_state("networkidle")
        page.reload()
    expect(page.get_by_text(words).first).to_be_visible()


def propose(sol: Page) -> None:
    """Two times of next week, by the clock of Madrid."""
    day = clock.now() + timedelta(days=7)
    sol.get_by_label("Time", exact=True).fill(day.strftime("%Y-%m-%dT10:00"))
    sol.get_by_label(re.compile("^Or")).first.fill(day.strftime("%Y-%m-%dT16:00"))
    sol.get_by_label("Time zone").select_option("Europe/Madrid")
    sol.get_by_label(re.compile("^Place or link")).fill("Calle Mayor 1, Valencia")
    sol.get_by_label(re.compile("^Who comes")).fill("Sol Marín")
    sol.get_by_role("button", name="Propose these times").click()
    expect(sol.get_by_text("The other side has a mail and chooses one of them.")).to_be_visible()


def whole_way(
    server: LiveServer, ben: Page, sol: Page, name: str, check: Callable[[Page, str], None]
) -> None:
    """From the listing to the released funds."""
    address = f"{server.url}/{bought(server, ben)}/"
    at_turn(sol, address, "Propose times")
    check(sol, f"{name}-1-to-propose")
    propose(sol)
    at_turn(ben, address, "Choose a time")
    check(ben, f"{name}-2-to-choose")
    ben.get_by_role("button", name=re.compile("Take this time")).first.click()
    expect(ben.get_by_role("link", name="For your calendar")).to_be_visible()
    check(ben, f"{name}-3-agreed")
    sol.goto(address)
    sol.get_by_text("Report as done").click()
    sol.get_by_label("What was done").fill("Ran for an hour at full load.")
    sol.get_by_label("Pictures and files that show it").set_input_files([picture()])
    check(sol, f"{name}-4-to-report")
    sol.get_by_role("button", name="Report it").click()
    expect(sol.get_by_role("img", name="Picture 1 of the work")).to_be_visible()
    ben.goto(address)
    expect(ben.get_by_text("Ran for an hour at full load.")).to_be_visible()
    check(ben, f"{name}-5-to-receive")
    ben.get_by_role("button", name="Receive", exact=True).click()
    at_turn(ben, address, "The deal is done")
    check(ben, f"{name}-6-done")
    order = call(server, "GET", f"/{address.split('/', 3)[3].rstrip('/')}", server.sign_in("seller")).json()
    part = order["part_receipts"][0]
    assert part["released_amount"] + part["released_fee"] == 90_000
    sol.goto(f"{server.url}/accounts/")
    sol.get_by_role("link", name=re.compile("^Statement")).first.click()
    expect(sol.get_by_text(re.compile(TITLE)).first).to_be_visible()
    check(sol, f"{name}-7-account")


def test_a_service_from_the_listing_to_the_released_funds(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    whole_way(server, person("buyer"), person("seller"), "desk", clean)


def test_the_same_way_without_script_on_a_phone(
    server: LiveServer, unscripted: Callable[[str], Page]
) -> None:
    def shoot(page: Page, name: str) -> None:
        if folder := os.environ.get("HUB_SHOTS"):
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    whole_way(server, unscripted("buyer"), unscripted("seller"), "phone", shoot)
