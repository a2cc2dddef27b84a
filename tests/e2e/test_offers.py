"""Writing, reading and accepting offers: two people, two languages, one at a desk and one with a phone."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Locator, Page, expect

from negotiation_hub.kernel import clock
from tests.e2e.axe import violations
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e
CLAUSE = "24 months, whatever the hours of operation, but for seals and bearings, which have 12."


def code_of(secret: str, page: Page) -> str:
    """What an authenticator app shows, with the time left to type it."""
    page.wait_for_function("() => Date.now() % 30000 < 25000")
    return format_hotp_value(hotp_value(secret, int(clock.now().timestamp()) // 30))


def write(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("Write to the table|Escribe a la mesa"))
    box.fill(text)
    box.press("Enter")


def card(page: Page, version: int) -> Locator:
    return page.get_by_role("article", name=re.compile(f"(Offer|Oferta) v{version}$"))


def make_first_offer(ben: Page) -> None:
    """Ben types a price, and fills in what the form has ready, while the sums follow."""
    write(ben, "/offer 118.35")
    dialog = ben.get_by_role("dialog")
    expect(dialog.get_by_label("Price per unit")).to_have_value("118.35")
    dialog.get_by_label("Quantity").fill("3.5")
    unit = dialog.get_by_role("combobox", name="Unit")
    unit.fill("square met")
    expect(dialog.get_by_role("option").first).to_contain_text("MTK")
    unit.press("Enter")
    expect(unit).to_have_value("m²")
    dialog.get_by_label("Delivery date").fill("2027-03-12")
    dialog.get_by_label("Incoterm").select_option("FCA")
    dialog.get_by_role("button", name="Put it on the table").click()
    expect(dialog.get_by_text("Name the place or port.")).to_be_visible()
    dialog.get_by_label("Named place").fill("Rotterdam")
    dialog.get_by_label("Payment terms").select_option("30 days net")
    dialog.get_by_role("button", name="Warranty").click()
    dialog.get_by_label("Value").fill(CLAUSE)
    dialog.get_by_label("Tax", exact=True).select_option("added")
    dialog.get_by_label("Tax rate").fill("21")
    expect(dialog.locator(".preview")).to_contain_text("€414.23")  # 3.5 × 118.35, a half rounded up
    expect(dialog.locator(".preview")).to_contain_text("€501.22")
    assert violations(ben) == []
    dialog.get_by_role("button", name="Put it on the table").click()
    expect(dialog).to_have_count(0)


def remark_and_counter(max_: Page, ben: Page) -> None:
    """Max reads it in Spanish on a phone, remarks on the date, and counters with what he read."""
    first = card(max_, 1)
    for words in ("12 mar 2027", "FCA Rotterdam", "A 30 días", CLAUSE, "501,22"):
        expect(first).to_contain_text(words)
    first.get_by_role("button", name="Observación sobre Fecha de entrega").click()
    dialog = max_.get_by_role("dialog")
    dialog.get_by_label("Tu observación").fill("El rodamiento llega el 15.")
    dialog.get_by_role("button", name="Enviar la observación").click()
    expect(dialog).to_have_count(0)
    # Ben is told what it is about, in his language, and led there and back.
    expect(ben.get_by_role("button", name="Delivery date in v1")).to_be_visible()
    ben.get_by_role("button", name="Delivery date in v1").click()
    count = card(ben, 1).get_by_role("button", name="1 remark on Delivery date")
    count.click()
    expect(ben.locator(".row:focus")).to_contain_text("El rodamiento llega el 15.")
    max_.get_by_role("button", name="Contraofertar").first.click()
    expect(dialog.get_by_label("Lugar o puerto convenido")).to_have_value("Rotterdam")
    expect(dialog.get_by_label("Condiciones de pago")).to_have_value("30 days net")
    body = dialog.locator(".sheet-body")
    assert body.evaluate("e => e.scrollWidth - e.clientWidth") <= 0  # nothing sticks out at 360 px
    assert violations(max_) == []
    dialog.get_by_label("Fecha de entrega").fill("2027-03-20")
    dialog.get_by_label(re.compile("^Precio por unidad")).fill("120")
    dialog.get_by_role("button", name="Enviar la contraoferta").click()
    expect(dialog).to_have_count(0)


def compare(ben: Page) -> None:
    """The card has what changed; the terms have everything, against any earlier version."""
    second = card(ben, 2)
    expect(second.locator("del")).to_have_text(["€118.35", "Mar 12, 2027", "€414.23", "€86.99", "€501.22"])
    expect(second.locator("ins")).to_have_text(["€120.00", "Mar 20, 2027", "€420.00", "€88.20", "€508.20"])
    expect(second).to_contain_text("+1.4%")
    expect(second).not_to_contain_text("Rotterdam")
    ben.get_by_role("button", name="Counter", exact=True).first.click()
    dialog = ben.get_by_role("dialog")
    dialog.get_by_label("Price per unit").first.fill("119")
    dialog.get_by_role("button", name="Add an alternative package").click()
    dialog.get_by_label("Delivery date").fill("2027-02-01")
    dialog.get_by_label("Price per unit").first.fill("125")
    dialog.get_by_role("button", name="Send the counter-offer").click()
    expect(dialog).to_have_count(0)
    terms = ben.get_by_role("complementary", name="Terms")
    terms.get_by_label("against").select_option("1")
    expect(terms.locator(".redline del").first).to_have_text("€118.35")
    expect(terms.locator(".redline ins").first).to_have_text("€119.00")
    expect(terms.locator(".redline")).to_contain_text("Rotterdam")


def ask_for_the_second_factor(server: LiveServer, max_: Page) -> str:
    """Max, a manager, sets an amount for his organisation, and an authenticator app up; its secret."""
    max_.goto(f"{server.url}/people/me/")
    max_.get_by_role("link", name=re.compile("Norte Bombas")).first.click()
    max_.locator("#id_amount").fill("500")
    assert violations(max_) == []
    max_.locator("main form button[type=submit]").first.click()
    expect(max_.get_by_text("500.00 EUR")).to_be_visible()
    max_.goto(f"{server.url}/accounts/auth/2fa/totp/activate/")
    secret = max_.locator("#authenticator_secret").input_value()
    max_.locator("#id_code").fill(code_of(secret, max_))
    max_.locator("main form button[type=submit]").first.click()
    expect(max_.locator("#authenticator_secret")).to_have_count(0)
    return secret


def accept(max_: Page, room: str, secret: str) -> None:
    """He picks the second package; a wrong code is refused, the right one accepts exactly that."""
    max_.goto(room)
    max_.get_by_role("button", name="Aceptar…", exact=True).first.click()
    dialog = max_.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("^Paquete B")).click()
    for words in ("v3", "529,38", "Acme Water", "Norte Bombas"):
        expect(dialog).to_contain_text(words)
    dialog.get_by_role("button", name=re.compile("^Aceptar la v3 por 529,38")).click()
    code = dialog.get_by_label("Código de tu aplicación")
    expect(code).to_be_focused()
    code.fill("000000")
    code.press("Enter")
    expect(dialog.get_by_text("No es correcto")).to_be_visible()
    assert violations(max_) == []
    code.fill(code_of(secret, max_))
    code.press("Enter")
    expect(dialog).to_have_count(0)


@pytest.mark.covers(
    "room:offers.lines",
    "room:offers.delivery",
    "room:offers.payment",
    "room:offers.issues",
    "room:offers.totals",
    "room:offers.changes",
    "room:offers.redline",
    "room:offers.packages",
    "room:offers.clock",
    "room:offers.remarks",
    "room:offers.commands",
    "room:offers.confirmation",
    "room:offers.step_up",
)
def test_an_offer_is_written_remarked_on_countered_compared_and_accepted_with_a_second_factor(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    ben, max_ = person("buyer"), person("manager", width=360, height=740, locale="es-ES")
    ben.goto(f"{server.url}/listings/")
    ben.get_by_role("link", name=re.compile("Centrifugal pumps")).click()
    ben.get_by_role("button", name="Negotiate").click()
    expect(ben.get_by_text("Nothing has been said yet.")).to_be_visible()
    room = ben.url
    max_.goto(room)
    make_first_offer(ben)
    expect(card(ben, 1).get_by_role("timer")).to_be_visible()
    expect(card(max_, 1).get_by_role("timer")).to_be_visible()
    remark_and_counter(max_, ben)
    compare(ben)
    secret = ask_for_the_second_factor(server, max_)
    accept(max_, room, secret)
    expect(ben.get_by_text("Agreed on v3").first).to_be_visible()
    expect(ben.get_by_text("€529.38").first).to_be_visible()
