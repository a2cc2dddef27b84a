"""From a listing of a file to the file itself: bought at the list price, paid, and downloaded; with scripts
at a desk, and without on a phone.
"""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import services
from tests.e2e import axe
from tests.e2e.conftest import WAIT_MS, after_a_look
from tests.e2e.test_buying import fill, shoot
from tests.live.client import call
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
DATA = secrets.token_hex(50_000).encode()
SIZES = {"desk": (1440, 860), "phone": (390, 844)}


@pytest.fixture(params=SIZES)
def ben(server: LiveServer, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The buyer; their phone runs no scripts."""
    width, height = SIZES[request.param]
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height},
        java_script_enabled=request.param == "desk",
        locale="en-GB",
    )
    context.set_default_timeout(WAIT_MS)
    context.request.post(f"{server.url}/demo/sign-in", data={"person": "buyer"})
    yield context.new_page()
    context.close()


def on_offer(server: LiveServer) -> str:
    """The address of a listing with a file, as its seller puts it up."""
    listing = {"title": "Pump curves of the season", "description": "All of them.", "kind": "information"}
    price = {"minor": 4_900, "currency": "EUR"}
    made = call(
        server, "POST", "/listings", server.sign_in("seller"), {**listing, "price": price}, str(uuid4())
    )
    pk = made.json()["id"]
    with httpx.Client(timeout=60, verify=services.NO_TLS) as seller:
        edit = f"{server.url}/as/seller/listings/{pk}/edit/"
        csrf = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', seller.get(edit).text)
        assert csrf is not None
        seller.post(
            edit.replace("/edit/", "/files/add/"),
            data={"csrfmiddlewaretoken": csrf[1]},
            files={"uploads": ("curves.txt", DATA)},
            headers={"Origin": server.url},
        )
    return f"{server.url}/listings/{pk}/"


def pay(page: Page) -> None:
    """On the provider's page."""
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name=re.compile("^Pay")).click()


def test_a_file_is_bought_from_its_listing_paid_and_downloaded(
    server: LiveServer, ben: Page, request: pytest.FixtureRequest
) -> None:
    at_desk = "desk" in request.node.name
    ben.goto(on_offer(server))
    expect(ben.get_by_role("heading", name="Buy now at list price")).to_be_visible()
    if ben.get_by_label("Street and number").count():
        fill(ben)
    ben.get_by_role("button", name="Buy now: look it over").click()
    ben.get_by_role("button", name="Place the order with obligation to pay").click()
    pay(ben)
    expect(ben.get_by_role("heading", level=1)).to_have_text(re.compile("Pump curves"))
    download = ben.get_by_role("button", name="Download").or_(ben.get_by_role("link", name="Download")).first
    after_a_look(download)  # the provider answers in its own time
    shoot(ben, f"file-{'desk' if at_desk else 'phone'}")
    if at_desk:
        assert axe.violations(ben) == []
    with ben.expect_download() as coming:
        download.click()
    assert coming.value.suggested_filename == "curves.txt"
    assert Path(coming.value.path()).read_bytes() == DATA
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout
