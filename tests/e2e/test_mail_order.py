"""An order by mail in a browser without scripts: from the listing's form to the order's confirmation page."""

import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import services
from tests.e2e import axe
from tests.e2e.conftest import WAIT_MS, after_a_look
from tests.e2e.test_buying import SIZES, shoot, to_listing
from tests.e2e.test_preferences import STILL
from tests.live.server import LiveServer, live_server

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def mail_port() -> int:
    """Where the server takes mail in."""
    return services.free_port()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, mail_port: int) -> Iterator[LiveServer]:
    """A demo server that takes mail in."""
    with live_server(tmp_path_factory.mktemp("e2e"), settings={"MAIL_IN_PORT": str(mail_port)}) as running:
        yield running


class Reader:
    """Ben at one size: a browser without scripts, and one with, which judges what the other one shows."""

    def __init__(self, server: LiveServer, browser: Browser, size: str) -> None:
        self.size = size
        width, height = SIZES[size]
        self.contexts = [
            browser.new_context(
                java_script_enabled=scripts, locale="en-GB", viewport={"width": width, "height": height}
            )
            for scripts in (False, True)
        ]
        for context in self.contexts:
            context.set_default_timeout(WAIT_MS)
            context.request.post(f"{server.url}/demo/sign-in", data={"person": "buyer"})
        self.page, self.judge = (context.new_page() for context in self.contexts)

    def clean(self, name: str) -> None:
        """No rule of accessibility is broken, and nothing is wider than the screen. A look binds nobody."""
        shoot(self.page, f"mail-{self.size}-{name}")
        self.judge.goto(self.page.url)
        self.judge.evaluate(STILL)
        assert axe.violations(self.judge) == [], name
        assert self.judge.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


@pytest.fixture(params=SIZES)
def reader(request: pytest.FixtureRequest, server: LiveServer, browser: Browser) -> Iterator[Reader]:
    """Ben at a desk, and with a telephone."""
    made = Reader(server, browser, request.param)
    yield made
    for context in made.contexts:
        context.close()


def send(port: int, link: str, **changed: str) -> None:
    """What a mail program does with the listing's link, with some lines changed, and sends."""
    parts = urlsplit(link)
    asked = parse_qs(parts.query)
    text = asked["body"][0]
    for name, value in changed.items():
        label = name.replace("_", " ")
        text = re.sub(rf"(?m)^{label}:.*$", f"{label}: {value}", text)
    mail = EmailMessage()
    mail["From"], mail["To"] = "ben.ortega@acme-water.example", parts.path
    mail["Subject"] = asked["subject"][0]
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as program:
        assert program.send_message(mail) == {}


def order(server: LiveServer, page: Page, port: int, subject: str, **changed: str) -> None:
    """Mails the form of the listing that is open, and follows the signed link of the answer."""
    link = page.get_by_role("link", name="Order by mail").get_attribute("href") or ""
    page.goto(f"{server.url}/-/mail/")
    found = page.get_by_role("link", name=re.compile(re.escape(subject)))
    before = found.count()
    send(port, link, **changed)
    after_a_look(found.nth(before))
    found.first.click()
    said = page.locator("main").inner_text()
    signed = re.search(r"https?://\S+(/rooms/mail/\S+/)", said)
    assert signed is not None, said
    page.goto(f"{server.url}{signed[1]}")


RIGHT = "Please confirm your order: Centrifugal pump for one test"
WRONG = "Your order is not complete: Centrifugal pump for one test"
ADDRESS = {
    "Contact": "Ben Ortega",
    "Street": "Calle Mayor 1",
    "Postal_code": "46001",
    "City": "Valencia",
    "Country": "Spain",
}


def test_from_the_mails_link_to_the_orders_confirmation(
    server: LiveServer, reader: Reader, mail_port: int
) -> None:
    ben = reader.page
    to_listing(server, ben)
    reader.clean("listing")
    ben.get_by_role("link", name="The form to copy").click()
    expect(ben.get_by_label("Text of the mail")).to_have_value(re.compile("Quantity: 1"))
    reader.clean("form")
    ben.go_back()
    order(server, ben, mail_port, RIGHT, **ADDRESS)
    expect(ben.get_by_role("heading", name="Is everything right?")).to_be_visible()
    expect(ben.get_by_text("Calle Mayor 1")).to_be_visible()
    reader.clean("summary")
    ben.get_by_role("button", name="Place the order with obligation to pay").click()
    expect(ben.get_by_role("heading", name="The order is confirmed")).to_be_visible()
    expect(ben.get_by_text(re.compile(r"^NH-\d{4}-\w{6}$")).last).to_be_visible()
    reader.clean("done")
    ben.get_by_role("link", name="To the order and the payment").click()
    expect(ben.get_by_role("heading", name="The order is placed")).to_be_visible()
    reader.clean("placed")


def test_what_is_wrong_is_put_right_on_the_page(server: LiveServer, reader: Reader, mail_port: int) -> None:
    ben = reader.page
    to_listing(server, ben)
    wrong = {"Quantity": "some", "Price": "1.00 EUR", "Country": "Spayn"}
    order(server, ben, mail_port, WRONG, **{**ADDRESS, **wrong})
    expect(ben.get_by_text("“some” is no quantity").first).to_be_visible()
    expect(ben.get_by_text("the country “Spayn”").first).to_be_visible()
    expect(ben.get_by_text(re.compile("and not what your form says"))).to_be_visible()
    expect(ben.get_by_label("Street and number").first).to_have_value("Calle Mayor 1")
    reader.clean("problems")
    ben.get_by_label("Quantity").fill("2")
    ben.get_by_label("Country").first.select_option("ES")
    ben.get_by_role("button", name="Go on: look it over").click()
    expect(ben.get_by_role("heading", name="Is everything right?")).to_be_visible()
    expect(ben.get_by_text("240.00").first).to_be_visible()
    ben.get_by_role("button", name="Place the order with obligation to pay").click()
    expect(ben.get_by_role("heading", name="The order is confirmed")).to_be_visible()


def test_somebody_else_finds_no_button(server: LiveServer, reader: Reader, mail_port: int) -> None:
    ben = reader.page
    to_listing(server, ben)
    order(server, ben, mail_port, RIGHT, **ADDRESS)
    ben.context.request.post(f"{server.url}/demo/sign-in", data={"person": "stranger"})
    ben.reload()
    expect(ben.get_by_text("you are signed in as somebody else")).to_be_visible()
    expect(ben.get_by_role("button", name="Place the order with obligation to pay")).to_have_count(0)
    reader.clean("other")
